import { editsBetween } from '#shared/config/change/edits-between.ts'
import { actionOf, isBoundToTarget, isDryRun } from '#shared/config/analyze/weft/rules.ts'
import { selectorLabels } from '#shared/config/analyze/weft/workloads.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { isWaypoint } from '#shared/config/world/ambient.ts'
import { items } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { type Allowed, allowedBy, otherRules, rulesWith } from './lockdown-rules.ts'
import {
  type Intent,
  type IntentChange,
  isProblem,
  madeByWeft,
  noChange,
  type Problem,
  type Scene,
  type Target,
} from './intent.ts'
import { refusedNow, seenCallers } from './lockdown-callers.ts'
import { apiVersionOf, freeName, nameOfRef, together, whole } from './rules.ts'
import { nameOfWorkloads, namesIn, type Workload } from './scope.ts'

/** Nobody gets into a namespace but who is named. */
export interface Lockdown extends Allowed {
  isOn: boolean
}

export interface LockdownView {
  namespace: string
  workloads: readonly Workload[]
  /** The policy that allows nothing, which makes what is not allowed refused. */
  closing: MeshObject | null
  /** The policy that says for the whole namespace who may come in. */
  allowing: MeshObject | null
  /** Other policies without a selector that close the namespace as well. */
  others: readonly MeshObject[]
  /** Waypoints of the namespace; they read only what is attached to them. */
  waypoints: readonly { gateway: MeshObject; workload: Workload | undefined; policy: MeshObject | null }[]
}

const group = 'security.istio.io'
const kind = 'AuthorizationPolicy'
const kindKey = `${group}/${kind}`

