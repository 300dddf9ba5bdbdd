import type { Tree } from './tree.ts'

/** Microseconds each span spent itself: its duration without the time in which any child of it ran. By index of `Tree.spans`. */
export function selfTimes(tree: Tree): number[] {
  return tree.spans.map(({ start, end, children }) => {
    // Children come in the order of their start.
    let covered = 0
    let until = start
    for (const index of children) {
      const child = tree.spans[index]
      if (child === undefined) continue
      const from = Math.max(child.start, until)
      const to = Math.min(child.end, end)
      if (to <= from) continue
      covered += to - from
      until = to
    }
    return end - start - covered
  })
}
