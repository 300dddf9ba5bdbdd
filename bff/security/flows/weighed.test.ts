import { describe, expect, it } from 'vitest'
import type { Series } from '#bff/sources/source.ts'
import { stepOver, stepsOf, weighed } from './weighed.ts'

const end = Date.UTC(2026, 10, 26, 4)
const steps = stepsOf(14_400, 3600, end)
const hour = (ago: number) => end - ago * 3_600_000
const line = (metric: Record<string, string>, points: Record<number, number>): Series => ({
  metric,
  times: Object.keys(points)
    .map(ago => hour(Number(ago)))
    .sort((a, b) => a - b),
  values: Object.entries(points)
    .sort(([a], [b]) => Number(b) - Number(a))
    .map(([, value]) => value),
})

describe('what came in each step', () => {
  it('is the window as a whole, with its weights and the last that came', () => {
    expect(weighed([line({ to: 'ledger' }, { 3: 40, 1: 2 })], steps)).toEqual([
      { metric: { to: 'ledger' }, value: 42, hours: [40, 0, 2, 0], lastSeen: hour(1) },
    ])
  })

  it('of connections that only went on is one, seen when it last carried something', () => {
    const [one] = weighed([line({ part: 'carried', to: 'redis' }, { 2: 1, 1: 1 })], steps)
    expect(one).toEqual({ metric: { to: 'redis' }, value: 1, hours: [0, 0.5, 0.5, 0], lastSeen: hour(1) })
  })

  it('of connections is how many were opened, and last seen what was carried after that', () => {
    const opened = line({ part: 'opened', to: 'redis' }, { 3: 7 })
    expect(weighed([line({ part: 'carried', to: 'redis' }, { 3: 1, 0: 1 }), opened], steps)).toEqual([
      { metric: { to: 'redis' }, value: 7, hours: [7, 0, 0, 0], lastSeen: end },
    ])
  })

  it('outside of the window is none of it', () => {
    expect(weighed([line({ to: 'ledger' }, { 9: 40 })], steps)).toEqual([
      { metric: { to: 'ledger' }, value: 0, hours: [0, 0, 0, 0] },
    ])
  })

  it.each([
    ['an hour', 3600, 15, 300],
    ['an hour that is scraped every two minutes', 3600, 120, 600],
    ['an hour that is scraped every ten minutes', 3600, 600, 3600],
    ['a day', 86_400, 15, 3600],
    ['a day that is scraped every half hour', 86_400, 1800, 7200],
    ['a month', 2_592_000, 60, 21_600],
    ['a week', 604_800, 15, 21_600],
    ['an hour and a half', 5400, 15, 5400],
    ['seven minutes', 420, 15, 420],
    ['thirty-one hours', 111_600, 15, 27_900],
    ['a minute, which is less than that', 60, 60, 60],
  ])('in %s is long enough to be scraped a few times', (_, window, scrape, step) => {
    expect(stepOver(window, scrape)).toBe(step)
    expect(window % step).toBe(0)
  })
})