export const lockdown: Intent<Lockdown> = {
  id: 'lockdown',
  on: ['namespace'],
  read(scene, target) {
    const view = lockdownView(scene, target)
    if (isProblem(view)) return view
    const from = [view.closing, view.allowing, ...view.waypoints.map(({ policy }) => policy)].flatMap(each =>
      each === null ? [] : [refOf(each)],
    )
    return { model: modelOf(scene, view), from: isClosed(view) ? from : [], notes: notesOf(scene, view) }
  },
  check(scene, target, model) {
    const view = lockdownView(scene, target)
    if (isProblem(view)) return [view]
    if (!model.isOn)
      return view.others.length === 0
        ? []
        : [
            {
              field: null,
              code: 'othersClose',
              values: { names: namesIn(view.others.map(each => nameOfRef(refOf(each)))) },
            },
          ]
    const problems: Problem[] = []
    if (model.callers.some(caller => !/^[^/*\s]+\/[^/*\s]+$/.test(caller)))
      problems.push({ field: 'callers', code: 'callerName' })
    if (model.namespaces.some(name => !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)))
      problems.push({ field: 'namespaces', code: 'namespaceName' })
    // Istio docs, "Layer 4 authorization": ztunnel drops a rule that speaks of HTTP, and nobody would get in by it.
    const layer4 = view.workloads.filter(({ proxy }) => proxy === 'ztunnel')
    for (const [index, { ports, path }] of model.scrape.entries()) {
      const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
      if (ports.length === 0 || !ports.every(isPort))
        problems.push({ field: `scrape.${index}.ports`, code: 'portNumber' })
      if (path !== '' && !path.startsWith('/')) problems.push({ field: `scrape.${index}.path`, code: 'slash' })
      if (path !== '' && layer4.length > 0)
        problems.push({
          field: `scrape.${index}.path`,
          code: 'noPathsAtZtunnel',
          values: { workloads: nameOfWorkloads(layer4) },
        })
    }
    return problems
  },
  warn(scene, target, model) {
    const view = lockdownView(scene, target)
    return isProblem(view) || !model.isOn ? [] : warnings(scene, view, model)
  },
  write(scene, target, model) {
    const view = lockdownView(scene, target)
    if (isProblem(view)) return noChange
    const { closing, allowing } = view
    if (!model.isOn) {
      const gone = [closing, allowing, ...view.waypoints.map(({ policy }) => policy)].flatMap(each =>
        each === null ? [] : [refOf(each)],
      )
      return isClosed(view) ? { ...noChange, delete: gone } : noChange
    }
    if (isClosed(view) && isEqual(modelOf(scene, view), model)) return noChange
    const { trustDomain } = scene.inventory
    const [first, ...rest] = [
      allowChange(scene, view, allowing, rulesWith(allowing, insideOf(view, model), trustDomain)),
      ...view.waypoints.map(({ gateway, policy }) => waypointChange(scene, gateway, policy, model)),
    ]
    const allowed = rest.reduce(together, first ?? noChange)
    // Who may come in is written before the door is closed.
    return closing === null
      ? together(allowed, { ...noChange, create: [made(scene, freshRef(scene, view.namespace, 'deny-all'), {})] })
      : allowed
  },
  about: object => {
    if (`${refOf(object).group}/${object.kind}` !== kindKey || !isForAll(object)) return null
    return { namespace: object.metadata.namespace ?? '' }
  },
}

export function lockdownView(scene: Scene, { namespace }: Target): LockdownView | Problem {
  const { world, inventory } = scene
  if (!inventory.namespaces.some(({ name }) => name === namespace))
    return { field: null, code: 'noSuchNamespace', values: { namespace } }
  // In the root namespace it would close the whole mesh.
  if (namespace === world.settings.rootNamespace) return { field: null, code: 'rootNamespace', values: { namespace } }
  const policies = oldestFirst(world.list(kindKey, namespace)).filter(
    policy => actionOf(policy) === 'ALLOW' && !isDryRun(policy),
  )
  const general = policies.filter(isForAll)
  const closing = general.find(policy => items(policy.spec?.['rules']).length === 0) ?? null
  const named = general.filter(policy => policy !== closing && items(policy.spec?.['rules']).length > 0)
  const allowing = named.find(isOurs) ?? named.find(policy => otherRules(policy).length === 0) ?? null
  const gateways = world.list('gateway.networking.k8s.io/Gateway', namespace).filter(isWaypoint)
  return {
    namespace,
    workloads: inventory.workloads.filter(each => each.namespace === namespace),
    closing,
    allowing,
    others: general.filter(policy => policy !== closing && policy !== allowing),
    waypoints: gateways.map(gateway => ({
      gateway,
      workload: inventory.workloads.find(
        ({ namespace: place, proxy, labels }) =>
          place === namespace &&
          proxy === 'waypoint' &&
          labels['gateway.networking.k8s.io/gateway-name'] === gateway.metadata.name,
      ),
      policy: policies.find(policy => isOurs(policy) && isFor(policy, gateway)) ?? null,
    })),
  }
}

const isOurs = ({ metadata }: MeshObject): boolean =>
  Object.entries(madeByWeft).every(([name, value]) => metadata.labels?.[name] === value)

const isForAll = (policy: MeshObject): boolean =>
  actionOf(policy) === 'ALLOW' && !isBoundToTarget(policy) && Object.keys(selectorLabels(policy)).length === 0

const isFor = (policy: MeshObject, gateway: MeshObject): boolean => {
  const targets = items(policy.spec?.['targetRefs'])
  return targets.length === 1 && targets[0]?.['kind'] === 'Gateway' && targets[0]['name'] === gateway.metadata.name
}

const isClosed = ({ closing, allowing, others }: LockdownView): boolean =>
  closing !== null || allowing !== null || others.length > 0

function modelOf(scene: Scene, view: LockdownView): Lockdown {
  if (!isClosed(view))
    return {
      isOn: false,
      namespaces: [view.namespace],
      callers: seenCallers(scene, view),
      scrape: suggestedScrape(scene, view),
    }
  const { callers, ...allowed } = allowedBy(view.allowing)
  const ways = waysIn(view)
  return { isOn: true, ...allowed, callers: callers.filter(caller => !ways.includes(caller)) }
}

/** Behind a waypoint the destination's ztunnel sees the waypoint: it has to be let in, whoever stands before it. */
const waysIn = (view: LockdownView): string[] =>
  view.waypoints.flatMap(({ workload }) =>
    workload === undefined ? [] : [`${workload.namespace}/${workload.serviceAccount}`],
  )

const insideOf = (view: LockdownView, { namespaces, callers, scrape }: Lockdown): Allowed => ({
  namespaces,
  callers: namespaces.includes(view.namespace) ? callers : [...callers, ...waysIn(view)],
  scrape,
})

/** Istio docs, "Prometheus": annotations of pods that are scraped at the application itself, not through istio-agent. */
function suggestedScrape({ world }: Scene, { namespace }: LockdownView): Allowed['scrape'] {
  const ports = world.list('/Pod', namespace).flatMap(({ metadata: { annotations = {} } }) => {
    const port = whole(annotations['prometheus.io/port'])
    return annotations['prometheus.io/scrape'] === 'true' && port !== undefined && port !== mergedPort ? [port] : []
  })
  return ports.length === 0 ? [] : [{ ports: [...new Set(ports)].toSorted((a, b) => a - b), path: '' }]
}
/** Where istio-agent answers for proxy and application; no policy stands before it. */
const mergedPort = 15_020

function allowChange(scene: Scene, view: LockdownView, policy: MeshObject | null, rules: Json[]): IntentChange {
  if (policy === null)
    return rules.length === 0
      ? noChange
      : {
          ...noChange,
          create: [made(scene, freshRef(scene, view.namespace, 'allow-named'), { action: 'ALLOW', rules })],
        }
  return ruleEdits(policy, rules)
}

function waypointChange(scene: Scene, gateway: MeshObject, policy: MeshObject | null, model: Lockdown): IntentChange {
  const rules = rulesWith(policy, { ...model, scrape: [] }, scene.inventory.trustDomain)
  if (policy !== null) return ruleEdits(policy, rules)
  const { name, namespace = '' } = gateway.metadata
  const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }]
  // Without a rule it allows nothing, which is what is meant.
  const spec = { targetRefs, action: 'ALLOW', ...(rules.length === 0 ? {} : { rules }) }
  return { ...noChange, create: [made(scene, freshRef(scene, namespace, `allow-named-${name}`), spec)] }
}

function ruleEdits(policy: MeshObject, rules: Json[]): IntentChange {
  const object = refOf(policy)
  const before = policy.spec?.['rules']
  if (isEqual(before ?? [], rules)) return noChange
  if (rules.length === 0 && isForAll(policy)) return { ...noChange, delete: [object] }
  const edits = editsBetween(policy.spec ?? {}, { ...policy.spec, rules }, ['spec'])
  return { ...noChange, edit: [{ object, edits }] }
}

const freshRef = ({ world }: Scene, namespace: string, name: string): ObjectRef => {
  const fresh = { group, kind, namespace, name }
  return { ...fresh, name: freeName(world, fresh, 'weft') }
}

const made = ({ world }: Scene, { namespace, name }: ObjectRef, spec: Json): MeshObject => ({
  apiVersion: apiVersionOf(world, group, kind),
  kind,
  metadata: { name, namespace, labels: { ...madeByWeft } },
  spec,
})

function notesOf({ world }: Scene, view: LockdownView): Problem[] {
  const notes: Problem[] = []
  const name = (policy: MeshObject) => nameOfRef(refOf(policy))
  const left = otherRules(view.allowing).length
  if (view.allowing !== null && left > 0)
    notes.push({ field: null, code: 'rulesStay', values: { name: name(view.allowing), count: left } })
  const own = world
    .list(kindKey, view.namespace)
    .filter(
      policy =>
        actionOf(policy) === 'ALLOW' &&
        !isForAll(policy) &&
        !isDryRun(policy) &&
        !view.waypoints.some(each => each.policy === policy),
    )
    .filter(policy => items(policy.spec?.['rules']).length > 0)
  const further = [...own, ...view.others]
  if (further.length > 0) notes.push({ field: null, code: 'alsoAllow', values: { names: namesIn(further.map(name)) } })
  return notes
}

function warnings(scene: Scene, view: LockdownView, model: Lockdown): Problem[] {
  const found: Problem[] = []
  const gateways = view.workloads.filter(({ proxy }) => proxy === 'gateway')
  if (gateways.length > 0)
    found.push({ field: null, code: 'gatewayInside', values: { workloads: nameOfWorkloads(gateways) } })
  const without = view.workloads.filter(({ proxy }) => proxy === 'none')
  if (without.length > 0)
    found.push({ field: null, code: 'notGuarded', values: { workloads: nameOfWorkloads(without) } })
  const refused = refusedNow(scene, view, model)
  if (refused === null) found.push({ field: null, code: 'callersUnknown' })
  else if (refused.length > 0)
    found.push({ field: null, code: 'refusedCallers', values: { callers: namesIn(refused, 12) } })
  const appPorts = openedPorts(scene, view, model)
  if (appPorts.length > 0) found.push({ field: null, code: 'opensService', values: { ports: namesIn(appPorts) } })
  return found
}

/** A port that services send to and anybody may reach is no longer locked. */
function openedPorts({ world }: Scene, { namespace }: LockdownView, { scrape }: Lockdown): string[] {
  const open = new Set(scrape.flatMap(({ ports, path }) => (path === '' ? ports : [])))
  return world.list('/Service', namespace).flatMap(service =>
    items(service.spec?.['ports'])
      .map(port => whole(port['targetPort']) ?? whole(port['port']))
      .filter(port => port !== undefined && open.has(port))
      .map(port => `${service.metadata.name}:${port}`),
  )
}
