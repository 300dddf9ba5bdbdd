import { describe, expect, it } from 'vitest'
import type { Sample } from '#bff/sources/source.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { flowsOf } from './flows.ts'

/** Who tells of a call, and what: found by replaying policies in the lab and living with them. */

const workload = (place: string, enforcedBy: Enforcer, more: Partial<Workload> = {}): Workload => {
  const [namespace = '', name = ''] = place.split('/')
  return {
    namespace,
    name,
    kind: 'Deployment',
    labels: { app: name },
    serviceAccounts: [name],
    pods: 1,
    guarded: 1,
    enforcedBy,
    role: null,
    ports: [{ service: name, name: 'main', port: 10_090, servicePort: 9090, protocol: 'unknown' }],
    ...more,
  }
}
const workloads = [
  workload('shop/front', 'sidecar'),
  workload('shop/back', 'sidecar'),
  workload('data/db', 'sidecar'),
  workload('amb/bare', 'ztunnel'),
  workload('amb/stock', 'waypoint'),
  workload('amb/waypoint', 'ztunnel', { role: 'waypoint', ports: [] }),
  workload('gates/edge', 'gateway', { role: 'gateway', ports: [] }),
  workload('gates/exit', 'gateway', { role: 'gateway', ports: [] }),
]
type More = Record<string, string>
const told = (reporter: string, from: string, to: string, value: number, more: More = {}): Sample => {
  const [sourceNamespace = '', source = ''] = from.split('/')
  const [namespace = 'unknown', name = 'unknown'] = to.split('/')
  return {
    metric: {
      reporter,
      source_workload: source,
      source_workload_namespace: sourceNamespace,
      destination_workload: name,
      destination_workload_namespace: namespace,
      destination_service_name: name,
      destination_service_namespace: namespace,
      connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
      response_flags: '-',
      request_protocol: 'http',
      ...more,
    },
    value,
  }
}
const counted = (workloadName: string, part: 'http' | 'tcp', value = 3): Sample => {
  const [namespace = '', name = ''] = workloadName.split('/')
  return { metric: { namespace, pod: '', workload: name, part }, value }
}
const stock = { destination_service_name: 'stock', destination_service_namespace: 'amb' }
const forbidden = { response_code: '403' }

interface Given {
  requests?: Sample[]
  connections?: Sample[]
  refusals?: Sample[]
}
const flows = ({ requests = [], connections = [], refusals = [] }: Given): string[] =>
  flowsOf({ requests, connections, refusals }, { workloads, workloadOfPod: new Map() }).map(
    ({ source, destination, protocol, passed, refused, enforcedBy, isUnsettled, port }) =>
      `${source.namespace}/${source.workload} > ${destination.namespace}/${destination.workload}:${port} ${protocol}` +
      ` ${passed} passed ${refused} refused${enforcedBy ? ` by ${enforcedBy}` : ''}${isUnsettled ? ' unsettled' : ''}`,
  )

