import type { CoveredCorner } from './canvas/GraphCanvas.tsx'

const note: CoveredCorner = { side: 'right', width: 412, height: 84 }
const crumbs: CoveredCorner = { side: 'left', width: 440, height: 64 }
const [none, right, left, both]: CoveredCorner[][] = [[], [note], [crumbs], [note, crumbs]]

/** Corners of the map that something lies on; the same list each time, because the map fits itself anew for another. */
export function coveredCorners(hasNote: boolean, hasCrumbs: boolean): readonly CoveredCorner[] {
  return (hasNote ? (hasCrumbs ? both : right) : hasCrumbs ? left : none) ?? []
}
