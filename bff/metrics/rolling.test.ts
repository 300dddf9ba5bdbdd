import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Series } from '#bff/sources/source.ts'
import { gridOf } from '#shared/metrics/step.ts'
import { rollingRange } from './rolling.ts'

const signal = new AbortController().signal
const names = ['a', 'b', 'c']

/** A Prometheus whose series have a value at some of the steps: of the time alone, as PromQL's are. */
function prometheus(seed: number) {
  const asked: { start: number; end: number }[] = []
  const read = async (_: string, { start, end, step }: { start: number; end: number; step: number }) => {
    asked.push({ start, end })
    return names.flatMap((name, index): Series[] => {
      const times: number[] = []
      for (let at = start; at <= end; at += step * 1000) if ((at / 1000 + seed * index) % 7 > index) times.push(at)
      return times.length === 0 ? [] : [{ metric: { name }, times, values: times.map(at => at * (index + 1)) }]
    })
  }
  return { asked, read }
}
const sorted = (series: readonly Series[]) =>
  series.toSorted((a, b) => ((a.metric['name'] ?? '') < (b.metric['name'] ?? '') ? -1 : 1))

describe('a range that goes with the clock', () => {
  it('is what a whole reading finds, however far the clock went between two', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.constantFrom(900, 3600),
        fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 6 }),
        async (seed, range, gone) => {
          const whole = prometheus(seed)
          const roll = rollingRange(prometheus(seed).read)
          let now = 1_800_000_000_000
          for (const by of gone) {
            now += by
            const grid = gridOf(now - range * 1000, now, 15)
            // oxlint-disable-next-line no-await-in-loop -- one after the other, as the clock goes
            const found = await roll({ promql: 'up', grid, isLive: true }, signal)
            // oxlint-disable-next-line no-await-in-loop -- the same
            expect(sorted(found)).toEqual(await whole.read('', { start: grid.from, end: grid.to, step: grid.step }))
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('is asked for whole once, then for its newest points', async () => {
    const { asked, read } = prometheus(1)
    const roll = rollingRange(read)
    const at = (now: number) => gridOf(now - 3_600_000, now, 15)
    await roll({ promql: 'up', grid: at(1_800_000_000_000), isLive: true }, signal)
    await roll({ promql: 'up', grid: at(1_800_000_030_000), isLive: true }, signal)
    expect(asked.map(({ start, end }) => end - start)).toEqual([3_600_000, 45_000])
  })

  it.each(['up @ end()', 'topk(3, up @start ())'])(
    'is asked for whole where a value depends on its end: %s',
    async promql => {
      const { asked, read } = prometheus(1)
      const roll = rollingRange(read)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (const now of [1_800_000_000_000, 1_800_000_030_000])
        await roll({ promql, grid: gridOf(now - 900_000, now, 15), isLive: true }, signal)
      expect(new Set(asked.map(({ start, end }) => end - start)).size).toBe(1)
    },
  )
})
