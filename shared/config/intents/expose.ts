import { editsBetween } from '#shared/config/change/edits-between.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { at, items, record, text, texts } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
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
import { type Api, apiOf, apiVersionOf, freeName, nameOfRef, type RuleAt, ruleKey, together, whole } from './rules.ts'
import { labelsThatSelect } from './scope.ts'
import { httpPorts, type Service, serviceAt } from './service.ts'
import {
  doorCount,
  doorNames,
  doorsField,
  fittingDoor,
  gatewayKinds,
  gatewaysOf,
  newDoor,
  placeOfPods,
  secretFor,
  type Wanted,
} from './ways-in.ts'

/** How callers from outside get to a service. */
export interface Exposure {
  isOn: boolean
  api: Api
  /** Key (`keyOf`) of the Gateway; empty: one is made. */
  gateway: string
  host: string
  /** What paths begin with. */
  path: string
  /** The service's. */
  port: number
  /** `namespace/name` of the Secret with the certificate; empty: plain HTTP. */
  secret: string
}

/** A rule of a route at a gateway that sends to the service. */
interface Way extends RuleAt {
  route: MeshObject
  rule: Json
  backend: { index: number; port: number | null }
  gateway: MeshObject | null
  section: string
}

export interface ExposeView {
  service: Service
  ways: readonly Way[]
  /** The one that is read; null: a new one. */
  way: Way | null
}

/** By this a target asks for one more. */
export const anotherWay = 'new'

const gatewayGroup = 'gateway.networking.k8s.io'
const routeKinds: Record<Api, { group: string; kind: string }> = {
  istio: { group: 'networking.istio.io', kind: 'VirtualService' },
  'gateway-api': { group: gatewayGroup, kind: 'HTTPRoute' },
}

export const expose: Intent<Exposure> = {
  id: 'expose',
  on: ['service'],
  read(scene, target) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return view
    return { model: saidBy(scene, view), from: view.way === null ? [] : [view.way.object], notes: notesOf(view) }
  },
  check(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return [view]
    if (!model.isOn) return []
    const { way, service } = view
    const before = saidBy(scene, view)
    const problems: Problem[] = []
    if (
      !/^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(model.host) ||
      model.host.length > 253
    )
      problems.push({ field: 'host', code: 'hostname' })
    if (!model.path.startsWith('/') && model.path !== before.path) problems.push({ field: 'path', code: 'slash' })
    if (!service.ports.some(({ number }) => number === model.port))
      problems.push({ field: 'port', code: 'noSuchPort', values: { service: service.name, port: model.port } })
    if (way !== null) {
      for (const field of ['api', 'gateway', 'secret'] as const)
        if (model[field] !== before[field])
          problems.push({ field, code: 'fixedWay', values: { name: nameOfRef(way.object) } })
      return problems
    }
    if (model.secret !== '' && !/^[^/]+\/[^/]+$/.test(model.secret))
      problems.push({ field: 'secret', code: 'secretName' })
    const gateway = gatewayAt(scene, model)
    if (model.gateway !== '' && gateway === undefined) problems.push({ field: 'gateway', code: 'noGateway' })
    if (model.api === 'istio') {
      const place = gateway === undefined ? ingress(scene)?.namespace : placeOfPods(scene, gateway)
      if (place === undefined) problems.push({ field: 'gateway', code: 'noIngress' })
      else if (model.secret !== '' && !model.secret.startsWith(`${place}/`))
        problems.push({ field: 'secret', code: 'secretPlace', values: { namespace: place } })
    }
    return problems
  },
  warn(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view) || !model.isOn) return []
    const { inventory } = scene
    const warnings: Problem[] = []
    const isKnown = ({ namespace, name }: { namespace: string; name: string }) =>
      `${namespace}/${name}` === model.secret
    if (model.secret !== '' && !inventory.secrets.some(isKnown))
      warnings.push({ field: null, code: 'noSecret', values: { secret: model.secret } })
    const gateway = gatewayAt(scene, model)
    if (view.way === null && gateway !== undefined && fittingDoor(scene, gateway, wantedBy(view, model)) === undefined)
      warnings.push({ field: null, code: 'newListener', values: { name: nameOfRef(refOf(gateway)), host: model.host } })
    for (const other of rivals(scene, view, model))
      warnings.push({ field: null, code: 'sameHost', values: { name: nameOfRef(refOf(other)), host: model.host } })
    return warnings
  },
  write(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return noChange
    const { way } = view
    if (way === null) return model.isOn ? opened(scene, view, model) : noChange
    if (!model.isOn) return closed(scene, view, way)
    const before = saidBy(scene, view)
    if (isEqual(before, model)) return noChange
    const spec = record(way.route.spec)
    return {
      ...noChange,
      edit: [{ object: way.object, edits: editsBetween(spec, changed(spec, way, before, model), ['spec']) }],
    }
  },
  about: object => {
    const home = object.metadata.namespace ?? ''
    const [way] = Object.values(routeKinds).some(({ kind }) => kind === object.kind) ? backendsIn(object) : []
    return way === undefined || gatewayRefsOf(object).length === 0
      ? null
      : {
          namespace: way.namespace || home,
          service: way.name,
          rule: ruleKey({ object: refOf(object), index: way.rule }),
        }
  },
}

