import { waypointOfService } from '#shared/config/world/ambient.ts'
import { edited } from '#shared/config/change/edits.ts'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import type { Edit } from '#shared/config/finding.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { exportScopes, fullHost, hostsOverlap, isSeenFrom } from '#shared/config/world/hosts.ts'
import { items, number, record, text, texts } from '#shared/config/world/read.ts'
import { kindKeyOf, type World } from '#shared/config/world/world.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import {
  type IntentChange,
  madeByWeft,
  noChange,
  type Problem,
  type Reading,
  type Scene,
  type Target,
} from './intent.ts'
import { httpPorts, type Service } from './service.ts'

/** The two ways to say where requests go: a VirtualService's `http`, a Gateway API route's `rules`. */
export type Api = 'istio' | 'gateway-api'

/** Where a rule stands, or where it will. */
export interface RuleAt {
  object: ObjectRef
  index: number
}

export interface Rule extends RuleAt {
  api: Api
  /** As the object says it; of one that is to be made, what it would begin as. */
  rule: Json
  /** Alternatives; none: every request. */
  matches: readonly Json[]
  takesAll: boolean
  /** It is not written yet; its object may be there or not. */
  isNew: boolean
}

/** What rules the requests to a service that come from inside the mesh, in the order in which it is asked. */
export interface Routing {
  /** Rules that are there. */
  rules: readonly Rule[]
  /** Where a first rule can be made: in a new object, or behind the others of one that has none for all requests. */
  fresh: readonly Rule[]
  notes: readonly Problem[]
}

const virtualServices = 'networking.istio.io/VirtualService'
const routeKinds = ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute']

export const apiOf = ({ group }: Pick<ObjectRef, 'group'>): Api =>
  group === 'gateway.networking.k8s.io' ? 'gateway-api' : 'istio'
const fieldOf = (api: Api): 'http' | 'rules' => (api === 'istio' ? 'http' : 'rules')
const matchField: Record<Api, 'match' | 'matches'> = { istio: 'match', 'gateway-api': 'matches' }

export const ruleKey = ({ object, index }: RuleAt): string => `${keyOf(object)}/${index}`
export const ruleAt = ({ object, index }: RuleAt): RuleAt => ({ object, index })

export function routingOf({ world }: Scene, service: Service): Routing {
  const attached = routeKinds.flatMap(kind =>
    oldestFirst(world.list(kind).filter(route => isOfService(route, service))),
  )
  const [ruling, ...later] = rulingVirtualServices(world, service)
  const isExact = ruling !== undefined && hostsIn(ruling).includes(service.host)
  const notes: Problem[] = later.map(other => ({
    field: null,
    code: 'older',
    values: { name: nameOf(ruling), other: nameOf(other) },
  }))
  if (attached.length > 0) {
    // Istio reads a Service's own routes before VirtualServices of its host.
    const [first] = attached
    const silent = ruling === undefined ? [] : [ruling, ...later]
    return {
      rules: attached.flatMap(rulesOf),
      fresh: attached.flatMap(route => endOf(service, route)),
      notes: silent.map(other => ({
        field: null,
        code: 'routesWin',
        values: { name: nameOf(first), other: nameOf(other) },
      })),
    }
  }
  if (ruling !== undefined && isExact) return { rules: rulesOf(ruling), fresh: endOf(service, ruling), notes }
  const wildcard: Problem[] =
    ruling === undefined
      ? []
      : [{ field: null, code: 'wildcard', values: { name: nameOf(ruling), host: hostsIn(ruling).join(', ') } }]
  return {
    rules: [],
    fresh: [...newRules(world, service, 'istio'), ...newRules(world, service, 'gateway-api')],
    notes: wildcard,
  }
}

/** The rule a target asks for, else the one for all requests, else the first, else a new one. */
export function ruleFor({ rules, fresh }: Routing, { rule: wanted }: Target, api: Api = 'istio'): Rule {
  const all = [...rules, ...fresh]
  const rule =
    all.find(each => ruleKey(each) === wanted) ??
    rules.find(({ takesAll }) => takesAll) ??
    rules[0] ??
    fresh.find(each => each.api === api) ??
    fresh[0]
  if (rule === undefined) throw new Error('A service without rules can always be given one')
  return rule
}

/** Which object's rules were read. */
export const fromOf = ({ object, isNew }: Rule): Reading<unknown>['from'] => (isNew ? [] : [object])

/** The change that makes a rule say something else: what differs, and nothing beside it. */
export function ruleChange({ world }: Scene, service: Service, rule: Rule, next: Json): IntentChange {
  if (!rule.isNew && isEqual(rule.rule, next)) return noChange
  const { object, index, api } = rule
  const path = ['spec', fieldOf(api), index]
  const there = world.get(`${object.group}/${object.kind}`, object.namespace, object.name)
  if (there === undefined) {
    const made = edited(newObject(world, service, rule), [{ op: 'set', path, value: next }])
    return { ...noChange, create: [made] }
  }
  const edits: Edit[] = rule.isNew
    ? [insertion(there, path, next, wholeRules(service, api))]
    : editsBetween(rule.rule, next, path)
  return { ...noChange, edit: [{ object, edits }] }
}

