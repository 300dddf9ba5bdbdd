import { accepted, aged, type Configured, gatewayApi, hostOf, objectOf } from './configured.ts'
import { loadBalancerAddress } from './identity.ts'

/** Ways in, and waypoints: `gateway.networking.k8s.io`, with the status that Istio writes. */

/** A Gateway API Gateway with one HTTP listener, programmed. */
export function ingressGateway(namespace: string, name: string, attachedRoutes: number): Configured {
  const conditions = [accepted('Accepted', 'Accepted'), accepted('Programmed', 'Programmed')]
  return aged(70, {
    ...objectOf(gatewayApi, 'Gateway', namespace, name, {
      gatewayClassName: 'istio',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
    }),
    status: {
      addresses: [{ type: 'IPAddress', value: loadBalancerAddress }],
      conditions,
      listeners: [
        {
          name: 'http',
          attachedRoutes,
          supportedKinds: ['HTTPRoute', 'GRPCRoute'].map(kind => ({ group: 'gateway.networking.k8s.io', kind })),
          conditions: [...conditions, accepted('ResolvedRefs', 'ResolvedRefs')],
        },
      ],
    },
  })
}

export function waypointGateway(namespace: string): Configured {
  const conditions = [accepted('Accepted', 'Accepted'), accepted('Programmed', 'Programmed')]
  return aged(50, {
    apiVersion: gatewayApi,
    kind: 'Gateway',
    metadata: { name: 'waypoint', namespace, labels: { 'istio.io/waypoint-for': 'service' } },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
    status: {
      addresses: [{ type: 'Hostname', value: hostOf('waypoint', namespace) }],
      conditions,
      listeners: [{ name: 'mesh', attachedRoutes: 0, supportedKinds: [], conditions }],
    },
  })
}

/** A route from a gateway to one service of the route's own namespace. */
export function httpRoute(
  namespace: string,
  gateway: { namespace: string; name: string },
  route: { hostname: string; pathPrefix: string; service: string; port: number; timeout?: string },
): Configured {
  const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }
  return aged(68, {
    ...objectOf(gatewayApi, 'HTTPRoute', namespace, route.service, {
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
    status: {
      parents: [
        {
          parentRef,
          controllerName: 'istio.io/gateway-controller',
          conditions: [accepted('Accepted', 'Accepted'), accepted('ResolvedRefs', 'ResolvedRefs')],
        },
      ],
    },
  })
}
