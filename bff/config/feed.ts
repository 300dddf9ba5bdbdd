import type { Subject } from '#bff/live/subject.ts'
import { ConfigQuery, type ConfigState } from '#shared/config/api.ts'
import { type ConfigChange, diff } from '#shared/config/list.ts'
import type { Milliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { listOf } from './list.ts'
import { type Visibility, visibilityOf, visibilityText } from './visible.ts'

const every: Milliseconds = 1000
/** What a user may see is put together anew this often; what it is made of is remembered by the rights. */
const visibilityKept: Milliseconds = 5000

/** Reads the list as a caller: from the mirror, filtered by their rights. */
export function listReader(deps: Deps): (query: ConfigQuery, user: string) => Promise<ConfigState> {
  const { mirror, rights, now } = deps
  const seen = new Map<string, { at: number; visibility: Visibility }>()
  const read = new Map<string, { revision: number; visibility: Visibility; kinds: string; state: ConfigState }>()

  async function visibilityFor(user: string): Promise<Visibility> {
    const known = seen.get(user)
    if (known && now() - known.at < visibilityKept) return known.visibility
    const visibility = await visibilityOf(rights, user, mirror)
    const isSame = known && visibilityText(known.visibility) === visibilityText(visibility)
    const kept = isSame ? known.visibility : visibility
    seen.set(user, { at: now(), visibility: kept })
    return kept
  }

  return async (query, user) => {
    mirror.check()
    await mirror.ready
    const visibility = await visibilityFor(user)
    const key = JSON.stringify([user, query.namespaces])
    const kinds = JSON.stringify(mirror.kinds())
    const revision = mirror.revision()
    const known = read.get(key)
    // The same object: whoever compares need not look into it.
    if (known?.revision === revision && known.visibility === visibility && known.kinds === kinds) return known.state
    const state = listOf(mirror, query, visibility, user)
    read.delete(key)
    read.set(key, { revision, visibility, kinds, state })
    const [oldest] = read.keys()
    if (read.size > mostRemembered && oldest !== undefined) read.delete(oldest)
    return state
  }
}

const mostRemembered = 32

/** The live list. */
export function configSubject(
  read: (query: ConfigQuery, user: string) => Promise<ConfigState>,
): Subject<ConfigQuery, ConfigState, ConfigChange> {
  return {
    name: 'config',
    query: ConfigQuery,
    isPersonal: true,
    key: ({ namespaces }) => namespaces.join(),
    read: (query, _, caller = '') => read(query, caller),
    diff: (before, after) => (before === after ? null : diff(before, after)),
    every: () => every,
  }
}
