import { describe, expect, it } from 'vitest'
import { SourceError } from '#bff/sources/source.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import { namespaceOfSpan } from './cut.ts'
import { asking, now, span, traceOf, world } from './traces.fixture.ts'

const buying = traceOf(
  'a1',
  span('1', null, 'web.shop', 0, 100),
  span('2', '1', 'cart.shop', 10, 40),
  span('3', '1', 'ledger.pay', 40, 90),
  span('4', '3', 'fraud.pay', 50, 80),
  span('5', '4', 'nameless', 55, 60),
)
const paying = traceOf('b2', span('1', null, 'ledger.pay', 0, 20))
const traces = [buying, paying]
const secrets = /ledger|fraud|nameless|pay\b/

describe('a search', () => {
  it('answers with the traces of a service, with the time it was asked about', async () => {
    const ask = await asking(world({ traces }))
    const { status, body } = await ask('?service=web.shop&range=15m&limit=10')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      at: now,
      start: now - 900_000,
      end: now,
      limit: 10,
      isFull: false,
      traces: [
        { traceId: 'a1', service: 'web.shop', operation: 'op of web.shop', duration: 100_000, spans: 5, hidden: 0 },
      ],
    })
  })

  it('by id answers with that trace, whatever its hexadecimal is written like', async () => {
    const ask = await asking(world({ traces }))
    expect((await ask('?id=A1')).body).toMatchObject({ traces: [{ traceId: 'a1' }] })
  })

  it.each([
    ['?range=1h', 'Name a service'],
    ['?service=web.shop&from=2&to=1', 'ends before it begins'],
    ['?service=web.shop&min=5&max=4', 'above the most'],
    ['?service=web.shop&range=forever', 'range is a length of time'],
    ['?service=web.shop&limit=1501', 'limit is a number from 1 to 1500'],
    ['?service=web.shop&tags=nonsense', 'key=value'],
    ['?id=..%2Fservices', 'hexadecimal'],
  ])('%s is refused in a sentence: %s', async (path, sentence) => {
    const { status, body } = await (await asking(world({ traces })))(path)
    expect([status, String(body['detail'])]).toEqual([400, expect.stringContaining(sentence)])
  })

  it('hands the store exactly what was asked', async () => {
    let given: unknown
    const deps = world({ tracing: { search: async query => ((given = query), []) } })
    const ask = await asking(deps)
    await ask('?service=web.shop&operation=buy&tags=a%3Db,c%3Dd%5C,e&min=5&max=70.5&error=1&from=1000&to=2000')
    expect(given).toEqual({
      service: 'web.shop',
      operation: 'buy',
      tags: { a: 'b', c: 'd,e' },
      isError: true,
      minDuration: 5000,
      maxDuration: 70_500,
      start: 1000,
      end: 2000,
      limit: 200,
    })
  })

  it('costs one question for two who ask it', async () => {
    const deps = world({ traces })
    const ask = await asking(deps)
    await Promise.all([ask('?service=web.shop'), ask('?service=web.shop')])
    expect(deps.asked).toEqual(['search'])
  })
})

