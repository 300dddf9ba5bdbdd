import type { Edit } from '#shared/config/finding.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { exportScopes, fullHost, isSeenFrom } from '#shared/config/world/hosts.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { has, items, record, text, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type Json, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { type IntentChange, madeByWeft, noChange, type Scene } from './intent.ts'
import { apiVersionOf, freeName, type Rule, whole } from './rules.ts'
import { byName, httpPorts, type Service, type Version } from './service.ts'

/** Something a rule can send to: a subset of the service, a Service of one version, or whatever the rule names already. */
export interface Place {
  /** `subset v1`, `backend shop/web-v1`, `all`; else the destination in words. Stays the same when it is written. */
  id: string
  /** The version's name where there is one, else the id. */
  name: string
  version: Version | null
  /** As the rule names it: `destination` of Istio, the backendRef's own fields of the Gateway API. */
  destination: Json
  /** A subset that no DestinationRule defines yet. */
  isMissing: boolean
}

/** Every pod of the service, whatever its version. */
export const all = 'all'

/** Destinations of a rule, in their order, and those versions of the service it does not name; versions first, by name. */
export function placesOf(scene: Scene, service: Service, rule: Rule): Place[] {
  const known = new Map<string, Place>()
  const offered = rule.api === 'istio' ? subsetsOf(scene.world, service, rule) : versionServices(scene, service, rule)
  for (const place of offered) known.set(place.id, place)
  const named = destinationsOf(rule).map(destination => placeFor(service, rule, destination, offered))
  // The service as a whole is one of several places only where it stands beside others.
  const isSplit = named.some(({ id }) => id !== all)
  for (const place of named) if (!known.has(place.id) && (isSplit || place.id !== all)) known.set(place.id, place)
  return [...known.values()].sort(
    (a, b) =>
      Number(a.version === null) - Number(b.version === null) || byName(a.version?.name ?? '', b.version?.name ?? ''),
  )
}

/** The entries of a rule that name where requests go. */
export const entriesOf = (rule: Pick<Rule, 'rule' | 'api'>): Json[] =>
  items(rule.rule[rule.api === 'istio' ? 'route' : 'backendRefs'])

export const destinationOf = (api: Rule['api'], entry: Json): Json =>
  api === 'istio' ? record(entry['destination']) : entry

const destinationsOf = (rule: Rule): Json[] => entriesOf(rule).map(entry => destinationOf(rule.api, entry))

export const placeIdOf = (service: Service, rule: Rule, destination: Json, places: readonly Place[]): string =>
  placeFor(service, rule, destination, places).id

function placeFor(service: Service, rule: Rule, destination: Json, places: readonly Place[]): Place {
  const home = rule.object.namespace
  const make = (id: string, isAll = false): Place => ({
    id,
    name: isAll ? '' : id,
    version: null,
    destination,
    isMissing: false,
  })
  if (rule.api === 'gateway-api') {
    const { name, namespace } = backendOf(destination, home)
    if (name === service.name && namespace === service.namespace) return make(all, true)
    const id = `backend ${namespace}/${name}`
    return places.find(place => place.id === id) ?? make(id)
  }
  const host = fullHost(text(destination['host']), home)
  const subset = text(destination['subset'])
  if (host !== service.host) return make(subset === '' ? host : `${host} ${subset}`)
  if (subset === '') return make(all, true)
  return places.find(place => place.id === `subset ${subset}`) ?? make(`subset ${subset}`)
}

export const backendOf = (destination: Json, home: string): { namespace: string; name: string } => ({
  namespace: text(destination['namespace']) || home,
  name: text(destination['name']),
})

/** DestinationRules of a service that hold for all its callers, the one that rules first. */
export function destinationRules(world: World, { host, namespace }: Service): MeshObject[] {
  const those = oldestFirst(world.list('networking.istio.io/DestinationRule')).filter(
    rule =>
      fullHost(text(rule.spec?.['host']), rule.metadata.namespace ?? '') === host &&
      isSeenFrom(exportScopes(texts(rule.spec?.['exportTo']), rule.metadata.namespace ?? ''), namespace) &&
      !has(rule.spec ?? {}, 'workloadSelector'),
  )
  const own = those.filter(rule => rule.metadata.namespace === namespace)
  return own.length > 0 ? own : those.filter(rule => rule.metadata.namespace === world.settings.rootNamespace)
}

