import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addShare, inHundred, moveShare, rangeOf, removeShare, type Share } from './shares.ts'

const parts = (shares: readonly Share[]): number[] => shares.map(({ part }) => part)
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)

const weights = fc.array(
  fc.oneof(fc.nat(100), fc.double(), fc.constantFrom(0, -1, Number.NaN, Infinity, Number.MAX_VALUE, 5e-324)),
  { minLength: 1, maxLength: 12 },
)
const shares = fc
  .tuple(weights, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }))
  .map(([given, locks]) => inHundred(given).map((part, at) => ({ part, isLocked: locks[at] === true })))
const act = fc.oneof(
  fc.record({ act: fc.constant('move' as const), at: fc.nat(14), to: fc.oneof(fc.integer(), fc.double()) }),
  fc.record({ act: fc.constant('remove' as const), at: fc.nat(14), to: fc.constant(0) }),
  fc.record({ act: fc.constant('add' as const), at: fc.constant(0), to: fc.constant(0) }),
)

function expectHundred(found: readonly number[]): void {
  for (const part of found) expect(Number.isInteger(part) && part >= 0, found.join(' ')).toBe(true)
  expect(total(found)).toBe(100)
}

describe('parts in a hundred', () => {
  it('are whole and together 100, whatever weights they are read from', () => {
    fc.assert(fc.property(weights, given => expectHundred(inHundred(given))))
  })

  it('are whole and together 100 after any acts in any order', () => {
    fc.assert(
      fc.property(shares, fc.array(act, { maxLength: 20 }), (start, acts) => {
        let now: readonly Share[] = start
        for (const { act, at, to } of acts) {
          if (act === 'move') now = moveShare(now, at, to)
          else if (act === 'add') now = addShare(now)
          else if (now.length > 1) now = removeShare(now, at)
          expectHundred(parts(now))
        }
      }),
    )
  })

  it('leave a locked part as it is, and move where the range says one can', () => {
    fc.assert(
      fc.property(shares, fc.nat(11), fc.integer({ min: -20, max: 120 }), (before, at, to) => {
        const after = moveShare(before, at, to)
        before.forEach((share, index) => {
          if (share.isLocked) expect(after[index]).toEqual(share)
        })
        const { min, max } = rangeOf(before, at)
        if (at < before.length) expect(after[at]?.part).toBe(Math.min(max, Math.max(min, to)))
      }),
    )
  })

  it.each([
    [
      [90, 10],
      [90, 10],
    ],
    [
      [9, 1],
      [90, 10],
    ],
    [
      [1, 1, 1],
      [34, 33, 33],
    ],
    [
      [0, 0],
      [50, 50],
    ],
    [
      [1, 0, 0],
      [100, 0, 0],
    ],
    [
      [50, 50, 50],
      [34, 33, 33],
    ],
    [
      [2, 1],
      [67, 33],
    ],
    [[7], [100]],
  ])('%j is %j', (given, expected) => {
    expect(inHundred(given)).toEqual(expected)
  })

  it.each<[string, Share[], number, number, number[]]>([
    ['two: the other takes the rest', [{ part: 90 }, { part: 10 }], 1, 50, [50, 50]],
    ['three: the others keep their proportion', [{ part: 60 }, { part: 20 }, { part: 20 }], 1, 0, [75, 0, 25]],
    ['a locked part stays', [{ part: 60, isLocked: true }, { part: 20 }, { part: 20 }], 1, 30, [60, 30, 10]],
    [
      'no further than locked parts allow',
      [{ part: 60, isLocked: true }, { part: 20 }, { part: 20 }],
      1,
      90,
      [60, 40, 0],
    ],
    ['others at nothing take the same each', [{ part: 100 }, { part: 0 }, { part: 0 }], 0, 70, [70, 15, 15]],
    ['one that is locked itself does not move', [{ part: 60, isLocked: true }, { part: 40 }], 0, 10, [60, 40]],
    ['alone it has all', [{ part: 100 }], 0, 10, [100]],
    ['what is no number moves nothing', [{ part: 60 }, { part: 40 }], 0, Number.NaN, [60, 40]],
  ])('%s', (_, before, at, to, after) => {
    expect(parts(moveShare(before, at, to))).toEqual(after)
  })

  it('what was removed goes to those that are not locked', () => {
    expect(parts(removeShare([{ part: 50 }, { part: 30, isLocked: true }, { part: 20 }], 0))).toEqual([30, 70])
    expect(parts(removeShare([{ part: 50 }, { part: 50, isLocked: true }], 0))).toEqual([100])
  })
})
