import { isWaypoint } from '#shared/config/world/ambient.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { fitsSelector } from '#shared/config/world/labels.ts'
import { at, items, record, text, texts } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { refOf } from '#shared/mesh/object.ts'
import { type Api, apiOf } from './rules.ts'
import type { Scene } from './intent.ts'

/** What is asked of a gateway: to take this host, with this certificate (`namespace/name` of a Secret; empty: HTTP). */
export interface Wanted {
  host: string
  secret: string
  /** Where the route stands. */
  namespace: string
}

export const gatewayKinds: Record<Api, string> = {
  istio: 'networking.istio.io/Gateway',
  'gateway-api': 'gateway.networking.k8s.io/Gateway',
}
/** Gateways that let callers from outside in. */
export const gatewaysOf = ({ world }: Scene, api: Api): readonly MeshObject[] =>
  world.list(gatewayKinds[api]).filter(gateway => api === 'istio' || !isWaypoint(gateway))

/** `listeners` of a Gateway API Gateway, `servers` of Istio's. */
export const doorsField = (api: Api): 'listeners' | 'servers' => (api === 'istio' ? 'servers' : 'listeners')
export const doorsOf = (gateway: MeshObject): Json[] => items(gateway.spec?.[doorsField(apiOf(refOf(gateway)))])

/** A listener or server that takes the host as it is wanted; undefined: it has none. */
export const fittingDoor = (scene: Scene, gateway: MeshObject, wanted: Wanted): Json | undefined =>
  doorsOf(gateway).find(door =>
    apiOf(refOf(gateway)) === 'istio' ? serverFits(gateway, door, wanted) : listenerFits(scene, gateway, door, wanted),
  )

/** Gateway API docs, Listener: protocol, hostname, allowedRoutes. */
function listenerFits(
  { world }: Scene,
  gateway: MeshObject,
  listener: Json,
  { host, secret, namespace }: Wanted,
): boolean {
  const home = gateway.metadata.namespace ?? ''
  const hostname = text(listener['hostname'])
  const isSecure = listener['protocol'] === 'HTTPS'
  if (secret === '' ? listener['protocol'] !== 'HTTP' : !isSecure || secretOfListener(home, listener) !== secret)
    return false
  if (hostname !== '' && !covers(hostname, host)) return false
  const allowed = record(at(listener, 'allowedRoutes', 'namespaces'))
  const kinds = items(at(listener, 'allowedRoutes', 'kinds'))
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === 'HTTPRoute')) return false
  switch (text(allowed['from']) || 'Same') {
    case 'All':
      return true
    case 'Same':
      return namespace === home
    case 'Selector': {
      const place = world.get('/Namespace', '', namespace)
      const labels = { 'kubernetes.io/metadata.name': namespace, ...place?.metadata.labels }
      return fitsSelector(allowed['selector'], labels)
    }
    default:
      return false
  }
}

/** Istio docs, Gateway, `Server.hosts`: `namespace/host`, where the first part may be `.` or `*`. */
function serverFits(gateway: MeshObject, server: Json, { host, secret, namespace }: Wanted): boolean {
  const protocol = text(at(server, 'port', 'protocol')).toUpperCase()
  const credential = text(at(server, 'tls', 'credentialName'))
  const isRedirect = at(server, 'tls', 'httpsRedirect') === true
  if (
    secret === ''
      ? !['HTTP', 'HTTP2', 'GRPC'].includes(protocol) || isRedirect
      : protocol !== 'HTTPS' || credential !== secret.split('/')[1]
  )
    return false
  return texts(server['hosts']).some(written => {
    const [place, name] = written.includes('/') ? written.split('/') : ['*', written]
    const isHere = place === '*' || place === namespace || (place === '.' && gateway.metadata.namespace === namespace)
    return isHere && covers(name ?? '', host)
  })
}

const covers = (pattern: string, host: string): boolean =>
  pattern === '*' ||
  pattern === host ||
  (pattern.startsWith('*') && !host.startsWith('*') && hostsOverlap(pattern, host))

function secretOfListener(home: string, listener: Json): string {
  const [certificate] = items(at(listener, 'tls', 'certificateRefs'))
  return certificate === undefined ? '' : `${text(certificate['namespace']) || home}/${text(certificate['name'])}`
}

/** `namespace/name` of the Secret a listener or server serves with; empty: it has none. */
export function secretOfDoor(scene: Scene, gateway: MeshObject, door: Json): string {
  if (apiOf(refOf(gateway)) === 'gateway-api') return secretOfListener(gateway.metadata.namespace ?? '', door)
  const credential = text(at(door, 'tls', 'credentialName'))
  return credential === '' ? '' : `${placeOfPods(scene, gateway)}/${credential}`
}

/** With which certificate a host is served; of a listener that is named, else of the first that fits. Empty: by none. */
export function secretFor(scene: Scene, gateway: MeshObject, host: string, section: string): string {
  const home = gateway.metadata.namespace ?? ''
  if (apiOf(refOf(gateway)) === 'istio') {
    const servers = doorsOf(gateway).filter(door =>
      texts(door['hosts']).some(name => covers(name.split('/').at(-1) ?? '', host)),
    )
    const credential = servers.map(door => text(at(door, 'tls', 'credentialName'))).find(name => name !== '')
    return credential === undefined ? '' : `${placeOfPods(scene, gateway)}/${credential}`
  }
  const listeners = doorsOf(gateway).filter(({ name, hostname }) =>
    section === '' ? text(hostname) === '' || covers(text(hostname), host) : name === section,
  )
  return listeners.map(door => secretOfListener(home, door)).find(name => name !== '') ?? ''
}

/** Istio reads a server's certificate where the gateway's pods are. */
export function placeOfPods({ inventory }: Scene, gateway: MeshObject): string {
  const selector = Object.entries(record(gateway.spec?.['selector']))
  const pods = inventory.workloads.find(
    ({ proxy, labels }) => proxy === 'gateway' && selector.every(([key, value]) => labels[key] === value),
  )
  return pods?.namespace ?? gateway.metadata.namespace ?? ''
}

const only = (namespace: string, home: string): Json =>
  namespace === home
    ? { from: 'Same' }
    : { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }

/** A listener, or a server, for one host. */
export function newDoor(api: Api, home: string, { host, secret, namespace }: Wanted, taken: readonly string[]): Json {
  const [place = '', name = ''] = secret.split('/')
  const base = `${secret === '' ? 'http' : 'https'}-${host.replace('*', 'any').replaceAll('.', '-')}`.slice(0, 60)
  const free = taken.includes(base) ? `${base}-${taken.length}` : base
  if (api === 'istio')
    return {
      port:
        secret === '' ? { number: 80, name: free, protocol: 'HTTP' } : { number: 443, name: free, protocol: 'HTTPS' },
      hosts: [namespace === home ? host : `${namespace}/${host}`],
      ...(secret === '' ? {} : { tls: { mode: 'SIMPLE', credentialName: name } }),
    }
  const certificate = { group: '', kind: 'Secret', name, ...(place === home ? {} : { namespace: place }) }
  return {
    name: free,
    hostname: host,
    ...(secret === ''
      ? { port: 80, protocol: 'HTTP' }
      : { port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', certificateRefs: [certificate] } }),
    allowedRoutes: { namespaces: only(namespace, home) },
  }
}

export const doorNames = (gateway: MeshObject): string[] =>
  doorsOf(gateway).map(door => text(door['name']) || text(at(door, 'port', 'name')))

export const doorCount = (gateway: MeshObject): number => doorsOf(gateway).length
