import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dashboard, MetricLine, Panel } from './api.ts'
import { apply, diff } from './change.ts'

const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => (Object.is(value, -0) ? 0 : value))
const value = fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 2), number)
const id = fc.constantFrom('a', 'b', 'c', 'd')
const linesOf = (count: number): fc.Arbitrary<MetricLine[]> =>
  fc.uniqueArray(fc.record({ id, name: id, values: fc.array(value, { minLength: count, maxLength: count }) }), {
    selector: line => line.id,
  })
const panelsOf = (count: number): fc.Arbitrary<Panel[]> =>
  fc.uniqueArray(
    fc.record({
      id: fc.constantFrom<Panel['id']>('requests', 'errors', 'latency'),
      unit: fc.constantFrom<Panel['unit']>('perSecond', 'bytes'),
      query: id,
      lines: linesOf(count),
    }),
    { selector: panel => panel.id },
  )
const heatOf = (count: number): fc.Arbitrary<Dashboard['heatmap']> =>
  fc.option(
    fc.record({
      bounds: fc.constantFrom([1, null], [1, 2, null]),
      counts: fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }), { minLength: count, maxLength: count }),
      query: fc.constantFrom('p', 'q'),
    }),
  )
const dashboards: fc.Arbitrary<Dashboard> = fc
  .record({ first: fc.integer({ min: 0, max: 8 }), count: fc.integer({ min: 0, max: 6 }), step: fc.constantFrom(1, 2) })
  .chain(({ first, count, step }) => {
    const times = Array.from({ length: count }, (_, index) => (first + index) * step)
    return fc.record({
      from: fc.constant(times[0] ?? 0),
      to: fc.constant(times.at(-1) ?? 0),
      step: fc.constant(step),
      times: fc.constant(times),
      panels: panelsOf(count),
      heatmap: heatOf(count),
      exemplars: fc.array(fc.record({ at: fc.nat(3), value: fc.nat(3), traceId: id }), { maxLength: 2 }),
      queries: fc.nat(2),
    })
  })

/** The same mesh a little later: what most changes are. */
function later(before: Dashboard, steps: number, next: (line: MetricLine) => number | null): Dashboard {
  const times = before.times.map(time => time + steps * before.step)
  const panels = before.panels.map(panel => ({
    ...panel,
    lines: panel.lines.map(line => ({
      ...line,
      values: [...line.values, ...Array.from({ length: steps }, () => next(line))].slice(-times.length),
    })),
  }))
  const counts = before.heatmap?.counts.map((_, index, all) => all[index + steps] ?? [7])
  const heatmap = before.heatmap === null || counts === undefined ? null : { ...before.heatmap, counts }
  return { ...before, from: times[0] ?? 0, to: times.at(-1) ?? 0, times, panels, heatmap }
}

describe('the difference of two dashboards', () => {
  it('turns the one into the other, order included, through JSON', () => {
    fc.assert(
      fc.property(dashboards, dashboards, (before, after) => {
        const change = diff(before, after)
        expect(change === null ? before : apply(before, overTheWire(change))).toEqual(after)
      }),
      { numRuns: 1000 },
    )
  })

  it('of a slid window is its new points alone', () => {
    fc.assert(
      fc.property(dashboards, fc.integer({ min: 1, max: 4 }), (before, steps) => {
        fc.pre(before.times.length > 4)
        const after = later(before, steps, () => 5)
        const change = diff(before, after)
        if (change === null) throw new Error('nothing is told')
        expect(apply(before, overTheWire(change))).toEqual(after)
        expect(change.slide).toEqual({ drop: steps, add: after.times.slice(-steps) })
        for (const { lines = [] } of change.panels ?? [])
          for (const { values, at } of lines) expect([values.length, at]).toEqual([steps, before.times.length - steps])
      }),
    )
  })

  it('is none where nothing changed, and where one line did all others stay the same ones', () => {
    fc.assert(
      fc.property(dashboards, before => {
        expect(diff(before, overTheWire(before))).toBeNull()
        const [first, ...rest] = before.panels
        fc.pre(first !== undefined && before.times.length > 0 && first.lines.length > 0)
        const [line, ...others] = first?.lines ?? []
        if (first === undefined || line === undefined) return
        const touched = { ...line, values: line.values.map((value, index) => (index === 0 ? (value ?? 0) + 1 : value)) }
        fc.pre(touched.values[0] !== line.values[0])
        const change = diff(before, { ...before, panels: [{ ...first, lines: [touched, ...others] }, ...rest] })
        const after = change === null ? before : apply(before, change)
        expect(after.times).toBe(before.times)
        expect(after.panels.slice(1).every((panel, index) => panel === rest[index])).toBe(true)
        expect(after.panels[0]?.lines.slice(1).every((each, index) => each === others[index])).toBe(true)
      }),
    )
  })
})
