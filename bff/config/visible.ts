import type { ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import type { Mirror } from './mirror.ts'
import { listedKinds, podKind, secretKind, serviceAccountKind, serviceKind, watchedKinds } from './kinds.ts'
import type { Rights } from './rights.ts'

/** Where a user may list a kind: everywhere, or in these namespaces. */
export type Places = 'everywhere' | ReadonlySet<string>

/** By `group/kind`. */
export type Visibility = ReadonlyMap<string, Places>

/** What a user may see of the list. Only namespaces that have something to show are asked about. */
export async function visibilityOf(rights: Rights, user: string, mirror: Pick<Mirror, 'rows'>): Promise<Visibility> {
  const inhabited = new Map<string, Set<string>>()
  for (const { ref } of mirror.rows()) {
    const kind = `${ref.group}/${ref.kind}`
    const places = inhabited.get(kind)
    if (places) places.add(ref.namespace)
    else inhabited.set(kind, new Set([ref.namespace]))
  }
  const found = await Promise.all(
    listedKinds.map(async ({ group, kind, plural }): Promise<[string, Places]> => {
      const key = `${group}/${kind}`
      const deed = { verb: 'list' as const, group, plural }
      if (await rights.may(user, deed, null)) return [key, 'everywhere']
      const places = [...(inhabited.get(key) ?? [])]
      const answers = await Promise.all(places.map(place => rights.may(user, deed, place)))
      return [key, new Set(places.filter((_, index) => answers[index]))]
    }),
  )
  return new Map(found)
}

/** What a form may name beside what the list shows. */
export const inventoryVisibility = (rights: Rights, user: string, namespaces: readonly string[]): Promise<Visibility> =>
  placesOf([podKind, serviceKind, secretKind, serviceAccountKind], rights, user, namespaces)

/** Of everything that analyzers read. */
export const worldVisibility = (rights: Rights, user: string, namespaces: readonly string[]): Promise<Visibility> =>
  placesOf(watchedKinds, rights, user, namespaces)

async function placesOf(
  kinds: readonly ObjectKind[],
  rights: Rights,
  user: string,
  namespaces: readonly string[],
): Promise<Visibility> {
  const found = await Promise.all(
    kinds.map(async ({ group, kind, plural, namespaced }): Promise<[string, Places]> => {
      const deed = { verb: 'list' as const, group, plural }
      if (await rights.may(user, deed, null)) return [`${group}/${kind}`, 'everywhere']
      const places = namespaced ? namespaces : []
      const answers = await Promise.all(places.map(place => rights.may(user, deed, place)))
      return [`${group}/${kind}`, new Set(places.filter((_, index) => answers[index]))]
    }),
  )
  return new Map(found)
}

export function isVisible(visibility: Visibility, ref: { group: string; kind: string; namespace: string }): boolean {
  const places = visibility.get(`${ref.group}/${ref.kind}`)
  return places === 'everywhere' || (places?.has(ref.namespace) ?? false)
}

/** Equal for two that show the same. */
export const visibilityText = (visibility: Visibility): string =>
  JSON.stringify([...visibility].map(([kind, places]) => [kind, places === 'everywhere' ? places : [...places].sort()]))
