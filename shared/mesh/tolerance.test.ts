import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTolerances, saidIn, textOf } from './tolerance.ts'

const one = (fields: object) => JSON.stringify({ tolerances: [fields] })

describe('the annotation weft/health', () => {
  it('speaks of HTTP that comes in, where it says nothing else', () => {
    expect(readTolerances(one({ code: '5xx', degraded: 0.01, failing: 0.05 }))).toEqual([
      {
        codes: [{ from: 500, to: 599 }],
        protocol: 'http',
        direction: 'inbound',
        degraded: 0.01,
        failing: 0.05,
      },
    ])
  })

  it('speaks of both directions, one after the other, and never fails where it names no such number', () => {
    const read = readTolerances(one({ protocol: 'tcp', direction: 'both', degraded: 0.2 }))
    expect(read).toMatchObject([
      { direction: 'inbound', degraded: 0.2, failing: null },
      { direction: 'outbound', degraded: 0.2, failing: null },
    ])
  })

  it.each([
    ['5 %', /^it is not JSON such as/],
    ['null', /^it is no object/],
    ['{}', /^it needs tolerances, a list of 1 to 50/],
    ['{"tolerances":[]}', /^it needs tolerances, a list of 1 to 50/],
    ['{"tolerance":[]}', /tolerances/],
    ['{"tolerances":[{"code":"5xx","failing":0.1}],"<i>":1}', /a field that nobody knows: "<i>"/],
    [one({ code: '5xx', failing: 10 }), /tolerances\[0\] failing is a ratio from 0 to 1/],
    [one({ code: '5xx', degraded: -0.1 }), /degraded is a ratio from 0 to 1/],
    [one({ code: '5xx', degraded: 0.2, failing: 0.1 }), /degraded from 0.2 but failing from 0.1 already/],
    [one({ code: '5xx' }), /says neither degraded nor failing/],
    [one({ failing: 0.1 }), /has no code/],
    [one({ code: 500, failing: 0.1 }), /code is a text such as "5xx"/],
    [one({ code: '7xx', failing: 0.1 }), /code takes codes such as/],
    [one({ code: '14', protocol: 'tcp', failing: 0.1 }), /TCP knows only connections that fail/],
    [one({ code: '5xx', protocol: 'udp', failing: 0.1 }), /protocol is http, grpc or tcp/],
    [one({ code: '5xx', direction: 'up', failing: 0.1 }), /direction is inbound, outbound or both/],
    [one({ code: '5xx', failing: 0.1, degrading: 0.1 }), /nobody knows: "degrading"/],
  ])('says what is wrong with %s', (text, sentence) => {
    expect(readTolerances(text)).toEqual({ wrong: expect.stringMatching(sentence) })
  })

  it('is written as it is read: text and tolerances are the same there and back', () => {
    const written = [
      { code: '429, 5xx, none', degraded: 0, failing: 0.5 },
      { code: '14', protocol: 'grpc', direction: 'outbound', failing: 0.05 },
      { code: '404', degraded: null },
      { protocol: 'tcp', degraded: 1 },
    ]
    const text = JSON.stringify({ tolerances: written })
    const read = readTolerances(text)
    expect('wrong' in read ? read.wrong : textOf(read)).toBe(text)
  })

  it('is not looked at where it is missing, and not kept where it is longer than fifty tolerances are', () => {
    expect(saidIn({ other: '1' })).toBeUndefined()
    expect(saidIn({ 'weft/health': `"${'x'.repeat(30_000)}"` })).toEqual({
      text: '',
      read: { wrong: 'it is longer than 20000 characters' },
    })
  })

  it('is read or refused with a sentence, whatever is written there', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map(text => `{"tolerances":[${text}]}`),
        ),
        text => {
          const read = readTolerances(text)
          expect('wrong' in read ? read.wrong.length : read.length).toBeGreaterThan(0)
        },
      ),
    )
  })
})
