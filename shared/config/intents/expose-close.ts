import type { Edit } from '#shared/config/finding.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { at, items, text, texts } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { Way } from './exposure.ts'
import { type IntentChange, madeByWeft, noChange, type Scene } from './intent.ts'
import { gatewayGroup, gatewayRefsOf, hostsField, routesAt, rulesField } from './route-ends.ts'
import { apiOf, together } from './rules.ts'
import { doorsField, doorsOf, newDoor, secretOfDoor } from './ways-in.ts'

/** The rule goes; with the last one the route, and with it what was made for it and nobody else uses. */
export function closed(scene: Scene, way: Way): IntentChange {
  const api = apiOf(way.object)
  const path = ['spec', rulesField(api), way.index]
  if (items(way.route.spec?.[rulesField(api)]).length > 1)
    return { ...noChange, edit: [{ object: way.object, edits: [{ op: 'remove', path }] }] }
  const inside = insideOnly(way.route)
  const route: IntentChange =
    inside === null
      ? { ...noChange, delete: [way.object] }
      : { ...noChange, edit: [{ object: way.object, edits: [inside] }] }
  return way.gateway === null ? route : together(route, gatewayWithout(scene, way, way.gateway))
}

/** What leaves a route to the callers inside the mesh that it is for as well; null where it is for none. */
function insideOnly({ kind, spec = {} }: MeshObject): Edit | null {
  const [field, left] =
    kind === 'VirtualService'
      ? ['gateways', texts(spec['gateways']).filter(name => name === 'mesh')]
      : ['parentRefs', items(spec['parentRefs']).filter(parent => (text(parent['kind']) || 'Gateway') !== 'Gateway')]
  return left.length === 0 ? null : { op: 'set', path: ['spec', field], value: left }
}

/** A Gateway of the task's own goes as a whole, of another one the listener that was made for this host. */
function gatewayWithout(scene: Scene, way: Way, gateway: MeshObject): IntentChange {
  const others = routesAt(scene, gateway).filter(route => keyOf(refOf(route)) !== keyOf(way.object))
  const doors = doorsOf(gateway)
  if (isOurs(gateway) && others.length === 0)
    return together({ ...noChange, delete: [refOf(gateway)] }, grantsWithout(scene, gateway, doors))
  const index = doors.findIndex(door => isMadeFor(scene, way, gateway, door))
  const door = doors[index]
  // A Gateway without a listener is none.
  if (door === undefined || doors.length === 1 || others.some(route => usesDoor(route, gateway, door))) return noChange
  const edits = [{ op: 'remove' as const, path: ['spec', doorsField(apiOf(way.object)), index] }]
  return together({ ...noChange, edit: [{ object: refOf(gateway), edits }] }, grantsWithout(scene, gateway, [door]))
}

const isOurs = ({ metadata }: MeshObject): boolean =>
  Object.entries(madeByWeft).every(([name, value]) => metadata.labels?.[name] === value)

/** As the task writes it for this host, to the letter: whoever has changed it has taken it over. */
function isMadeFor(scene: Scene, { route, object, section }: Way, gateway: MeshObject, door: Json): boolean {
  const api = apiOf(object)
  const home = gateway.metadata.namespace ?? ''
  const [host = ''] = texts(route.spec?.[hostsField(api)])
  const secret = secretOfDoor(scene, gateway, door)
  const made = newDoor(api, home, { host, secret, namespace: object.namespace }, [])
  if (api === 'istio') {
    const { port, ...rest } = door
    const { port: own, ...shape } = made
    const isNamed = text(at(port, 'name')).startsWith(text(at(own, 'name')))
    return isNamed && isEqual(rest, shape) && isEqual({ ...(port as Json), name: '' }, { ...(own as Json), name: '' })
  }
  const { name: own, ...shape } = made
  const { name, ...rest } = door
  return name === section && text(name).startsWith(text(own)) && isEqual(rest, shape)
}

/** Whether a route comes in by a listener: by its name, or by a host that it takes. */
function usesDoor(route: MeshObject, gateway: MeshObject, door: Json): boolean {
  const api = apiOf(refOf(gateway))
  const hosts = texts(route.spec?.[hostsField(api)])
  const taken =
    api === 'istio' ? texts(door['hosts']).map(host => host.split('/').at(-1) ?? '') : [text(door['hostname']) || '*']
  const isTaken = hosts.length === 0 || hosts.some(host => taken.some(each => hostsOverlap(each, host)))
  return gatewayRefsOf(route)
    .filter(({ namespace, name }) => namespace === gateway.metadata.namespace && name === gateway.metadata.name)
    .some(({ section }) => (section === '' ? isTaken : section === door['name']))
}

/** Leave to read certificates that only the listeners that go have read. */
function grantsWithout(scene: Scene, gateway: MeshObject, gone: readonly Json[]): IntentChange {
  const home = gateway.metadata.namespace ?? ''
  const kind = `${refOf(gateway).group}/Gateway`
  const left = scene.world
    .list(kind, home)
    .flatMap(each => doorsOf(each).flatMap(door => (gone.includes(door) ? [] : [secretOfDoor(scene, each, door)])))
  const unread = gone.map(door => secretOfDoor(scene, gateway, door)).filter(secret => !left.includes(secret))
  const grants = scene.world.list(`${gatewayGroup}/ReferenceGrant`).filter(grant => {
    const from = items(grant.spec?.['from'])
    const to = items(grant.spec?.['to'])
    const secret = `${grant.metadata.namespace ?? ''}/${text(to[0]?.['name'])}`
    return (
      isOurs(grant) &&
      from.length === 1 &&
      from[0]?.['kind'] === 'Gateway' &&
      from[0]['namespace'] === home &&
      to.length === 1 &&
      to[0]?.['kind'] === 'Secret' &&
      unread.includes(secret)
    )
  })
  return { ...noChange, delete: grants.map(refOf) }
}