export function exposeView(scene: Scene, target: Target): ExposeView | Problem {
  const { world } = scene
  const service = serviceAt(scene, target)
  if (isProblem(service)) return service
  if (httpPorts(service).length === 0) return { field: null, code: 'noHttpPort', values: { service: service.name } }
  const routes = (['gateway-api', 'istio'] as const).flatMap(api =>
    world.list(`${routeKinds[api].group}/${routeKinds[api].kind}`),
  )
  const ways = routes.flatMap((route): Way[] => {
    const [parent] = gatewayRefsOf(route)
    if (parent === undefined) return []
    const api = apiOf(refOf(route))
    const gateway = world.get(gatewayKinds[api], parent.namespace, parent.name) ?? null
    return backendsIn(route)
      .filter(each => each.name === service.name && each.namespace === service.namespace)
      .map(each => ({
        object: refOf(route),
        index: each.rule,
        route,
        rule: items(route.spec?.[rulesField(api)])[each.rule] ?? {},
        backend: { index: each.index, port: each.port },
        gateway,
        section: parent.section,
      }))
  })
  // One rule that sends to several places is one way.
  const single = ways.filter((way, index) => ways.findIndex(each => ruleKey(each) === ruleKey(way)) === index)
  const way =
    target.rule === anotherWay ? null : (single.find(each => ruleKey(each) === target.rule) ?? single[0] ?? null)
  return { service, ways: single, way }
}

const rulesField = (api: Api): 'http' | 'rules' => (api === 'istio' ? 'http' : 'rules')

/** Gateways a route is attached to; none for one of the inside of the mesh. */
function gatewayRefsOf(route: MeshObject): { namespace: string; name: string; section: string }[] {
  const home = route.metadata.namespace ?? ''
  if (route.kind === 'VirtualService')
    return texts(route.spec?.['gateways'])
      .filter(name => name !== 'mesh')
      .map(written => {
        const [first = '', second] = written.split('/')
        return second === undefined
          ? { namespace: home, name: first, section: '' }
          : { namespace: first === '.' ? home : first, name: second, section: '' }
      })
  return items(route.spec?.['parentRefs'])
    .filter(
      parent =>
        (text(parent['kind']) || 'Gateway') === 'Gateway' && (text(parent['group']) || gatewayGroup) === gatewayGroup,
    )
    .map(parent => ({
      namespace: text(parent['namespace']) || home,
      name: text(parent['name']),
      section: text(parent['sectionName']),
    }))
}

