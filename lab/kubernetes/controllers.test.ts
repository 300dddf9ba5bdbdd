import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { createClock, createCluster, namespace, service, template, workload } from './fixture.ts'
import { createKubernetes, type Kubernetes } from './kubernetes.ts'
import { at, listOf, textOf } from './value.ts'

const pods = ({ store }: Kubernetes, place: string): KubeObject[] => store.list('pods', place)
const staying = (kubernetes: Kubernetes, place: string) =>
  pods(kubernetes, place).filter(pod => !pod.metadata.deletionTimestamp)
const isReady = (pod: KubeObject) =>
  listOf(at(pod, 'status.conditions')).some(item => item['type'] === 'Ready' && item['status'] === 'True')
const reasons = ({ store }: Kubernetes, place: string) => store.list('events', place).map(event => event['reason'])
const change = (kubernetes: Kubernetes, object: KubeObject, spec: Record<string, unknown>) => {
  const present = kubernetes.store.get(
    `${object.kind.toLowerCase()}s.apps`,
    object.metadata.namespace,
    object.metadata.name,
  )
  if (!present) throw new Error(`${object.metadata.name} is gone`)
  kubernetes.store.replace({ ...present, spec: { ...present.spec, ...spec } })
  kubernetes.controllers.settle()
}
const deployment = (replicas: number, more: Record<string, unknown> = {}) =>
  workload('Deployment', 'shop', 'web', { replicas, ...more })

describe('a Deployment', () => {
  it('becomes a ReplicaSet and pods that are ready after their start-up time', () => {
    const cluster = createCluster({ startup: new Map([['shop/web', 6]]) })
    cluster.store.create(deployment(2))
    cluster.run(4)
    expect(pods(cluster, 'shop').map(isReady)).toEqual([false, false])
    expect(pods(cluster, 'shop').map(pod => at(pod, 'status.phase'))).toEqual(['Running', 'Running'])
    cluster.run(3)
    expect(pods(cluster, 'shop').map(isReady)).toEqual([true, true])
    const [set] = cluster.store.list('replicasets.apps', 'shop')
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{10}$/)
    for (const pod of pods(cluster, 'shop'))
      expect(pod.metadata.name).toMatch(new RegExp(`^${set?.metadata.name}-\\w{5}$`))
    expect(cluster.store.get('deployments.apps', 'shop', 'web')?.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', reason: 'NewReplicaSetAvailable' },
      ],
    })
  })

  it('scales up and down, to nothing too', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(1))
    cluster.run(5)
    for (const replicas of [4, 2, 0]) {
      change(cluster, deployment(1), { replicas })
      cluster.run(8)
      expect(pods(cluster, 'shop').filter(isReady)).toHaveLength(replicas)
    }
    expect(cluster.store.get('deployments.apps', 'shop', 'web')?.status).not.toHaveProperty('readyReplicas')
  })

  it('rolls out a new template with one extra pod and none missing', () => {
    const cluster = createCluster()
    cluster.store.create(
      deployment(3, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    )
    cluster.run(6)
    change(cluster, deployment(3), { template: template('web', 'shop/web:2') })
    for (let second = 0; second < 40; second++) {
      cluster.run(1)
      expect(staying(cluster, 'shop').filter(isReady).length).toBeGreaterThanOrEqual(3)
      expect(staying(cluster, 'shop').length).toBeLessThanOrEqual(4)
    }
    const images = pods(cluster, 'shop').map(pod => listOf(at(pod, 'spec.containers'))[0]?.['image'])
    expect(images).toEqual(['shop/web:2', 'shop/web:2', 'shop/web:2'])
    const sets = cluster.store.list('replicasets.apps', 'shop')
    expect(sets.map(set => Number(set.spec?.['replicas'])).sort((a, b) => a - b)).toEqual([0, 3])
    expect(cluster.store.get('deployments.apps', 'shop', 'web')?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '2',
    })
  })

  it('returns to an old ReplicaSet on a rollback', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(1))
    cluster.run(6)
    const [old] = cluster.store.list('replicasets.apps', 'shop')
    change(cluster, deployment(1), { template: template('web', 'shop/web:2') })
    cluster.run(10)
    change(cluster, deployment(1), { template: template('web') })
    cluster.run(10)
    const now = cluster.store.get('replicasets.apps', 'shop', old?.metadata.name ?? '')
    expect(now?.spec?.['replicas']).toBe(1)
    expect(now?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    expect(cluster.store.list('replicasets.apps', 'shop')).toHaveLength(2)
  })

  it('replaces pods that are deleted, and says what it did', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(2))
    cluster.run(5)
    const [first] = pods(cluster, 'shop')
    cluster.store.remove('pods', 'shop', first?.metadata.name ?? '')
    cluster.run(6)
    expect(pods(cluster, 'shop').filter(isReady)).toHaveLength(2)
    expect(cluster.store.get('pods', 'shop', first?.metadata.name ?? '')).toBeUndefined()
    expect(new Set(reasons(cluster, 'shop'))).toEqual(
      new Set(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started']),
    )
  })

  it('takes its ReplicaSets and pods with it', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(2))
    cluster.run(5)
    cluster.store.remove('deployments.apps', 'shop', 'web')
    cluster.run(1)
    expect(cluster.store.list('replicasets.apps', 'shop')).toEqual([])
    expect(pods(cluster, 'shop')).toEqual([])
  })

  it('does nothing while it is paused', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(1))
    cluster.run(5)
    change(cluster, deployment(1), { paused: true, template: template('web', 'shop/web:2') })
    cluster.run(10)
    expect(cluster.store.list('replicasets.apps', 'shop')).toHaveLength(1)
  })
})

