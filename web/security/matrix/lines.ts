/** Rows or columns of the matrix: grouped, folded or not, and where each of them lies. */
export interface Line<T> {
  key: string
  group: string
  name: string
  /** As it is called where its group does not stand beside it. */
  fullName: string
  /** One, or all of a folded group. */
  members: readonly T[]
  isFolded: boolean
  isFirst: boolean
}

export function linesOf<T>(
  items: readonly T[],
  of: {
    key: (item: T) => string
    group: (item: T) => string
    name: (item: T) => string
    fullName: (item: T) => string
  },
  folded: ReadonlySet<string>,
): Line<T>[] {
  return [...Map.groupBy(items, of.group)].flatMap(([group, members]): Line<T>[] =>
    folded.has(group)
      ? [{ key: `group:${group}`, group, name: group, fullName: group, members, isFolded: true, isFirst: true }]
      : members.map((member, index) => ({
          key: of.key(member),
          group,
          name: of.name(member),
          fullName: of.fullName(member),
          members: [member],
          isFolded: false,
          isFirst: index === 0,
        })),
  )
}

export interface Places {
  at: readonly number[]
  total: number
}

export function placesOf(lines: readonly { isFirst: boolean }[], size: number, gap: number): Places {
  let next = gap
  const at = lines.map(({ isFirst }, index) => {
    if (isFirst && index > 0) next += gap
    const own = next
    next += size
    return own
  })
  return { at, total: next + gap }
}

/** The first and the last one that is in sight, and one more at either end. */
export function inSight({ at }: Places, from: number, to: number): [number, number] {
  return [Math.max(0, firstAfter(at, from) - 2), Math.min(at.length - 1, firstAfter(at, to) + 1)]
}

/** The one that lies there; negative between groups and beside all. */
export function lineAt({ at }: Places, place: number, size: number): number {
  const index = firstAfter(at, Math.floor(place) + 1) - 1
  return place < (at[index] ?? Number.NEGATIVE_INFINITY) + size ? index : -1
}

function firstAfter(at: readonly number[], place: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) < place) low = middle + 1
    else high = middle
  }
  return low
}
