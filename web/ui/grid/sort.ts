/** `rate` rises, `-rate` falls; an unknown column is no sorting at all. */
export function sortingIn(sort: string | undefined, columns: readonly string[]): { id: string; desc: boolean } | null {
  if (sort === undefined) return null
  const desc = sort.startsWith('-')
  const id = desc ? sort.slice(1) : sort
  return columns.includes(id) ? { id, desc } : null
}

/** The next of: as it comes → worst or most first → least first → as it comes. */
export function nextSort(current: string | undefined, column: string): string | undefined {
  if (current === `-${column}`) return column
  return current === column ? undefined : `-${column}`
}
