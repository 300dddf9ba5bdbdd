import { describe, expect, it } from 'vitest'
import { parseGoDuration } from './go-duration.ts'

describe("Go's durations", () => {
  it.each([
    ['100ms', 100_000],
    ['1.5s', 1_500_000],
    ['1h2m', 3_720_000_000],
    ['250us', 250],
    ['250µs', 250],
    ['.5ms', 500],
    ['0', 0],
    ['-1s', -1_000_000],
    ['', null],
    ['5', null],
    ['1 s', null],
    ['s', null],
  ])('%s is %s microseconds', (text, microseconds) => {
    expect(parseGoDuration(text)).toBe(microseconds)
  })
})
