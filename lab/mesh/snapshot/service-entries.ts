import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Endpoints, Pod, Service, ServiceEntry, Workload } from './facts.ts'
import { type Fields, fields, hasLabels, items, number, text, textMap, texts } from './read.ts'
import { select } from './services.ts'
import type { Telemetries } from './telemetries.ts'
import { oldestFirst } from './virtual-services.ts'
import { readVisibility } from './visibility.ts'

/** Istio docs, Service Entry. */

interface Known {
  workloads: ReadonlyMap<string, Workload>
  services: ReadonlyMap<string, Service>
  trustDomain: string
  telemetries: Telemetries
}

export function readServiceEntries(store: ObjectStore, known: Known): Map<string, ServiceEntry[]> {
  const entries = new Map<string, ServiceEntry[]>()
  const objects = oldestFirst(store.list('serviceentries.networking.istio.io'))
  if (objects.length === 0) return entries
  const places = placesOf(store, known)
  for (const object of objects)
    for (const host of texts(object.spec?.['hosts'])) {
      const name = host.toLowerCase()
      const entry = readServiceEntry(object, name, places, known)
      const others = entries.get(name)
      if (others) others.push(entry)
      else entries.set(name, [entry])
    }
  return entries
}

const resolutions = new Set<string>(['STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'])

function readServiceEntry(object: KubeObject, host: string, places: Places, known: Known): ServiceEntry {
  const spec = fields(object.spec)
  const { namespace = 'default', labels = {} } = object.metadata
  const resolution = text(spec['resolution']) ?? ''
  const endpoints = items(spec['endpoints']).map(endpoint => ({
    address: (text(endpoint['address']) ?? '').toLowerCase(),
    weight: Math.max(0, number(endpoint['weight']) ?? 1),
  }))
  const entry = {
    host,
    name: host,
    namespace,
    location: spec['location'] === 'MESH_INTERNAL' ? ('MESH_INTERNAL' as const) : ('MESH_EXTERNAL' as const),
    resolution: resolutions.has(resolution) ? (resolution as ServiceEntry['resolution']) : ('NONE' as const),
    ports: items(spec['ports']).map(port => ({
      port: number(port['number']) ?? 0,
      name: text(port['name']) ?? '',
      protocol: text(port['protocol']) ?? 'TCP',
      targetPort: number(port['targetPort']) ?? number(port['number']) ?? 0,
    })),
    addresses: texts(spec['addresses']),
    endpoints,
    visibleTo: readVisibility(texts(spec['exportTo']), namespace),
  }
  const selector = spec['workloadSelector'] === undefined ? null : textMap(fields(spec['workloadSelector'])['labels'])
  const found = selector
    ? places.selected(namespace, selector)
    : endpoints.flatMap(endpoint => places.at(endpoint.address, known.services))
  const inside: Service | null =
    selector || found.length > 0
      ? {
          host,
          name: host,
          namespace,
          address: entry.addresses[0] ?? '',
          ports: entry.ports,
          labels,
          endpoints: found,
          prefers: null,
          waypoint: null,
          visibleTo: entry.visibleTo,
        }
      : null
  return { ...entry, inside }
}

interface Places {
  selected(namespace: string, selector: Record<string, string>): Endpoints[]
  /** The pods behind an address: a pod's own, or a service's name. */
  at(address: string, services: ReadonlyMap<string, Service>): readonly Endpoints[]
}

/** Pods of the cluster, and machines beside it that WorkloadEntries describe. */
function placesOf(store: ObjectStore, { workloads, trustDomain, telemetries }: Known): Places {
  const all = [
    ...workloads.values(),
    ...store.list('workloadentries.networking.istio.io').map(object => machine(object, trustDomain, telemetries)),
  ]
  const byNamespace = Map.groupBy(all, workload => workload.namespace)
  let byAddress: Map<string, Endpoints> | undefined
  return {
    selected: (namespace, selector) => select(byNamespace.get(namespace) ?? [], selector),
    at(address, services) {
      byAddress ??= new Map(
        all.flatMap(workload => workload.ready.map(pod => [pod.ip, { workload, pods: [pod] }] as const)),
      )
      const pod = byAddress.get(address)
      return pod ? [pod] : (services.get(address)?.endpoints ?? [])
    },
  }
}

/** A workload of one, which has a proxy if it says that it speaks Istio's TLS. */
function machine(object: KubeObject, trustDomain: string, telemetries: Telemetries): Workload {
  const spec: Fields = fields(object.spec)
  const { name, namespace = 'default' } = object.metadata
  const labels = { ...object.metadata.labels, ...textMap(spec['labels']) }
  const serviceAccount = text(spec['serviceAccount']) ?? 'default'
  const [region = '', zone = '', subzone = ''] = (text(spec['locality']) ?? '').split('/')
  const pod: Pod = {
    name,
    namespace,
    ip: text(spec['address']) ?? '',
    node: '',
    place: { region, zone, subzone },
    since: Date.parse(object.metadata.creationTimestamp ?? '') || 0,
    ready: true,
    labels,
  }
  const app = labels['app'] ?? labels['app.kubernetes.io/name'] ?? 'unknown'
  const proxy = hasLabels(labels, { 'security.istio.io/tlsMode': 'istio' }) ? 'sidecar' : 'none'
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    labels,
    serviceAccount,
    principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
    proxy,
    telemetry: telemetries.of({ namespace, labels, proxy }),
    app,
    version: labels['version'] ?? 'unknown',
    canonicalService: labels['service.istio.io/canonical-name'] ?? labels['app'] ?? name,
    canonicalRevision: labels['service.istio.io/canonical-revision'] ?? labels['version'] ?? 'latest',
    pods: [pod],
    ready: [pod],
  }
}
