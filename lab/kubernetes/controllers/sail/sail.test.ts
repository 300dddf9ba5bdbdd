import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { istios, revisions, tags } from './sail.ts'

const istioSystem = 'istio-system'
const parts = ['istiocnis.sailoperator.io', 'ztunnels.sailoperator.io']

function shop(preset: 'shop' | 'thousand' = 'shop') {
  let now = Date.UTC(2026, 10, 23, 8)
  const { store, controllers } = createKubernetes({
    now: () => now,
    seed: 1,
    onError: error => {
      throw error
    },
  })
  controllers.adopt(createScenario(preset, 1, now).objects)
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) controllers.tick((now += 1000))
  }
  const edit = (resource: string, namespace: string | undefined, name: string, spec: Fields) => {
    const present = store.get(resource, namespace, name) as KubeObject
    store.replace({ ...present, spec: { ...present.spec, ...spec } })
  }
  const label = (namespace: string, labels: Record<string, string>) => {
    const room = store.get('namespaces', undefined, namespace) as KubeObject
    store.replace({ ...room, metadata: { ...room.metadata, labels } })
  }
  const restart = (namespace: string, name: string) => {
    const present = store.get('deployments.apps', namespace, name) as KubeObject
    const template = present.spec?.['template'] as { metadata: object }
    const metadata = { ...template.metadata, annotations: { restarted: String(now) } }
    edit('deployments.apps', namespace, name, { template: { ...template, metadata } })
  }
  const status = (resource: string, name = 'default') => store.get(resource, undefined, name)?.status
  const said = (resource: string, type: string, name = 'default') =>
    listOf(status(resource, name)?.['conditions']).find(condition => condition['type'] === type)
  const images = (name: string) =>
    store
      .list('pods', istioSystem)
      .filter(pod => pod.metadata.labels?.['app'] === 'istiod' && pod.metadata.name.startsWith(`${name}-`))
      .map(pod => listOf(at(pod, 'spec.containers'))[0]?.['image'])
  return { store, pass, edit, label, restart, status, said, images }
}

describe.each(['shop', 'thousand'] as const)('the preset %s', preset => {
  it('was installed by the Sail operator, and all of it is healthy', () => {
    const { store, status } = shop(preset)
    expect(status(istios)).toMatchObject({
      state: 'Healthy',
      activeRevisionName: 'default',
      revisions: { total: 1, ready: 1, inUse: 1 },
    })
    for (const resource of [revisions, ...parts]) expect(status(resource), resource).toMatchObject({ state: 'Healthy' })
    expect(status(tags, 'stable')).toMatchObject({ istioRevision: 'default', istiodNamespace: istioSystem })
    // Taking over an installation changes none of it.
    for (const [resource, name] of [
      ['deployments.apps', 'istiod'],
      ['daemonsets.apps', 'ztunnel'],
      ['daemonsets.apps', 'istio-cni-node'],
    ] as const)
      expect(store.get(resource, istioSystem, name)?.metadata).toMatchObject({ generation: 1, ownerReferences: [{}] })
  })
})

