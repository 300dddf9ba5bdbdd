import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { changesIn, keptOf } from './meaning.ts'

const whole: MeshObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-11-01T10:00:00Z',
    deletionTimestamp: '2026-11-02T10:00:00Z',
    labels: { app: 'web' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: [{ manager: 'kubectl' }],
  },
  spec: { hosts: ['web'] },
  status: { conditions: [] },
}

describe('what history keeps of an object', () => {
  it('is what people mean by it, fit to be applied again', () => {
    expect(keptOf(whole)).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
      spec: { hosts: ['web'] },
    })
  })

  it('is the labels the mesh reads, of a Namespace and of a workload', () => {
    const labels = { 'istio-injection': 'enabled', team: 'us' }
    expect(keptOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels }, spec: {} })).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
    })
    const template = { metadata: { labels: { app: 'web', 'sidecar.istio.io/inject': 'false' } }, spec: { secret: 1 } }
    const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } }
    expect(keptOf({ ...workload, spec: { replicas: 3, template } })).toEqual({
      ...workload,
      spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } },
    })
  })

  it('is nothing of a Secret', () => {
    expect(keptOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { key: 'c2VjcmV0' } })).toBeNull()
  })

  it('is the same in another version of its kind', () => {
    const kept = keptOf(whole)
    expect(changesIn(kept, { ...kept, apiVersion: 'networking.istio.io/v1beta1' })).toEqual([])
    expect(changesIn(kept, { ...kept, spec: { hosts: ['web', 'www'] } })).toHaveLength(1)
  })
})