/** Where there is no rule at all, a first one alone would leave the other ports without one. */
function insertion(object: MeshObject, path: (string | number)[], value: Json, whole: readonly Json[]): Edit {
  const [field = '', index = 0] = path.slice(1)
  const list = record(object.spec)[String(field)]
  return Array.isArray(list) && list.length > 0
    ? { op: 'insert', path, value }
    : { op: 'set', path: path.slice(0, -1), value: whole.with(Number(index), value) }
}

/** Two changes as one; edits of one object come together. */
export function together(first: IntentChange, second: IntentChange): IntentChange {
  const edit = new Map(first.edit.map(each => [keyOf(each.object), each]))
  for (const each of second.edit) {
    const known = edit.get(keyOf(each.object))
    edit.set(keyOf(each.object), known ? { ...known, edits: [...known.edits, ...each.edits] } : each)
  }
  return {
    create: [...first.create, ...second.create],
    edit: [...edit.values()],
    delete: [...first.delete, ...second.delete],
  }
}

/** What keeps a rule from being changed, or from acting. */
export function ruleProblems({ rule, object }: Rule): Problem[] {
  const delegate = record(rule['delegate'])
  const name = nameOfRef(object)
  if (text(delegate['name']) !== '')
    return [
      {
        field: 'rule',
        code: 'delegated',
        values: { name: `VirtualService ${text(delegate['namespace']) || object.namespace}/${text(delegate['name'])}` },
      },
    ]
  const how = ['redirect', 'directResponse'].find(field => rule[field] !== undefined && rule[field] !== null)
  if (how !== undefined) return [{ field: 'rule', code: 'notRouted', values: { name, how } }]
  if (items(rule['filters']).some(filter => filter['type'] === 'RequestRedirect'))
    return [{ field: 'rule', code: 'notRouted', values: { name, how: 'RequestRedirect' } }]
  return []
}

/**
 * What matters whatever the rule is: whether anybody reads requests on the way to the service. In the ambient mesh only
 * a waypoint does (Istio docs, "Layer 7 features in ambient mesh").
 */
export function serviceNotes(world: World, service: Service): Problem[] {
  const values = { service: service.name }
  if (httpPorts(service).length === 0) return [{ field: null, code: 'tcpOnly', values }]
  const isAmbient = service.workloads.some(({ proxy }) => proxy === 'ztunnel')
  if (isAmbient && waypointOfService(world, service.object) === undefined)
    return [{ field: null, code: 'noWaypoint', values }]
  return []
}

/** A name that is not taken yet: the service's own, else with a word behind it. */
export function freeName(world: World, { group, kind, namespace, name }: ObjectRef, word: string): string {
  const isFree = (candidate: string) => world.get(`${group}/${kind}`, namespace, candidate) === undefined
  if (isFree(name)) return name
  for (let count = 1; ; count++) {
    const candidate = `${name}-${word}${count === 1 ? '' : `-${count}`}`
    if (isFree(candidate)) return candidate
  }
}

/** The version objects of a kind are written in here: as those that are there are, else the preferred one. */
export const apiVersionOf = (world: World, group: string, kind: string): string =>
  world.list(`${group}/${kind}`)[0]?.apiVersion ?? `${group}/${meshKind(group, kind)?.versions[0] ?? 'v1'}`

export const nameOfRef = ({ kind, namespace, name }: ObjectRef): string => `${kind} ${namespace}/${name}`
const nameOf = (object: MeshObject | undefined): string => (object === undefined ? '' : nameOfRef(refOf(object)))

const hostsIn = (virtualService: MeshObject): string[] =>
  texts(virtualService.spec?.['hosts']).map(host => fullHost(host, virtualService.metadata.namespace ?? ''))

/** VirtualServices that speak of a host inside the mesh, the one that rules first: the exact host before a wildcard, then the oldest. */
function rulingVirtualServices(world: World, { host, namespace }: Service): MeshObject[] {
  const those = oldestFirst(world.list(virtualServices)).filter(candidate => {
    const home = candidate.metadata.namespace ?? ''
    const gateways = texts(candidate.spec?.['gateways'])
    return (
      (gateways.length === 0 || gateways.includes('mesh')) &&
      isSeenFrom(exportScopes(texts(candidate.spec?.['exportTo']), home), namespace) &&
      hostsIn(candidate).some(each => hostsOverlap(each, host))
    )
  })
  const exact = those.filter(candidate => hostsIn(candidate).includes(host))
  return exact.length > 0 ? exact : those.slice(0, 1)
}

/** Gateway API docs, GAMMA: a route whose parent is the Service; one of its own namespace speaks for all its callers. */
const isOfService = (route: MeshObject, { namespace, name }: Service): boolean =>
  route.metadata.namespace === namespace &&
  items(route.spec?.['parentRefs']).some(
    parent =>
      text(parent['kind']) === 'Service' &&
      text(parent['group']) === '' &&
      text(parent['name']) === name &&
      (text(parent['namespace']) || namespace) === namespace,
  )

