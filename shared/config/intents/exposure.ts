import { items, record, text, texts, at } from '#shared/config/world/read.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { isProblem, type Problem, type Scene, type Target } from './intent.ts'
import { backendsIn, gatewayRefsOf, hostsField, routeKinds, rulesField } from './route-ends.ts'
import { type Api, apiOf, type RuleAt, ruleKey } from './rules.ts'
import { httpPorts, type Service, serviceAt } from './service.ts'
import { fittingDoor, gatewayKinds, gatewaysOf, secretFor, type Wanted } from './ways-in.ts'

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
export interface Way extends RuleAt {
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

export function saidBy(scene: Scene, { way, service }: ExposeView): Exposure {
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
export function pathIn(api: Api, rule: Json): string {
  const matches = items(rule[api === 'istio' ? 'match' : 'matches'])
  const [first] = matches
  if (first === undefined) return '/'
  if (api === 'istio') return first['uri'] === undefined ? '/' : text(at(first, 'uri', 'prefix'))
  const path = record(first['path'])
  if (first['path'] === undefined) return '/'
  return (text(path['type']) || 'PathPrefix') === 'PathPrefix' ? text(path['value']) || '/' : ''
}

/** The gateway that is chosen; undefined: a new one, or none of this name. */
export const gatewayAt = (scene: Scene, { api, gateway }: Exposure): MeshObject | undefined =>
  gateway === '' ? undefined : gatewaysOf(scene, api).find(each => keyOf(refOf(each)) === gateway)

export const wantedBy = ({ service }: ExposeView, { host, secret }: Exposure): Wanted => ({
  host,
  secret,
  namespace: service.namespace,
})
