import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Book, type Row } from './book.ts'

const stamp = (second: number) =>
  `2026-11-25T14:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000000000Z`
const texts = (rows: readonly Row[]) => rows.map(({ text }) => text)
const filled = (most: number, count: number) => {
  const book = new Book(most)
  book.add(
    'a/app',
    Array.from({ length: count }, (_, index) => `${stamp(index)} line ${index}`),
  )
  return book
}

describe('lines of several containers', () => {
  it('are by time, and in the order of each container, in whatever pieces they come', () => {
    const batches = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6 })),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(batches, given => {
        const book = new Book()
        const written = new Map<string, string[]>()
        for (const [of, seconds] of given) {
          const own = written.get(of) ?? []
          const lines = seconds.map((second, index) => `${stamp(second)} ${of} ${own.length + index}`)
          written.set(of, [...own, ...lines.map(line => line.slice(31))])
          book.add(of, lines)
        }
        const stamps = book.rows.map(row => row.stamp)
        expect(stamps).toEqual(stamps.toSorted())
        for (const [of, own] of written) expect(texts(book.rows.filter(row => row.of === of))).toEqual(own)
      }),
    )
  })
  it('beyond the most make room for the newest, shown and not shown', () => {
    const book = filled(10, 8)
    book.want(row => Number(row.text.slice(5)) % 2 === 0)
    book.add(
      'a/app',
      Array.from({ length: 6 }, (_, index) => `${stamp(8 + index)} line ${8 + index}`),
    )
    expect(book.rows).toHaveLength(10)
    expect(book.dropped).toBe(4)
    expect(texts(book.shown)).toEqual(['line 4', 'line 6', 'line 8', 'line 10', 'line 12'])
    book.want(() => true)
    expect(book.shown).toEqual(book.rows)
  })
  it('say which of them were cut', () => {
    const book = new Book()
    book.add('a/app', [`${stamp(1)} whole`, `${stamp(2)} beginn`], new Map([[1, 1_000_000]]))
    expect(book.rows.map(({ cut }) => cut)).toEqual([null, 1_000_000])
  })
})
