import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Endpoints, Pod, Service, Workload } from './facts.ts'
import { hasLabels, items, number, text, textMap } from './read.ts'
import { readVisibility } from './visibility.ts'

export const clusterDomain = 'svc.cluster.local'

/** Services by full host name, with the ready pods their selectors pick. */
export function readServices(
  store: ObjectStore,
  workloads: ReadonlyMap<string, Workload>,
  namespaceLabels: ReadonlyMap<string, Record<string, string>>,
): Map<string, Service> {
  const byNamespace = new Map<string, Workload[]>()
  for (const workload of workloads.values()) {
    const group = byNamespace.get(workload.namespace)
    if (group) group.push(workload)
    else byNamespace.set(workload.namespace, [workload])
  }
  const services = new Map<string, Service>()
  for (const object of store.list('services')) {
    const { name, namespace = 'default', labels = {} } = object.metadata
    const host = `${name}.${namespace}.${clusterDomain}`
    const selector = textMap(object.spec?.['selector'])
    const near = byNamespace.get(namespace) ?? []
    const endpoints = Object.keys(selector).length === 0 ? [] : select(near, selector)
    services.set(host, {
      host,
      name,
      namespace,
      labels,
      address: text(object.spec?.['clusterIP']) ?? '',
      endpoints,
      ports: readPorts(object, store, endpoints[0]),
      prefers: closeness(object),
      visibleTo: readVisibility(exported(object), namespace),
      waypoint: waypointOf(labels, namespaceLabels.get(namespace) ?? {}, namespace, workloads),
    })
  }
  return services
}

/** Kubernetes docs, "Traffic distribution"; Istio's proxies read it too, and its annotation of the same name before it. */
function closeness({ spec, metadata }: KubeObject): Service['prefers'] {
  const asked =
    metadata.annotations?.['networking.istio.io/traffic-distribution'] ?? text(spec?.['trafficDistribution'])
  if (asked === 'PreferClose' || asked === 'PreferSameZone') return 'zone'
  return asked === 'PreferSameNode' ? 'node' : null
}

/** Istio docs, annotation `networking.istio.io/exportTo`: a list with commas. */
const exported = ({ metadata }: KubeObject): string[] =>
  (metadata.annotations?.['networking.istio.io/exportTo'] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')

export function select(workloads: readonly Workload[], selector: Record<string, string>): Endpoints[] {
  return workloads.flatMap(workload => {
    const pods = workload.ready.filter(pod => hasLabels(pod.labels, selector))
    return pods.length > 0 ? [{ workload, pods }] : []
  })
}

function readPorts(object: KubeObject, store: ObjectStore, endpoints: Endpoints | undefined): Service['ports'] {
  return items(object.spec?.['ports']).map(port => {
    const own = number(port['port']) ?? 0
    const target = port['targetPort']
    return {
      port: own,
      name: text(port['name']) ?? '',
      protocol: text(port['appProtocol']) ?? '',
      targetPort: number(target) ?? named(text(target), endpoints?.pods[0], store) ?? own,
    }
  })
}

/** A `targetPort` by name is the container port of that name. */
function named(name: string | undefined, pod: Pod | undefined, store: ObjectStore): number | undefined {
  if (name === undefined || pod === undefined) return undefined
  const object = store.get('pods', pod.namespace, pod.name)
  const ports = items(object?.spec?.['containers']).flatMap(container => items(container['ports']))
  return number(ports.find(port => port['name'] === name)?.['containerPort'])
}

/** Istio docs, ambient, "Use a waypoint proxy": the service's label before its namespace's; `none` opts out. */
function waypointOf(
  labels: Record<string, string>,
  namespaceLabels: Record<string, string>,
  namespace: string,
  workloads: ReadonlyMap<string, Workload>,
): Workload | null {
  const name = labels['istio.io/use-waypoint'] ?? namespaceLabels['istio.io/use-waypoint']
  if (name === undefined || name === 'none') return null
  const where = labels['istio.io/use-waypoint-namespace'] ?? namespaceLabels['istio.io/use-waypoint-namespace']
  const waypoint = workloads.get(`${where ?? namespace}/${name}`)
  return waypoint?.proxy === 'waypoint' ? waypoint : null
}

/** What a caller in `namespace` means by a host, in order of preference: `cart`, `cart.shop`, `cart.shop.svc`, the full name. */
export function hostNames(host: string, namespace: string): string[] {
  const name = host.toLowerCase()
  const dots = name.split('.').length - 1
  if (name.endsWith(`.${clusterDomain}`)) return [name]
  if (dots === 0) return [`${name}.${namespace}.${clusterDomain}`, name]
  if (name.endsWith('.svc')) return [`${name}.cluster.local`]
  return [`${name}.${clusterDomain}`, name]
}