/** Services a route sends to, with the rule and the place in it. */
function backendsIn(
  route: MeshObject,
): { rule: number; index: number; namespace: string; name: string; port: number | null }[] {
  const home = route.metadata.namespace ?? ''
  const api = apiOf(refOf(route))
  return items(route.spec?.[rulesField(api)]).flatMap((rule, number) =>
    items(rule[api === 'istio' ? 'route' : 'backendRefs']).flatMap((entry, index) => {
      if (api === 'gateway-api')
        return (text(entry['kind']) || 'Service') === 'Service'
          ? [
              {
                rule: number,
                index,
                namespace: text(entry['namespace']) || home,
                name: text(entry['name']),
                port: whole(entry['port']) ?? null,
              },
            ]
          : []
      const destination = record(entry['destination'])
      const [, name = '', namespace = ''] =
        /^([^.*]+)\.([^.]+)\.svc(?:\..+)?$/.exec(fullHost(text(destination['host']), home)) ?? []
      return name === ''
        ? []
        : [{ rule: number, index, namespace, name, port: whole(at(destination, 'port', 'number')) ?? null }]
    }),
  )
}

const hostsField = (api: Api): 'hosts' | 'hostnames' => (api === 'istio' ? 'hosts' : 'hostnames')

function saidBy(scene: Scene, { way, service }: ExposeView): Exposure {
  const [port] = httpPorts(service)
  if (way === null) {
    const [reused] = gatewaysOf(scene, 'gateway-api').filter(gateway =>
      fittingDoor(scene, gateway, { host: `${service.name}.example.com`, secret: '', namespace: service.namespace }),
    )
    return {
      isOn: false,
      api: 'gateway-api',
      gateway: reused === undefined ? '' : keyOf(refOf(reused)),
      host: '',
      path: '/',
      port: port?.number ?? 0,
      secret: '',
    }
  }
  const api = apiOf(way.object)
  const host = texts(way.route.spec?.[hostsField(api)])[0] ?? ''
  return {
    isOn: true,
    api,
    gateway: way.gateway === null ? '' : keyOf(refOf(way.gateway)),
    host,
    path: pathIn(api, way.rule),
    // Without a port Istio takes the only one there is.
    port: way.backend.port ?? port?.number ?? 0,
    secret: way.gateway === null ? '' : secretFor(scene, way.gateway, host, way.section),
  }
}

/** `/` where every path goes there; empty where it is told in another way. */
function pathIn(api: Api, rule: Json): string {
  const matches = items(rule[api === 'istio' ? 'match' : 'matches'])
  const [first] = matches
  if (first === undefined) return '/'
  if (api === 'istio') return first['uri'] === undefined ? '/' : text(at(first, 'uri', 'prefix'))
  const path = record(first['path'])
  if (first['path'] === undefined) return '/'
  return (text(path['type']) || 'PathPrefix') === 'PathPrefix' ? text(path['value']) || '/' : ''
}

function changed(spec: Json, { rule, index, backend, object }: Way, before: Exposure, model: Exposure): Json {
  const api = apiOf(object)
  let next = rule
  if (model.path !== before.path) {
    const field = api === 'istio' ? 'match' : 'matches'
    const [first = {}, ...rest] = items(rule[field])
    const path = api === 'istio' ? { uri: { prefix: model.path } } : { path: { type: 'PathPrefix', value: model.path } }
    next = { ...next, [field]: [{ ...first, ...path }, ...rest] }
  }
  if (model.port !== before.port) {
    const field = api === 'istio' ? 'route' : 'backendRefs'
    const entries = items(next[field]).map((entry, each) => {
      if (each !== backend.index) return entry
      return api === 'istio'
        ? { ...entry, destination: { ...record(entry['destination']), port: { number: model.port } } }
        : { ...entry, port: model.port }
    })
    next = { ...next, [field]: entries }
  }
  const field = hostsField(api)
  const hosts = model.host === before.host ? spec[field] : [model.host, ...texts(spec[field]).slice(1)]
  const rules = items(spec[rulesField(api)]).map((each, place) => (place === index ? next : each))
  return { ...spec, ...(hosts === undefined ? {} : { [field]: hosts }), [rulesField(api)]: rules }
}

const gatewayAt = (scene: Scene, { api, gateway }: Exposure): MeshObject | undefined =>
  gateway === '' ? undefined : gatewaysOf(scene, api).find(each => keyOf(refOf(each)) === gateway)

