import { queryOptions } from '@tanstack/react-query'
import { paramsOfRef } from '#shared/config/address.ts'
import { type ConfigState, readObject } from '#shared/config/api.ts'
import { apply, type ConfigChange } from '#shared/config/list.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { call } from '#web/api/call.ts'
import type { LiveSubject } from '#web/api/feed.ts'

/** The list as it lives: the word of its feed and how a change is applied. */
export const configSubject: LiveSubject<ConfigState, ConfigChange> = { name: 'config', apply }

/**
 * All that the caller may list: namespaces are narrowed on the page, so that filters can count what they leave out, and
 * everybody with the same rights looks at one reading.
 */
export const everything: Record<string, string> = {}

export const unknown = 'unknown'
export const unlisted = 'unlisted'

/**
 * One object, read again whenever the feed tells of another version: `unknown` while there is no list yet, `unlisted`
 * where the list does not hold it (any more).
 */
export const objectQuery = (ref: ObjectRef, version: string) =>
  queryOptions({
    queryKey: ['config', 'object', keyOf(ref), version],
    queryFn: ({ signal }) => call(readObject, { params: paramsOfRef(ref) }, signal),
    staleTime: version === unknown || version === unlisted ? 0 : Infinity,
    // The text before stays until the newer one is there; another object starts with its own skeleton.
    placeholderData: (previous, query) => (query?.queryKey[2] === keyOf(ref) ? previous : undefined),
  })
