import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { matrixOf } from '#shared/security/matrix.ts'
import { given, security, seen, workload } from '#shared/security/matrix.fixture.ts'
import { type Posture, postureOf } from './posture.ts'

function posture(namespace: string, more: Parameters<typeof given>[0] = {}): Posture | undefined {
  const what = given(more)
  return postureOf({ matrix: matrixOf(what), ...what }).find(one => one.namespace === namespace)
}
const withObjects = (...objects: MeshObject[]) => ({ objects: [...given().objects, ...objects] })
const withWorkloads = (...workloads: Workload[]) => ({ workloads: [...given().workloads, ...workloads] })

describe('the posture of a namespace', () => {
  it('has the share of mTLS over calls whose transport was told, and who sent plaintext', () => {
    const { mtls: _mtls, ...untold } = seen('shop/web', 'pay/ledger', { passed: 5000 })
    const flows = [...given().flows, untold]
    expect(posture('pay', { flows })).toMatchObject({ calls: 940, overMtls: 900, plainCallers: ['legacy/batch'] })
  })

  it('does not count as plaintext what comes from outside to a gateway', () => {
    const more = withWorkloads(workload('edge/ingress', { role: 'gateway', enforcedBy: 'gateway' }))
    const outside = { namespace: '', workload: '', principal: null, isHidden: false }
    const flows = [
      ...given().flows,
      { ...seen('x/y', 'edge/ingress', { passed: 700 }, true), source: outside },
      seen('legacy/batch', 'edge/ingress', { passed: 30 }, true),
    ]
    expect(posture('edge', { ...more, flows })).toMatchObject({ calls: 30, plainCallers: ['legacy/batch'] })
  })

  it('tells each effective mode with where it comes from', () => {
    const ledger = security('PeerAuthentication', 'pay/ledger', {
      selector: { matchLabels: { app: 'ledger' } },
      mtls: { mode: 'PERMISSIVE' },
    })
    expect(posture('pay', withObjects(ledger))?.modes).toMatchObject([
      { workload: 'pay/ledger', mode: 'PERMISSIVE', policy: { name: 'ledger' } },
      { workload: 'pay/payments', mode: 'STRICT', policy: { name: 'default' } },
    ])
    expect(posture('shop')?.modes[0]).toMatchObject({ mode: 'PERMISSIVE', policy: null })
  })

  it('knows a default deny, also that of the mesh, and none that is only staged', () => {
    expect(posture('pay')?.defaultDeny).toMatchObject({ name: 'deny-all' })
    expect(posture('shop')?.defaultDeny).toBeNull()
    const staged = security('AuthorizationPolicy', 'shop/deny-all', {})
    staged.metadata.annotations = { 'istio.io/dry-run': 'true' }
    expect(posture('shop', withObjects(staged))?.defaultDeny).toBeNull()
    expect(
      posture('shop', withObjects(security('AuthorizationPolicy', 'istio-system/deny-all', {})))?.defaultDeny,
    ).toMatchObject({ namespace: 'istio-system' })
  })

  it('names workloads that no policy applies to, and those that nothing stands before', () => {
    expect(posture('shop')).toMatchObject({ bare: ['shop/cart', 'shop/web'], open: [] })
    expect(posture('pay')).toMatchObject({ bare: [], open: [] })
    expect(posture('legacy')).toMatchObject({ bare: [], open: ['legacy/batch'] })
  })

  it.each([
    ['a rule without callers', { rules: [{ to: [{ operation: { paths: ['/'] } }] }] }, 'anyone'],
    ['any principal', { rules: [{ from: [{ source: { principals: ['*'] } }] }] }, 'anyIdentity'],
    [
      'any principal of a network',
      { rules: [{ from: [{ source: { principals: ['*'], ipBlocks: ['10.0.0.0/8'] } }] }] },
      null,
    ],
    ['a condition on who calls', { rules: [{ when: [{ key: 'source.namespace', values: ['shop'] }] }] }, null],
    ['a DENY', { action: 'DENY', rules: [{}] }, null],
  ])('finds rules that let anyone in: %s', (_, spec, who) => {
    const found = posture('shop', withObjects(security('AuthorizationPolicy', 'shop/rule', spec)))?.openRules
    expect(found?.map(rule => rule.who)).toEqual(who === null ? [] : [who])
  })

  it('finds accounts that several workloads share, and the default one', () => {
    const more = withWorkloads(
      workload('shop/images', { serviceAccounts: ['web'] }),
      workload('shop/job', { serviceAccounts: ['default'] }),
    )
    expect(posture('shop', more)?.shared).toEqual([
      { account: 'web', workloads: ['web', 'images'] },
      { account: 'default', workloads: ['job'] },
    ])
  })

  describe('finds routes of a gateway that let requests without a token in', () => {
    const gateway = workload('edge/web-istio', {
      role: 'gateway',
      enforcedBy: 'gateway',
      labels: { 'gateway.networking.k8s.io/gateway-name': 'web' },
    })
    const route: MeshObject = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { hostnames: ['shop.example'], parentRefs: [{ name: 'web', namespace: 'edge' }] },
    }
    const needsToken = (paths?: string[]) =>
      security('AuthorizationPolicy', 'edge/needs-token', {
        action: 'DENY',
        rules: [
          { from: [{ source: { notRequestPrincipals: ['*'] } }], ...(paths && { to: [{ operation: { paths } }] }) },
        ],
      })
    it.each([
      ['all of it', [], [true]],
      ['some paths of it', [needsToken(['/account/*'])], [false]],
      ['nothing of it where a token is needed', [needsToken()], []],
    ])('%s', (_, policies, expected) => {
      const found = posture('shop', { ...withWorkloads(gateway), ...withObjects(route, ...policies) })?.openRoutes
      expect(found?.map(({ isWhole }) => isWhole)).toEqual(expected)
    })
  })
})
