import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { waypointOf, surroundingsOf } from './evaluate/attach.ts'
import type { Enforcer } from './flow.ts'
import { principalOf, type Workload, workloadKey } from './landscape.ts'
import { covers, record, records, text, textMap, texts } from './read.ts'
import type { Settings } from './world.ts'

/** Who is there to call and be called, as manifests tell it. */
export interface Cast {
  workloads: readonly Workload[]
  principals: readonly string[]
  namespaces: readonly string[]
}

/** Where nothing is told of what runs, policies themselves tell whom they are for and whom they name. */
export function castOf(objects: readonly MeshObject[], settings: Settings, running: readonly Workload[] = []): Cast {
  const told = [...objects.flatMap(object => workloadIn(object, objects, settings)), ...running]
  const workloads = [...told, ...impliedIn(objects, told, settings)]
  const accounts = objects.flatMap(({ kind, metadata }) =>
    kind === 'ServiceAccount' ? [principalOf(settings.trustDomain, namespaceOf(metadata), metadata.name)] : [],
  )
  const own = workloads.flatMap(({ namespace, serviceAccounts }) =>
    serviceAccounts.map(account => principalOf(settings.trustDomain, namespace, account)),
  )
  const principals = [...new Set([...own, ...accounts, ...principalsIn(objects, settings)])].toSorted()
  const places = [
    ...objects.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])),
    ...workloads.map(({ namespace }) => namespace),
    ...principals.flatMap(principal => /\/ns\/([^/]+)\//.exec(principal)?.[1] ?? []),
  ]
  return {
    workloads: [...new Map(workloads.map(one => [workloadKey(one), one])).values()],
    principals,
    namespaces: [...new Set(places)].toSorted(),
  }
}

const namespaceOf = (metadata: { namespace?: string }): string => metadata.namespace ?? 'default'

const controllers = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']

/** The pod a workload is made of, and its name. */
function podOf(
  { kind, metadata, spec }: MeshObject,
  objects: readonly MeshObject[],
): { name: string; kind: string; metadata: Json; spec: Json } | null {
  if (kind === 'Pod') {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
    const own = { metadata: { ...metadata }, spec: record(spec) }
    if (owner === undefined) return { name: metadata.name, kind, ...own }
    const isReplicaSet = owner.kind === 'ReplicaSet'
    const name = isReplicaSet ? owner.name.replace(/-[^-]+$/, '') : owner.name
    // What a controller made is told by its controller, if that is told.
    const isTold = objects.some(
      one =>
        controllers.includes(one.kind) &&
        (one.metadata.name === name || one.metadata.name === owner.name) &&
        one.metadata.namespace === metadata.namespace,
    )
    return isTold ? null : { name, kind: isReplicaSet ? 'Deployment' : owner.kind, ...own }
  }
  if (metadata.ownerReferences?.some(({ controller }) => controller === true)) return null
  const inner = kind === 'CronJob' ? record(record(record(spec)['jobTemplate'])['spec']) : record(spec)
  if (kind !== 'CronJob' && !controllers.includes(kind)) return null
  const template = record(inner['template'])
  return { name: metadata.name, kind, metadata: record(template['metadata']), spec: record(template['spec']) }
}

function workloadIn(object: MeshObject, objects: readonly MeshObject[], settings: Settings): Workload[] {
  const pod = podOf(object, objects)
  if (pod === null) return []
  const namespace = namespaceOf(object.metadata)
  const labels = textMap(pod.metadata['labels'])
  const containers = records(pod.spec['containers'])
  const services = objects.filter(({ kind, metadata, spec }) => {
    const selector = textMap(record(spec)['selector'])
    const isHere = kind === 'Service' && namespaceOf(metadata) === namespace
    return isHere && Object.keys(selector).length > 0 && covers(selector, labels)
  })
  return [
    {
      namespace,
      name: pod.name,
      kind: pod.kind,
      labels,
      serviceAccounts: [text(pod.spec['serviceAccountName']) || 'default'],
      pods: 1,
      guarded: 1,
      enforcedBy: enforcerOf(namespace, labels, textMap(pod.metadata['annotations']), objects, settings),
      role: labels['gateway.networking.k8s.io/gateway-name'] === undefined ? null : 'gateway',
      ports: services.flatMap(({ metadata, spec }) =>
        records(record(spec)['ports']).map(port => {
          const target = port['targetPort'] ?? port['port']
          const named = containers.flatMap(one => records(one['ports'])).find(one => one['name'] === target)
          const number = Number(named?.['containerPort'] ?? target)
          return {
            service: metadata.name,
            name: text(port['name']),
            port: Number.isInteger(number) ? number : null,
            ...(Number.isInteger(port['port']) ? { servicePort: Number(port['port']) } : {}),
            protocol: protocolOf(text(port['appProtocol']) || text(port['name']).split('-')[0] || ''),
          }
        }),
      ),
    },
  ]
}

