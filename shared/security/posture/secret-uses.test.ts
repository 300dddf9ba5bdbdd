import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { workload } from '#shared/security/matrix.fixture.ts'
import { secretUsesIn } from './secret-uses.ts'

const gateway = (
  group: 'gateway.networking.k8s.io' | 'networking.istio.io',
  spec: Record<string, unknown>,
): MeshObject => ({
  apiVersion: `${group}/v1`,
  kind: 'Gateway',
  metadata: { namespace: 'edge', name: 'web' },
  spec,
})
const pods = workload('ingress/web', { labels: { istio: 'ingress' } })

describe('secrets of gateways', () => {
  it('are those of listeners, in the Gateway’s own namespace unless another is said', () => {
    const listeners = [
      { hostname: 'a.example', tls: { certificateRefs: [{ name: 'one' }, { name: 'two', namespace: 'certs' }] } },
      { tls: { certificateRefs: [{ kind: 'Other', name: 'three' }], options: {} } },
    ]
    expect(secretUsesIn([gateway('gateway.networking.k8s.io', { listeners })], [])).toMatchObject([
      { namespace: 'certs', name: 'two', hosts: ['a.example'], isMutual: false },
      { namespace: 'edge', name: 'one', hosts: ['a.example'] },
    ])
  })

  it('are looked for where the pods of an Istio Gateway run, and nowhere while it has none', () => {
    const servers = [{ hosts: ['shop/b.example', 'c.example'], tls: { mode: 'MUTUAL', credentialName: 'one' } }]
    const object = gateway('networking.istio.io', { selector: { istio: 'ingress' }, servers })
    expect(secretUsesIn([object], [pods])).toMatchObject([
      { namespace: 'ingress', name: 'one', hosts: ['b.example', 'c.example'], isMutual: true },
    ])
    expect(secretUsesIn([object], [])).toEqual([])
  })

  it('are one, however many use them', () => {
    const listener = (hostname: string) => ({ hostname, tls: { certificateRefs: [{ name: 'one' }] } })
    const object = gateway('gateway.networking.k8s.io', { listeners: [listener('a.example'), listener('b.example')] })
    expect(secretUsesIn([object, object], [])).toMatchObject([
      { hosts: ['a.example', 'b.example'], usedBy: [{ namespace: 'edge', name: 'web' }] },
    ])
  })
})
