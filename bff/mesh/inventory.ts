import { createHash } from 'node:crypto'
import type { MeshObjects, PodView, ServiceView } from '#bff/sources/source.ts'
import type { Said } from '#shared/mesh/tolerance.ts'
import { type NamespaceFacts, namespaceFacts } from './namespaces.ts'

/** What Kubernetes knows, arranged for the questions the map asks. Built once for each state of the watches. */
export interface Inventory {
  workloads: ReadonlyMap<string, WorkloadFacts>
  services: ReadonlyMap<string, ServiceFacts>
  namespaces: ReadonlyMap<string, NamespaceFacts>
  /** `namespace/pod` → its workload. */
  workloadOfPod: ReadonlyMap<string, WorkloadFacts>
  /** Whether any object says something of health. */
  isSaid: boolean
}

export interface WorkloadFacts {
  namespace: string
  name: string
  kind: string
  version: string
  /** A gateway's or waypoint's Gateway, else null. */
  role: 'gateway' | 'waypoint' | null
  /** A gateway's own name: that of its Gateway where it has one. */
  gatewayName: string
  isEgress: boolean
  ready: number
  /** Wanted. */
  pods: number
  /** Pods that are there with a proxy, and all that are there. */
  proxies: number
  present: number
  sidecars: number
  serviceAccounts: string[]
  services: ServiceFacts[]
  /** Of its health. */
  said: Said | undefined
}

export interface ServiceFacts {
  namespace: string
  name: string
  workloads: WorkloadFacts[]
  /** Before pods; a Service without selector or of type ExternalName is not. */
  hasSelector: boolean
  said: Said | undefined
}

const built = new WeakMap<MeshObjects, Inventory>()

export function inventoryOf(objects: MeshObjects): Inventory {
  const known = built.get(objects)
  if (known !== undefined) return known
  const inventory = build(objects)
  built.set(objects, inventory)
  return inventory
}

const versions = new WeakMap<MeshObjects, string>()

/** Another one when any object says something else of health: what was judged before is old then. */
export function saidVersion(objects: MeshObjects | null): string {
  if (objects === null) return ''
  const known = versions.get(objects)
  if (known !== undefined) return known
  const texts = (views: readonly { namespace?: string; name: string; said?: Said }[]) =>
    views.flatMap(({ namespace = '', name, said }) => (said === undefined ? [] : [[namespace, name, said.text]]))
  const said = [texts(objects.namespaces), texts(objects.services), texts(objects.workloads)]
  const version = createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 16)
  versions.set(objects, version)
  return version
}

export const nameOf = (namespace: string, name: string): string => `${namespace}/${name}`

function build(objects: MeshObjects): Inventory {
  const workloads = new Map<string, WorkloadFacts>()
  const labels = new Map<WorkloadFacts, Record<string, string>>()
  for (const view of objects.workloads) {
    const facts = workloadFacts(view.namespace, view.name, view.kind, view.podLabels, view.replicas, view.readyReplicas)
    facts.said = view.said
    if (view.serviceAccount !== '') facts.serviceAccounts.push(view.serviceAccount)
    labels.set(facts, view.podLabels)
    workloads.set(nameOf(view.namespace, view.name), facts)
  }

  const workloadOfPod = new Map<string, WorkloadFacts>()
  const wantedElsewhere = new Set(objects.workloads.map(({ namespace, name }) => nameOf(namespace, name)))
  for (const pod of objects.pods) {
    const key = nameOf(pod.namespace, pod.workload.name)
    let facts = workloads.get(key)
    if (facts === undefined) {
      facts = workloadFacts(pod.namespace, pod.workload.name, pod.workload.kind, pod.labels, 0, 0)
      labels.set(facts, pod.labels)
      workloads.set(key, facts)
    }
    workloadOfPod.set(nameOf(pod.namespace, pod.name), facts)
    addPod(facts, pod, !wantedElsewhere.has(key))
  }

  const services = new Map<string, ServiceFacts>()
  const inNamespace = Map.groupBy(workloads.values(), facts => facts.namespace)
  for (const view of objects.services) {
    const facts = serviceFacts(view, inNamespace.get(view.namespace) ?? [], labels)
    services.set(nameOf(view.namespace, view.name), facts)
    for (const workload of facts.workloads) workload.services.push(facts)
  }
  const isSaid = [objects.workloads, objects.services, objects.namespaces].some(views =>
    views.some(({ said }) => said !== undefined),
  )
  return { workloads, services, workloadOfPod, namespaces: namespaceFacts(objects, workloads.values()), isSaid }
}

function workloadFacts(
  namespace: string,
  name: string,
  kind: string,
  podLabels: Record<string, string>,
  pods: number,
  ready: number,
): WorkloadFacts {
  const gateway = podLabels['gateway.networking.k8s.io/gateway-name']
  const istio = podLabels['istio'] ?? ''
  const isWaypoint =
    podLabels['gateway.istio.io/managed'] === 'istio.io-mesh-controller' ||
    podLabels['gateway.networking.k8s.io/gateway-class-name'] === 'istio-waypoint'
  const isGateway = gateway !== undefined || /^(ingress|egress)-?gateway$/.test(istio)
  return {
    namespace,
    name,
    kind,
    version: podLabels['version'] ?? podLabels['app.kubernetes.io/version'] ?? '',
    role: isWaypoint ? 'waypoint' : isGateway ? 'gateway' : null,
    gatewayName: gateway ?? name,
    isEgress: istio.startsWith('egress'),
    ready,
    pods,
    proxies: 0,
    present: 0,
    sidecars: 0,
    serviceAccounts: [],
    services: [],
    said: undefined,
  }
}

/** @param counts a workload without a controller we watch (a Job, a bare pod): its pods themselves are what is wanted */
function addPod(facts: WorkloadFacts, pod: PodView, counts: boolean): void {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return
  facts.present += 1
  if (pod.hasSidecar || pod.isAmbient) facts.proxies += 1
  if (pod.hasSidecar) facts.sidecars += 1
  if (counts) {
    facts.pods += 1
    if (pod.isReady) facts.ready += 1
  }
  if (pod.serviceAccount !== '' && !facts.serviceAccounts.includes(pod.serviceAccount))
    facts.serviceAccounts.push(pod.serviceAccount)
}

function serviceFacts(
  view: ServiceView,
  candidates: readonly WorkloadFacts[],
  labels: ReadonlyMap<WorkloadFacts, Record<string, string>>,
): ServiceFacts {
  const selector = Object.entries(view.selector ?? {})
  const hasSelector = selector.length > 0 && view.type !== 'ExternalName'
  return {
    namespace: view.namespace,
    name: view.name,
    hasSelector,
    said: view.said,
    workloads: hasSelector
      ? candidates.filter(workload => selector.every(([label, value]) => labels.get(workload)?.[label] === value))
      : [],
  }
}
