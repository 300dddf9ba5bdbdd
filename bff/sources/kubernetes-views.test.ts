import { describe, expect, it } from 'vitest'
import { namespaceView, objectView, podView, serviceView, workloadView } from './kubernetes-views.ts'

const pod = (changes: { metadata?: object; spec?: object; status?: object } = {}) => ({
  metadata: { name: 'cart-5d8f-x2', namespace: 'shop', labels: { app: 'cart' }, ...changes.metadata },
  spec: { serviceAccountName: 'cart', containers: [{ name: 'app', image: 'cart:1' }], ...changes.spec },
  status: { podIP: '10.0.0.7', phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...changes.status },
})
const ownedBy = (kind: string, name: string, labels: object = {}) =>
  podView(pod({ metadata: { labels, ownerReferences: [{ kind, name, controller: true }] } })).workload

describe('a pod', () => {
  it('is kept as the few fields that are used', () => {
    expect(podView(pod())).toEqual({
      namespace: 'shop',
      name: 'cart-5d8f-x2',
      labels: { app: 'cart' },
      serviceAccount: 'cart',
      ip: '10.0.0.7',
      phase: 'Running',
      isReady: true,
      hasSidecar: false,
      isAmbient: false,
      proxyVersion: null,
      workload: { kind: 'Pod', name: 'cart-5d8f-x2' },
    })
  })
  it.each([
    [
      'a container',
      { containers: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.27.1-distroless' }] },
      '1.27.1',
    ],
    [
      'an init container that keeps running',
      { initContainers: [{ name: 'istio-proxy', image: 'r:5000/proxyv2:1.29.0-rc.1@sha256:ab' }] },
      '1.29.0-rc.1',
    ],
    ['an image without a version', { containers: [{ name: 'istio-proxy', image: 'localhost:5000/proxyv2' }] }, null],
    ['the image that the injector fills in', { containers: [{ name: 'istio-proxy', image: 'auto' }] }, null],
  ])('has its proxy as %s', (_, spec, version) => {
    expect(podView(pod({ spec }))).toMatchObject({ hasSidecar: true, proxyVersion: version })
  })
  it('is ambient when ztunnel has captured it', () => {
    const annotations = { 'ambient.istio.io/redirection': 'enabled' }
    expect(podView(pod({ metadata: { annotations } })).isAmbient).toBe(true)
  })
  it('is not ready without the condition, nor while it is being deleted', () => {
    expect(podView(pod({ status: { conditions: [] } })).isReady).toBe(false)
    expect(podView(pod({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })).isReady).toBe(false)
  })
  it.each([
    [
      'the Deployment of its ReplicaSet',
      ownedBy('ReplicaSet', 'cart-5d8f', { 'pod-template-hash': '5d8f' }),
      'Deployment',
      'cart',
    ],
    ['the ReplicaSet where no Deployment made it', ownedBy('ReplicaSet', 'cart'), 'ReplicaSet', 'cart'],
    ['a StatefulSet', ownedBy('StatefulSet', 'postgres'), 'StatefulSet', 'postgres'],
    ['a DaemonSet', ownedBy('DaemonSet', 'ztunnel'), 'DaemonSet', 'ztunnel'],
    ['a Job', ownedBy('Job', 'migrate-v2'), 'Job', 'migrate-v2'],
    ['the CronJob of its Job', ownedBy('Job', 'batch-29381920'), 'CronJob', 'batch'],
  ])('belongs to %s', (_, workload, kind, name) => {
    expect(workload).toEqual({ kind, name })
  })
  it('of any shape has a view', () => {
    expect(podView({})).toMatchObject({ name: '', namespace: '', phase: 'Unknown', isReady: false })
    expect(podView({ metadata: 1, spec: [], status: 'x' })).toMatchObject({ labels: {}, ip: '' })
  })
})

describe('a workload', () => {
  it('wants one replica where it does not say, and is ready as its status says', () => {
    const object = {
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { serviceAccountName: 'cart' } } },
      status: { readyReplicas: 1 },
    }
    expect(workloadView('Deployment')(object)).toEqual({
      kind: 'Deployment',
      namespace: 'shop',
      name: 'cart',
      labels: {},
      podLabels: { app: 'cart' },
      serviceAccount: 'cart',
      replicas: 1,
      readyReplicas: 1,
    })
    expect(workloadView('Deployment')({ ...object, spec: { ...object.spec, replicas: 0 } }).replicas).toBe(0)
  })
  it('tells how its pods ask to be scraped and probed only where the agent does not answer, and nothing else of them', () => {
    const container = {
      env: [{ name: 'PASSWORD', value: 'secret' }],
      ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }],
      livenessProbe: { httpGet: { path: '/live', port: 'web', httpHeaders: [] }, periodSeconds: 3 },
      readinessProbe: { exec: { command: ['true'] } },
    }
    const asking = (annotations: Record<string, string>) =>
      workloadView('Deployment')({
        spec: { template: { metadata: { annotations }, spec: { containers: [container] } } },
      }).asks
    expect(asking({ 'prometheus.io/scrape': 'true' })).toBeUndefined()
    expect(asking({ 'sidecar.istio.io/rewriteAppHTTPProbers': 'false', 'a.b/c': 'd' })).toEqual({
      annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
      containers: [
        {
          ports: [{ name: 'web', containerPort: 8080 }],
          livenessProbe: { httpGet: { path: '/live', port: 'web' } },
        },
      ],
    })
  })
  it('that is a DaemonSet counts nodes', () => {
    const status = { desiredNumberScheduled: 3, numberReady: 2 }
    expect(workloadView('DaemonSet')({ status })).toMatchObject({ replicas: 3, readyReplicas: 2 })
  })
})

