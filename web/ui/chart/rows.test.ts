import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Line } from './chart.ts'
import { csvOf, rowsOf } from './rows.ts'

const line = (name: string, points: [number, number | null][]): Line => ({
  id: name,
  name,
  tone: 0,
  times: points.map(([at]) => at),
  values: points.map(([, value]) => value),
})

describe('a chart as a table', () => {
  it('puts lines of different moments side by side, latest first, and leaves gaps empty', () => {
    expect(
      rowsOf([
        line('a', [
          [1000, 1],
          [2000, null],
        ]),
        line('b', [[2000, 5]]),
      ]),
    ).toEqual([
      { at: 2000, values: [null, 5] },
      { at: 1000, values: [1, null] },
    ])
  })

  it('loses no sample and invents none', () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.option(fc.double({ noNaN: true }))), {
      selector: ([at]) => at,
    })
    fc.assert(
      fc.property(fc.array(points, { maxLength: 4 }), all => {
        const lines = all.map((each, index) =>
          line(
            String(index),
            [...each].sort(([a], [b]) => a - b),
          ),
        )
        const rows = rowsOf(lines)
        for (const [index, each] of all.entries())
          for (const [at, value] of each) expect(rows.find(row => row.at === at)?.values[index]).toBe(value)
        const known = rows.flatMap(({ values }) => values).filter(value => value !== null)
        expect(known).toHaveLength(all.flat().filter(([, value]) => value !== null).length)
      }),
    )
  })
})

describe('a chart as a file', () => {
  it('quotes what a comma or a quote would break', () => {
    expect(csvOf([line('a,"b"', [[0, 1.5]])])).toBe('time,"a,""b"""\r\n1970-01-01T00:00:00.000Z,1.5\r\n')
  })

  it('lets no name become a formula', () => {
    expect(csvOf([line('=HYPERLINK("http://x")', [])])).toContain(`"'=HYPERLINK(""http://x"")"`)
  })
})
