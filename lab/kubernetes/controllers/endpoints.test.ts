import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, service, workload } from '#lab/kubernetes/fixture.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'

type Cluster = ReturnType<typeof createCluster>
const slices = ({ store }: Cluster) => store.list('endpointslices.discovery.k8s.io', 'legacy')
const endpoints = (cluster: Cluster) => slices(cluster).flatMap(slice => listOf(slice['endpoints']))
const of = (spec: Fields): KubeObject => {
  const base = service('legacy', 'web')
  return { ...base, spec: { ...base.spec, ...spec } }
}

function serving(spec: Fields = {}, workloadSpec: Fields = {}) {
  const cluster = createCluster()
  cluster.store.create(of(spec))
  cluster.store.create(workload('Deployment', 'legacy', 'web', { replicas: 2, ...workloadSpec }))
  cluster.run(6)
  return cluster
}

describe('an endpoint', () => {
  it('that leaves is no longer ready but still serves', () => {
    const cluster = serving()
    const [pod] = cluster.store.list('pods', 'legacy')
    const metadata = { ...(pod as KubeObject).metadata, deletionTimestamp: '2026-11-23T08:01:00Z' }
    cluster.store.replace({ ...(pod as KubeObject), metadata })
    cluster.controllers.settle()
    const leaving = endpoints(cluster).find(item => at(item, 'targetRef.name') === pod?.metadata.name)
    expect(leaving?.['conditions']).toEqual({ ready: false, serving: true, terminating: true })
  })

  it('is published before it is ready where the Service says so', () => {
    const cluster = createCluster()
    cluster.store.create(of({ publishNotReadyAddresses: true }))
    cluster.store.create(workload('Deployment', 'legacy', 'web'))
    cluster.run(3)
    expect(endpoints(cluster)[0]?.['conditions']).toEqual({ ready: true, serving: false, terminating: false })
  })

  it.each([
    ['PreferClose', { forZones: [{ name: 'a' }] }],
    ['PreferSameNode', { forNodes: [{ name: 'node-a' }], forZones: [{ name: 'a' }] }],
  ])('of a Service with the traffic distribution %s says whom it is for', (trafficDistribution, hints) => {
    const found = endpoints(serving({ trafficDistribution }))
    expect(found.find(item => item['nodeName'] === 'node-a')?.['hints']).toEqual(hints)
    expect(endpoints(serving()).every(item => item['hints'] === undefined)).toBe(true)
  })

  it('of a StatefulSet behind a headless Service has its host name', () => {
    const cluster = createCluster()
    cluster.store.create(of({ clusterIP: 'None' }))
    cluster.store.create(workload('StatefulSet', 'legacy', 'web', { replicas: 2, serviceName: 'web' }))
    cluster.run(15)
    expect(endpoints(cluster).map(item => item['hostname'])).toEqual(['web-0', 'web-1'])
    expect(slices(cluster)[0]?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'])
  })
})

describe('a Service', () => {
  it('has slices of a hundred endpoints', () => {
    const cluster = createCluster()
    cluster.store.create(of({}))
    cluster.store.create(workload('Deployment', 'legacy', 'web', { replicas: 230 }))
    cluster.run(8)
    expect(
      slices(cluster)
        .map(slice => listOf(slice['endpoints']).length)
        .toSorted((a, b) => a - b),
    ).toEqual([30, 100, 100])
    expect(new Set(endpoints(cluster).flatMap(item => item['addresses'])).size).toBe(230)
  })

  it('has a slice for each number behind a port of one name', () => {
    const cluster = serving()
    const other = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'a:1', ports: [{ name: 'http', containerPort: 9090 }] }] },
    }
    cluster.store.create({
      ...workload('Deployment', 'legacy', 'other', { template: other, selector: { matchLabels: { app: 'web' } } }),
    })
    cluster.run(8)
    expect(
      slices(cluster)
        .map(slice => Number(listOf(slice['ports'])[0]?.['port']))
        .toSorted((a, b) => a - b),
    ).toEqual([8080, 9090])
  })

  it('that becomes a name of something outside has none', () => {
    const cluster = serving()
    const present = cluster.store.get('services', 'legacy', 'web') as KubeObject
    cluster.store.replace({ ...present, spec: { ...present.spec, type: 'ExternalName', externalName: 'a.example' } })
    cluster.run(1)
    expect([...slices(cluster), ...cluster.store.list('endpoints', 'legacy')]).toEqual([])
  })

  it('without a selector keeps what people wrote', () => {
    const cluster = createCluster()
    cluster.store.create(of({ selector: {} }))
    const own = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'legacy' },
      subsets: [{ addresses: [{ ip: '192.0.2.1' }] }],
    }
    cluster.store.create(own)
    cluster.run(2)
    expect(cluster.store.get('endpoints', 'legacy', 'web')).toMatchObject(own)
  })
})
