import { describe, expect, it } from 'vitest'
import { Budget } from './budget.ts'

describe('a budget', () => {
  it('gives a burst at once and then so many a second', () => {
    const budget = new Budget(2, 3)
    expect([0, 0, 0, 0].map(at => budget.take(at))).toEqual([true, true, true, false])
    expect([500, 500, 1000].map(at => budget.take(at))).toEqual([true, false, true])
    expect(budget.take(60_000)).toBe(true)
    expect([60_000, 60_000, 60_000].map(at => budget.take(at))).toEqual([true, true, false])
  })
  it('is not filled by a clock that goes backwards', () => {
    const budget = new Budget(1, 1)
    expect([budget.take(10_000), budget.take(0), budget.take(500)]).toEqual([true, false, false])
  })
})