describe('a StatefulSet', () => {
  it('starts its pods one after the other and updates them from the last', () => {
    const cluster = createCluster()
    const set = workload('StatefulSet', 'legacy', 'db', { replicas: 2, serviceName: 'db' })
    cluster.store.create(set)
    cluster.run(2)
    expect(pods(cluster, 'legacy').map(pod => pod.metadata.name)).toEqual(['db-0'])
    cluster.run(8)
    expect(pods(cluster, 'legacy').map(pod => pod.metadata.name)).toEqual(['db-0', 'db-1'])
    change(cluster, set, { template: template('db', 'db:2') })
    cluster.run(3)
    const images = () => pods(cluster, 'legacy').map(pod => listOf(at(pod, 'spec.containers'))[0]?.['image'])
    expect(images()).toEqual(['shop/web:1', 'db:2'])
    cluster.run(20)
    expect(images()).toEqual(['db:2', 'db:2'])
    const { status } = cluster.store.get('statefulsets.apps', 'legacy', 'db') ?? {}
    expect(status?.['currentRevision']).toBe(status?.['updateRevision'])
    expect(cluster.store.list('controllerrevisions.apps', 'legacy')).toHaveLength(2)
  })
})

describe('a DaemonSet', () => {
  it('has a pod on every node, new ones too', () => {
    const cluster = createCluster()
    cluster.store.create(workload('DaemonSet', 'legacy', 'agent'))
    cluster.run(5)
    expect(
      pods(cluster, 'legacy')
        .map(pod => textOf(at(pod, 'spec.nodeName')))
        .sort(),
    ).toEqual(['node-a', 'node-b'])
    cluster.store.create({ ...(cluster.store.list('nodes')[0] as KubeObject), metadata: { name: 'node-c' } })
    cluster.run(5)
    expect(cluster.store.get('daemonsets.apps', 'legacy', 'agent')?.status).toMatchObject({
      desiredNumberScheduled: 3,
      numberReady: 3,
    })
  })
})

describe('a new pod', () => {
  it('gets a sidecar where the namespace asks for it', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(1))
    cluster.run(5)
    const [pod] = pods(cluster, 'shop')
    expect(listOf(at(pod, 'spec.containers')).map(container => container['name'])).toEqual(['app', 'istio-proxy'])
    expect(pod?.metadata.annotations).toHaveProperty('sidecar.istio.io/status')
    expect(listOf(at(pod, 'status.containerStatuses'))).toHaveLength(2)
  })

  it('is captured by ztunnel where the namespace is ambient, running ones at once', () => {
    const cluster = createCluster()
    for (const place of ['logistics', 'legacy']) cluster.store.create(workload('Deployment', place, 'web'))
    cluster.run(5)
    const redirection = (place: string) =>
      pods(cluster, place)[0]?.metadata.annotations?.['ambient.istio.io/redirection']
    expect([redirection('logistics'), redirection('legacy')]).toEqual(['enabled', undefined])
    const before = pods(cluster, 'legacy')[0]?.metadata.uid
    const room = cluster.store.get('namespaces', undefined, 'legacy') as KubeObject
    cluster.store.replace({ ...room, metadata: { ...room.metadata, labels: { 'istio.io/dataplane-mode': 'ambient' } } })
    cluster.run(1)
    expect(redirection('legacy')).toBe('enabled')
    expect(pods(cluster, 'legacy')[0]?.metadata.uid).toBe(before)
  })

  it('has an address of its own', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(30))
    cluster.run(60)
    const addresses = pods(cluster, 'shop').map(pod => at(pod, 'status.podIP'))
    expect(addresses).toHaveLength(30)
    expect(new Set(addresses).size).toBe(30)
  })

  it('waits, and says why, where no node will have it', () => {
    const cluster = createCluster()
    const picky = { ...template('web'), spec: { ...template('web').spec, nodeSelector: { disk: 'gold' } } }
    cluster.store.create(deployment(1, { template: picky }))
    cluster.run(5)
    expect(at(pods(cluster, 'shop')[0], 'status.phase')).toBe('Pending')
    expect(reasons(cluster, 'shop')).toContain('FailedScheduling')
  })
})

