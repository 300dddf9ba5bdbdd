import { mutualOption, type SecureHost } from './secure-hosts.ts'
import { aged, type Configured, gatewayApi, objectOf } from './configured.ts'

/** Ways in, and waypoints: `gateway.networking.k8s.io`. What Istio says of them is its controllers' matter. */

const allowedRoutes = { namespaces: { from: 'All' } }

/** A Gateway API Gateway that serves every host over HTTP, and some over HTTPS. */
export const ingressGateway = (namespace: string, name: string, hosts: readonly SecureHost[]): Configured =>
  aged(
    70,
    objectOf(gatewayApi, 'Gateway', namespace, name, {
      gatewayClassName: 'istio',
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes },
        ...hosts.map(({ listener, hostname, secret, isMutual }) => ({
          name: listener,
          hostname,
          port: 443,
          protocol: 'HTTPS',
          tls: {
            mode: 'Terminate',
            certificateRefs: [{ group: '', kind: 'Secret', name: secret }],
            ...(isMutual ? { options: { [mutualOption]: 'MUTUAL' } } : {}),
          },
          allowedRoutes,
        })),
      ],
    }),
  )

export const waypointGateway = (namespace: string): Configured =>
  aged(50, {
    apiVersion: gatewayApi,
    kind: 'Gateway',
    metadata: { name: 'waypoint', namespace, labels: { 'istio.io/waypoint-for': 'service' } },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  })

/** A route from a gateway to one service of the route's own namespace. */
export function httpRoute(
  namespace: string,
  gateway: { namespace: string; name: string },
  route: { hostname: string; pathPrefix: string; service: string; port: number; timeout?: string },
): Configured {
  const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }
  return aged(
    68,
    objectOf(gatewayApi, 'HTTPRoute', namespace, route.service, {
      parentRefs: [parentRef],
      hostnames: [route.hostname],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: route.pathPrefix } }],
          backendRefs: [{ group: '', kind: 'Service', name: route.service, port: route.port, weight: 1 }],
          ...(route.timeout ? { timeouts: { request: route.timeout } } : {}),
        },
      ],
    }),
  )
}
