import { at, count, type Json, list, record, text, texts } from './kubernetes-raw.ts'
import { type Said, saidIn } from '#shared/mesh/tolerance.ts'
import type { NamespaceView, ObjectView, PodView, ServiceView, WorkloadView } from './source.ts'

/** Objects as the API tells them → the few fields that are used. The rest is never stored. */

export function namespaceView(object: Json): NamespaceView {
  return { name: nameOf(object), labels: labelsOf(object), ...saidOf(object) }
}

export function podView(object: Json): PodView {
  const spec = record(object['spec'])
  const status = record(object['status'])
  const annotations = texts(at(object, 'metadata')['annotations'])
  // Since Kubernetes 1.29 the proxy may be an init container that keeps running.
  const proxy = [...list(spec['containers']), ...list(spec['initContainers'])].find(
    container => container['name'] === 'istio-proxy',
  )
  const pilot = list(spec['containers'])
    .map(container => text(container['image']))
    .find(image => /(?:^|\/)pilot(?:[:@]|$)/.test(image))
  const isEnding = at(object, 'metadata')['deletionTimestamp'] !== undefined
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    labels: labelsOf(object),
    serviceAccount: text(spec['serviceAccountName']) || 'default',
    ip: text(status['podIP']),
    phase: text(status['phase']) || 'Unknown',
    isReady: !isEnding && list(status['conditions']).some(it => it['type'] === 'Ready' && it['status'] === 'True'),
    hasSidecar: proxy !== undefined,
    isAmbient: annotations['ambient.istio.io/redirection'] === 'enabled',
    proxyVersion: proxy ? versionOfImage(text(proxy['image'])) : null,
    workload: workloadOf(object),
    ...(pilot && { pilot }),
  }
}

export function workloadView(kind: WorkloadView['kind']): (object: Json) => WorkloadView {
  return object => {
    const spec = record(object['spec'])
    const status = record(object['status'])
    const template = record(spec['template'])
    const isDaemonSet = kind === 'DaemonSet'
    return {
      kind,
      namespace: namespaceOf(object),
      name: nameOf(object),
      labels: labelsOf(object),
      podLabels: texts(at(template, 'metadata')['labels']),
      ...saidOf(object),
      ...asksOf(template),
      serviceAccount: text(at(template, 'spec')['serviceAccountName']) || 'default',
      replicas: isDaemonSet ? count(status['desiredNumberScheduled']) : count(spec['replicas'], 1),
      readyReplicas: count(isDaemonSet ? status['numberReady'] : status['readyReplicas']),
    }
  }
}

const askingAnnotations = [
  'prometheus.io/scrape',
  'prometheus.io/port',
  'prometheus.io/path',
  'prometheus.istio.io/merge-metrics',
  'sidecar.istio.io/rewriteAppHTTPProbers',
]

/** Istio docs, "Prometheus: Option 1" and "Health Checking of Istio Services": the agent answers both unless told otherwise. */
function asksOf(template: Json): Pick<WorkloadView, 'asks'> {
  const all = texts(at(template, 'metadata')['annotations'])
  const isScraped = all['prometheus.io/scrape'] === 'true' && all['prometheus.istio.io/merge-metrics'] === 'false'
  const isProbed = all['sidecar.istio.io/rewriteAppHTTPProbers'] === 'false'
  if (!isScraped && !isProbed) return {}
  const containers = isProbed ? list(at(template, 'spec')['containers']) : []
  return {
    asks: {
      annotations: Object.fromEntries(Object.entries(all).filter(([key]) => askingAnnotations.includes(key))),
      containers: containers.map(container => ({
        ports: list(container['ports']).map(port => ({ name: port['name'], containerPort: port['containerPort'] })),
        ...Object.fromEntries(
          ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap(name => {
            const get = record(record(container[name])['httpGet'])
            return get['port'] === undefined ? [] : [[name, { httpGet: { path: get['path'], port: get['port'] } }]]
          }),
        ),
      })),
    },
  }
}

export function serviceView(object: Json): ServiceView {
  const spec = record(object['spec'])
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    labels: labelsOf(object),
    ...saidOf(object),
    selector: spec['selector'] == null ? null : texts(spec['selector']),
    type: text(spec['type']) || 'ClusterIP',
    clusterIP: text(spec['clusterIP']),
    ports: list(spec['ports']).map(port => ({
      name: text(port['name']),
      port: count(port['port']),
      targetPort: typeof port['targetPort'] === 'number' ? String(port['targetPort']) : text(port['targetPort']),
      protocol: text(port['protocol']) || 'TCP',
      appProtocol: text(port['appProtocol']) || null,
    })),
  }
}

export function objectView(group: string, kind: string): (object: Json) => ObjectView {
  return object => {
    const metadata = at(object, 'metadata')
    // A copy of the whole object as somebody once applied it: long, and it may hold what was removed since for a reason.
    const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = texts(metadata['annotations'])
    return {
      group,
      kind,
      namespace: namespaceOf(object),
      name: nameOf(object),
      labels: labelsOf(object),
      annotations,
      creationTimestamp: text(metadata['creationTimestamp']),
      spec: record(object['spec']),
    }
  }
}

/**
 * The owner of a pod as Istio names workloads (istio.io, `GetWorkloadMetaFromPod`): through a ReplicaSet to its
 * Deployment and through a Job to its CronJob, both by their naming conventions, so that neither needs to be watched.
 */
function workloadOf(pod: Json): PodView['workload'] {
  const owner = list(at(pod, 'metadata')['ownerReferences']).find(reference => reference['controller'] === true)
  if (!owner) return { kind: 'Pod', name: nameOf(pod) }
  const kind = text(owner['kind'])
  const name = text(owner['name'])
  if (kind === 'ReplicaSet') {
    const hash = labelsOf(pod)['pod-template-hash']
    if (hash && name.endsWith(`-${hash}`)) return { kind: 'Deployment', name: name.slice(0, -hash.length - 1) }
  }
  if (kind === 'Job') {
    const cronJob = /^(.+)-\d{8,10}$/.exec(name)?.[1]
    if (cronJob !== undefined) return { kind: 'CronJob', name: cronJob }
  }
  return { kind, name }
}

/** `docker.io/istio/proxyv2:1.27.1-distroless@sha256:…` → `1.27.1`; null where the tag is no version. */
function versionOfImage(image: string): string | null {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? ''
  return /^v?(\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)[\w.]*)?)/.exec(tag)?.[1] ?? null
}

/** Limits of health that the object carries, read once at the door. */
function saidOf(object: Json): { said?: Said } {
  const said = saidIn(texts(at(object, 'metadata')['annotations']))
  return said === undefined ? {} : { said }
}

const nameOf = (object: Json) => text(at(object, 'metadata')['name'])
const namespaceOf = (object: Json) => text(at(object, 'metadata')['namespace'])
const labelsOf = (object: Json) => texts(at(object, 'metadata')['labels'])