describe('a call', () => {
  it.each<[claim: string, document: string, given: Given, flows: string[]]>([
    [
      'that a sidecar could not send is not told to have passed',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags',
      { requests: [told('source', 'shop/front', 'amb/bare', 5, { response_flags: 'UF' })] },
      [],
    ],
    [
      'nor one that ztunnel could not connect',
      'https://istio.io/latest/docs/ambient/usage/troubleshoot-ztunnel/',
      { connections: [told('source', 'amb/bare', 'shop/back', 5, { response_flags: 'CONNECT' })] },
      [],
    ],
    [
      'of a sidecar to what is behind ztunnel only is told once, by who was called',
      'https://istio.io/latest/docs/reference/config/metrics/',
      {
        requests: [told('source', 'shop/front', 'amb/bare', 500)],
        connections: [
          told('destination', 'shop/front', 'amb/bare', 9),
          told('destination', 'shop/front', 'amb/bare', 2, { response_flags: 'DENY' }),
        ],
      },
      ['shop/front > amb/bare:10090 tcp 9 passed 2 refused'],
    ],
    [
      'of ztunnel to a sidecar is what the sidecar makes of it',
      'https://istio.io/latest/docs/reference/config/metrics/',
      {
        requests: [told('destination', 'amb/bare', 'shop/back', 40)],
        connections: [told('source', 'amb/bare', 'shop/back', 3, { connection_security_policy: 'mutual_tls' })],
      },
      ['amb/bare > shop/back:10090 http 40 passed 0 refused'],
    ],
    [
      'by a waypoint is none to the waypoint; what that sends on comes to ztunnel',
      'https://istio.io/latest/docs/ambient/usage/l4-policy/#considerations-when-waypoints-are-introduced',
      {
        requests: [
          told('source', 'shop/front', 'amb/waypoint', 40, stock),
          told('waypoint', 'shop/front', 'amb/stock', 40),
        ],
        connections: [
          told('destination', 'amb/waypoint', 'amb/stock', 2),
          told('source', 'amb/bare', 'amb/waypoint', 1, stock),
        ],
      },
      [
        'shop/front > amb/stock:9090 http 40 passed 0 refused',
        'amb/waypoint > amb/stock:10090 tcp 2 passed 0 refused by ztunnel',
      ],
    ],
    [
      'that went past the waypoint was ztunnel’s',
      'https://istio.io/latest/docs/ambient/usage/waypoint/',
      { connections: [told('destination', 'unknown/unknown', 'amb/stock', 6)] },
      ['/ > amb/stock:10090 tcp 6 passed 0 refused by ztunnel'],
    ],
    [
      'that a waypoint refused never had a workload',
      'https://istio.io/latest/docs/ambient/usage/l7-features/',
      {
        requests: [told('waypoint', 'shop/front', '', 7, { ...stock, ...forbidden })],
        refusals: [counted('amb/waypoint', 'http')],
      },
      ['shop/front > amb/stock:9090 http 0 passed 7 refused'],
    ],
    [
      'that a waypoint let pass and could not send on, passed it',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags',
      { requests: [told('waypoint', 'shop/front', 'amb/stock', 7, { response_flags: 'UF' })] },
      ['shop/front > amb/stock:9090 http 7 passed 0 refused'],
    ],
    [
      'from outside is what a gateway passes on, and whom it refuses',
      'https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/',
      {
        requests: [
          told('source', 'gates/edge', 'shop/front', 90),
          told('destination', 'gates/edge', 'shop/front', 70),
          told('destination', 'gates/edge', 'shop/front', 20, forbidden),
          told('source', 'gates/edge', '', 5, forbidden),
        ],
        refusals: [counted('gates/edge', 'http', 5), counted('shop/front', 'http', 20)],
      },
      ['/ > gates/edge:null http 90 passed 5 refused', 'gates/edge > shop/front:10090 http 70 passed 20 refused'],
    ],
    [
      'to an egress gateway is its callers’, not one from outside',
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/',
      { requests: [told('source', 'shop/front', 'gates/exit', 4), told('source', 'gates/exit', '', 4)] },
      ['shop/front > gates/exit:null http 4 passed 0 refused', 'gates/exit > /:null http 4 passed 0 refused'],
    ],
    [
      'that somebody outside answered with 403 was refused by nobody’s policy',
      'https://istio.io/latest/docs/tasks/traffic-management/egress/',
      { requests: [told('source', 'shop/front', '', 4, forbidden)], refusals: [counted('shop/front', 'http')] },
      ['shop/front > /:null http 4 passed 0 refused'],
    ],
    [
      'of TCP may have been refused where the filter counted some',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/rbac_filter',
      { connections: [told('destination', 'shop/front', 'data/db', 4)], refusals: [counted('data/db', 'tcp')] },
      ['shop/front > data/db:10090 tcp 4 passed 0 refused unsettled'],
    ],
  ])('%s (%s)', (_, __, given, expected) => {
    expect(flows(given)).toEqual(expected)
  })
})
