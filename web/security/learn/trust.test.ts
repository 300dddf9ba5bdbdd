import { describe, expect, it } from 'vitest'
import { trustIn } from './trust.ts'

describe('what was seen', () => {
  it.each([
    ['is well known with a week and many calls', 0.01, true, 'well'],
    ['is fairly known without a week, however many calls', 0.001, false, 'fairly'],
    ['is fairly known with a week and fewer calls', 0.05, true, 'fairly'],
    ['is little known after a few calls', 0.6, true, 'little'],
  ] as const)('%s', (_, unseenAtMost, hasWeek, expected) => {
    expect(trustIn({ unseenAtMost, hasWeek })).toBe(expected)
  })
})
