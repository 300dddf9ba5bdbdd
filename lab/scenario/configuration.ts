import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'
import { loadBalancerAddress } from './identity.ts'
import type { Plan } from './plan.ts'

/** What users write for Istio, one builder per shape that the presets need. */

export type Configured = Plan['configuration'][number]
type Fields = Record<string, unknown>

const network = 'networking.istio.io/v1'
const security = 'security.istio.io/v1'
const gatewayApi = 'gateway.networking.k8s.io/v1'

function object(apiVersion: string, kind: string, namespace: string, name: string, spec: Fields): KubeObject {
  return { apiVersion, kind, metadata: namespace === '' ? { name } : { name, namespace }, spec }
}

const aged = (ageDays: number, item: KubeObject): Configured => ({ object: item, ageDays })

export const hostOf = (service: string, namespace: string): string => `${service}.${namespace}.svc.cluster.local`

export const principal = (namespace: string, serviceAccount: string): string =>
  `cluster.local/ns/${namespace}/sa/${serviceAccount}`

export const peerAuthentication = (
  namespace: string,
  name: string,
  mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE',
  app?: string,
): Configured =>
  aged(
    40,
    object(security, 'PeerAuthentication', namespace, name, {
      ...(app === undefined ? {} : { selector: { matchLabels: { app } } }),
      mtls: { mode },
    }),
  )

/** `spec: {}`: an ALLOW without rules, which nothing matches. */
export const denyAll = (namespace: string): Configured =>
  aged(38, object(security, 'AuthorizationPolicy', namespace, 'deny-all', {}))

export interface PolicyRule {
  from?: { source: Fields }[]
  to?: { operation: Fields }[]
  when?: Fields[]
}

export const authorizationPolicy = (
  namespace: string,
  name: string,
  spec: { app?: string; service?: string; action?: 'ALLOW' | 'DENY' | 'AUDIT'; rules: PolicyRule[] },
): Configured =>
  aged(
    36,
    object(security, 'AuthorizationPolicy', namespace, name, {
      ...(spec.app === undefined ? {} : { selector: { matchLabels: { app: spec.app } } }),
      ...(spec.service === undefined ? {} : { targetRefs: [{ group: '', kind: 'Service', name: spec.service }] }),
      action: spec.action ?? 'ALLOW',
      rules: spec.rules,
    }),
  )

/** The usual ALLOW: these principals, and nobody else. */
export const allowFrom = (
  namespace: string,
  app: string,
  principals: string[],
  operation?: Fields,
  name = `allow-${app}-clients`,
): Configured =>
  authorizationPolicy(namespace, name, {
    app,
    rules: [{ from: [{ source: { principals } }], ...(operation ? { to: [{ operation }] } : {}) }],
  })

export const destinationRule = (
  namespace: string,
  service: string,
  spec: { versions?: string[]; trafficPolicy?: Fields },
): Configured =>
  aged(
    30,
    object(network, 'DestinationRule', namespace, service, {
      host: hostOf(service, namespace),
      ...(spec.trafficPolicy ? { trafficPolicy: spec.trafficPolicy } : {}),
      ...(spec.versions ? { subsets: spec.versions.map(version => ({ name: version, labels: { version } })) } : {}),
    }),
  )

/** Splits a service between its versions; the weights sum to 100. */
export const weightedVirtualService = (
  namespace: string,
  service: string,
  weights: Record<string, number>,
  more: Fields = {},
): Configured =>
  aged(
    12,
    object(network, 'VirtualService', namespace, service, {
      hosts: [hostOf(service, namespace)],
      http: [
        {
          name: 'by-version',
          route: Object.entries(weights).map(([subset, weight]) => ({
            destination: { host: hostOf(service, namespace), subset },
            weight,
          })),
          ...more,
        },
      ],
    }),
  )

