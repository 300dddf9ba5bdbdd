import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, service, template, virtualService, workload } from '#lab/kubernetes/fixture.ts'
import { at } from '#lab/kubernetes/value.ts'

const api = 'gateway.networking.k8s.io'
const places = ['shop', 'logistics', 'legacy'] as const
const gateway = (place: string, gatewayClassName: string): KubeObject => ({
  apiVersion: `${api}/v1`,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: place },
  spec: {
    gatewayClassName,
    listeners: [
      gatewayClassName === 'istio-waypoint'
        ? { name: 'mesh', port: 15008, protocol: 'HBONE' }
        : { name: 'http', port: 80, protocol: 'HTTP' },
    ],
  },
})
const route = (place: string): KubeObject => ({
  apiVersion: `${api}/v1`,
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: place },
  spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
})

type Cluster = ReturnType<typeof createCluster>
type Act = (cluster: Cluster) => void

const put =
  (object: KubeObject): Act =>
  ({ store }) => {
    const kind = store.resources.of(object.apiVersion, object.kind)
    if (kind && !store.get(kind.name, object.metadata.namespace, object.metadata.name)) store.create(object)
  }
const drop =
  (resource: string, place: string, name: string): Act =>
  ({ store }) =>
    void store.remove(resource, place, name)
const edit =
  (resource: string, place: string, name: string, change: (object: KubeObject) => KubeObject): Act =>
  ({ store }) => {
    const found = store.get(resource, place, name)
    if (found) store.replace(change(found))
  }

const place = fc.constantFrom(...places)
const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(place, fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet'))
    .map(([where, kind]) => put(workload(kind as 'Deployment', where, 'web'))),
  place.map(where => put(service(where, 'web'))),
  place.map(where => put(route(where))),
  place.map(where => put(virtualService(where, 'web'))),
  fc
    .tuple(place, fc.constantFrom('istio', 'istio-waypoint', 'istio-remote'))
    .map(([where, name]) => put(gateway(where, name))),
  fc
    .tuple(
      place,
      fc.constantFrom(
        'deployments.apps',
        'statefulsets.apps',
        'daemonsets.apps',
        'services',
        `gateways.${api}`,
        `httproutes.${api}`,
      ),
    )
    .map(([where, resource]) => drop(resource, where, resource.startsWith('gateways') ? 'edge' : 'web')),
  fc
    .tuple(place, fc.nat(4))
    .map(([where, replicas]) =>
      edit('deployments.apps', where, 'web', object => ({ ...object, spec: { ...object.spec, replicas } })),
    ),
  fc.tuple(place, fc.constantFrom('shop/web:2', 'shop/web:does-not-exist')).map(([where, image]) =>
    edit('deployments.apps', where, 'web', object => ({
      ...object,
      spec: { ...object.spec, template: template('web', image) },
    })),
  ),
  fc.tuple(place, fc.constantFrom({}, { 'istio-injection': 'enabled' }, { 'istio.io/dataplane-mode': 'ambient' })).map(
    ([where, labels]): Act =>
      ({ store }) => {
        const room = store.get('namespaces', undefined, where)
        if (room) store.replace({ ...room, metadata: { ...room.metadata, labels: labels as Record<string, string> } })
      },
  ),
  fc.nat(3).map(
    (seconds): Act =>
      cluster =>
        cluster.run(seconds),
  ),
)

function live(acts: readonly Act[]): Cluster {
  const cluster = createCluster()
  for (const one of acts) one(cluster)
  // Longer than a rollout, a crash loop apart, and shorter than any deadline.
  cluster.run(60)
  return cluster
}

const withoutVersion = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '' },
})

const everything = ({ store }: Cluster) => store.resources.all().flatMap(kind => store.list(kind.name))

describe('controllers', () => {
  it('come to rest after whatever was done, and then change nothing more', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 14 }), acts => {
        const cluster = live(acts)
        const before = new Map(
          everything(cluster).map(object => [object.metadata.uid, object.metadata.resourceVersion]),
        )
        cluster.run(20)
        for (const object of everything(cluster))
          expect(before.get(object.metadata.uid), `${object.kind} ${object.metadata.name}`).toBe(
            object.metadata.resourceVersion,
          )
      }),
      { numRuns: 60 },
    )
  })

  it('change nothing when they are made to look at everything again', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 10 }), acts => {
        const cluster = live(acts)
        const before = everything(cluster).map(withoutVersion)
        for (const object of everything(cluster)) {
          const annotations = { ...object.metadata.annotations, touched: 'yes' }
          cluster.store.replace({ ...object, metadata: { ...object.metadata, annotations } })
          const touched = cluster.store.get(
            cluster.store.resources.of(object.apiVersion, object.kind)?.name ?? '',
            object.metadata.namespace,
            object.metadata.name,
          )
          if (touched) cluster.store.replace({ ...touched, metadata: object.metadata })
        }
        cluster.run(2)
        expect(everything(cluster).map(withoutVersion)).toEqual(before)
      }),
      { numRuns: 60 },
    )
  })

  it('leave nobody behind whose owner is gone', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 14 }), acts => {
        const cluster = live(acts)
        const all = everything(cluster)
        const uids = new Set(all.map(object => object.metadata.uid))
        const orphans = all.filter(object => object.metadata.ownerReferences?.some(owner => !uids.has(owner.uid)))
        expect(orphans.map(object => `${object.kind} ${object.metadata.name}`)).toEqual([])
        const lost = cluster.store
          .list('endpointslices.discovery.k8s.io')
          .filter(
            slice =>
              !cluster.store.get(
                'services',
                slice.metadata.namespace,
                slice.metadata.labels?.['kubernetes.io/service-name'] ?? '',
              ),
          )
        expect(lost).toEqual([])
        const taken = cluster.store
          .list('pods')
          .map(pod => at(pod, 'status.podIP'))
          .filter(ip => ip !== undefined)
        expect(new Set(taken).size).toBe(taken.length)
      }),
      { numRuns: 60 },
    )
  })
})
