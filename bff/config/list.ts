import type { ConfigQuery, ConfigState } from '#shared/config/api.ts'
import { resourceText } from './kinds.ts'
import { listedKinds } from './kinds.ts'
import type { Mirror } from './mirror.ts'
import { isVisible, type Places, type Visibility } from './visible.ts'

/** Of the mirror what one caller may see. Pure: `isMember` of `Namespace` rows is their own name. */
export function listOf(
  mirror: Pick<Mirror, 'rows' | 'kinds'>,
  query: ConfigQuery,
  visibility: Visibility,
  user: string,
): ConfigState {
  const wanted = query.namespaces.length === 0 ? null : new Set(query.namespaces)
  const rows = mirror.rows().filter(({ ref }) => {
    if (!isVisible(visibility, ref)) return false
    if (wanted === null) return true
    const place = ref.group === '' && ref.kind === 'Namespace' ? ref.name : ref.namespace
    // What belongs to the cluster belongs to every namespace.
    return place === '' || wanted.has(place)
  })
  const listed = new Set(listedKinds.map(({ group, kind }) => `${group}/${kind}`))
  const kinds = mirror
    .kinds()
    .filter(({ group, kind }) => listed.has(`${group}/${kind}`))
    .map(({ group, kind, plural, version, namespaced, state, because }) => {
      const told = { group, kind, version, namespaced }
      const places = visibility.get(`${group}/${kind}`)
      if (state === 'ok' && isNowhere(places))
        return {
          ...told,
          state: 'forbidden' as const,
          because: `${user} may not list ${resourceText({ group, plural })} in any namespace that has some.`,
        }
      return { ...told, state: state === 'starting' ? ('failing' as const) : state, because }
    })
  return { rows, kinds }
}

const isNowhere = (places: Places | undefined): boolean => places !== 'everywhere' && (places?.size ?? 0) === 0