/** Timeout and retries without a split. */
export const plainVirtualService = (namespace: string, service: string, more: Fields): Configured =>
  aged(
    25,
    object(network, 'VirtualService', namespace, service, {
      hosts: [hostOf(service, namespace)],
      http: [{ name: 'default', route: [{ destination: { host: hostOf(service, namespace) } }], ...more }],
    }),
  )

/** A host outside, reached through an egress gateway that originates TLS (Istio docs, "Egress Gateways with TLS Origination"). */
export function egressThrough(gateway: { namespace: string; name: string }, host: string): Configured[] {
  const slug = host.replaceAll('.', '-')
  return [
    serviceEntry(gateway.namespace, host),
    aged(
      60,
      object(network, 'Gateway', gateway.namespace, `${gateway.name}-${slug}`, {
        selector: { istio: gateway.name },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] }],
      }),
    ),
    aged(
      60,
      object(network, 'VirtualService', gateway.namespace, `${slug}-through-${gateway.name}`, {
        hosts: [host],
        gateways: ['mesh', `${gateway.name}-${slug}`],
        http: [
          {
            match: [{ gateways: ['mesh'], port: 80 }],
            route: [
              { destination: { host: hostOf(gateway.name, gateway.namespace), port: { number: 80 } }, weight: 100 },
            ],
          },
          {
            match: [{ gateways: [`${gateway.name}-${slug}`], port: 80 }],
            route: [{ destination: { host, port: { number: 443 } }, weight: 100 }],
          },
        ],
      }),
    ),
    aged(
      60,
      object(network, 'DestinationRule', gateway.namespace, slug, {
        host,
        trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'SIMPLE', sni: host } }] },
      }),
    ),
  ]
}

export const serviceEntry = (namespace: string, host: string): Configured =>
  aged(
    60,
    object(network, 'ServiceEntry', namespace, host.replaceAll('.', '-'), {
      hosts: [host],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [
        { number: 80, name: 'http', protocol: 'HTTP' },
        { number: 443, name: 'https', protocol: 'HTTPS' },
      ],
    }),
  )

const accepted = (type: string, reason: string) => ({
  type,
  status: 'True',
  reason,
  message: '',
  observedGeneration: 1,
})

/** A Gateway API Gateway with one HTTP listener, programmed. */
export function ingressGateway(namespace: string, name: string, attachedRoutes: number): Configured {
  const conditions = [accepted('Accepted', 'Accepted'), accepted('Programmed', 'Programmed')]
  return aged(70, {
    ...object(gatewayApi, 'Gateway', namespace, name, {
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
    ...object(gatewayApi, 'HTTPRoute', namespace, route.service, {
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

/** What an Istio installation leaves behind: gateway classes, mesh settings, a default Telemetry. */
export function meshWide(mode: 'STRICT' | 'PERMISSIVE'): Configured[] {
  const controllers: Record<string, string> = {
    istio: 'istio.io/gateway-controller',
    'istio-waypoint': 'istio.io/mesh-controller',
  }
  const mesh = {
    accessLogFile: '/dev/stdout',
    defaultConfig: { discoveryAddress: 'istiod.istio-system.svc:15012' },
    enableAutoMtls: true,
    enablePrometheusMerge: true,
    enableTracing: true,
    outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
  }
  return [
    ...Object.entries(controllers).map(([name, controllerName]) =>
      aged(90, {
        ...object(gatewayApi, 'GatewayClass', '', name, { controllerName, description: `The ${name} class of Istio` }),
        status: { conditions: [accepted('Accepted', 'Accepted')] },
      }),
    ),
    aged(90, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system', labels: { 'istio.io/rev': 'default', release: 'istio' } },
      data: { mesh: stringify(mesh), meshNetworks: 'networks: {}' },
    }),
    aged(
      88,
      object('telemetry.istio.io/v1', 'Telemetry', 'istio-system', 'mesh-default', {
        tracing: [{ randomSamplingPercentage: 1 }],
      }),
    ),
    peerAuthentication('istio-system', 'default', mode),
  ]
}
