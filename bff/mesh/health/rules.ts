import type { Origin } from '#shared/mesh/health.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { type Said, type Tolerance } from '#shared/mesh/tolerance.ts'
import { type Layer, layerOf } from '#shared/mesh/tolerate.ts'
import { type Inventory, nameOf, type ServiceFacts, type WorkloadFacts } from '#bff/mesh/inventory.ts'
import type { Place } from '#bff/mesh/party.ts'

/**
 * From which share of bad answers something is degraded or failing. Ratios. Server and connection errors degrade when
 * the share is above `degraded` (any at all, by default); all else when it is reached.
 */
export interface Thresholds {
  serverErrors: { degraded: number; failing: number }
  /** TCP: failed or flagged connections. */
  connectionErrors: { degraded: number; failing: number }
  /** 4xx and the like: callers' mistakes make nothing fail. */
  clientErrors: { degraded: number }
  /** Of an edge. */
  refused: { degraded: number; failing: number }
}
export type ThresholdName = keyof Thresholds

export const defaultThresholds: Thresholds = {
  serverErrors: { degraded: 0, failing: 0.1 },
  connectionErrors: { degraded: 0, failing: 0.1 },
  clientErrors: { degraded: 0.1 },
  refused: { degraded: 0.1, failing: 0.5 },
}

/** What health is judged by before any object says otherwise: the config file, and the defaults where it says nothing. */
export interface HealthRules {
  thresholds: Thresholds
  /** Those that the file sets. */
  inFile: ReadonlySet<ThresholdName>
  /** Of single codes: in the whole mesh, and by name (`shop`, `shop/cart`). */
  mesh: readonly Tolerance[]
  namespaces: ReadonlyMap<string, readonly Tolerance[]>
  services: ReadonlyMap<string, readonly Tolerance[]>
  workloads: ReadonlyMap<string, readonly Tolerance[]>
}

export const defaultRules: HealthRules = {
  thresholds: defaultThresholds,
  inFile: new Set(),
  mesh: [],
  namespaces: new Map(),
  services: new Map(),
  workloads: new Map(),
}

/** What one thing is judged by. */
export interface Rules {
  thresholds: Thresholds
  inFile: ReadonlySet<ThresholdName>
  /** What is said of it, most specific first; mostly nothing. */
  layers: readonly Layer[]
  /** Annotations that cannot be read, a sentence each. */
  wrongs: readonly string[]
}

/** Where tolerances of a thing may be written, most specific first. */
export interface SaidPlace {
  object: ObjectRef
  said: Said | undefined
}

/**
 * The objects that may speak of what is drawn here. A workload is spoken of by itself, the services before it and its
 * namespace; a service, which may stand for many workloads, by itself and its namespace.
 */
export function placesOf(
  { kind, namespace, name }: Place,
  workloads: readonly WorkloadFacts[],
  inventory: Inventory | null,
): SaidPlace[] {
  if (namespace === '' || inventory === null) return []
  const facts = inventory.namespaces.get(namespace)
  const own: SaidPlace[] =
    facts === undefined
      ? []
      : [{ object: { group: '', kind: 'Namespace', namespace: '', name: namespace }, said: facts.said }]
  if (kind === 'namespace') return own
  const service = inventory.services.get(nameOf(namespace, name))
  if (service !== undefined && (kind === 'service' || kind === 'outside')) return [placeOfService(service), ...own]
  const before = new Set(workloads.flatMap(({ services }) => services))
  return [...workloads.flatMap(placeOfWorkload), ...[...before].map(placeOfService), ...own]
}

const placeOfService = ({ namespace, name, said }: ServiceFacts): SaidPlace => ({
  object: { group: '', kind: 'Service', namespace, name },
  said,
})

/** What has no object of its own that is watched (a Job, a bare pod) cannot say anything. */
const placeOfWorkload = ({ namespace, name, kind, said }: WorkloadFacts): SaidPlace[] =>
  annotatedKinds.has(kind) ? [{ object: { group: 'apps', kind, namespace, name }, said }] : []

const annotatedKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** What is drawn at a place is judged by. At the same place the object speaks before the file. */
export function rulesOf(
  place: Place,
  workloads: readonly WorkloadFacts[],
  inventory: Inventory | null,
  rules: HealthRules,
): Rules {
  if (isSilent(inventory, rules)) return meshRules(rules)
  const layers: Layer[] = []
  const wrongs: string[] = []
  const inFile = (tolerances: readonly Tolerance[] | undefined) => {
    if (tolerances !== undefined && tolerances.length > 0) layers.push({ origin: file, tolerances })
  }
  const places = placesOf(place, workloads, inventory)
  for (const { object, said } of places) {
    if (said !== undefined) {
      const layer = layerOf(object, said)
      if ('wrong' in layer) wrongs.push(layer.wrong)
      else layers.push(layer)
    }
    const { kind, namespace, name } = object
    if (kind === 'Namespace') inFile(rules.namespaces.get(name))
    else inFile((kind === 'Service' ? rules.services : rules.workloads).get(nameOf(namespace, name)))
  }
  // What Kubernetes does not tell of is still known by its name.
  if (places.length === 0 && place.namespace !== '') {
    const key = nameOf(place.namespace, place.name)
    if (place.kind === 'service') inFile(rules.services.get(key))
    else if (place.kind !== 'namespace') inFile(rules.workloads.get(key))
    inFile(rules.namespaces.get(place.namespace))
  }
  inFile(rules.mesh)
  return { thresholds: rules.thresholds, inFile: rules.inFile, layers, wrongs }
}

/** Nothing is judged otherwise than the rest: nobody needs to look for what is said of each thing. */
export const isSilent = (inventory: Inventory | null, rules: HealthRules): boolean =>
  inventory?.isSaid !== true &&
  rules.mesh.length + rules.namespaces.size + rules.services.size + rules.workloads.size === 0

export const meshRules = ({ thresholds, inFile, mesh }: HealthRules): Rules => ({
  thresholds,
  inFile,
  layers: mesh.length === 0 ? [] : [{ origin: file, tolerances: mesh }],
  wrongs: [],
})

const file: Origin = { kind: 'file' }
