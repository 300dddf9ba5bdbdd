import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridOf, mostPoints, pointsOfMesh } from './step.ts'

const now = 1_800_000_000_000

describe('the steps of a chart', () => {
  it.each([
    ['15 min', 900, 15],
    ['1 h', 3600, 15],
    ['3 h', 10_800, 30],
    ['1 day', 86_400, 300],
    ['7 days', 604_800, 1800],
  ])('fit %s', (_, seconds, step) => {
    expect(gridOf(now - seconds * 1000, now, 15).step).toBe(step)
  })

  it('are half as many of a whole mesh', () => {
    expect(gridOf(now - 3_600_000, now, 15, pointsOfMesh)).toMatchObject({ step: 30, window: 60 })
  })

  it('are never more than a thousand, never closer than scrapes, and end within the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40_000_000 }), fc.integer({ min: 1, max: 300 }), (span, scrape) => {
        const grid = gridOf(now - span * 1000, now, scrape)
        expect(grid.times.length).toBeLessThanOrEqual(mostPoints)
        expect(grid.step).toBeGreaterThanOrEqual(scrape)
        expect(grid.window).toBeGreaterThanOrEqual(4 * scrape)
        expect(grid.to).toBeLessThanOrEqual(now)
        expect(grid.to % (grid.step * 1000)).toBe(0)
      }),
    )
  })
})