describe('an Istio', () => {
  it('is not ready while its istiod is not, and says why', () => {
    const { store, pass, edit, status, said } = shop()
    edit('deployments.apps', istioSystem, 'istiod', { replicas: 0 })
    pass(3)
    expect(status(istios)).toMatchObject({ state: 'IstiodNotReady', revisions: { ready: 0 } })
    expect(said(revisions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'IstiodNotReady',
      message: 'istiod Deployment is scaled to zero replicas',
    })
    edit('deployments.apps', istioSystem, 'istiod', { replicas: 2 })
    pass(10)
    expect(status(istios)).toMatchObject({ state: 'Healthy' })
    store.remove('deployments.apps', istioSystem, 'istiod')
    pass(10)
    expect(status(istios)).toMatchObject({ state: 'Healthy' })
  })

  it('with InPlace rolls its istiod over to another version', () => {
    const { pass, edit, images, status, restart, store } = shop()
    edit(istios, undefined, 'default', { version: 'v1.29.2' })
    pass(40)
    expect(images('istiod')).toEqual(['docker.io/istio/pilot:1.29.2', 'docker.io/istio/pilot:1.29.2'])
    expect(status(istios)).toMatchObject({ state: 'Healthy', activeRevisionName: 'default', revisions: { total: 1 } })
    restart('shop', 'cart')
    pass(60)
    const [cart] = store.list('pods', 'shop').filter(pod => pod.metadata.name.startsWith('cart-'))
    expect(listOf(at(cart, 'spec.containers'))[1]?.['image']).toBe('docker.io/istio/proxyv2:1.29.2')
  })

  it('with RevisionBased starts a new istiod beside the old one, which goes when nothing uses it', () => {
    const { store, pass, edit, label, restart, images, status, said } = shop()
    const old = 'next-v1-29-0'
    const fresh = 'next-v1-30-0'
    store.create({
      apiVersion: 'sailoperator.io/v1',
      kind: 'Istio',
      metadata: { name: 'next' },
      spec: {
        version: 'v1.29.0',
        namespace: istioSystem,
        updateStrategy: { type: 'RevisionBased', inactiveRevisionDeletionGracePeriodSeconds: 30 },
      },
    })
    pass(10)
    label('legacy', { 'istio.io/rev': old })
    restart('legacy', 'crm')
    pass(40)
    expect(said(revisions, 'InUse', old)).toMatchObject({ status: 'True', reason: 'ReferencedByWorkloads' })
    edit(istios, undefined, 'next', { version: 'v1.30.0' })
    pass(40)
    expect(status(istios, 'next')).toMatchObject({
      state: 'Healthy',
      activeRevisionName: fresh,
      revisions: { total: 2, ready: 2, inUse: 1 },
    })
    expect([images(`istiod-${old}`), images(`istiod-${fresh}`)]).toEqual([
      ['docker.io/istio/pilot:1.29.0'],
      ['docker.io/istio/pilot:1.30.0'],
    ])
    label('legacy', { 'istio.io/rev': fresh })
    restart('legacy', 'crm')
    pass(90)
    const [crm] = store.list('pods', 'legacy').filter(pod => pod.metadata.name.startsWith('crm-'))
    expect(crm?.metadata.annotations?.['istio.io/rev']).toBe(fresh)
    expect(status(istios, 'next')).toMatchObject({ revisions: { total: 1, ready: 1, inUse: 1 } })
    expect(store.get('deployments.apps', istioSystem, `istiod-${old}`)).toBeUndefined()
    store.remove(istios, undefined, 'next')
    pass(3)
    expect(store.list(revisions).map(revision => revision.metadata.name)).toEqual(['default'])
    expect(store.get('services', istioSystem, `istiod-${fresh}`)).toBeUndefined()
  })
})

describe('an IstioRevisionTag', () => {
  it('injects by the revision that it stands for', () => {
    const { store, pass, label, restart, said } = shop()
    label('legacy', { 'istio.io/rev': 'stable' })
    restart('legacy', 'crm')
    pass(40)
    const [crm] = store.list('pods', 'legacy').filter(pod => pod.metadata.name.startsWith('crm-'))
    expect(crm?.metadata.annotations?.['istio.io/rev']).toBe('default')
    expect(said(tags, 'InUse', 'stable')).toMatchObject({ status: 'True' })
  })

  it.each([
    ['default', 'default', 'NameAlreadyExists'],
    ['canary', 'nobody', 'RefNotFound'],
  ])('called %s for %s is refused: %s', (name, target, reason) => {
    const { store, pass, status } = shop()
    store.create({
      apiVersion: 'sailoperator.io/v1',
      kind: 'IstioRevisionTag',
      metadata: { name },
      spec: { targetRef: { kind: 'Istio', name: target } },
    })
    pass(1)
    expect(status(tags, name)).toMatchObject({ state: reason, istioRevision: '' })
  })
})

describe('an IstioCNI', () => {
  it('is not ready while one of its pods is not', () => {
    const { store, pass, said } = shop()
    const [pod] = store.list('pods', istioSystem).filter(item => item.metadata.name.startsWith('istio-cni-node'))
    store.remove('pods', istioSystem, pod?.metadata.name ?? '')
    pass(1)
    expect(said('istiocnis.sailoperator.io', 'Ready')).toMatchObject({
      status: 'False',
      reason: 'DaemonSetNotReady',
      message: 'not all istio-cni-node pods are ready',
    })
    pass(6)
    expect(said('istiocnis.sailoperator.io', 'Ready')).toMatchObject({ status: 'True' })
  })
})
