import type { Shown } from './cells.ts'

/** Where a cell lies in its tile, and what it shows. */
export interface Placed {
  x: number
  y: number
  shown: Shown
  /** 0–1: how much was called. */
  size: number
  /** In the row or the column of the chosen cell. */
  isCross: boolean
}

export const [cellWidth, cellHeight] = [38, 25]

/** Many cells as a few paths, one for all that look alike. */
export interface Picture {
  grounds: string
  cross: string
  used: string
  granted: string
  partly: string
  refused: string
  /** What is cut into the marks of refused ones. */
  cuts: string
  uncertain: string
  neither: string
  /** Where question marks stand. */
  questions: readonly { x: number; y: number }[]
}

export function pictureOf(cells: readonly Placed[]): Picture {
  const questions: { x: number; y: number }[] = []
  const paths = {
    grounds: '',
    cross: '',
    used: '',
    granted: '',
    partly: '',
    refused: '',
    cuts: '',
    uncertain: '',
    neither: '',
  }
  for (const { x, y, shown, size, isCross } of cells) {
    paths[isCross ? 'cross' : 'grounds'] += `M${x} ${y}h${cellWidth}v${cellHeight}h${-cellWidth}z`
    const [middle, line] = [x + cellWidth / 2, y + 13]
    paths[shown.state === 'granted' && shown.isPartly ? 'partly' : shown.state] +=
      shown.state === 'neither' ? dot(x + 18.75, y + 12.25, 1.25) : shapes[shown.state](middle, line, size)
    if (shown.state === 'refused') paths.cuts += cut(middle, line)
    if (shown.state === 'uncertain') questions.push({ x: middle, y: line + 3.8 })
  }
  return { ...paths, questions }
}

/** How a state is drawn around a point: by shape first. */
export const shapes = {
  used: (x: number, y: number, size: number) => square(x, y, 3.5 + 4.5 * size),
  granted: (x: number, y: number) => square(x, y, 4.5),
  refused: (x: number, y: number) => `M${x} ${y - 8}l8 8-8 8-8-8z`,
  uncertain: (x: number, y: number) => dot(x, y, 7),
  neither: (x: number, y: number) => dot(x, y, 1.2),
}
export const cut = (x: number, y: number): string => `M${x - 2.6} ${y - 2.6}l5.2 5.2m0-5.2l-5.2 5.2`

const dot = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`
function square(x: number, y: number, half: number) {
  const [left, top, long] = [x - half + 2, y - half, 2 * half - 4].map(value => Number(value.toFixed(2)))
  return `M${left} ${top}h${long}a2 2 0 0 1 2 2v${long}a2 2 0 0 1 -2 2h-${long}a2 2 0 0 1 -2 -2v-${long}a2 2 0 0 1 2 -2z`
}

export const sizeOf = (passed: number, busiest: number): number =>
  busiest <= 0 ? 0.5 : Math.min(1, Math.log1p(passed) / Math.log1p(busiest))
