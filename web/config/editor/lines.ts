/** Two texts line by line: what stands in both, on the left only, on the right only. */
export interface LinePair {
  left: string | null
  right: string | null
}

/** Beyond this many comparisons the middle is told as changed as a whole. */
const mostWork = 4_000_000

export function pairLines(before: string, after: string): LinePair[] {
  const [left, right] = [linesOf(before), linesOf(after)]
  const shorter = Math.min(left.length, right.length)
  let head = 0
  while (head < shorter && left[head] === right[head]) head++
  let tail = 0
  while (tail < shorter - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++
  const same = (line: string): LinePair => ({ left: line, right: line })
  return [
    ...left.slice(0, head).map(same),
    ...between(left.slice(head, left.length - tail), right.slice(head, right.length - tail)),
    ...left.slice(left.length - tail).map(same),
  ]
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** The longest common run of lines stays; what is left over on both sides at one place stands side by side. */
function between(left: string[], right: string[]): LinePair[] {
  const pairs: LinePair[] = []
  let [gone, come]: [string[], string[]] = [[], []]
  const flush = () => {
    for (let index = 0; index < Math.max(gone.length, come.length); index++)
      pairs.push({ left: gone[index] ?? null, right: come[index] ?? null })
    ;[gone, come] = [[], []]
  }
  if (left.length * right.length > mostWork) [gone, come] = [left, right]
  else {
    const width = right.length + 1
    const longest = new Uint32Array((left.length + 1) * width)
    for (let i = left.length - 1; i >= 0; i--)
      for (let j = right.length - 1; j >= 0; j--)
        longest[i * width + j] =
          left[i] === right[j]
            ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
            : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0)
    let [i, j] = [0, 0]
    while (i < left.length || j < right.length)
      if (i < left.length && j < right.length && left[i] === right[j]) {
        flush()
        pairs.push({ left: left[i] ?? '', right: right[j] ?? '' })
        i++
        j++
      } else if (
        j >= right.length ||
        (i < left.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
      )
        gone.push(left[i++] ?? '')
      else come.push(right[j++] ?? '')
  }
  flush()
  return pairs
}

/** Line numbers of the newer text that differ, and how many of the older are gone. */
export function changesOf(pairs: readonly LinePair[]): { changed: Set<number>; added: number; removed: number } {
  const changed = new Set<number>()
  let [number, added, removed] = [0, 0, 0]
  for (const { left, right } of pairs) {
    if (right !== null) number++
    if (left === right) continue
    if (right !== null) {
      changed.add(number)
      added++
    }
    if (left !== null) removed++
  }
  return { changed, added, removed }
}
