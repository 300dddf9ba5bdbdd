/** What Istio's webhook and the CNI plugin make of a pod template. */

export const istioVersion = '1.29.0'

type Fields = Record<string, unknown>

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
  spec: { serviceAccountName: string; containers: Fields[]; [key: string]: unknown }
}

/** Who injects: an istiod by its revision, with the version of the proxies that it gives. */
export interface Injector {
  revision: string
  version: string
}

/** The one that every preset starts with. */
const defaultInjector: Injector = { revision: 'default', version: istioVersion }

/** Who would inject, as the labels of the pod and of its namespace ask for, where there is the default revision only. */
function injectorFor(labels: Record<string, string>, namespaceLabels: Record<string, string>): Injector | null {
  const room = namespaceLabels['istio-injection']
  const wish = labels['sidecar.istio.io/inject']
  const isWanted = room === undefined ? wish === 'true' : room === 'enabled' && wish !== 'false'
  return isWanted ? defaultInjector : null
}

export interface Admitted {
  labels: Record<string, string>
  annotations: Record<string, string>
  pod: Fields & { containers: Fields[]; initContainers?: Fields[] }
}

/** One admission per template: the pods of one workload share these parts (objects are never mutated). */
const admissions = new WeakMap<PodTemplate, Map<string, Admitted>>()

export function admitted(
  template: PodTemplate,
  namespaceLabels: Record<string, string>,
  controllerLabels: Record<string, string>,
  injector: Injector | null = injectorFor(template.metadata.labels, namespaceLabels),
): Admitted {
  const named = { ...controllerLabels, 'statefulset.kubernetes.io/pod-name': '' }
  const key = JSON.stringify([namespaceLabels, named, injector])
  const known = admissions.get(template) ?? new Map<string, Admitted>()
  admissions.set(template, known)
  let shared = known.get(key)
  if (shared === undefined) {
    shared = admit(template, namespaceLabels, injector)
    known.set(key, shared)
  }
  return { ...shared, labels: { ...shared.labels, ...controllerLabels } }
}

function admit(template: PodTemplate, namespaceLabels: Record<string, string>, injector: Injector | null): Admitted {
  const { labels } = template.metadata
  const annotations = template.metadata.annotations ?? {}
  const pod = {
    ...podDefaults,
    ...template.spec,
    serviceAccount: template.spec.serviceAccountName,
    containers: template.spec.containers,
  }
  if (injector === null) {
    const mode = labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode']
    const captured: Record<string, string> = mode === 'ambient' ? { 'ambient.istio.io/redirection': 'enabled' } : {}
    return { labels, annotations: { ...annotations, ...captured }, pod }
  }
  const image = proxyImageOf(injector.version)
  if (annotations['inject.istio.io/templates'] === 'gateway')
    return {
      labels: { ...labels, ...canonical(labels) },
      annotations: { ...annotations, ...scraped, ...sidecarStatus([], injector.revision) },
      pod: { ...pod, containers: pod.containers.map(container => ({ ...container, image })) },
    }
  const first = String(pod.containers[0]?.['name'])
  return {
    labels: { ...labels, 'security.istio.io/tlsMode': 'istio', ...canonical(labels) },
    annotations: {
      ...annotations,
      'istio.io/rev': injector.revision,
      'kubectl.kubernetes.io/default-container': first,
      'kubectl.kubernetes.io/default-logs-container': first,
      ...scraped,
      ...sidecarStatus(['istio-validation'], injector.revision),
    },
    pod: {
      ...pod,
      initContainers: [{ ...validation, image }],
      containers: [...pod.containers, { ...proxy, image }],
    },
  }
}

/** Istio's canonical service: its own label, else `app.kubernetes.io/name`, else `app`. */
const canonical = (labels: Record<string, string>): Record<string, string> => ({
  'service.istio.io/canonical-name':
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? 'unknown',
  'service.istio.io/canonical-revision':
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest',
})

const scraped = {
  'prometheus.io/path': '/stats/prometheus',
  'prometheus.io/port': '15020',
  'prometheus.io/scrape': 'true',
}

const sidecarStatus = (initContainers: string[], revision: string) => ({
  'sidecar.istio.io/status': JSON.stringify({
    initContainers,
    containers: ['istio-proxy'],
    volumes: ['workload-socket', 'credential-socket', 'workload-certs', 'istio-envoy', 'istio-data', 'istio-podinfo'],
    imagePullSecrets: null,
    revision,
  }),
})

const podDefaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
  securityContext: {},
}

const proxyImageOf = (version: string): string => `docker.io/istio/proxyv2:${version}`

export const proxyImage = proxyImageOf(istioVersion)

const validation = {
  name: 'istio-validation',
  image: proxyImage,
  args: ['istio-iptables', '-p', '15001', '-z', '15006', '-u', '1337', '-m', 'REDIRECT', '--run-validation'],
  imagePullPolicy: 'IfNotPresent',
}

const proxy = {
  name: 'istio-proxy',
  image: proxyImage,
  args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
  ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } },
  readinessProbe: {
    httpGet: { path: '/healthz/ready', port: 15021, scheme: 'HTTP' },
    periodSeconds: 15,
    failureThreshold: 4,
  },
  imagePullPolicy: 'IfNotPresent',
}
