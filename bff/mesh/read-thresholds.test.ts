import { describe, expect, it } from 'vitest'
import { defaultThresholds } from './health.ts'
import { readThresholds } from './read-thresholds.ts'

describe('thresholds of health from the environment', () => {
  it('change what they name and leave the rest', () => {
    expect(readThresholds('{"serverErrors":{"failing":0.2},"clientErrors":{"degraded":0.5}}')).toEqual({
      ...defaultThresholds,
      serverErrors: { degraded: 0, failing: 0.2 },
      clientErrors: { degraded: 0.5 },
    })
  })

  it.each([
    ['5 %', /is not JSON/],
    ['{"serverErrors":{"failing":20}}', /serverErrors\.failing/],
    ['{"serverError":{"failing":0.2}}', /ratios from 0 to 1/],
    ['[]', /ratios/],
  ])('say what is wrong with %s', (text, sentence) => {
    expect(readThresholds(text)).toEqual({ wrong: expect.stringMatching(sentence) })
  })
})