const protocolOf = (word: string): Workload['ports'][number]['protocol'] => {
  if (word.startsWith('grpc')) return 'grpc'
  if (/^(http2?|h2c)$/.test(word)) return 'http'
  return /^(tcp|tls|https|mongo|redis|mysql)$/.test(word) ? 'tcp' : 'unknown'
}

/**
 * A namespace that is told and asks for no proxy has none; of one that is not told it is supposed that it has sidecars,
 * as whoever writes policies for it does. Istio docs, "Controlling the injection policy", "Add workloads to the mesh".
 */
export function enforcerOf(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  objects: readonly MeshObject[],
  { rootNamespace }: Pick<Settings, 'rootNamespace'>,
): Enforcer {
  if (labels['gateway.networking.k8s.io/gateway-name'] !== undefined || labels['istio'] === 'ingressgateway')
    return 'gateway'
  const place = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)
  const around = textMap(place?.metadata.labels)
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject']
  const isInjected = around['istio-injection'] === 'enabled' || around['istio.io/rev'] !== undefined
  if (inject === 'true' || (inject !== 'false' && isInjected)) return 'sidecar'
  const mode = labels['istio.io/dataplane-mode'] ?? around['istio.io/dataplane-mode']
  if (mode !== 'ambient') return place === undefined && inject !== 'false' ? 'sidecar' : 'none'
  const waypoint = waypointOf({ namespace, labels, enforcedBy: 'ztunnel' }, surroundingsOf(objects, rootNamespace))
  return waypoint === null || waypoint.endsWith('/none') ? 'ztunnel' : 'waypoint'
}

const nameLabels = ['app.kubernetes.io/name', 'app', 'k8s-app', 'service.istio.io/canonical-name']

/** Whom policies are for, of whom nothing else is told. */
function impliedIn(objects: readonly MeshObject[], told: readonly Workload[], { rootNamespace }: Settings): Workload[] {
  return objects.flatMap(({ apiVersion, metadata, spec }): Workload[] => {
    const namespace = namespaceOf(metadata)
    if (!apiVersion.startsWith('security.istio.io/') || namespace === rootNamespace) return []
    const here = told.filter(one => one.namespace === namespace)
    const selector = textMap(record(record(spec)['selector'])['matchLabels'])
    const name = nameLabels.map(label => selector[label]).find(Boolean) ?? Object.values(selector)[0]
    const implied = (own: string, labels: Record<string, string>, enforcedBy: Enforcer): Workload => ({
      namespace,
      name: own,
      kind: 'Deployment',
      labels,
      serviceAccounts: [],
      pods: 1,
      guarded: 1,
      enforcedBy,
      role: null,
      ports: [],
    })
    const bySelector =
      name === undefined || here.some(({ labels }) => covers(selector, labels))
        ? []
        : [implied(name, selector, 'sidecar')]
    const byTarget = records(record(spec)['targetRefs'])
      .filter(({ kind, name: own }) => kind === 'Service' && !here.some(one => isCalled(one, text(own), objects)))
      .map(({ name: own }) => implied(text(own), { app: text(own) }, 'waypoint'))
    return [...bySelector, ...byTarget]
  })
}

/** By its own name, by its labels, or by a Service before it. */
export function isCalled(workload: Workload, name: string, objects: readonly MeshObject[]): boolean {
  const { namespace, labels, ports } = workload
  if (workload.name === name || nameLabels.some(label => labels[label] === name)) return true
  if (ports.some(({ service }) => service === name)) return true
  return objects.some(({ kind, metadata, spec }) => {
    const selector = textMap(record(spec)['selector'])
    const isIt = kind === 'Service' && metadata.name === name && namespaceOf(metadata) === namespace
    return isIt && Object.keys(selector).length > 0 && covers(selector, labels)
  })
}

/** Those that policies name as a whole. */
function principalsIn(objects: readonly MeshObject[], { trustDomain }: Settings): string[] {
  return objects.flatMap(({ apiVersion, metadata, spec }) =>
    apiVersion.startsWith('security.istio.io/')
      ? records(record(spec)['rules'])
          .flatMap(rule => records(rule['from']).map(from => record(from['source'])))
          .flatMap(source => [
            ...['principals', 'notPrincipals'].flatMap(list => texts(source[list])),
            ...['serviceAccounts', 'notServiceAccounts'].flatMap(list =>
              texts(source[list]).map(account => {
                const [place, name] = account.includes('/') ? account.split('/') : [namespaceOf(metadata), account]
                return principalOf(trustDomain, place ?? '', name ?? '')
              }),
            ),
          ])
          .filter(principal => /^[^/*]+\/ns\/[^/*]+\/sa\/[^/*]+$/.test(principal))
      : [],
  )
}
