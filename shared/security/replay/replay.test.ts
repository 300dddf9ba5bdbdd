import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { known, withFact } from '#shared/security/flows.fixture.ts'
import { objectsOf, written } from '#shared/security/policies.fixture.ts'
import { replay, type SeenCall } from './replay.ts'

const policy = (action: string, rules: unknown[]): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: action.toLowerCase(), namespace: 'pay' },
  spec: { action, rules },
})
const methods = (...values: string[]) => ({ to: [{ operation: { methods: values } }] })
const call = (serviceAccount: string, method?: string, more: Partial<SeenCall> = {}): SeenCall => ({
  flow: {
    id: serviceAccount,
    source: { namespace: 'shop', serviceAccount },
    destination: { namespace: 'pay', labels: {}, enforcedBy: 'sidecar' },
    mtls: true,
    protocol: 'http',
    http: method === undefined ? {} : { method },
  } satisfies Flow,
  requests: 10,
  ...more,
})
const effectsOf = (before: MeshObject[], after: MeshObject[], calls: SeenCall[]) =>
  replay(createEvaluator(before), createEvaluator(after), calls).calls.map(({ effect }) => effect)

describe('replay', () => {
  const gets = [policy('ALLOW', [methods('GET')])]
  it('tells what is refused anew, what passes anew, and what stays', () => {
    expect(effectsOf([], gets, [call('a', 'GET'), call('a', 'PUT')])).toEqual(['unchanged', 'newlyRefused'])
    expect(effectsOf(gets, [policy('ALLOW', [methods('PUT')])], [call('a', 'PUT'), call('a', 'DELETE')])).toEqual([
      'newlyAllowed',
      'stillRefused',
    ])
  })

  it('is uncertain where a fact is missing, and says which', () => {
    const { calls, missing } = replay(createEvaluator([]), createEvaluator(gets), [call('a'), call('b')])
    expect(calls.map(({ effect }) => effect)).toEqual(['uncertain', 'uncertain'])
    expect(missing).toEqual([{ fact: 'http.method', requests: 20 }])
  })

  it('takes what was seen for what the policies of now leave open', () => {
    const none = [policy('ALLOW', [])]
    expect(effectsOf(gets, none, [call('a', undefined, { passed: true })])).toEqual(['newlyRefused'])
    expect(effectsOf(gets, none, [call('a', undefined, { passed: false })])).toEqual(['stillRefused'])
    expect(effectsOf(gets, none, [call('a')])).toEqual(['uncertain'])
  })

  it('is uncertain where what is left open is another thing, though the same fact is missing', () => {
    const puts = [policy('ALLOW', [methods('PUT')])]
    const [own] = gets
    const read = { ...own, metadata: { name: 'again', namespace: 'pay' } } as MeshObject
    expect(effectsOf(gets, puts, [call('a', undefined, { passed: true })])).toEqual(['uncertain'])
    expect(effectsOf(gets, [read], [call('a', undefined, { passed: true })])).toEqual(['unchanged'])
  })

  // https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls
  describe('knows that callers with a proxy send what the server takes', () => {
    const mode = (name: string): MeshObject => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: 'pay' },
      spec: { mtls: { mode: name } },
    })
    const plain = (account: string | null | undefined, namespace: string | null = 'shop'): SeenCall => {
      const { flow, ...rest } = call('a', 'GET')
      const source = { principal: null, namespace, ...(account === undefined ? {} : { serviceAccount: account }) }
      return { ...rest, flow: { ...flow, mtls: false, source } }
    }
    const named = policy('ALLOW', [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/a'] } }] }])
    it.each<[claim: string, before: MeshObject[], after: MeshObject[], SeenCall, effect: string]>([
      ['after DISABLE they prove who they are', [mode('DISABLE')], [mode('STRICT')], plain('a'), 'unchanged'],
      ['and may be let in by name', [mode('DISABLE'), named], [named], plain('a'), 'newlyAllowed'],
      ['one without a proxy goes on in plaintext', [mode('DISABLE')], [mode('STRICT')], plain(null), 'newlyRefused'],
      [
        'and so does who comes from outside',
        [mode('DISABLE')],
        [mode('STRICT')],
        plain(undefined, null),
        'newlyRefused',
      ],
      ['of one that nobody knows it is uncertain', [mode('DISABLE')], [mode('STRICT')], plain(undefined), 'uncertain'],
      ['under DISABLE nobody has a name', [named], [mode('DISABLE'), named], call('a', 'GET'), 'newlyRefused'],
      ['PERMISSIVE takes what comes', [mode('PERMISSIVE')], [mode('STRICT')], plain('a'), 'newlyRefused'],
    ])('%s', (_, before, after, seen, effect) => {
      expect(effectsOf(before, after, [seen])).toEqual([effect])
    })
  })

  it('counts requests and callers', () => {
    const { totals } = replay(createEvaluator([]), createEvaluator([policy('ALLOW', [])]), [
      call('a', 'GET'),
      call('a', 'PUT'),
      call('b', 'GET', { requests: 1 }),
    ])
    expect(totals.newlyRefused).toEqual({ requests: 21, callers: 2, calls: 3 })
    expect(totals.unchanged).toEqual({ requests: 0, callers: 0, calls: 0 })
  })

  it('of the same policies changes nothing', () => {
    fc.assert(
      fc.property(written, fc.array(known, { maxLength: 20 }), (policies, flows) => {
        const evaluator = createEvaluator(objectsOf(policies))
        const calls = flows
          .flatMap(flow => [
            flow,
            withFact(flow, 'http.path', undefined),
            withFact(withFact(flow, 'mtls', undefined), 'source.principal', undefined),
          ])
          .map(flow => ({ flow, requests: 1 }))
        for (const { effect, before } of replay(evaluator, createEvaluator(objectsOf(policies)), calls).calls)
          expect(effect).toBe(before.verdict === 'deny' ? 'stillRefused' : 'unchanged')
      }),
      { numRuns: 50 },
    )
  })
})
