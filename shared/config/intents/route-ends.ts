import { fullHost } from '#shared/config/world/hosts.ts'
import { at, items, record, text, texts } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { Scene } from './intent.ts'
import { type Api, apiOf, whole } from './rules.ts'

export const gatewayGroup = 'gateway.networking.k8s.io'
export const routeKinds: Record<Api, { group: string; kind: string }> = {
  istio: { group: 'networking.istio.io', kind: 'VirtualService' },
  'gateway-api': { group: gatewayGroup, kind: 'HTTPRoute' },
}

/** Where the rules of a route stand, and its hosts. */
export const rulesField = (api: Api): 'http' | 'rules' => (api === 'istio' ? 'http' : 'rules')
export const hostsField = (api: Api): 'hosts' | 'hostnames' => (api === 'istio' ? 'hosts' : 'hostnames')

/** Gateways a route is attached to; none for one of the inside of the mesh. */
export function gatewayRefsOf(route: MeshObject): { namespace: string; name: string; section: string }[] {
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
export function backendsIn(
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

const allRoutes = [
  'networking.istio.io/VirtualService',
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(kind => `${gatewayGroup}/${kind}`),
]

/** Routes that come in by a gateway, of every kind. */
export const routesAt = ({ world }: Scene, gateway: MeshObject): MeshObject[] =>
  allRoutes
    .flatMap(kind => world.list(kind))
    .filter(
      route =>
        apiOf(refOf(route)) === apiOf(refOf(gateway)) &&
        gatewayRefsOf(route).some(
          ({ namespace, name }) => namespace === gateway.metadata.namespace && name === gateway.metadata.name,
        ),
    )
