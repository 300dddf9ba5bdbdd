import type { Index, KindKey, Token } from './world.ts'

/** A kind of which not everything may be seen, except in these namespaces ('' = what belongs to the cluster). */
export interface Unseen {
  kind: KindKey
  except: readonly string[]
}

/** Whether a question's true answer may hold more than the world does: "there is none" cannot be said after it. */
export function unseenBy(unseen: readonly Unseen[], indexes: readonly Index[]): (question: Token) => boolean {
  const places = new Map(unseen.map(({ kind, except }) => [kind, new Set(except)]))
  const named = new Map(indexes.map(index => [index.name, index]))
  const isHidden = (kind: KindKey, namespace: string | null): boolean => {
    const seen = places.get(kind)
    return seen !== undefined && (namespace === null || !seen.has(namespace))
  }
  return question => {
    const rest = question.slice(2)
    if (question.startsWith('i:')) {
      const colon = rest.indexOf(':')
      const index = named.get(rest.slice(0, colon))
      const namespace = index?.namespaceOf?.(rest.slice(colon + 1)) ?? null
      return index === undefined || index.of.some(kind => isHidden(kind, namespace))
    }
    const [group = '', kind = '', namespace = null] = rest.split('/')
    return isHidden(`${group}/${kind}`, namespace)
  }
}
