import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesText, includes, joined, readCodes } from './codes.ts'

describe('codes of answers, as people write them', () => {
  it.each([
    ['5xx', 'http', '5xx'],
    ['500-503, 429', 'http', '429, 500-503'],
    ['502,500,501', 'http', '500-502'],
    ['none, 5XX', 'http', '5xx, none'],
    ['14', 'grpc', '14'],
    ['0-16, none', 'grpc', '0-16, none'],
    ['13-14, 503', 'grpc', '13-14, 503'],
  ] as const)('%s of %s is %s', (text, protocol, said) => {
    const codes = readCodes(text, protocol)
    expect('wrong' in codes ? codes.wrong : codesText(codes)).toBe(said)
  })

  it.each([
    ['', 'http', /takes codes such as 5xx/],
    ['6xx', 'http', /not "6xx"/],
    ['500-', 'http', /not "500-"/],
    ['503-500', 'http', /ends before it begins/],
    ['14', 'http', /"14" is no HTTP code/],
    ['17', 'grpc', /"17" is no gRPC code/],
    ['16-100', 'grpc', /is no gRPC code/],
    ['<b>5xx</b>', 'http', /not "<b>5xx<\/b>"/],
  ] as const)('say what is wrong with %j of %s', (text, protocol, sentence) => {
    expect(readCodes(text, protocol)).toEqual({ wrong: expect.stringMatching(sentence) })
  })

  const range = fc
    .tuple(fc.integer({ min: 100, max: 599 }), fc.integer({ min: 0, max: 99 }))
    .map(([from, more]) => ({ from, to: Math.min(from + more, 599) }))

  it('are the same when their text is read back, and join without losing or gaining one', () => {
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 100, max: 599 }),
        (ranges, code) => {
          const codes = joined(ranges)
          expect(readCodes(codesText(codes), 'http')).toEqual(codes)
          expect(includes(codes, code)).toBe(includes(ranges, code))
        },
      ),
    )
  })
})
