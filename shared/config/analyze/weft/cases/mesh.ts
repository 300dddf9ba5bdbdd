import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { callObject } from '#shared/config/world/traffic.ts'
import type { Cases } from './case.ts'
import {
  ambient,
  authorization,
  bare,
  born,
  deployment,
  destinationRule,
  envoyFilter,
  kubernetesGateway,
  namespace,
  pod,
  requests,
  service,
  serviceEntry,
  sidecar,
  telemetry,
  virtualService,
  wasmPlugin,
} from './objects.ts'

const { port } = service
const egress = (...hosts: string[]): Json => ({ egress: [{ hosts }] })
const call = (host: string, place: string) =>
  callObject({
    source: { namespace: 'shop', workload: 'web', labels: { app: 'web' } },
    destination: { namespace: place, workload: 'x', labels: {}, host },
    port: null,
    isMutual: null,
  })
const entry = (
  place: string,
  host: string,
  extra: Json = {},
  ports: Json[] = [{ number: 443, protocol: 'TLS' }],
): MeshObject => serviceEntry(place, { hosts: [host], ports, ...extra })
const patch = (match: Json): Json => ({
  configPatches: [{ applyTo: 'HTTP_FILTER', match, patch: { operation: 'MERGE' } }],
})
const declaring = (...ports: Json[]) => pod('shop/web', {}, { containers: [{ name: 'app', ports }] })
const made = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1' }] }
const template = (labels: Json, spec: Json = {}): Json => ({ template: { metadata: { labels }, spec } })
const waypoint = kubernetesGateway('shop/way', { gatewayClassName: 'istio-waypoint' })
const istiod = (version: string) =>
  deployment(
    `istio-system/istiod-${version}`,
    { template: { spec: { containers: [{ name: 'discovery', image: `istio/pilot:${version}` }] } } },
    { labels: { app: 'istiod' } },
  )
const proxied = (version: string, extra: Partial<MeshObject['metadata']> = {}) =>
  pod('shop/web', {}, { containers: [{ name: 'istio-proxy', image: `istio/proxyv2:${version}` }] }, extra)
