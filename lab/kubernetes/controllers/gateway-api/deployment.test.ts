import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster } from '#lab/kubernetes/fixture.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { createScenario } from '#lab/scenario/scenario.ts'

const api = 'gateway.networking.k8s.io'
const gateways = `gateways.${api}`
const gateway = (gatewayClassName: string, spec: Fields = {}, metadata: Fields = {}): KubeObject => ({
  apiVersion: `${api}/v1`,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'legacy', ...metadata },
  spec: { gatewayClassName, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }], ...spec },
})
const waypoint = (namespace: string): KubeObject => ({
  ...gateway('istio-waypoint', { listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] }),
  metadata: { name: 'waypoint', namespace, labels: { 'istio.io/waypoint-for': 'service' } },
})
const programmed = (object: KubeObject | undefined) =>
  listOf(object?.status?.['conditions']).find(condition => condition['type'] === 'Programmed')

describe('a Gateway of class istio', () => {
  it('gets a Deployment, a Service with an address and a ServiceAccount, and is programmed once they serve', () => {
    const cluster = createCluster()
    const { store } = cluster
    store.create(gateway('istio'))
    cluster.run(1)
    expect(programmed(store.get(gateways, 'legacy', 'edge'))).toMatchObject({
      status: 'False',
      reason: 'AddressNotUsable',
    })
    cluster.run(6)
    const labels = {
      'gateway.networking.k8s.io/gateway-name': 'edge',
      'gateway.istio.io/managed': 'istio.io-gateway-controller',
    }
    for (const resource of ['deployments.apps', 'services', 'serviceaccounts'])
      expect(store.get(resource, 'legacy', 'edge-istio')?.metadata).toMatchObject({
        labels,
        ownerReferences: [{ kind: 'Gateway', name: 'edge' }],
      })
    const ip = listOf(at(store.get('services', 'legacy', 'edge-istio'), 'status.loadBalancer.ingress'))[0]?.['ip']
    const { status } = store.get(gateways, 'legacy', 'edge') ?? {}
    expect(status).toMatchObject({
      addresses: [{ type: 'IPAddress', value: ip }],
      conditions: [
        { type: 'Accepted', message: 'Resource accepted' },
        {
          type: 'Programmed',
          message: 'Resource programmed, assigned to service(s) edge-istio.legacy.svc.cluster.local:80',
        },
      ],
    })
    expect(listOf(at(store.list('pods', 'legacy')[0], 'spec.containers')).map(item => item['name'])).toEqual([
      'istio-proxy',
    ])
  })

  it('takes them with it', () => {
    const cluster = createCluster()
    cluster.store.create(gateway('istio'))
    cluster.run(6)
    cluster.store.remove(gateways, 'legacy', 'edge')
    cluster.run(2)
    const left = [
      'deployments.apps',
      'replicasets.apps',
      'services',
      'endpoints',
      'endpointslices.discovery.k8s.io',
      'pods',
    ]
    expect(left.flatMap(resource => cluster.store.list(resource, 'legacy'))).toEqual([])
    expect(cluster.store.get('serviceaccounts', 'legacy', 'edge-istio')).toBeUndefined()
  })

  it('follows its listeners with the ports of its Service, and is brought back when it is deleted', () => {
    const cluster = createCluster()
    const { store } = cluster
    store.create(gateway('istio'))
    cluster.run(6)
    const present = store.get(gateways, 'legacy', 'edge') as KubeObject
    const listeners = [{ name: 'tcp', port: 9000, protocol: 'TCP' }]
    store.replace({ ...present, spec: { ...present.spec, listeners } })
    cluster.run(1)
    const ports = () => listOf(store.get('services', 'legacy', 'edge-istio')?.spec?.['ports']).map(port => port['port'])
    expect(ports()).toEqual([15021, 9000])
    store.remove('services', 'legacy', 'edge-istio')
    cluster.run(1)
    expect(ports()).toEqual([15021, 9000])
  })

  it('keeps the scale and the restarts that people asked of its Deployment', () => {
    const cluster = createCluster()
    const { store } = cluster
    store.create(gateway('istio'))
    cluster.run(6)
    const present = store.get('deployments.apps', 'legacy', 'edge-istio') as KubeObject
    const template = present.spec?.['template'] as Fields
    const annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' }
    const asked = { ...template, metadata: { ...(template['metadata'] as Fields), annotations } }
    store.replace({ ...present, spec: { ...present.spec, replicas: 3, template: asked } })
    cluster.run(20)
    const after = store.get('deployments.apps', 'legacy', 'edge-istio')
    expect(at(after, 'spec.template.metadata.annotations')).toEqual(annotations)
    expect(after?.status?.['readyReplicas']).toBe(3)
  })

  it('has nothing deployed where it names a host that somebody else serves', () => {
    const cluster = createCluster()
    cluster.store.create(
      gateway('istio', { addresses: [{ type: 'Hostname', value: 'ingress.legacy.svc.cluster.local' }] }),
    )
    cluster.run(2)
    expect(cluster.store.list('deployments.apps', 'legacy')).toEqual([])
    expect(programmed(cluster.store.get(gateways, 'legacy', 'edge'))).toMatchObject({
      reason: 'AddressNotUsable',
      message: 'Failed to assign to any requested addresses: hostname "ingress.legacy.svc.cluster.local" not found',
    })
  })

  it('leaves a Deployment of its name alone that is not Istio’s', () => {
    const cluster = createCluster()
    const own = {
      selector: { matchLabels: { app: 'mine' } },
      template: { metadata: { labels: { app: 'mine' } }, spec: {} },
    }
    cluster.store.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'edge-istio', namespace: 'legacy' },
      spec: { replicas: 0, ...own },
    })
    cluster.store.create(gateway('istio'))
    cluster.run(3)
    expect(cluster.store.get('deployments.apps', 'legacy', 'edge-istio')?.spec?.['selector']).toEqual(own.selector)
  })
})

