import { expect, it } from 'vitest'
import { Book } from './book.ts'
import { volume } from './volume.ts'

const stamp = (at: number) => new Date(at).toISOString().replace('Z', '000000Z')
const start = Date.UTC(2026, 10, 25, 14)

it('counts lines by level in bars of a round length', () => {
  const book = new Book()
  book.add(
    'a/app',
    ['x', '[error] y', '[warn] z', 'x'].map((text, index) => `${stamp(start + index * 60_000)} ${text}`),
  )
  const bars = volume(book.rows)
  expect(bars).toHaveLength(37)
  expect(bars[0]).toEqual({ from: start, to: start + 5000, error: 0, warn: 0, other: 1 })
  expect(bars.map(({ error }) => error).indexOf(1)).toBe(12)
  expect(bars.reduce((sum, { error, warn, other }) => sum + error + warn + other, 0)).toBe(4)
})
it('is not pressed into one bar by a line of long ago', () => {
  const book = new Book()
  book.add('a/app', [
    `${stamp(start - 86_400_000)} old`,
    ...Array.from({ length: 100 }, (_, index) => `${stamp(start + index * 1000)} x`),
  ])
  const bars = volume(book.rows)
  expect(bars[0]?.from).toBeGreaterThanOrEqual(start)
  expect(bars.length).toBeGreaterThan(40)
})
it('of no line is none', () => expect(volume([])).toEqual([]))
