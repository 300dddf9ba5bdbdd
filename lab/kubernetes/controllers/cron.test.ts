import { describe, expect, it } from 'vitest'
import { nextTime } from './cron.ts'

const from = Date.UTC(2026, 10, 23, 8, 0, 30)

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-11-23T08:01:00.000Z'],
    ['*/15 * * * *', '2026-11-23T08:15:00.000Z'],
    ['5 7 * * *', '2026-11-24T07:05:00.000Z'],
    ['0 9-17/4 * * 1-5', '2026-11-23T09:00:00.000Z'],
    ['0 0 1 1 *', '2027-01-01T00:00:00.000Z'],
    ['0 0 * * 7', '2026-11-29T00:00:00.000Z'],
    ['0 0 1 * 5', '2026-11-27T00:00:00.000Z'],
    ['@daily', '2026-11-24T00:00:00.000Z'],
  ])('%s comes next at %s', (schedule, time) => {
    expect(new Date(nextTime(schedule, from) ?? 0).toISOString()).toBe(time)
  })

  it.each(['', 'soon', '61 * * * *', '* * * *', '*/0 * * * *', '0 0 31 2 *'])('%s never comes', schedule => {
    expect(nextTime(schedule, from)).toBeUndefined()
  })
})