describe('a Gateway of another class', () => {
  it('is only told of when it is remote, and not at all when it is not Istio’s', () => {
    const cluster = createCluster()
    cluster.store.create(gateway('istio-remote'))
    cluster.store.create(gateway('nginx', {}, { name: 'other' }))
    cluster.run(2)
    expect(programmed(cluster.store.get(gateways, 'legacy', 'edge'))?.['message']).toBe(
      'This Gateway is remote; Istio will not program it',
    )
    expect(cluster.store.get(gateways, 'legacy', 'other')?.status).toBeUndefined()
    expect(cluster.store.list('deployments.apps', 'legacy')).toEqual([])
  })
})

describe.each(['shop', 'thousand'] as const)('the preset %s', preset => {
  const now = Date.UTC(2026, 10, 23, 8)
  const { store, controllers } = createKubernetes({ now: () => now, seed: 1 })
  controllers.adopt(createScenario(preset, 1, now).objects)

  it('has Istio’s classes, accepted', () => {
    const classes = store.list(`gatewayclasses.${api}`)
    expect(classes.map(item => item.metadata.name)).toEqual(['istio', 'istio-remote', 'istio-waypoint'])
    for (const item of classes)
      expect(listOf(item.status?.['conditions']).map(condition => condition['type'])).toEqual([
        'Accepted',
        'SupportedVersion',
      ])
  })

  it('has its Gateways programmed, owning what was there, with nothing rolled out', () => {
    for (const item of store.list(gateways)) {
      expect(programmed(item), item.metadata.name).toMatchObject({ status: 'True' })
      const name = item.spec?.['gatewayClassName'] === 'istio' ? `${item.metadata.name}-istio` : item.metadata.name
      expect(store.get('deployments.apps', item.metadata.namespace, name)?.metadata).toMatchObject({
        generation: 1,
        ownerReferences: [{ uid: item.metadata.uid }],
      })
    }
  })
})

describe('a waypoint', { timeout: 60_000 }, () => {
  function shop() {
    let now = Date.UTC(2026, 10, 23, 8)
    const scenario = createScenario('shop', 1, now)
    const { store, controllers } = createKubernetes({ now: () => now, seed: 1 })
    controllers.adopt(scenario.objects)
    const mesh = createMesh({
      scenario,
      store,
      sink: { add: () => undefined },
      seed: 1,
      startedAt: now,
      historyHours: 0.1,
    })
    const advance = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        now += 1000
        controllers.tick(now)
        mesh.advanceTo(now)
      }
    }
    /** Requests to shipping that a waypoint has reported so far. */
    const seen = () =>
      [...mesh.samples.exposition()]
        .flatMap(piece => piece.split('\n'))
        .filter(line => line.startsWith('istio_requests_total{'))
        .filter(line => line.includes('reporter="waypoint"') && line.includes('destination_service_name="shipping"'))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    const waypointOf = () =>
      mesh.look().snapshot.services.get('shipping.logistics.svc.cluster.local')?.waypoint?.key ?? null
    return { store, advance, seen, waypointOf }
  }

  it('acts on traffic while its Gateway exists', () => {
    const { store, advance, seen, waypointOf } = shop()
    advance(2)
    expect(waypointOf()).toBe('logistics/waypoint')
    store.remove(gateways, 'logistics', 'waypoint')
    advance(3)
    expect(waypointOf()).toBe(null)
    const before = seen()
    advance(3)
    expect(seen()).toBe(before)
    store.create(waypoint('logistics'))
    advance(10)
    expect(waypointOf()).toBe('logistics/waypoint')
    const during = seen()
    advance(5)
    expect(seen()).toBeGreaterThan(during)
  })
})
