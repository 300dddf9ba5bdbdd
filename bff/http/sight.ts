import { isSourceFailure } from './problem.ts'

/** The namespaces somebody may know of: all of them, or these. */
export type Sight = 'everything' | ReadonlySet<string>

/** Who may see which namespaces. */
export interface Seers {
  /** Of these, which may they see? Throws the source's error where the cluster does not say and never has. */
  of(user: string, names: readonly string[]): Promise<Sight>
}

/** Everybody sees everything: a console without a cluster has nobody's rights to ask for. */
export const openSight: Seers = { of: async () => 'everything' }

interface Kind {
  group: string
  plural: string
}

export interface SeersOptions {
  may(user: string, deed: Kind & { verb: 'list' }, namespace: string | null): Promise<boolean>
  /** Whoever may list one of these in a namespace sees the namespace. */
  kinds: readonly Kind[]
  /** Whose credentials the console itself reads with: what it shows, they can read themselves. */
  own: string
}

/**
 * A namespace is seen by whoever may list something of the mesh in it: pods, services, or objects of a mesh kind. While
 * the cluster does not answer what was known of somebody goes on to hold; the console's own user, with whose credentials
 * all is read, is shown what there is.
 */
export function createSeers({ may, kinds, own }: SeersOptions): Seers {
  const known = new Map<string, Sight>()
  const some = async (user: string, namespace: string | null): Promise<boolean> => {
    const answers = await Promise.all(kinds.map(kind => may(user, { ...kind, verb: 'list' }, namespace)))
    return answers.some(Boolean)
  }
  return {
    async of(user, names) {
      try {
        const sight: Sight = (await some(user, null)) ? 'everything' : await these(names, name => some(user, name))
        known.set(user, sight)
        return sight
      } catch (error) {
        const before = known.get(user)
        if (isSourceFailure(error) && before !== undefined) return before
        if (isSourceFailure(error) && user === own) return 'everything'
        throw error
      }
    },
  }
}

async function these(names: readonly string[], sees: (name: string) => Promise<boolean>): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(names.map(sees))
  return new Set(names.filter((_, index) => answers[index]))
}

export const isSeen = (sight: Sight, namespace: string): boolean => sight === 'everything' || sight.has(namespace)

/** Equal sights have equal texts. */
export const sightText = (sight: Sight): string => (sight === 'everything' ? '*' : JSON.stringify([...sight].sort()))
