import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, template, workload } from '#lab/kubernetes/fixture.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { at, listOf } from '#lab/kubernetes/value.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { injectorWebhook } from '#lab/scenario/webhooks.ts'
import { inject } from './injection.ts'

const docs = 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy'
const upgrades = 'https://istio.io/latest/docs/setup/upgrade/canary/'
const inside = 'istio-proxy'
const canary = () =>
  injectorWebhook('istio-sidecar-injector-canary', { name: 'canary', label: 'canary', service: 'istiod-canary' })
const stable = () =>
  injectorWebhook('istio-revision-tag-stable', {
    name: 'canary',
    label: 'stable',
    tag: 'stable',
    service: 'istiod-canary',
  })

const containers = (pod: KubeObject) => listOf(at(pod, 'spec.containers')).map(item => item['name'])

describe('a new pod', () => {
  it.each<[string, string, Record<string, string>, Record<string, string>, string | null]>([
    ['in a namespace that asks for nothing gets no proxy', docs, {}, {}, null],
    ['in a namespace with istio-injection=enabled gets one', docs, { 'istio-injection': 'enabled' }, {}, 'default'],
    ['may refuse it', docs, { 'istio-injection': 'enabled' }, { 'sidecar.istio.io/inject': 'false' }, null],
    ['may ask for it by itself', docs, {}, { 'sidecar.istio.io/inject': 'true' }, 'default'],
    [
      'asks in vain where the namespace says disabled',
      docs,
      { 'istio-injection': 'disabled' },
      { 'sidecar.istio.io/inject': 'true' },
      null,
    ],
    ['in a namespace with istio.io/rev gets that revision’s', upgrades, { 'istio.io/rev': 'canary' }, {}, 'canary'],
    ['in a namespace of the default revision gets its', upgrades, { 'istio.io/rev': 'default' }, {}, 'default'],
    ['in a namespace with a tag gets the tagged revision’s', upgrades, { 'istio.io/rev': 'stable' }, {}, 'canary'],
    ['in a namespace of a revision that is not there gets none', upgrades, { 'istio.io/rev': 'gone' }, {}, null],
    ['may name its revision by itself', upgrades, {}, { 'istio.io/rev': 'canary' }, 'canary'],
    [
      'with istio-injection beside istio.io/rev gets the default one',
      upgrades,
      { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
      {},
      'default',
    ],
  ])('%s (%s)', (_, __, roomLabels, labels, revision) => {
    const { store } = createCluster()
    for (const object of [canary(), stable()]) store.create(object)
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'room', labels: roomLabels } })
    const { spec } = template('web')
    const pod = inject(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'room', labels }, spec },
      store,
    )
    expect(containers(pod).includes(inside)).toBe(revision !== null)
    expect(pod.metadata.annotations?.['istio.io/rev'] ?? null).toBe(revision)
  })

  it('gets a proxy of the version of the istiod that injects it', () => {
    const { store } = createCluster()
    store.create(canary())
    const istiod = workload('Deployment', 'istio-system', 'istiod-canary', {
      replicas: 0,
      template: template('istiod-canary', 'docker.io/istio/pilot:1.30.1'),
    })
    store.create(istiod)
    const { spec } = template('web')
    const metadata = { name: 'a', namespace: 'legacy', labels: { 'istio.io/rev': 'canary' } }
    const pod = inject({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, store)
    expect(listOf(at(pod, 'spec.containers'))[1]?.['image']).toBe('docker.io/istio/proxyv2:1.30.1')
  })

  it('gets no proxy once the webhook is gone', () => {
    const cluster = createCluster()
    cluster.store.remove(
      'mutatingwebhookconfigurations.admissionregistration.k8s.io',
      undefined,
      'istio-sidecar-injector',
    )
    cluster.store.create(workload('Deployment', 'shop', 'web'))
    cluster.run(3)
    expect(containers(cluster.store.list('pods', 'shop')[0] as KubeObject)).toEqual(['app'])
  })
})

describe('a preset', () => {
  it('has the pods that its webhooks would make', () => {
    const now = Date.UTC(2026, 10, 23, 8)
    const { store, controllers } = createKubernetes({ now: () => now, seed: 1 })
    controllers.adopt(createScenario('shop', 1, now).objects)
    for (const workloadObject of store.list('deployments.apps')) {
      const made = inject(
        {
          apiVersion: 'v1',
          kind: 'Pod',
          ...(workloadObject.spec?.['template'] as object),
          metadata: {
            ...(at(workloadObject, 'spec.template.metadata') as object),
            name: 'new',
            namespace: workloadObject.metadata.namespace ?? '',
          },
        },
        store,
      )
      const [present] = store
        .list('pods', workloadObject.metadata.namespace)
        .filter(pod => pod.metadata.name.startsWith(`${workloadObject.metadata.name}-`))
      expect(containers(made), workloadObject.metadata.name).toEqual(containers(present as KubeObject))
    }
  })
})

describe('the mesh', () => {
  const scenario = createScenario('shop', 1, Date.UTC(2026, 10, 23, 8))
  function shop() {
    let now = Date.UTC(2026, 10, 23, 8)
    const { store, controllers } = createKubernetes({ now: () => now, seed: 1 })
    controllers.adopt(scenario.objects)
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second++) controllers.tick((now += 1000))
    }
    const label = (namespace: string, labels: Record<string, string>) => {
      const room = store.get('namespaces', undefined, namespace) as KubeObject
      store.replace({ ...room, metadata: { ...room.metadata, labels } })
    }
    const restart = (namespace: string, name: string) => {
      const present = store.get('deployments.apps', namespace, name) as KubeObject
      const pod = present.spec?.['template'] as { metadata: object }
      const metadata = { ...pod.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': String(now) } }
      store.replace({ ...present, spec: { ...present.spec, template: { ...pod, metadata } } })
    }
    const proxy = (key: string) => takeSnapshot(store, settingsOf(scenario)).workloads.get(key)?.proxy
    return { store, pass, label, restart, proxy }
  }

  it('sees a sidecar only after a restart, when the namespace asks for it', () => {
    const { pass, label, restart, proxy } = shop()
    label('legacy', { 'istio-injection': 'enabled' })
    pass(2)
    expect(proxy('legacy/crm')).toBe('none')
    restart('legacy', 'crm')
    pass(30)
    expect(proxy('legacy/crm')).toBe('sidecar')
    label('legacy', {})
    restart('legacy', 'crm')
    pass(30)
    expect(proxy('legacy/crm')).toBe('none')
  })

  it('sees ztunnel before running pods at once, and without it just as fast', () => {
    const { store, pass, label, proxy } = shop()
    const captured = () =>
      store.list('pods', 'legacy').map(pod => pod.metadata.annotations?.['ambient.istio.io/redirection'])
    label('legacy', { 'istio.io/dataplane-mode': 'ambient' })
    pass(1)
    expect(proxy('legacy/crm')).toBe('ztunnel')
    expect(captured()).toEqual(['enabled', 'enabled', 'enabled'])
    const [batch] = store.list('pods', 'legacy').filter(pod => pod.metadata.name.startsWith('batch'))
    const labels = { ...batch?.metadata.labels, 'istio.io/dataplane-mode': 'none' }
    store.replace({ ...(batch as KubeObject), metadata: { ...(batch as KubeObject).metadata, labels } })
    pass(1)
    expect(proxy('legacy/batch')).toBe('none')
    expect(captured()).toEqual([undefined, 'enabled', 'enabled'])
    label('legacy', {})
    pass(1)
    expect(proxy('legacy/crm')).toBe('none')
    expect(captured()).toEqual([undefined, undefined, undefined])
  })
})