describe('somebody who may see the namespace shop only', () => {
  const sees = ['shop']
  it('knows no other services, and none that name no namespace', async () => {
    const ask = await asking(world({ traces, sees }))
    expect((await ask('/services')).body).toEqual({ services: ['web.shop', 'cart.shop'] })
  })

  it.each([
    '?service=ledger.pay',
    '/operations?service=ledger.pay',
    '/b2',
    '?id=b2',
    '/together?service=ledger.pay',
    '/compare?b=b2',
  ])('finds nothing at %s, as if it were not there', async path => {
    const { status, text } = await (await asking(world({ traces, sees })))(path)
    expect([status, text]).toEqual([404, expect.not.stringMatching(/fraud|op of/)])
  })

  it('sees in a list what is theirs, and how much is not', async () => {
    const { text, body } = await (await asking(world({ traces, sees })))('?service=cart.shop')
    expect(body).toMatchObject({ traces: [{ service: 'web.shop', hidden: 3, services: { length: 2 } }] })
    expect(text).not.toMatch(secrets)
  })

  it('sees of others’ spans when they were and how they ended, and no name or attribute', async () => {
    const { text, body } = await (await asking(world({ traces, sees })))('/a1')
    expect(text).not.toMatch(secrets)
    const { trace, hidden } = body as unknown as { trace: typeof buying; hidden: number }
    expect(hidden).toBe(3)
    expect(
      trace.spans.map(({ spanId, parentId, duration, isHidden }) => [spanId, parentId, duration, isHidden]),
    ).toEqual([
      ['1', null, 100_000, undefined],
      ['2', '1', 30_000, undefined],
      ['3', '1', 50_000, true],
      ['4', '3', 30_000, true],
      ['5', '4', 5000, true],
    ])
  })

  it('reads where the time went, others’ part as one without a name', async () => {
    const { text, body } = await (await asking(world({ traces, sees })))('/together?service=web.shop')
    expect(text).not.toMatch(secrets)
    const { byService } = body as unknown as { byService: { service: string; time: number }[] }
    expect(byService.map(({ service, time }) => [service, time])).toEqual([
      ['', 50_000],
      ['cart.shop', 30_000],
      ['web.shop', 20_000],
    ])
  })

  it('is not told the root of a trace that began elsewhere', async () => {
    const from = traceOf('c3', span('1', null, 'ledger.pay', 0, 9), span('2', '1', 'cart.shop', 1, 8))
    const ask = await asking(world({ traces: [from], sees }))
    expect((await ask('?service=cart.shop')).body).toMatchObject({ traces: [{ service: null, operation: null }] })
    expect((await ask('/compare?b=c3')).status).toBe(404)
  })
})

describe('the namespace of a span', () => {
  it.each([
    ['cart.shop', {}, 'shop'],
    ['cart', {}, ''],
    ['Cart.v1_Beta', {}, ''],
    ['.shop', {}, ''],
    ['cart', { 'k8s.namespace.name': 'shop' }, 'shop'],
    ['cart.v2', { 'istio.namespace': 'shop' }, 'shop'],
    ['cart.shop', { 'k8s.namespace.name': '<b>' }, 'shop'],
  ])('of %s with %j is "%s"', (service, said, namespace) => {
    const process = Object.entries(said).map(([key, value]) => ({ key, value }))
    expect(namespaceOfSpan({ service, attributes: [], process })).toBe(namespace)
  })
})

describe('many traces together', () => {
  it('are those of the root operation most of them have, spread over the time; unreadable ones are counted', async () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      traceOf(`${index}`, span('1', null, 'web.shop', 0, 100 + index), span('2', '1', 'cart.shop', 0, 60)),
    )
    const deps = world({ traces: [paying, ...many] })
    const { trace } = deps.sources.tracing
    deps.sources.tracing.trace = async id => {
      if (id === '4') throw new SourceError('tracing', 'tooLarge', 'The trace is too large.')
      return trace(id)
    }
    const { body } = await (await asking(deps))('/together?service=web.shop&sample=5')
    expect(body).toMatchObject({ service: 'web.shop', found: 10, traces: 4, missing: 1, spans: 8, quantile: 0.95 })
    expect(deps.asked).toEqual(['search', 'trace 0', 'trace 2', 'trace 6', 'trace 8'])
  })

  it('of nothing are nothing', async () => {
    const { body } = await (await asking(world({})))('/together?service=web.shop')
    expect(body).toMatchObject({ found: 0, traces: 0, byService: [], byEdge: [] })
  })
})

describe('a comparison', () => {
  const slow = traceOf('d4', span('1', null, 'web.shop', 0, 300), span('2', '1', 'cart.shop', 10, 240))
  it('sets one trace beside another, place by place', async () => {
    const { body } = await (await asking(world({ traces: [buying, slow] })))('/compare?a=a1&b=d4')
    expect(body).toMatchObject({ a: { traceId: 'a1' }, b: { traceId: 'd4' }, of: 1, left: 0, places: { length: 5 } })
    expect((body as unknown as { places: unknown[] }).places[1]).toMatchObject({
      service: 'cart.shop',
      depth: 1,
      before: { duration: 30_000 },
      after: { duration: 230_000 },
    })
  })

  it('or beside the median of its own operation, itself left out', async () => {
    const { body } = await (await asking(world({ traces: [buying, slow] })))('/compare?b=d4')
    expect(body).toMatchObject({ a: null, of: 1 })
  })

  it('says when there is no other', async () => {
    const { status, body } = await (await asking(world({ traces: [slow] })))('/compare?b=d4')
    expect([status, body['detail']]).toEqual([404, expect.stringContaining('no other trace')])
  })
})

