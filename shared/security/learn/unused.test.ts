import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { SeenCall } from '#shared/security/replay/replay.ts'
import { unusedGrants } from './unused.ts'

const who = (name: string) => `cluster.local/ns/shop/sa/${name}`
const policy = (rules: unknown[], action = 'ALLOW'): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'ledger', namespace: 'pay' },
  spec: { action, rules },
})
const call = (serviceAccount: string, method?: string, more: Partial<SeenCall> = {}): SeenCall => ({
  flow: {
    id: serviceAccount,
    source: { namespace: 'shop', serviceAccount },
    destination: { namespace: 'pay', labels: {}, enforcedBy: 'sidecar' },
    mtls: true,
    protocol: 'http',
    http: { path: '/a', ...(method === undefined ? {} : { method }) },
  },
  requests: 1,
  ...more,
})
const rule = {
  from: [{ source: { principals: [who('cart'), who('old')] } }],
  to: [{ operation: { methods: ['GET', 'DELETE'] } }],
}
const unused = (rules: unknown[], calls: SeenCall[], action?: string) =>
  unusedGrants([policy(rules, action)], calls).unused.map(({ path, value }) => [path.join('.'), value])

describe('grants never used', () => {
  it('are told by value, where they stand', () => {
    expect(unused([rule], [call('cart', 'GET')])).toEqual([
      ['spec.rules.0.from.0.source.principals.1', who('old')],
      ['spec.rules.0.to.0.operation.methods.1', 'DELETE'],
    ])
    expect(unused([rule], [call('cart', 'GET'), call('old', 'DELETE')])).toEqual([])
  })
  it('are told by rule where nobody used any of it', () => {
    expect(unused([{ from: [{ source: { namespaces: ['gone'] } }] }, rule], [call('cart', 'GET')])[0]).toEqual([
      'spec.rules.0',
      null,
    ])
  })
  it('are not those that a call with unknown facts may need', () => {
    const { unused: none, uncertain } = unusedGrants([policy([rule])], [call('cart', 'GET'), call('cart')])
    expect(none).toMatchObject([{ value: who('old') }])
    expect(uncertain).toMatchObject([{ value: 'DELETE' }])
  })
  it('are not used by attempts that were refused', () => {
    expect(unused([rule], [call('cart', 'GET', { passed: false })])).toEqual([['spec.rules.0', null]])
  })
  it('are found in ALLOW policies only', () => {
    expect(unused([rule], [], 'DENY')).toEqual([])
  })
})
