import { expect, it } from 'vitest'
import { lifeLeft } from './certificate.ts'

const hour = 3_600_000
const day = 24 * hour

it.each([
  ['of a day, at half of it', -12 * hour, 12 * hour, 'healthy', 'valid'],
  ['of a day, long after it should have been renewed', -20 * hour, 4 * hour, 'degraded', 'ending'],
  ['of 90 days, two weeks before its end', -77 * day, 13 * day, 'degraded', 'ending'],
  ['of ten years, a month before its end', -3620 * day, 30 * day, 'healthy', 'valid'],
  ['that has ended', -day, 0, 'failing', 'expired'],
  ['that has not begun', hour, day, 'failing', 'early'],
] as const)('a certificate %s', (_, from, until, health, is) => {
  expect(lifeLeft(from, until, 0)).toMatchObject({ health, is })
})
