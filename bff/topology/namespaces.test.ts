import { describe, expect, it } from 'vitest'
import type { MeshObjects } from '#bff/sources/source.ts'
import { graphOf } from './graph-of.fixture.ts'
import { cluster, object } from '#bff/mesh/objects.fixture.ts'
import { request } from '#bff/mesh/readings.fixture.ts'

describe('namespaces', () => {
  const of = (rest: Partial<MeshObjects>) => {
    const known = cluster(
      [
        { name: 'shop/web' },
        { name: 'pay/ledger', proxy: 'ambient' },
        { name: 'mixed/a' },
        { name: 'mixed/b', proxy: 'none' },
      ],
      rest,
    )
    const { namespaces } = graphOf({}, known)
    return Object.fromEntries(namespaces.map(({ name, ...facts }) => [name, facts]))
  }
  const peer = (name: string, spec: Record<string, unknown>, created?: string) =>
    object('PeerAuthentication', name, spec, created)
  const policy = (name: string, spec: Record<string, unknown>) => object('AuthorizationPolicy', name, spec)

  it('say how their pods are joined to the mesh', () => {
    const { shop, pay, mixed } = of({})
    expect([shop?.dataPlane, pay?.dataPlane, mixed?.dataPlane]).toEqual(['sidecar', 'ambient', 'mixed'])
  })

  it.each([
    ['nothing said', [], 'PERMISSIVE'],
    ['its own', [peer('shop/default', { mtls: { mode: 'STRICT' } })], 'STRICT'],
    ['the mesh’s', [peer('istio-system/default', { mtls: { mode: 'STRICT' } })], 'STRICT'],
    [
      'its own before the mesh’s',
      [peer('istio-system/d', { mtls: { mode: 'STRICT' } }), peer('shop/d', { mtls: { mode: 'DISABLE' } })],
      'DISABLE',
    ],
    [
      'UNSET inherits',
      [peer('istio-system/d', { mtls: { mode: 'STRICT' } }), peer('shop/d', { mtls: { mode: 'UNSET' } })],
      'STRICT',
    ],
    [
      'one workload’s is not the namespace’s',
      [peer('shop/d', { selector: { matchLabels: { app: 'web' } }, mtls: { mode: 'STRICT' } })],
      'PERMISSIVE',
    ],
    [
      'the oldest wins',
      [
        peer('shop/new', { mtls: { mode: 'DISABLE' } }, '2026-05-01'),
        peer('shop/old', { mtls: { mode: 'STRICT' } }, '2026-02-01'),
      ],
      'STRICT',
    ],
  ] as const)('have an mTLS mode: %s', (_, peerAuthentications, mode) => {
    expect(of({ peerAuthentications })['shop']?.mtlsMode).toBe(mode)
  })

  it.each([
    ['an empty spec', policy('shop/deny-all', {}), true],
    ['ALLOW without rules', policy('shop/deny-all', { action: 'ALLOW', rules: [] }), true],
    ['the mesh’s', policy('istio-system/deny-all', {}), true],
    ['a rule that matches everything', policy('shop/allow', { rules: [{}] }), false],
    ['DENY without rules', policy('shop/deny', { action: 'DENY' }), false],
    ['one workload’s', policy('shop/one', { selector: { matchLabels: { app: 'web' } } }), false],
    ['another namespace’s', policy('pay/deny-all', {}), false],
  ] as const)('are closed or not: %s', (_, one, isClosed) => {
    expect(of({ authorizationPolicies: [one] })['shop']?.isClosed).toBe(isClosed)
  })

  it('say nothing of modes when Kubernetes does not', () => {
    const graph = graphOf({ requests: [request({ from: 'shop/web', to: 'shop/cart' }, 1)] })
    expect(graph.namespaces).toEqual([
      { name: 'shop', dataPlane: 'unknown', mtlsMode: null, isClosed: false, hasWaypoint: false },
    ])
  })
})
