import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { words } from './containers.ts'
import { createRing } from './ring.ts'

describe('the log of one container', () => {
  it('gives back what was written, in order, each line once', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 200 }), fc.nat(60), (texts, step) => {
        const ring = createRing(1e9)
        const seen: string[] = []
        let place = ring.first
        for (const [index, text] of texts.entries()) {
          ring.push(index, text, words)
          if (index % (step + 1) !== 0) continue
          seen.push(...ring.lines(place).map(line => line.text()))
          place = ring.next
        }
        seen.push(...ring.lines(place).map(line => line.text()))
        expect(seen).toEqual(texts)
      }),
    )
  })
  it('never holds more than its limit, and forgets the oldest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 400 }), fc.integer({ min: 400, max: 5000 }), (lengths, limit) => {
        const ring = createRing(limit)
        for (const [index, length] of lengths.entries()) {
          ring.push(index, `${index} `.padEnd(length), words)
          expect(ring.bytes).toBeLessThanOrEqual(limit)
        }
        const kept = ring.lines(0).map(line => Number.parseInt(line.text(), 10))
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => lengths.length - kept.length + index))
        expect(ring.next).toBe(lengths.length)
      }),
    )
  })
  it('writes a line that is late late: times never run backwards', () => {
    const ring = createRing(10_000)
    for (const time of [5, 3, 8]) ring.push(time, String(time), words)
    expect(ring.lines(0).map(line => line.time)).toEqual([5, 5, 8])
  })
})
