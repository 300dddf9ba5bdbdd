import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Path } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { security } from '#shared/security/matrix.fixture.ts'
import type { SeenCall } from '#shared/security/replay/replay.ts'
import { unusedGrants } from './unused.ts'
import { withoutGrants } from './unused-edit.ts'

const principal = (name: string) => `cluster.local/ns/shop/sa/${name}`
const policy = security('AuthorizationPolicy', 'pay/ledger', {
  selector: { matchLabels: { app: 'ledger' } },
  rules: [
    {
      from: [{ source: { principals: [principal('a'), principal('b')] } }, { source: { namespaces: ['old'] } }],
      to: [{ operation: { methods: ['GET', 'POST'] } }],
    },
    { from: [{ source: { principals: [principal('c')] } }] },
  ],
})
const rulesWithout = (...paths: Path[]) =>
  (
    withoutGrants(
      policy,
      paths.map(path => ({ path })),
    ).spec as { rules: unknown[] }
  ).rules
const from = (place: number, name: string, at: number): Path => ['spec', 'rules', 0, 'from', place, 'source', name, at]

describe('a policy without', () => {
  it('one value keeps the others', () => {
    expect(rulesWithout(from(0, 'principals', 0))[0]).toMatchObject({
      from: [{ source: { principals: [principal('b')] } }, { source: { namespaces: ['old'] } }],
    })
  })
  it('the only value of a list loses the entry: an absent list would grant to everybody', () => {
    expect(rulesWithout(from(1, 'namespaces', 0))[0]).toMatchObject({
      from: [{ source: { principals: [principal('a'), principal('b')] } }],
    })
  })
  it('all its callers loses the rule', () => {
    const all = [from(0, 'principals', 0), from(0, 'principals', 1), from(1, 'namespaces', 0)]
    expect(rulesWithout(...all)).toEqual([{ from: [{ source: { principals: [principal('c')] } }] }])
  })
  it('any rule still is there, and refuses all', () => {
    expect(rulesWithout(['spec', 'rules', 0], ['spec', 'rules', 1])).toEqual([])
  })

  const call = (who: string, method: string): SeenCall => {
    const flow: Flow = {
      id: `${who} ${method}`,
      source: { principal: principal(who), namespace: 'shop', serviceAccount: who },
      destination: { namespace: 'pay', workload: 'ledger', labels: { app: 'ledger' }, enforcedBy: 'sidecar' },
      mtls: true,
      protocol: 'http',
      http: { method, path: '/', host: 'ledger' },
      jwt: null,
    }
    return { flow, requests: 1, passed: true }
  }
  const calls = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('GET', 'POST', 'PUT')).map(one => call(...one)),
    { maxLength: 6 },
  )
  it('what nobody used still allows all that was seen and was allowed, and nothing that was not', () => {
    fc.assert(
      fc.property(calls, calls, (seen, others) => {
        const before = createEvaluator([policy])
        const after = createEvaluator([withoutGrants(policy, unusedGrants([policy], seen).unused)])
        for (const { flow } of seen) expect(after.judge(flow).verdict).toBe(before.judge(flow).verdict)
        for (const { flow } of others)
          if (before.judge(flow).verdict === 'deny') expect(after.judge(flow).verdict).toBe('deny')
      }),
      { numRuns: 200, seed: 6 },
    )
  })
})