describe('a bad day of the store', () => {
  it.each([
    ['timeout', 504],
    ['unreachable', 502],
    ['malformed', 502],
    ['tooLarge', 502],
    ['unset', 502],
  ] as const)('%s is a Problem (%i) that names it', async (reason, code) => {
    const fail = async () => {
      throw new SourceError('tracing', reason, 'Tracing at http://jaeger:16686 has a bad day.')
    }
    const ask = await asking(world({ tracing: { services: fail, search: fail, trace: fail, operations: fail } }))
    for (const path of [
      '/services',
      '/operations?service=web.shop',
      '?service=web.shop',
      '/a1',
      '/together?service=web.shop',
      '/compare?b=a1',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its path
      const { status, body } = await ask(path)
      expect([path, status, body]).toEqual([
        path,
        code,
        expect.objectContaining({ source: 'tracing', detail: expect.stringContaining('has a bad day') }),
      ])
    }
  })

  it('is the first rung of the ladder', async () => {
    const services = async () => {
      throw new SourceError('tracing', 'unreachable', 'Nobody answers at http://jaeger:16686.')
    }
    const { status, body } = await (await asking(world({ tracing: { services } })))('/empty?service=web.shop')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      rungs: [
        {
          state: 'fails',
          detail: [
            { says: 'unreachable', facts: { source: 'tracing', words: 'Nobody answers at http://jaeger:16686.' } },
          ],
        },
        { state: 'unasked', detail: [] },
        {},
        {},
        {},
      ],
    })
  })

  it('a trace that is not there is told as such', async () => {
    expect(await (await asking(world({})))('/dead')).toMatchObject({ status: 404 })
  })
})

describe('the ladder of an empty search', () => {
  const old = traceOf('e5', span('1', null, 'web.shop', -7_200_000, -7_199_000))
  const service = 'web.shop'
  const noTraces = { says: 'noTraces', facts: { service, window: 3600 } } as const
  it.each<[string, Parameters<typeof world>[0], number, ...Statement[]]>([
    ['nobody sends spans', {}, 1, { says: 'noServiceSeen', facts: {} }],
    ['the service is not known', { services: ['cart.shop'] }, 2, { says: 'noSuchService', facts: { service } }],
    [
      'it is not theirs to see',
      { services: ['cart.shop', 'web.shop'], sees: ['pay'] },
      1,
      { says: 'noServiceSeen', facts: {} },
    ],
    [
      'nothing was sampled',
      { services: ['web.shop'], rate: 12.34 },
      3,
      noTraces,
      { says: 'unsampled', facts: { perSecond: 12.34 } },
    ],
    ['there was no traffic', { services: ['web.shop'], rate: 0 }, 3, noTraces, { says: 'uncalled', facts: {} }],
    ['filters leave nothing', { traces: [buying] }, 4, { says: 'filtersLeaveNothing', facts: {} }],
  ])('%s: rung %#', async (_, given, rung, ...detail) => {
    const { body } = await (await asking(world(given)))('/empty?service=web.shop&range=1h')
    const { rungs } = body as unknown as Ladder
    expect(rungs.map(({ state }) => state)).toEqual(
      [0, 1, 2, 3, 4].map(index => (index < rung ? 'holds' : index === rung ? 'fails' : 'unasked')),
    )
    expect(rungs[rung]?.detail).toEqual(detail)
  })

  it('says when the last trace was', async () => {
    const { body } = await (await asking(world({ traces: [old] })))('/empty?service=web.shop&range=1h')
    expect(body).toMatchObject({ lastAt: now - 60_000 - 7_200_000 })
  })

  it('says what it cannot know', async () => {
    const query = async () => {
      throw new SourceError('prometheus', 'timeout', 'Prometheus did not answer.')
    }
    const { body } = await (await asking(world({ services: ['web.shop'], prometheus: { query } })))(
      '/empty?service=web.shop',
    )
    expect((body as unknown as Ladder).rungs[3]?.detail).toEqual([
      { says: 'noTraces', facts: { service, window: 3600 } },
      { says: 'trafficUnknown', facts: {} },
      { says: 'timeout', facts: { source: 'prometheus', words: 'Prometheus did not answer.' } },
    ])
  })
})
