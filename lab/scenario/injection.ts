/** What Istio's webhook and the CNI plugin make of a pod template. */

export const istioVersion = '1.29.0'

type Fields = Record<string, unknown>

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
  spec: { serviceAccountName: string; containers: Fields[]; [key: string]: unknown }
}

/** How the pod's traffic reaches the mesh, as its labels and those of its namespace ask for. */
function dataPlaneOf(
  labels: Record<string, string>,
  namespaceLabels: Record<string, string>,
): 'sidecar' | 'ambient' | 'none' {
  const wish = labels['sidecar.istio.io/inject']
  const isInjected = wish === undefined ? namespaceLabels['istio-injection'] === 'enabled' : wish === 'true'
  if (isInjected) return 'sidecar'
  const mode = labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode']
  return mode === 'ambient' ? 'ambient' : 'none'
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
): Admitted {
  const key = JSON.stringify([namespaceLabels, { ...controllerLabels, 'statefulset.kubernetes.io/pod-name': '' }])
  const known = admissions.get(template) ?? new Map<string, Admitted>()
  admissions.set(template, known)
  let shared = known.get(key)
  if (shared === undefined) {
    shared = admit(template, namespaceLabels)
    known.set(key, shared)
  }
  return { ...shared, labels: { ...shared.labels, ...controllerLabels } }
}

function admit(template: PodTemplate, namespaceLabels: Record<string, string>): Admitted {
  const { labels } = template.metadata
  const annotations = template.metadata.annotations ?? {}
  const pod = {
    ...podDefaults,
    ...template.spec,
    serviceAccount: template.spec.serviceAccountName,
    containers: template.spec.containers,
  }
  if (annotations['inject.istio.io/templates'] === 'gateway')
    return {
      labels: { ...labels, ...canonical(labels) },
      annotations: { ...annotations, ...scraped, ...sidecarStatus([]) },
      pod: { ...pod, containers: pod.containers.map(container => ({ ...container, image: proxyImage })) },
    }
  switch (dataPlaneOf(labels, namespaceLabels)) {
    case 'sidecar': {
      const first = String(pod.containers[0]?.['name'])
      return {
        labels: { ...labels, 'security.istio.io/tlsMode': 'istio', ...canonical(labels) },
        annotations: {
          ...annotations,
          'istio.io/rev': 'default',
          'kubectl.kubernetes.io/default-container': first,
          'kubectl.kubernetes.io/default-logs-container': first,
          ...scraped,
          ...sidecarStatus(['istio-validation']),
        },
        pod: { ...pod, initContainers: [validation], containers: [...pod.containers, proxy] },
      }
    }
    case 'ambient':
      return { labels, annotations: { ...annotations, 'ambient.istio.io/redirection': 'enabled' }, pod }
    case 'none':
      return { labels, annotations, pod }
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

const sidecarStatus = (initContainers: string[]) => ({
  'sidecar.istio.io/status': JSON.stringify({
    initContainers,
    containers: ['istio-proxy'],
    volumes: ['workload-socket', 'credential-socket', 'workload-certs', 'istio-envoy', 'istio-data', 'istio-podinfo'],
    imagePullSecrets: null,
    revision: 'default',
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

export const proxyImage = `docker.io/istio/proxyv2:${istioVersion}`

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
