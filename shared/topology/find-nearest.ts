/**
 * The word that was probably meant: one that begins like this, else the one with the fewest slips (a letter too many,
 * missing, wrong, or two swapped), at most two of them and one in a short word.
 */
export function nearest(typed: string, words: readonly string[]): string | null {
  const word = typed.toLowerCase()
  if (word.length < 2) return null
  const begun = words.find(each => each.startsWith(word))
  if (begun !== undefined) return begun
  let best: string | null = null
  let fewest = word.length <= 4 ? 1 : 2
  for (const each of words) {
    if (Math.abs(each.length - word.length) > fewest) continue
    const count = slips(word, each)
    if (count > fewest || (count === fewest && best !== null)) continue
    best = each
    fewest = count
  }
  return best
}

/** Edit distance with swaps of neighbours (optimal string alignment). */
export function slips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
