import { keptKinds } from './kinds.ts'
import { type Rights, type Verb, verbs } from './rights.ts'

export interface RightsRow {
  /** Null: everywhere. */
  namespace: string | null
  group: string
  kind: string
  verbs: Verb[]
}

/** What a user may do with each kind: everywhere, and in which namespaces more than that. */
export async function rightsTable(rights: Rights, user: string, namespaces: readonly string[]): Promise<RightsRow[]> {
  const allowed = async (plural: string, group: string, among: readonly Verb[], namespace: string | null) => {
    const answers = await Promise.all(among.map(verb => rights.may(user, { verb, group, plural }, namespace)))
    return among.filter((_, index) => answers[index])
  }
  const rows = await Promise.all(
    keptKinds.map(async ({ group, kind, plural, namespaced }) => {
      const everywhere = await allowed(plural, group, verbs, null)
      const missing = verbs.filter(verb => !everywhere.includes(verb))
      const more = await Promise.all(
        (namespaced && missing.length > 0 ? namespaces : []).map(async namespace => ({
          namespace,
          group,
          kind,
          verbs: await allowed(plural, group, missing, namespace),
        })),
      )
      return [{ namespace: null, group, kind, verbs: everywhere }, ...more].filter(row => row.verbs.length > 0)
    }),
  )
  return rows.flat()
}
