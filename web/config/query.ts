import { queryOptions } from '@tanstack/react-query'
import { paramsOfRef } from '#shared/config/address.ts'
import { type ConfigRow, type ConfigState, readObject, readWorstFindings } from '#shared/config/api.ts'
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

/** What the worst findings say, asked again when the list tells of others. */
export const worstFindingsQuery = (rows: readonly ConfigRow[] | null, namespaces: string) => {
  const found = (rows ?? []).filter(({ findings: { Error: errors, Warning: warnings } }) => errors + warnings > 0)
  const version = found.map(({ ref, resourceVersion, findings }) => [keyOf(ref), resourceVersion, findings])
  return queryOptions({
    queryKey: ['config', 'worst', namespaces, JSON.stringify(version)],
    queryFn: ({ signal }) => call(readWorstFindings, { query: { namespaces } }, signal),
    enabled: found.length > 0,
    staleTime: Infinity,
    placeholderData: (previous, query) => (query?.queryKey[2] === namespaces ? previous : undefined),
  })
}
