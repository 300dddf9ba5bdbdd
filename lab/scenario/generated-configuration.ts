import { companyIssuer } from './clients.ts'
import { type Configured, principal } from './configured.ts'
import { httpRoute, ingressGateway, waypointGateway } from './gateway-objects.ts'
import { meshWide } from './mesh-objects.ts'
import { freshHost, secureHosts } from './secure-hosts.ts'
import {
  allowFrom,
  authorizationPolicy,
  denyAll,
  needsLogin,
  peerAuthentication,
  requestAuthentication,
} from './security-objects.ts'
import {
  destinationRule,
  egressThrough,
  plainVirtualService,
  serviceEntry,
  weightedVirtualService,
} from './traffic-objects.ts'
import { routePrefix, workloadName } from './generated-behaviour.ts'
import type { Landscape, Party, Place } from './landscape.ts'
import type { Random } from './random.ts'
import { isExternal, type Link, type Web } from './web.ts'

/** What the owners of a generated mesh wrote for Istio: policies that admit the calls the web has, and a few that do not. */
export function generatedConfiguration(landscape: Landscape, web: Web, random: Random): Configured[] {
  const callers = callersOf(web.links)
  const parties = Map.groupBy(landscape.parties, party => party.place.name)
  return [
    ...meshWide('PERMISSIVE'),
    ...web.externals.flatMap(({ host, access }) => {
      switch (access) {
        case 'egress-gateway':
          return egressThrough({ namespace: 'gateways', name: 'egress-gateway' }, host)
        case 'service-entry':
          return [serviceEntry('gateways', host)]
        case 'passthrough':
          return []
      }
    }),
    ...gatewaysAndRoutes(landscape.parties, web.links),
    ...landscape.places.flatMap(place =>
      place.mode === 'none' ? [] : ofPlace(place, parties.get(place.name) ?? [], callers, random.fork(place.name)),
    ),
  ]
}

/** Callers with an identity, by the id of what they call. */
function callersOf(links: Link[]): ReadonlyMap<string, Party[]> {
  const proven = links.filter(link => link.caller.place.mode !== 'none')
  return new Map(
    [...Map.groupBy(proven, link => link.callee.id)].map(([id, group]) => [id, group.map(link => link.caller)]),
  )
}

const principalOf = (party: Party): string =>
  principal(party.place.name, party.kind === 'gateway' ? workloadName(party, 'v1') : party.name)

function gatewaysAndRoutes(parties: Party[], links: Link[]): Configured[] {
  return parties
    .filter(party => party.kind === 'gateway')
    .flatMap((gateway, index) => {
      const fronts = links.filter(link => link.caller === gateway).map(link => link.callee)
      const parent = { namespace: gateway.place.name, name: gateway.name }
      const hostname = `${gateway.name.replace(/-gateway$/, '')}.company.example`
      return [
        ingressGateway(gateway.place.name, gateway.name, index === 0 ? secureHosts(hostname) : [freshHost(hostname)]),
        requestAuthentication(gateway.place.name, { gateway: gateway.name }, companyIssuer),
        needsLogin(
          gateway.place.name,
          `${gateway.name}-writes-need-login`,
          { gateway: gateway.name },
          { methods: ['POST'] },
        ),
        ...fronts.flatMap(front =>
          isExternal(front) || front.port === null
            ? []
            : [
                httpRoute(front.place.name, parent, {
                  hostname,
                  pathPrefix: routePrefix(front),
                  service: front.name,
                  port: front.port.port,
                }),
              ],
        ),
      ]
    })
}

function ofPlace(place: Place, parties: Party[], callers: ReadonlyMap<string, Party[]>, random: Random): Configured[] {
  const served = parties.filter(party => party.port !== null && party.kind !== 'gateway')
  return [
    ...(place.isStrict ? [peerAuthentication(place.name, 'default', 'STRICT')] : []),
    ...(place.hasWaypoint ? [waypointGateway(place.name)] : []),
    ...served.flatMap(party => routing(party, random)),
    ...(place.isClosed ? closed(place, served, callers) : open(place, served, callers, random)),
  ]
}

function routing(party: Party, random: Random): Configured[] {
  const { name } = party
  const namespace = party.place.name
  if (party.versions.length > 1) {
    const canary = random.pick([5, 10, 20, 30, 50])
    return [
      destinationRule(namespace, name, { versions: party.versions }),
      weightedVirtualService(namespace, name, { v1: 100 - canary, v2: canary }),
    ]
  }
  if (party.kind === 'store')
    return random.chance(0.3)
      ? [destinationRule(namespace, name, { trafficPolicy: { connectionPool: { tcp: { maxConnections: 2000 } } } })]
      : []
  if (party.place.mode === 'sidecar' && random.chance(0.12))
    return [plainVirtualService(namespace, name, { timeout: `${random.pick([3, 5, 10])}s` })]
  if (random.chance(0.08))
    return [
      destinationRule(namespace, name, {
        trafficPolicy: { outlierDetection: { consecutive5xxErrors: 10, interval: '30s', baseEjectionTime: '30s' } },
      }),
    ]
  return []
}

/** Deny all, then one ALLOW for each service that is called, by who calls it. */
const closed = (place: Place, served: Party[], callers: ReadonlyMap<string, Party[]>): Configured[] => [
  denyAll(place.name),
  ...served.flatMap(party => {
    const principals = principalsOf(party, callers)
    return principals.length > 0 ? [allowFrom(place.name, party.name, principals)] : []
  }),
]

const principalsOf = (party: Party, callers: ReadonlyMap<string, Party[]>): string[] =>
  [...new Set((callers.get(party.id) ?? []).map(principalOf))].toSorted()

function open(place: Place, served: Party[], callers: ReadonlyMap<string, Party[]>, random: Random): Configured[] {
  const policies: Configured[] = []
  if (place.role === 'team' && place.mode === 'sidecar' && random.chance(0.3))
    policies.push(
      authorizationPolicy(place.name, 'deny-admin-paths', {
        action: 'DENY',
        rules: [{ to: [{ operation: { paths: ['/admin', '/admin/*'] } }] }],
      }),
    )
  for (const party of served) {
    const principals = principalsOf(party, callers)
    if (principals.length === 0) continue
    if (party.kind === 'store' && random.chance(0.5))
      policies.push(allowFrom(place.name, party.name, principals, { ports: [String(party.port?.port)] }))
    else if (place.hasWaypoint && random.chance(0.25))
      policies.push(
        authorizationPolicy(place.name, `allow-${party.name}-clients`, {
          service: party.name,
          rules: [{ from: [{ source: { principals } }] }],
        }),
      )
    // ztunnel enforces identities without a waypoint; plaintext callers would be cut off, so only where there are none.
    else if (place.mode === 'ambient' && !place.hasWaypoint && place.isStrict && random.chance(0.3))
      policies.push(allowFrom(place.name, party.name, principals))
    else if (place.mode === 'sidecar' && place.isStrict && party.kind === 'service' && random.chance(0.1))
      policies.push(
        authorizationPolicy(place.name, `allow-${party.name}-namespaces`, {
          app: party.name,
          rules: [
            {
              from: [
                {
                  source: {
                    namespaces: [...new Set((callers.get(party.id) ?? []).map(caller => caller.place.name))].toSorted(),
                  },
                },
              ],
            },
          ],
        }),
      )
  }
  return policies
}
