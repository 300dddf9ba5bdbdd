import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { healthRank } from '#shared/mesh/health.ts'
import { readTolerances } from '#shared/mesh/tolerance.ts'
import type { Layer } from '#shared/mesh/tolerate.ts'
import { endingsOf, type ToldEnding } from './endings.ts'
import { judgeEdge, judgeNode, type Judgement } from './health.ts'
import { callsOf } from '#bff/mesh/calls.ts'
import { readings, request } from '#bff/mesh/readings.fixture.ts'
import { defaultRules, meshRules, type Rules } from './rules.ts'
import { add, emptyTally } from '#bff/mesh/tally.ts'

const codes = fc.constantFrom('0', '200', '302', '400', '403', '404', '429', '500', '503')
const answered = fc.array(
  fc.record({
    code: codes,
    rate: fc.integer({ min: 1, max: 1000 }),
    grpcStatus: fc.option(fc.integer({ min: 0, max: 16 }).map(String), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
)
type Answered = typeof answered extends fc.Arbitrary<infer Value> ? Value : never

const web = { from: 'shop/web', to: 'shop/cart' }
const callsIn = (parts: Answered) =>
  callsOf(
    readings({
      requests: parts.map(({ code, rate, grpcStatus }) =>
        request({ ...web, code, ...(grpcStatus !== undefined && { protocol: 'grpc', grpcStatus }) }, rate),
      ),
    }),
    null,
    new Set(),
    60,
  ).calls

function judgements(parts: Answered, layers: readonly Layer[]): Judgement[] {
  const calls = callsIn(parts)
  const rules: Rules = { ...meshRules(defaultRules), layers }
  const tally = emptyTally()
  for (const call of calls) add(tally, call.tally)
  const nobody = { tally: emptyTally(), endings: (): ToldEnding[] => [] }
  const node = judgeNode(
    {
      requests: { tally, endings: () => endingsOf(calls, 'inbound') },
      connections: nobody,
      asked: () => [],
      pods: null,
      isUnobserved: false,
      isIdle: false,
    },
    rules,
    60,
  )
  const edges = calls.map(call =>
    judgeEdge({ tally: call.tally, endings: () => endingsOf([call], 'inbound') }, call.hop.protocol, rules, 60),
  )
  return [node, ...edges]
}

const layer = (...tolerances: object[]): Layer => {
  const read = readTolerances(JSON.stringify({ tolerances }))
  if ('wrong' in read) throw new Error(read.wrong)
  return { origin: { kind: 'file' }, tolerances: read }
}
const percent = fc.integer({ min: 0, max: 100 }).map(value => value / 100)

describe('health by tolerances', () => {
  it('is that of the defaults where somebody writes the defaults down, of HTTP', () => {
    const written = layer({ code: '5xx, none', degraded: 0, failing: 0.1 }, { code: '4xx', degraded: 0.1 })
    const plain = answered.map(parts => parts.map(part => ({ ...part, grpcStatus: undefined })))
    fc.assert(
      fc.property(plain, parts => {
        const healths = (layers: Layer[]) => judgements(parts, layers).map(({ health }) => health)
        expect(healths([written])).toEqual(healths([]))
      }),
    )
  })

  it('is that of the defaults where what is said is of nothing that happens', () => {
    const elsewhere = [layer({ code: '599', failing: 0.01 }), layer({ protocol: 'tcp', failing: 0.01 })]
    fc.assert(
      fc.property(answered, parts => {
        const healths = (layers: Layer[]) => judgements(parts, layers).map(({ health }) => health)
        expect(healths(elsewhere)).toEqual(healths([]))
      }),
    )
  })

  it('never gets worse when a tolerance becomes wider', () => {
    fc.assert(
      fc.property(answered, percent, percent, (parts, a, b) => {
        const ranks = (failing: number) =>
          judgements(parts, [layer({ code: '4xx, 5xx, none', failing })]).map(({ health }) => healthRank[health])
        const [narrow, wide] = [ranks(Math.min(a, b)), ranks(Math.max(a, b))]
        for (const [index, rank] of wide.entries()) expect(rank).toBeLessThanOrEqual(narrow[index] ?? 0)
      }),
    )
  })

  it('is never worse for what is said to count for nothing', () => {
    const nothing = layer(
      { code: '4xx, 5xx, none', degraded: null },
      { code: '0-16, 4xx, 5xx, none', protocol: 'grpc', degraded: null },
    )
    fc.assert(
      fc.property(answered, parts => {
        const [node] = judgements(parts, [nothing])
        expect(node?.health).toBe('healthy')
      }),
    )
  })

  it('counts no answer twice: the shares of all rules are together no more than all', () => {
    fc.assert(
      fc.property(answered, percent, percent, (parts, a, b) => {
        const plain = parts.map(part => ({ ...part, grpcStatus: undefined }))
        const layers = [layer({ code: '500-503', failing: a }), layer({ code: '4xx, 5xx', failing: b })]
        for (const { reason } of judgements(plain, layers)) expect(reason.value).toBeLessThanOrEqual(1)
      }),
    )
  })
})