const wantedBy = ({ service }: ExposeView, { host, secret }: Exposure): Wanted => ({
  host,
  secret,
  namespace: service.namespace,
})

/** Pods an Istio Gateway can select. */
const ingress = ({ inventory }: Scene) =>
  inventory.workloads
    .filter(({ proxy }) => proxy === 'gateway')
    .toSorted((a, b) => Number(b.labels['istio'] === 'ingressgateway') - Number(a.labels['istio'] === 'ingressgateway'))
    .find(({ labels }) => labels['gateway.networking.k8s.io/gateway-name'] === undefined)

/** Route and, where they are needed, Gateway (or its listener) and ReferenceGrant. */
function opened(scene: Scene, view: ExposeView, model: Exposure): IntentChange {
  const { world } = scene
  const { service } = view
  const wanted = wantedBy(view, model)
  const there = gatewayAt(scene, model)
  const [group = '', kind = ''] = gatewayKinds[model.api].split('/')
  const fresh = { group, kind, namespace: service.namespace, name: `${service.name}-gateway` }
  const ref = there === undefined ? { ...fresh, name: freeName(world, fresh, 'public') } : refOf(there)
  const door = there === undefined ? undefined : fittingDoor(scene, there, wanted)
  const made = door ?? newDoor(model.api, ref.namespace, wanted, there === undefined ? [] : doorNames(there))
  const gateway: IntentChange =
    there === undefined
      ? { ...noChange, create: [newGateway(scene, ref, model.api, made)] }
      : door === undefined
        ? {
            ...noChange,
            edit: [
              {
                object: ref,
                edits: [{ op: 'insert', path: ['spec', doorsField(model.api), doorCount(there)], value: made }],
              },
            ],
          }
        : noChange
  const route: IntentChange = { ...noChange, create: [newRoute(scene, view, model, ref, text(made['name']))] }
  return [grantFor(scene, ref, model), gateway, route].reduce(together, noChange)
}

function newGateway({ world, inventory, ...scene }: Scene, ref: ObjectRef, api: Api, door: Json): MeshObject {
  const all = { world, inventory, ...scene }
  const pods = ingress(all)
  const known = gatewaysOf(all, 'gateway-api').map(each => text(each.spec?.['gatewayClassName']))
  const spec =
    api === 'istio'
      ? { selector: pods === undefined ? {} : { ...selectorOf(all, pods) }, servers: [door] }
      : { gatewayClassName: known[0] ?? 'istio', listeners: [door] }
  return newObject(all, ref, spec)
}

const selectorOf = (scene: Scene, pods: NonNullable<ReturnType<typeof ingress>>) =>
  pods.labels['istio'] === undefined ? labelsThatSelect(scene, pods) : { istio: pods.labels['istio'] }

function newRoute(
  scene: Scene,
  { service }: ExposeView,
  model: Exposure,
  gateway: ObjectRef,
  section: string,
): MeshObject {
  const kind = routeKinds[model.api]
  const { namespace, name } = service
  const fresh = { ...kind, namespace, name }
  const ref = { ...fresh, name: freeName(scene.world, fresh, 'public') }
  if (model.api === 'istio')
    return newObject(scene, ref, {
      hosts: [model.host],
      gateways: [gateway.namespace === namespace ? gateway.name : `${gateway.namespace}/${gateway.name}`],
      http: [
        {
          ...(model.path === '/' ? {} : { match: [{ uri: { prefix: model.path } }] }),
          route: [{ destination: { host: service.host, port: { number: model.port } } }],
        },
      ],
    })
  const parent = {
    group: gatewayGroup,
    kind: 'Gateway',
    ...(gateway.namespace === namespace ? {} : { namespace: gateway.namespace }),
    name: gateway.name,
    sectionName: section,
  }
  return newObject(scene, ref, {
    parentRefs: [parent],
    hostnames: [model.host],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: model.path } }],
        backendRefs: [{ group: '', kind: 'Service', name, port: model.port }],
      },
    ],
  })
}