describe('a Service', () => {
  it('lists the addresses of its ready pods, by the number behind a named port', () => {
    const cluster = createCluster()
    cluster.store.create(service('shop', 'web'))
    cluster.store.create(deployment(2))
    cluster.run(2)
    const slice = () => cluster.store.list('endpointslices.discovery.k8s.io', 'shop')[0]
    expect(listOf(slice()?.['endpoints']).map(item => at(item, 'conditions.ready'))).toEqual([false, false])
    cluster.run(5)
    expect(slice()).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [{ conditions: { ready: true }, zone: 'a' }, { conditions: { ready: true } }],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    })
    expect(listOf(at(cluster.store.get('endpoints', 'shop', 'web'), 'subsets'))[0]).toMatchObject({
      ports: [{ port: 8080 }],
    })
    change(cluster, deployment(2), { replicas: 0 })
    cluster.run(2)
    expect(slice()?.['endpoints']).toEqual([])
    cluster.store.remove('services', 'shop', 'web')
    cluster.run(1)
    expect([slice(), cluster.store.get('endpoints', 'shop', 'web')]).toEqual([undefined, undefined])
  })
})

describe('a namespace', () => {
  it('has a default ServiceAccount', () => {
    const cluster = createCluster()
    cluster.store.create(namespace('new'))
    cluster.run(1)
    expect(cluster.store.get('serviceaccounts', 'new', 'default')).toBeDefined()
  })

  it('goes with all that is in it', () => {
    const cluster = createCluster()
    cluster.store.create(deployment(2))
    cluster.store.create(service('shop', 'web'))
    cluster.run(5)
    const room = cluster.store.get('namespaces', undefined, 'shop') as KubeObject
    cluster.store.replace({ ...room, metadata: { ...room.metadata, deletionTimestamp: '2026-11-23T08:00:05Z' } })
    cluster.run(3)
    expect(cluster.store.get('namespaces', undefined, 'shop')).toBeUndefined()
    const left = cluster.store.resources
      .all()
      .flatMap(kind => (kind.namespaced ? cluster.store.list(kind.name, 'shop') : []))
    expect(left).toEqual([])
  })
})

describe('a CustomResourceDefinition', () => {
  it('is there for every custom kind, and brings new kinds', () => {
    const cluster = createCluster()
    const name = 'widgets.example.com'
    const definitions = 'customresourcedefinitions.apiextensions.k8s.io'
    expect(cluster.store.get(definitions, undefined, 'virtualservices.networking.istio.io')).toBeDefined()
    cluster.store.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    })
    cluster.run(1)
    cluster.store.create({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'shop' } })
    expect(cluster.store.list(name)).toHaveLength(1)
    cluster.store.remove(definitions, undefined, name)
    cluster.run(1)
    expect(cluster.store.resources.named(name)).toBeUndefined()
  })
})

describe('a scenario', () => {
  it.each(['shop', 'thousand'] as const)('%s is taken over without churn', preset => {
    const clock = createClock()
    const kubernetes = createKubernetes({ now: clock.now, seed: 1 })
    kubernetes.controllers.adopt(createScenario(preset, 1, clock.now()).objects)
    const { revision } = kubernetes.store
    clock.pass(30)
    kubernetes.controllers.tick(clock.now())
    expect(kubernetes.store.revision).toBe(revision)
    expect(kubernetes.store.list('events')).toEqual([])
    expect(kubernetes.store.list('pods').every(isReady)).toBe(true)
    const unready = kubernetes.store
      .list('deployments.apps')
      .filter(object => object.status?.['availableReplicas'] !== object.spec?.['replicas'])
    expect(unready).toEqual([])
  })

  it('lives the same life twice', () => {
    const life = () => {
      const cluster = createCluster()
      cluster.store.create(deployment(3))
      cluster.run(6)
      change(cluster, deployment(3), { template: template('web', 'shop/web:2') })
      cluster.run(20)
      return cluster.store.resources.all().flatMap(kind => cluster.store.list(kind.name))
    }
    expect(life()).toEqual(life())
  })
})
