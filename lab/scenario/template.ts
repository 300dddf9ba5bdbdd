import type { WorkloadPlan } from './plan.ts'
import { istioVersion, type PodTemplate, proxyImage } from './injection.ts'

/** Labels a workload's pods are selected by. */
export function selectorOf(workload: WorkloadPlan): Record<string, string> {
  switch (workload.role) {
    case 'app':
      return { app: workload.app, version: workload.version }
    case 'gateway':
    case 'waypoint':
      return { 'gateway.networking.k8s.io/gateway-name': gatewayName(workload) }
    case 'egress':
      return { app: workload.app, istio: workload.app }
    case 'control-plane':
      return controlPlaneSelector(workload)
  }
}

const controlPlaneSelector = ({ name, app }: Pick<WorkloadPlan, 'name' | 'app'>): Record<string, string> =>
  name === 'istio-cni-node' ? { 'k8s-app': app } : { app }

/** Istio names a gateway's Deployment `<gateway>-<class>`, and a waypoint's as the Gateway itself. */
export const gatewayName = (workload: WorkloadPlan): string =>
  workload.role === 'gateway' ? workload.name.replace(/-istio$/, '') : workload.name

export function templateOf(workload: WorkloadPlan): PodTemplate {
  const ports = workload.containerPorts.map(port => ({ ...port, protocol: 'TCP' }))
  const spec = { serviceAccountName: workload.serviceAccount }
  const selector = selectorOf(workload)
  switch (workload.role) {
    case 'app':
      return {
        metadata: { labels: selector },
        spec: { ...spec, containers: [application(workload, ports)] },
      }
    case 'gateway':
    case 'waypoint':
      return gatewayPodTemplate({ gateway: gatewayName(workload), name: workload.name, role: workload.role, ports })
    case 'egress':
      return {
        metadata: {
          labels: { ...selector, 'sidecar.istio.io/inject': 'true' },
          annotations: { 'inject.istio.io/templates': 'gateway' },
        },
        spec: { ...spec, containers: [router('auto', 'router', ports)] },
      }
    case 'control-plane':
      return controlPlane(workload, ports)
  }
}

/** The pods that Istio deploys for a Gateway or a waypoint called `gateway`; `name` is that of their Deployment. */
export function gatewayPodTemplate(wish: {
  gateway: string
  name: string
  role: 'gateway' | 'waypoint'
  ports: Ports
}): PodTemplate {
  const { gateway, name, role, ports } = wish
  return {
    metadata: {
      labels: {
        'gateway.networking.k8s.io/gateway-name': gateway,
        ...managedLabels({ role }),
        ...gatewayCanonical({ name }),
      },
    },
    spec: {
      serviceAccountName: name,
      containers: [router(proxyImage, role === 'gateway' ? 'router' : 'waypoint', ports)],
    },
  }
}

type Ports = { name: string; containerPort: number; protocol: string }[]

const application = (workload: WorkloadPlan, ports: Ports) => ({
  name: workload.app,
  image: workload.image,
  imagePullPolicy: 'IfNotPresent',
  ports,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  ...(ports[0]
    ? { readinessProbe: { tcpSocket: { port: ports[0].containerPort }, periodSeconds: 10, failureThreshold: 3 } }
    : {}),
})

const router = (image: string, mode: string, ports: Ports) => ({
  name: 'istio-proxy',
  image,
  args: ['proxy', mode, '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
  imagePullPolicy: 'IfNotPresent',
  ports: [...ports, { name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } },
  readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021, scheme: 'HTTP' }, periodSeconds: 15 },
})

export const managedLabels = (workload: Pick<WorkloadPlan, 'role'>): Record<string, string> =>
  workload.role === 'gateway'
    ? {
        'gateway.istio.io/managed': 'istio.io-gateway-controller',
        'gateway.networking.k8s.io/gateway-class-name': 'istio',
        'sidecar.istio.io/inject': 'false',
        'istio.io/dataplane-mode': 'none',
      }
    : {
        'gateway.istio.io/managed': 'istio.io-mesh-controller',
        'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint',
        'sidecar.istio.io/inject': 'false',
        'istio.io/dataplane-mode': 'none',
      }

const gatewayCanonical = (workload: Pick<WorkloadPlan, 'name'>) => ({
  'service.istio.io/canonical-name': workload.name,
  'service.istio.io/canonical-revision': 'latest',
})

/** The pods of an istiod of a revision, in a version. */
export function istiodTemplate(revision: string, version: string): PodTemplate {
  const { metadata, spec } = controlPlane({ name: 'istiod', app: 'istiod', serviceAccount: 'istiod' }, [
    { name: 'http-debug', containerPort: 8080, protocol: 'TCP' },
    { name: 'grpc-xds', containerPort: 15010, protocol: 'TCP' },
    { name: 'tls-xds', containerPort: 15012, protocol: 'TCP' },
    { name: 'https-webhooks', containerPort: 15017, protocol: 'TCP' },
    { name: 'http-monitoring', containerPort: 15014, protocol: 'TCP' },
  ])
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'istio.io/rev': revision, 'app.kubernetes.io/version': version },
    },
    spec: {
      ...spec,
      serviceAccountName: revision === 'default' ? 'istiod' : `istiod-${revision}`,
      containers: spec.containers.map(container => ({ ...container, image: `docker.io/istio/pilot:${version}` })),
    },
  }
}

function controlPlane(workload: Pick<WorkloadPlan, 'name' | 'app' | 'serviceAccount'>, ports: Ports): PodTemplate {
  const selector = controlPlaneSelector(workload)
  const container = {
    istiod: { name: 'discovery', image: `docker.io/istio/pilot:${istioVersion}`, args: ['discovery'] },
    ztunnel: { name: 'istio-proxy', image: `docker.io/istio/ztunnel:${istioVersion}`, args: ['proxy', 'ztunnel'] },
    'istio-cni-node': { name: 'install-cni', image: `docker.io/istio/install-cni:${istioVersion}`, args: [] },
  }[workload.name]
  if (container === undefined) throw new Error(`No control-plane workload is named ${workload.name}.`)
  return {
    metadata: {
      labels: {
        ...selector,
        ...(workload.name === 'istiod' ? { istio: 'pilot' } : {}),
        'istio.io/rev': 'default',
        'sidecar.istio.io/inject': 'false',
        'istio.io/dataplane-mode': 'none',
        'app.kubernetes.io/name': workload.app,
        'app.kubernetes.io/part-of': 'istio',
        'app.kubernetes.io/version': istioVersion,
      },
      annotations: {
        'prometheus.io/port': workload.name === 'ztunnel' ? '15020' : '15014',
        'prometheus.io/scrape': 'true',
      },
    },
    spec: {
      serviceAccountName: workload.serviceAccount,
      containers: [
        {
          ...container,
          imagePullPolicy: 'IfNotPresent',
          ports,
          resources: { requests: { cpu: '200m', memory: '512Mi' } },
        },
      ],
    },
  }
}