/** Gateway API docs, ReferenceGrant: a Gateway may read a Secret of another namespace only where that one allows it. */
function grantFor(scene: Scene, gateway: ObjectRef, { api, secret }: Exposure): IntentChange {
  const [namespace = '', name = ''] = secret.split('/')
  if (api === 'istio' || secret === '' || namespace === gateway.namespace) return noChange
  const isGranted = scene.world
    .list(`${gatewayGroup}/ReferenceGrant`, namespace)
    .some(
      grant =>
        items(grant.spec?.['from']).some(
          from =>
            from['kind'] === 'Gateway' && from['group'] === gatewayGroup && from['namespace'] === gateway.namespace,
        ) &&
        items(grant.spec?.['to']).some(
          to => to['kind'] === 'Secret' && (text(to['name']) === '' || to['name'] === name),
        ),
    )
  if (isGranted) return noChange
  const fresh = { group: gatewayGroup, kind: 'ReferenceGrant', namespace, name: `${gateway.namespace}-${gateway.name}` }
  const ref = { ...fresh, name: freeName(scene.world, fresh, 'secret') }
  const from = [{ group: gatewayGroup, kind: 'Gateway', namespace: gateway.namespace }]
  return { ...noChange, create: [newObject(scene, ref, { from, to: [{ group: '', kind: 'Secret', name }] })] }
}

const newObject = ({ world }: Scene, { group, kind, namespace, name }: ObjectRef, spec: Json): MeshObject => ({
  apiVersion:
    kind === 'ReferenceGrant' && !world.has(`${group}/${kind}`) ? `${group}/v1beta1` : apiVersionOf(world, group, kind),
  kind,
  metadata: { name, namespace, labels: { ...madeByWeft } },
  spec,
})

/** The rule goes; with the last one the route, and with it a gateway that was made for it alone. */
function closed(scene: Scene, { ways }: ExposeView, way: Way): IntentChange {
  const api = apiOf(way.object)
  const path = ['spec', rulesField(api), way.index]
  if (items(way.route.spec?.[rulesField(api)]).length > 1)
    return { ...noChange, edit: [{ object: way.object, edits: [{ op: 'remove', path }] }] }
  const { gateway } = way
  const isOurs = gateway?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'weft'
  const others = Object.values(routeKinds)
    .flatMap(({ group, kind }) => scene.world.list(`${group}/${kind}`))
    .filter(route => keyOf(refOf(route)) !== keyOf(way.object))
    .flatMap(gatewayRefsOf)
  const isUsed =
    gateway === null ||
    others.some(({ namespace, name }) => namespace === gateway.metadata.namespace && name === gateway.metadata.name) ||
    ways.some(each => each !== way && each.gateway === gateway && keyOf(each.object) !== keyOf(way.object))
  return { ...noChange, delete: [way.object, ...(isOurs && !isUsed ? [refOf(gateway)] : [])] }
}

/** Other routes at the same gateway for the same host. */
function rivals({ world }: Scene, { way }: ExposeView, model: Exposure): MeshObject[] {
  const { group, kind } = routeKinds[model.api]
  const [, , namespace, name] = model.gateway.split('/')
  return world
    .list(`${group}/${kind}`)
    .filter(
      route =>
        keyOf(refOf(route)) !== (way === null ? '' : keyOf(way.object)) &&
        texts(route.spec?.[hostsField(model.api)]).includes(model.host) &&
        gatewayRefsOf(route).some(parent => parent.namespace === namespace && parent.name === name),
    )
}

function notesOf({ way, ways }: ExposeView): Problem[] {
  if (way === null) return []
  const name = nameOfRef(way.object)
  const notes: Problem[] = []
  const hosts = texts(way.route.spec?.[hostsField(apiOf(way.object))])
  if (hosts.length > 1) notes.push({ field: null, code: 'moreHosts', values: { name, hosts: hosts.join(', ') } })
  if (pathIn(apiOf(way.object), way.rule) === '') notes.push({ field: null, code: 'otherPath', values: { name } })
  if (way.gateway === null) notes.push({ field: null, code: 'gatewayGone', values: { name } })
  if (ways.length > 1) notes.push({ field: null, code: 'moreWays', values: { count: ways.length } })
  return notes
}