const injected = namespace('shop', { 'istio-injection': 'enabled' })
const webhook = (name: string, labels: Record<string, string>): MeshObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name, labels },
})
const status = (revision: string) => ({ annotations: { 'sidecar.istio.io/status': JSON.stringify({ revision }) } })
const bound = { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'way' }] }
const methods = { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }
const useWaypoint = { 'istio.io/use-waypoint': 'way' }
const http = { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' } }] }] }

export const meshCases: Cases[] = [
  {
    analyzer: 'weft.Sidecars',
    rows: [
      [
        'hosts that are there',
        [
          service('shop/web'),
          service('bank/pay'),
          entry('shop/e', 'db.example.com'),
          sidecar('shop/a', egress('./*', 'bank/pay.bank.svc.cluster.local', '*/db.example.com', '~/*', '*/*')),
        ],
        [],
      ],
      [
        'a host that is not',
        [service('shop/web'), sidecar('shop/a', egress('./*', 'bank/pay.bank.svc.cluster.local'))],
        ['WEFT0501 Sidecar shop/a spec.egress[0].hosts[1]'],
      ],
      [
        'a host in another namespace than said',
        [service('bank/pay'), sidecar('shop/a', egress('shop/pay.bank.svc.cluster.local'))],
        ['WEFT0501 Sidecar shop/a spec.egress[0].hosts[0]'],
      ],
      [
        'a namespace with nothing in it',
        [sidecar('shop/a', egress('bank/*'))],
        ['WEFT0501 Sidecar shop/a spec.egress[0].hosts[0]'],
      ],
      [
        'a domain of which something is there',
        [entry('shop/e', 'db.example.com'), sidecar('shop/a', egress('./*.example.com'))],
        [],
      ],
      [
        'a domain of which nothing is',
        [entry('shop/e', 'db.example.org'), sidecar('shop/a', egress('./*.example.com'))],
        ['WEFT0501 Sidecar shop/a spec.egress[0].hosts[0]'],
      ],
      [
        'a host that a VirtualService brings',
        [virtualService('shop/v', { hosts: ['front.example.com'] }), sidecar('shop/a', egress('./front.example.com'))],
        [],
      ],
      ['the default of all namespaces', [sidecar('istio-system/a')], []],
      [
        'a default that selects',
        [sidecar('istio-system/a', { workloadSelector: { labels: { app: 'web' } } })],
        ['WEFT0502 Sidecar istio-system/a spec.workloadSelector'],
      ],
      [
        'a mode that is not said',
        [sidecar('shop/a', { outboundTrafficPolicy: {} })],
        ['WEFT0503 Sidecar shop/a spec.outboundTrafficPolicy'],
      ],
      ['a mode that is', [sidecar('shop/a', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } })], []],
      [
        'calls to what comes in',
        [service('bank/pay'), call('pay.bank.svc.cluster.local', 'bank'), sidecar('shop/a', egress('bank/*'))],
        [],
      ],
      [
        'calls to what does not',
        [
          service('shop/web'),
          service('bank/pay'),
          call('pay.bank.svc.cluster.local', 'bank'),
          sidecar('shop/a', egress('./*')),
        ],
        ['WEFT0504 Sidecar shop/a spec.egress'],
      ],
      [
        'calls of workloads it does not select',
        [
          service('shop/web'),
          service('bank/pay'),
          call('pay.bank.svc.cluster.local', 'bank'),
          sidecar('shop/a', { workloadSelector: { labels: { app: 'cart' } }, ...egress('./*') }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.ServiceEntries',
    rows: [
      ['different hosts', [entry('shop/a', 'a.com'), entry('shop/b', 'b.com')], []],
      [
        'one host and port twice',
        [
          entry('shop/a', 'a.com'),
          entry('bank/b', 'a.com', {}, [
            { number: 80, protocol: 'HTTP' },
            { number: 443, protocol: 'TLS' },
          ]),
        ],
        ['WEFT0505 ServiceEntry bank/b spec.hosts[0]'],
      ],
      [
        'one host at two ports',
        [entry('shop/a', 'a.com'), entry('shop/b', 'a.com', {}, [{ number: 80, protocol: 'HTTP' }])],
        [],
      ],
      [
        'different protocols are Istio’s word',
        [entry('shop/a', 'a.com'), entry('shop/b', 'a.com', {}, [{ number: 443, protocol: 'HTTPS' }])],
        [],
      ],
      [
        'each in its own namespace only',
        [entry('shop/a', 'a.com', { exportTo: ['.'] }), entry('bank/b', 'a.com', { exportTo: ['.'] })],
        [],
      ],
      [
        'the younger one is told',
        [
          serviceEntry('shop/a', { hosts: ['a.com'], ports: [{ number: 443, protocol: 'TLS' }] }, born(2025)),
          serviceEntry('shop/b', { hosts: ['a.com'], ports: [{ number: 443, protocol: 'TLS' }] }, born(2024)),
        ],
        ['WEFT0505 ServiceEntry shop/a spec.hosts[0]'],
      ],
      [
        'a Service’s own name',
        [service('shop/web'), entry('bank/a', 'web.shop.svc.cluster.local')],
        ['WEFT0506 ServiceEntry bank/a spec.hosts[0]'],
      ],
      ['the name of no Service', [service('shop/web'), entry('bank/a', 'web.bank.svc.cluster.local')], []],
    ],
  },
  {
    analyzer: 'weft.EnvoyFilters',
    rows: [
      [
        'a version that proxies have',
        [proxied('1.29.0'), envoyFilter('shop/a', patch({ proxy: { proxyVersion: '^1\\.29.*' } }))],
        [],
      ],
      [
        'a version that none has',
        [proxied('1.29.0'), envoyFilter('shop/a', patch({ proxy: { proxyVersion: '^1\\.2[0-4].*' } }))],
        ['WEFT0507 EnvoyFilter shop/a spec.configPatches[0].match.proxy.proxyVersion'],
      ],
      [
        'without proxies nothing is known',
        [bare('shop/web'), envoyFilter('shop/a', patch({ proxy: { proxyVersion: '^1\\.2.*' } }))],
        [],
      ],
      [
        'a filter by the name it had once',
        [
          envoyFilter(
            'shop/a',
            patch({ listener: { filterChain: { filter: { name: 'envoy.http_connection_manager' } } } }),
          ),
        ],
        ['WEFT0508 EnvoyFilter shop/a spec.configPatches[0].match.listener.filterChain.filter.name'],
      ],
      [
        'the filter inside by the name it had once',
        [
          envoyFilter(
            'shop/a',
            patch({
              listener: {
                filterChain: {
                  filter: {
                    name: 'envoy.filters.network.http_connection_manager',
                    subFilter: { name: 'envoy.router' },
                  },
                },
              },
            }),
          ),
        ],
        ['WEFT0508 EnvoyFilter shop/a spec.configPatches[0].match.listener.filterChain.filter.subFilter.name'],
      ],
      [
        'filters by the names they have',
        [
          envoyFilter(
            'shop/a',
            patch({
              listener: {
                filterChain: {
                  filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'istio.stats' } },
                },
              },
            }),
          ),
        ],
        [],
      ],
      [
        'a cluster of a Service',
        [service('shop/web'), envoyFilter('shop/a', patch({ cluster: { service: 'web.shop.svc.cluster.local' } }))],
        [],
      ],
      [
        'a cluster of nobody',
        [service('shop/web'), envoyFilter('shop/a', patch({ cluster: { service: 'cart.shop.svc.cluster.local' } }))],
        ['WEFT0509 EnvoyFilter shop/a spec.configPatches[0].match.cluster.service'],
      ],
      [
        'the route of nobody',
        [
          service('shop/web'),
          envoyFilter('shop/a', patch({ routeConfiguration: { vhost: { name: 'cart.shop.svc.cluster.local:80' } } })),
        ],
        ['WEFT0509 EnvoyFilter shop/a spec.configPatches[0].match.routeConfiguration.vhost.name'],
      ],
      ['any route', [envoyFilter('shop/a', patch({ routeConfiguration: { vhost: { name: '*:80' } } }))], []],
    ],
  },
  {
    analyzer: 'weft.ServicePorts',
    rows: [
      [
        'protocols that Istio knows',
        [
          service('shop/web', [
            port('a', 80, { appProtocol: 'http2' }),
            port('b', 81, { appProtocol: 'kubernetes.io/h2c' }),
          ]),
        ],
        [],
      ],
      [
        'a protocol that it does not',
        [service('shop/web', [port('a', 80, { appProtocol: 'amqp' })])],
        ['WEFT0601 Service shop/web spec.ports[0].appProtocol'],
      ],
      [
        'a port that containers have by name',
        [
          declaring({ name: 'http', containerPort: 8080 }),
          service('shop/web', [port('http', 80, { targetPort: 'http' })]),
        ],
        [],
      ],
      [
        'a port that none has by name',
        [
          declaring({ name: 'web', containerPort: 8080 }),
          service('shop/web', [port('http', 80, { targetPort: 'http' })]),
        ],
        ['WEFT0602 Service shop/web spec.ports[0].targetPort'],
      ],
      [
        'a port that containers declare',
        [declaring({ containerPort: 8080 }), service('shop/web', [port('http', 80, { targetPort: 8080 })])],
        [],
      ],
      [
        'a port beside those they declare',
        [declaring({ containerPort: 8080 }), service('shop/web', [port('http', 80)])],
        ['WEFT0603 Service shop/web spec.ports[0].port'],
      ],
      ['containers need not declare', [pod('shop/web'), service('shop/web', [port('http', 80)])], []],
      [
        'of what a Deployment would make',
        [
          deployment(
            'shop/web',
            template({ app: 'web' }, { containers: [{ name: 'app', ports: [{ name: 'web', containerPort: 8080 }] }] }),
          ),
          service('shop/web', [port('http', 80, { targetPort: 'http' })]),
        ],
        ['WEFT0602 Service shop/web spec.ports[0].targetPort'],
      ],
      [
        'Istio’s own are left alone',
        [service('istio-system/istiod', [port('x', 80, { appProtocol: 'amqp' })], { labels: { istio: 'pilot' } })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.DataPlane',
    rows: [
      [
        'a sidecar alone',
        [injected, deployment('shop/web', template({ 'sidecar.istio.io/inject': 'true' })), pod('shop/web')],
        [],
      ],
      [
        'labels for both',
        [
          namespace('shop'),
          deployment('shop/web', template({ 'sidecar.istio.io/inject': 'true', 'istio.io/dataplane-mode': 'ambient' })),
        ],
        ['WEFT0604 Deployment shop/web spec.template.metadata.labels'],
      ],
      [
        'a proxy and the label of ambient mode',
        [namespace('shop'), pod('shop/web', { 'istio.io/dataplane-mode': 'ambient' }, {}, made)],
        ['WEFT0604 Pod shop/web metadata.labels'],
      ],
      [
        'a sidecar asked for, and ztunnel',
        [
          namespace('shop'),
          bare(
            'shop/web',
            { 'sidecar.istio.io/inject': 'true' },
            {},
            { annotations: { 'ambient.istio.io/redirection': 'enabled' } },
          ),
        ],
        ['WEFT0604 Pod shop/web metadata.labels'],
      ],
      ['a sidecar in an ambient namespace', [ambient('shop'), pod('shop/web')], ['WEFT0605 Pod shop/web']],
      ['a sidecar that keeps out of it', [ambient('shop'), pod('shop/web', { 'istio.io/dataplane-mode': 'none' })], []],
      [
        'a waypoint’s own pods',
        [ambient('shop'), pod('shop/way', { 'gateway.networking.k8s.io/gateway-name': 'way' })],
        [],
      ],
      [
        'a waypoint that is there',
        [ambient('shop', useWaypoint), waypoint, service('shop/web', undefined, { labels: useWaypoint })],
        [],
      ],
      [
        'a waypoint that is not',
        [ambient('shop', useWaypoint)],
        ['WEFT0607 Namespace shop metadata.labels["istio.io/use-waypoint"]'],
      ],
      [
        'a waypoint of another namespace',
        [ambient('bank', { ...useWaypoint, 'istio.io/use-waypoint-namespace': 'shop' }), waypoint],
        [],
      ],
      ['going without', [ambient('shop', { 'istio.io/use-waypoint': 'none' })], []],
      [
        'a Service with a waypoint that is not there',
        [ambient('shop'), service('shop/web', undefined, { labels: useWaypoint })],
        ['WEFT0607 Service shop/web metadata.labels["istio.io/use-waypoint"]'],
      ],
      [
        'a waypoint for what is not in ambient mode',
        [namespace('shop'), waypoint, deployment('shop/web', template(useWaypoint))],
        ['WEFT0606 Deployment shop/web spec.template.metadata.labels["istio.io/use-waypoint"]'],
      ],
      [
        'a workload in ambient mode by its own label',
        [
          namespace('shop'),
          waypoint,
          deployment('shop/web', template({ ...useWaypoint, 'istio.io/dataplane-mode': 'ambient' })),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Namespaces',
    rows: [
      ['nobody is closed by default', [injected, namespace('bank', { 'istio-injection': 'enabled' })], []],
      ['others are closed by default', [injected, authorization('bank/deny')], ['WEFT0611 Namespace shop']],
      ['it is closed itself', [injected, authorization('bank/deny'), authorization('shop/deny')], []],
      ['the mesh is closed', [injected, authorization('bank/deny'), authorization('istio-system/deny')], []],
      ['outside the mesh nothing is asked', [namespace('shop'), authorization('bank/deny')], []],
      [
        'a closed workload is no closed namespace',
        [injected, authorization('bank/deny', { selector: { matchLabels: { app: 'x' } } })],
        [],
      ],
      [
        'accounts of their own',
        [
          injected,
          deployment('shop/a', template({}, { serviceAccountName: 'a' })),
          deployment('shop/b', template({}, { serviceAccountName: 'b' })),
        ],
        [],
      ],
      [
        'one account for several',
        [
          injected,
          deployment('shop/a', template({})),
          deployment('shop/b', template({}, { serviceAccountName: 'default' })),
        ],
        ['WEFT0608 Namespace shop'],
      ],
      ['one alone has it for itself', [injected, deployment('shop/a', template({}))], []],
      ['proxies of one minor version before', [injected, istiod('1.29.1'), proxied('1.28.0')], []],
      [
        'proxies of two before',
        [injected, istiod('1.29.1'), proxied('1.27.3-distroless')],
        ['WEFT0609 Namespace shop'],
      ],
      ['with an older istiod beside', [injected, istiod('1.29.1'), istiod('1.28.0'), proxied('1.27.3')], []],
      ['an image that does not say', [injected, istiod('1.29.1'), proxied('latest')], []],
      [
        'proxies of the namespace’s revision',
        [
          namespace('shop', { 'istio.io/rev': 'canary' }),
          webhook('w', { 'istio.io/rev': 'canary' }),
          proxied('1.29.0', status('canary')),
        ],
        [],
      ],
      [
        'proxies of another',
        [
          namespace('shop', { 'istio.io/rev': 'canary' }),
          webhook('w', { 'istio.io/rev': 'canary' }),
          proxied('1.29.0', status('stable')),
        ],
        ['WEFT0610 Namespace shop metadata.labels["istio.io/rev"]'],
      ],
      [
        'a tag stands for its revision',
        [
          namespace('shop', { 'istio.io/rev': 'prod' }),
          webhook('w', { 'istio.io/rev': 'canary', 'istio.io/tag': 'prod' }),
          proxied('1.29.0', status('canary')),
        ],
        [],
      ],
      [
        'a revision that nobody knows',
        [namespace('shop', { 'istio.io/rev': 'canary' }), proxied('1.29.0', status('stable'))],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.UncoveredWorkloads',
    rows: [
      [
        'no policy at all',
        [injected, deployment('shop/web', template({ app: 'web' }))],
        ['WEFT0612 Deployment shop/web'],
      ],
      [
        'a policy of its namespace',
        [injected, deployment('shop/web', template({ app: 'web' })), authorization('shop/a')],
        [],
      ],
      [
        'a policy of the mesh',
        [injected, deployment('shop/web', template({ app: 'web' })), authorization('istio-system/a')],
        [],
      ],
      [
        'a policy for others',
        [
          injected,
          deployment('shop/web', template({ app: 'web' })),
          authorization('shop/a', { selector: { matchLabels: { app: 'x' } } }),
        ],
        ['WEFT0612 Deployment shop/web'],
      ],
      [
        'a policy that only writes down',
        [injected, deployment('shop/web', template({ app: 'web' })), authorization('shop/a', { action: 'AUDIT' })],
        ['WEFT0612 Deployment shop/web'],
      ],
      ['outside the mesh', [namespace('shop'), deployment('shop/web', template({ app: 'web' }))], []],
    ],
  },
  {
    analyzer: 'weft.Layer7',
    rows: [
      [
        'with sidecars every policy acts',
        [injected, authorization('shop/a', methods), requests('shop/b', { jwtRules: [{ issuer: 'x' }] })],
        [],
      ],
      [
        'methods without a waypoint',
        [ambient('shop'), authorization('shop/a', methods)],
        ['WEFT0701 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods'],
      ],
      [
        'what ztunnel enforces itself',
        [
          ambient('shop'),
          authorization('shop/a', {
            rules: [{ from: [{ source: { principals: ['x'] } }], to: [{ operation: { ports: ['80'] } }] }],
          }),
        ],
        [],
      ],
      [
        'actions that ztunnel does not know',
        [ambient('shop'), authorization('shop/a', { action: 'AUDIT', rules: [{}] })],
        ['WEFT0701 AuthorizationPolicy shop/a spec.action'],
      ],
      [
        'methods beside a waypoint',
        [ambient('shop', useWaypoint), waypoint, authorization('shop/a', methods)],
        ['WEFT0702 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods'],
      ],
      [
        'methods at the waypoint',
        [ambient('shop', useWaypoint), waypoint, authorization('shop/a', { ...bound, ...methods })],
        [],
      ],
      [
        'methods at a gateway in an ambient namespace',
        [
          ambient('shop'),
          pod('shop/gate', { istio: 'gateway' }),
          authorization('shop/a', { selector: { matchLabels: { istio: 'gateway' } }, ...methods }),
        ],
        [],
      ],
      [
        'tokens without a waypoint',
        [ambient('shop'), requests('shop/a', { jwtRules: [{ issuer: 'x' }] })],
        ['WEFT0701 RequestAuthentication shop/a spec.jwtRules'],
      ],
      [
        'tokens beside a waypoint',
        [ambient('shop', useWaypoint), waypoint, requests('shop/a', { jwtRules: [{ issuer: 'x' }] })],
        ['WEFT0702 RequestAuthentication shop/a spec.jwtRules'],
      ],
      ['a plugin without a waypoint', [ambient('shop'), wasmPlugin('shop/a')], ['WEFT0701 WasmPlugin shop/a spec']],
      ['a plugin at the waypoint', [ambient('shop', useWaypoint), waypoint, wasmPlugin('shop/a', bound)], []],
      [
        'traces without a waypoint',
        [ambient('shop'), telemetry('shop/a', { tracing: [{}] })],
        ['WEFT0701 Telemetry shop/a spec.tracing'],
      ],
      ['connections are logged without', [ambient('shop'), telemetry('shop/a', { accessLogging: [{}] })], []],
      [
        'a route without a waypoint',
        [ambient('shop'), service('shop/web'), virtualService('shop/a', http)],
        ['WEFT0701 VirtualService shop/a spec.http'],
      ],
      [
        'a route behind a waypoint',
        [ambient('shop', useWaypoint), waypoint, service('shop/web'), virtualService('shop/a', http)],
        [],
      ],
      [
        'a route at a gateway',
        [ambient('shop'), service('shop/web'), virtualService('shop/a', { ...http, gateways: ['edge/g'] })],
        [],
      ],
      [
        'a service that goes without',
        [
          ambient('shop', useWaypoint),
          waypoint,
          service('shop/web', undefined, { labels: { 'istio.io/use-waypoint': 'none' } }),
          service('shop/cart'),
          virtualService('shop/a', http),
        ],
        ['WEFT0703 VirtualService shop/a spec.http'],
      ],
      [
        'a pool of requests without a waypoint',
        [
          ambient('shop'),
          service('shop/web'),
          destinationRule('shop/a', { host: 'web', trafficPolicy: { connectionPool: { http: {} } } }),
        ],
        ['WEFT0701 DestinationRule shop/a spec.trafficPolicy.connectionPool.http'],
      ],
      [
        'a pool of connections',
        [
          ambient('shop'),
          service('shop/web'),
          destinationRule('shop/a', { host: 'web', trafficPolicy: { connectionPool: { tcp: {} } } }),
        ],
        [],
      ],
      [
        'a rule of another namespace',
        [
          ambient('shop', useWaypoint),
          ambient('bank'),
          waypoint,
          service('shop/web'),
          destinationRule('bank/a', { host: 'web.shop.svc.cluster.local', trafficPolicy: { outlierDetection: {} } }),
        ],
        ['WEFT0704 DestinationRule bank/a spec.trafficPolicy.outlierDetection'],
      ],
    ],
  },
]