describe('a service', () => {
  it('keeps ports and selector', () => {
    const spec = {
      clusterIP: '10.1.0.1',
      selector: { app: 'cart' },
      ports: [
        { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP', appProtocol: 'http' },
        { port: 90, targetPort: 'grpc' },
      ],
    }
    expect(serviceView({ metadata: { name: 'cart', namespace: 'shop' }, spec })).toMatchObject({
      type: 'ClusterIP',
      selector: { app: 'cart' },
      ports: [
        { name: 'http', port: 80, targetPort: '8080', protocol: 'TCP', appProtocol: 'http' },
        { name: '', port: 90, targetPort: 'grpc', protocol: 'TCP', appProtocol: null },
      ],
    })
    expect(serviceView({ spec: {} }).selector).toBeNull()
  })
})

describe('a mesh object', () => {
  it('keeps its spec whole and its annotations but for the copy of what was once applied', () => {
    const view = objectView(
      'security.istio.io',
      'PeerAuthentication',
    )({
      metadata: {
        name: 'default',
        namespace: 'pay',
        creationTimestamp: '2026-01-01T00:00:00Z',
        annotations: { a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}' },
      },
      spec: { mtls: { mode: 'STRICT' } },
    })
    expect(view).toEqual({
      group: 'security.istio.io',
      kind: 'PeerAuthentication',
      namespace: 'pay',
      name: 'default',
      labels: {},
      annotations: { a: 'b' },
      creationTimestamp: '2026-01-01T00:00:00Z',
      spec: { mtls: { mode: 'STRICT' } },
    })
  })
})

it('a namespace keeps its labels', () => {
  expect(namespaceView({ metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } })).toEqual({
    name: 'shop',
    labels: { 'istio-injection': 'enabled' },
  })
})

describe('the annotation weft/health', () => {
  const metadata = { name: 'cart', namespace: 'shop', annotations: { 'weft/health': '5 %' } }
  const deployment = { metadata, spec: { template: { metadata: {} } } }

  it.each([
    ['a Namespace', namespaceView({ metadata })],
    ['a Service', serviceView({ metadata, spec: {} })],
    ['a Deployment', workloadView('Deployment')(deployment)],
  ])('of %s is read at the door, with what is wrong with it', (_, view) => {
    expect(view.said).toEqual({ text: '5 %', read: { wrong: expect.stringMatching(/^it is not JSON/) } })
  })

  it('of pods says nothing of the workload', () => {
    const template = { metadata: { annotations: { 'weft/health': '{}' } } }
    expect(workloadView('Deployment')({ metadata: { name: 'cart' }, spec: { template } }).said).toBeUndefined()
  })
})