function rulesOf(object: MeshObject): Rule[] {
  const ref = refOf(object)
  const api = apiOf(ref)
  return items(object.spec?.[fieldOf(api)]).map((rule, index) => {
    const matches = items(rule[matchField[api]])
    return { object: ref, index, api, rule, matches, takesAll: isForAll(matches), isNew: false }
  })
}

/** `match` that is absent, or one alternative that fits everything. */
const isForAll = (matches: readonly Json[]): boolean =>
  matches.length === 0 ||
  matches.some(match => {
    const { name: _, uri, path, ...rest } = match
    const word = record(uri ?? path)
    const isOpen =
      (uri === undefined && path === undefined) ||
      word['prefix'] === '/' ||
      (text(word['type']) !== 'Exact' && word['value'] === '/' && text(word['type']) !== 'RegularExpression')
    return isOpen && Object.keys(rest).length === 0
  })

/** Behind the rules of an object that has none for all requests, one can be made; where it has none at all, the first. */
function endOf(service: Service, object: MeshObject): Rule[] {
  const rules = rulesOf(object)
  const ref = refOf(object)
  const api = apiOf(ref)
  const whole = wholeRules(service, api)
  if (rules.length > 0 && (whole.length > 1 || rules.some(({ takesAll }) => takesAll))) return []
  return whole.map((rule, index) => {
    const matches = items(rule['match'])
    return { object: ref, index: rules.length + index, api, rule, matches, takesAll: isForAll(matches), isNew: true }
  })
}

function newRules(world: World, service: Service, api: Api): Rule[] {
  const { namespace, name } = service
  const kind =
    api === 'istio'
      ? { group: 'networking.istio.io', kind: 'VirtualService' }
      : { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }
  const object = { ...kind, namespace, name }
  const ref = { ...object, name: freeName(world, object, 'in-mesh') }
  return wholeRules(service, api).map((rule, index) => {
    const matches = items(rule['match'])
    return { object: ref, index, api, rule, matches, takesAll: isForAll(matches), isNew: true }
  })
}

/**
 * Every request to the service as it is. Istio's analysis, IST0112: of several ports a destination must name one, so
 * that each HTTP port has a rule of its own.
 */
function wholeRules(service: Service, api: Api): Json[] {
  const { host, name, ports } = service
  const http = httpPorts(service)
  if (api === 'gateway-api') {
    const [port = ports[0]] = http
    return [{ backendRefs: [{ name, ...(port === undefined ? {} : { port: port.number }) }] }]
  }
  if (ports.length < 2) return [{ route: [{ destination: { host } }] }]
  return (http.length > 0 ? http : ports).map(({ number: port }) => ({
    match: [{ port }],
    route: [{ destination: { host, port: { number: port } } }],
  }))
}

export function newObject(world: World, service: Service, { object, api }: Rule): MeshObject {
  const { name, namespace, host, ports } = service
  const [port] = httpPorts({ ports })
  const spec =
    api === 'istio'
      ? { hosts: [host], http: wholeRules(service, api) }
      : {
          parentRefs: [
            {
              group: '',
              kind: 'Service',
              name,
              ...(ports.length > 1 && port !== undefined ? { port: port.number } : {}),
            },
          ],
        }
  return {
    apiVersion: apiVersionOf(world, object.group, object.kind),
    kind: object.kind,
    metadata: { name: object.name, namespace, labels: { ...madeByWeft } },
    spec,
  }
}

/** The service a VirtualService or a mesh route is about, where it is one. */
export function routedService(object: MeshObject): Target | null {
  const home = object.metadata.namespace ?? ''
  if (kindKeyOf(object) === virtualServices) {
    const gateways = texts(object.spec?.['gateways'])
    if (gateways.length > 0 && !gateways.includes('mesh')) return null
    const [host, ...others] = texts(object.spec?.['hosts'])
    return host === undefined || others.length > 0 ? null : serviceTarget(fullHost(host, home))
  }
  if (!routeKinds.includes(kindKeyOf(object))) return null
  const parents = items(object.spec?.['parentRefs']).filter(parent => text(parent['kind']) === 'Service')
  const [parent] = parents
  return parent === undefined || parents.length > 1
    ? null
    : { namespace: text(parent['namespace']) || home, service: text(parent['name']) }
}

/** `web.shop.svc.cluster.local` as a target. */
export function serviceTarget(host: string): Target | null {
  const [, service = '', namespace = ''] = /^([^.*]+)\.([^.]+)\.svc(?:\..+)?$/.exec(host) ?? []
  return service === '' ? null : { namespace, service }
}

/** Whole numbers as YAML may have them: `80`, `"80"`. */
export const whole = (value: unknown): number | undefined => {
  const read = number(typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value)
  return read === undefined || !Number.isInteger(read) ? undefined : read
}