function subsetsOf(world: World, service: Service, rule: Rule): Place[] {
  const defined = destinationRules(world, service).flatMap(each => items(each.spec?.['subsets']))
  // A destination that names a port keeps to it; a new one beside it does the same.
  const [sample = {}] = destinationsOf(rule).filter(
    destination => fullHost(text(destination['host']), rule.object.namespace) === service.host,
  )
  const host = text(sample['host']) || service.host
  const port = has(sample, 'port') ? { port: sample['port'] } : {}
  return service.versions.map(version => {
    const subset = defined.find(each => selects(textMap(each['labels']), version, service))
    const name = subset === undefined ? freeSubset(version.name, defined) : text(subset['name'])
    return {
      id: `subset ${name}`,
      name: version.name,
      version,
      destination: { host, subset: name, ...port },
      isMissing: subset === undefined,
    }
  })
}

/** Whether a subset's labels select all workloads of a version and none of another. */
const selects = (labels: Readonly<Record<string, string>>, version: Version, service: Service): boolean =>
  Object.keys(labels).length > 0 &&
  version.workloads.every(workload => hasLabels(workload.labels, labels)) &&
  service.workloads.every(workload => version.workloads.includes(workload) || !hasLabels(workload.labels, labels))

/** Subsets are named as DNS labels are (Istio's validation); a version may be `1.2.0+build`. */
function freeSubset(version: string, defined: readonly Json[]): string {
  const base =
    version
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 50) || 'version'
  const taken = new Set(defined.map(each => text(each['name'])))
  if (!taken.has(base)) return base
  for (let count = 2; ; count++) if (!taken.has(`${base}-${count}`)) return `${base}-${count}`
}

/** Services of the same namespace that select pods of one version only: what the Gateway API needs to tell versions apart. */
function versionServices({ inventory }: Scene, service: Service, rule: Rule): Place[] {
  const [sample] = destinationsOf(rule)
  const [port = service.ports[0]] = httpPorts(service)
  const wanted = whole(sample?.['port']) ?? port?.number
  const wantedName = service.ports.find(({ number }) => number === wanted)?.name
  return service.versions.flatMap((version): Place[] => {
    const own = inventory.services.find(
      each =>
        each.namespace === service.namespace &&
        each.name !== service.name &&
        each.selector !== null &&
        selects(each.selector, version, service),
    )
    if (own === undefined) return []
    const its =
      own.ports.find(({ number }) => number === wanted) ??
      own.ports.find(({ name }) => name !== '' && name === wantedName) ??
      own.ports[0]
    return [
      {
        id: `backend ${own.namespace}/${own.name}`,
        name: version.name,
        version,
        destination: { name: own.name, ...(its === undefined ? {} : { port: its.number }) },
        isMissing: false,
      },
    ]
  })
}

/** What defines subsets that are sent to and not there yet. */
export function subsetChange({ world }: Scene, service: Service, places: readonly Place[]): IntentChange {
  const missing = places.filter(({ isMissing }) => isMissing)
  if (missing.length === 0) return noChange
  const entries = missing.map(({ destination, version }) => ({
    name: destination['subset'],
    labels: { ...version?.labels },
  }))
  const [there] = destinationRules(world, service)
  if (there === undefined) {
    const { namespace, name, host } = service
    const ref = { group: 'networking.istio.io', kind: 'DestinationRule', namespace, name }
    const made: MeshObject = {
      apiVersion: apiVersionOf(world, ref.group, ref.kind),
      kind: ref.kind,
      metadata: { name: freeName(world, ref, 'in-mesh'), namespace, labels: { ...madeByWeft } },
      spec: { host, subsets: entries },
    }
    return { ...noChange, create: [made] }
  }
  const count = items(there.spec?.['subsets']).length
  const edits: Edit[] =
    count === 0
      ? [{ op: 'set', path: ['spec', 'subsets'], value: entries }]
      : entries.map((value, index) => ({ op: 'insert', path: ['spec', 'subsets', count + index], value }))
  return { ...noChange, edit: [{ object: refOf(there), edits }] }
}
