import { isEqual } from '#shared/mesh/equal.ts'

/** Two lists side by side: which item of the one is which of the other. Indexes, or null where it stands on one side only. */
export interface Pair {
  before: number | null
  after: number | null
}

/**
 * Items with a name of their own (`name`, or for Gateway API's references `group`, `kind`, `namespace`, `name` and
 * `sectionName`) are the same wherever they stand. Of nameless lists the common beginning and end belong together, and what
 * is left in between is paired in order.
 */
export function align(before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const names = namesOf(before)
  const others = namesOf(after)
  return names && others ? byName(names, others) : byPlace(before, after)
}

function namesOf(list: readonly unknown[]): string[] | null {
  const names = list.map(item => {
    if (typeof item !== 'object' || item === null || !('name' in item) || typeof item.name !== 'string') return null
    const part = (key: string) => {
      const value = (item as Record<string, unknown>)[key]
      return typeof value === 'string' ? value : ''
    }
    return ['group', 'kind', 'namespace', 'name', 'sectionName'].map(part).join('/')
  })
  return names.every(name => name !== null) && new Set(names).size === names.length ? (names as string[]) : null
}

function byName(before: string[], after: string[]): Pair[] {
  const pairs: Pair[] = after.map((name, index) => {
    const place = before.indexOf(name)
    return { before: place < 0 ? null : place, after: index }
  })
  for (const [index, name] of before.entries()) if (!after.includes(name)) pairs.push({ before: index, after: null })
  return pairs
}

function byPlace(before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isEqual(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const pairs: Pair[] = []
  for (let index = 0; index < head; index++) pairs.push({ before: index, after: index })
  const middle = Math.max(before.length, after.length) - head - tail
  for (let index = 0; index < middle; index++) {
    const [left, right] = [head + index, head + index]
    pairs.push({
      before: left < before.length - tail ? left : null,
      after: right < after.length - tail ? right : null,
    })
  }
  for (let index = tail; index > 0; index--) pairs.push({ before: before.length - index, after: after.length - index })
  return pairs
}
