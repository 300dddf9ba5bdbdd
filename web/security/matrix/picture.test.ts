import { describe, expect, it } from 'vitest'
import { cellStates } from '#shared/security/matrix.ts'
import { lineAt, placesOf } from './lines.ts'
import { type Placed, pictureOf, sizeOf } from './picture.ts'

const placed = (state: (typeof cellStates)[number], more: Partial<Placed> & { isPartly?: boolean } = {}): Placed => ({
  x: 0,
  y: 0,
  size: 0.5,
  isCross: false,
  ...more,
  shown: { state, isPartly: more.isPartly ?? false, passed: 0, refused: 0 },
})
const count = (path: string) => path.split('M').length - 1

describe('the picture of cells', () => {
  it.each(cellStates)('has one mark for a cell that is %s, and a ground', state => {
    const { questions, cuts, ...paths } = pictureOf([placed(state), placed(state, { x: 38 })])
    const others = cellStates.filter(each => each !== state)
    expect(count(paths[state])).toBe(2)
    expect(others.map(each => paths[each])).toEqual(others.map(() => ''))
    expect(count(paths.grounds)).toBe(2)
    expect(questions).toHaveLength(state === 'uncertain' ? 2 : 0)
    expect(cuts !== '').toBe(state === 'refused')
  })

  it('tells what is granted for some requests from what is granted, and grounds in the cross from others', () => {
    const picture = pictureOf([placed('granted', { isPartly: true }), placed('granted', { x: 38, isCross: true })])
    expect([count(picture.partly), count(picture.granted)]).toEqual([1, 1])
    expect([picture.grounds, picture.cross]).toEqual(['M0 0h38v25h-38z', 'M38 0h38v25h-38z'])
  })

  it('draws a larger square the more was called, and none beyond its cell', () => {
    const widthOf = (passed: number) =>
      Number(/h([\d.]+)/.exec(pictureOf([placed('used', { size: sizeOf(passed, 1000) })]).used)?.[1]) + 4
    const widths = [0, 10, 100, 1000].map(widthOf)
    expect(widths).toEqual(widths.toSorted((a, b) => a - b))
    expect([widths[0], widths.at(-1)]).toEqual([7, 16])
    expect(sizeOf(5, 0)).toBe(0.5)
  })
})

describe('a place in the matrix', () => {
  const places = placesOf([{ isFirst: true }, { isFirst: false }, { isFirst: true }], 38, 13)
  it.each([
    [0, -1],
    [13, 0],
    [50.5, 0],
    [51, 1],
    [88, 1],
    [89, -1],
    [102, 2],
    [139.5, 2],
    [140, -1],
  ])('at %d pixels is that of line %d', (place, line) => expect(lineAt(places, place, 38)).toBe(line))
})
