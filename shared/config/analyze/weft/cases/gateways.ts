import type { Json } from '#shared/mesh/object.ts'
import type { Cases } from './case.ts'
import {
  born,
  gateway,
  gatewayClass,
  httpRoute,
  kubernetesGateway,
  namespace,
  pod,
  referenceGrant,
  secret,
  service,
  serviceAccount,
  serviceEntry,
  virtualService,
  workloadGroup,
} from './objects.ts'

const server = (number: number, protocol: string, host: string, more: Json = {}): Json => ({
  port: { number, protocol, name: protocol },
  hosts: [host],
  ...more,
})
const edge = pod('edge/g', { tier: 'edge' })
const own = { selector: { app: 'g' } }
const same = { selector: { tier: 'edge' } }
const tls = { tls: { mode: 'SIMPLE', credentialName: 'cert' } }
const listener = (name: string, hostname: string, more: Json = {}): Json => ({
  name,
  port: 80,
  protocol: 'HTTP',
  ...(hostname === '' ? {} : { hostname }),
  ...more,
})
const gate = (...listeners: Json[]) => kubernetesGateway('edge/gate', { gatewayClassName: 'istio', listeners })
const all = { allowedRoutes: { namespaces: { from: 'All' } } }
const toGate = (more: Json = {}) => ({ parentRefs: [{ name: 'gate', namespace: 'edge' }], ...more })
const backend = (name: string, more: Json = {}) => ({ rules: [{ backendRefs: [{ name, port: 80, ...more }] }] })
const grant = referenceGrant('bank/g', {
  from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }],
  to: [{ group: '', kind: 'Service' }],
})
const certified = (name: string, place: Json = {}) =>
  gate({
    ...listener('a', 'web.example.com'),
    port: 443,
    protocol: 'HTTPS',
    ...all,
    tls: { certificateRefs: [{ name, ...place }] },
  })
const hung = httpRoute('shop/r', toGate())

export const gatewayCases: Cases[] = [
  {
    analyzer: 'weft.GatewayOverlaps',
    rows: [
      [
        'two hosts on one port',
        [
          edge,
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          gateway('edge/b', { ...same, servers: [server(80, 'HTTP', 'b.com')] }),
        ],
        [],
      ],
      [
        'one host by two selectors',
        [
          edge,
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          gateway('edge/b', { ...same, servers: [server(80, 'HTTP', '*/*.com')] }),
        ],
        ['WEFT0301 Gateway edge/a spec.servers[0]', 'WEFT0301 Gateway edge/b spec.servers[0]'],
      ],
      [
        'one host by one selector is Istio’s word',
        [
          edge,
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          gateway('edge/b', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
        ],
        [],
      ],
      [
        'one host at other pods',
        [
          edge,
          pod('edge/h'),
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          gateway('edge/b', { selector: { app: 'h' }, servers: [server(80, 'HTTP', 'a.com')] }),
        ],
        [],
      ],
      [
        'TLS and HTTP on one port of one Gateway',
        [gateway('edge/a', { ...own, servers: [server(443, 'HTTP', 'a.com'), server(443, 'HTTPS', 'b.com')] })],
        ['WEFT0302 Gateway edge/a spec.servers[1].port.protocol'],
      ],
      [
        'of two Gateways the younger one is left out',
        [
          edge,
          gateway('edge/a', { ...own, servers: [server(443, 'TCP', '*')] }, born(2025)),
          gateway('edge/b', { ...own, servers: [server(443, 'HTTPS', 'b.com')] }, born(2024)),
        ],
        ['WEFT0302 Gateway edge/a spec.servers[0].port.protocol'],
      ],
      [
        'TLS passed on and TLS ended can share a port',
        [gateway('edge/a', { ...own, servers: [server(443, 'TLS', 'a.com'), server(443, 'HTTPS', 'b.com')] })],
        [],
      ],
      [
        'HTTP and gRPC can share a port',
        [gateway('edge/a', { ...own, servers: [server(80, 'GRPC', 'a.com'), server(80, 'HTTP', 'b.com')] })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.GatewayHosts',
    rows: [
      [
        'a host with its route',
        [
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          virtualService('shop/v', { hosts: ['a.com'], gateways: ['edge/a'] }),
        ],
        [],
      ],
      [
        'a host without',
        [
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com')] }),
          virtualService('shop/v', { hosts: ['b.com'], gateways: ['edge/a'] }),
        ],
        ['WEFT0305 Gateway edge/a spec.servers[0].hosts[0]'],
      ],
      [
        'a server that only redirects',
        [gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com', { tls: { httpsRedirect: true } })] })],
        [],
      ],
      [
        'plaintext beside TLS',
        [
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com'), server(443, 'HTTPS', 'a.com')] }),
          virtualService('shop/v', { hosts: ['a.com'], gateways: ['edge/a'] }),
        ],
        ['WEFT0304 Gateway edge/a spec.servers[0].hosts[0]'],
      ],
      [
        'plaintext that is redirected',
        [
          gateway('edge/a', {
            ...own,
            servers: [server(80, 'HTTP', 'a.com', { tls: { httpsRedirect: true } }), server(443, 'HTTPS', 'a.com')],
          }),
          virtualService('shop/v', { hosts: ['a.com'], gateways: ['edge/a'] }),
        ],
        [],
      ],
      [
        'plaintext that the route redirects',
        [
          gateway('edge/a', { ...own, servers: [server(80, 'HTTP', 'a.com'), server(443, 'HTTPS', 'a.com')] }),
          virtualService('shop/v', {
            hosts: ['a.com'],
            gateways: ['edge/a'],
            http: [{ redirect: { scheme: 'https' } }],
          }),
        ],
        [],
      ],
      [
        'the certificate of another host',
        [
          edge,
          secret('edge/cert', { annotations: { 'cert-manager.io/alt-names': 'b.com, *.c.com' } }),
          gateway('edge/a', { ...own, servers: [server(443, 'HTTPS', 'a.com', tls)] }),
          virtualService('shop/v', { hosts: ['a.com'], gateways: ['edge/a'] }),
        ],
        ['WEFT0303 Gateway edge/a spec.servers[0].hosts[0]'],
      ],
      [
        'a certificate for its domain',
        [
          edge,
          secret('edge/cert', { annotations: { 'cert-manager.io/alt-names': '*.c.com' } }),
          gateway('edge/a', { ...own, servers: [server(443, 'HTTPS', 'a.c.com', tls)] }),
          virtualService('shop/v', { hosts: ['a.c.com'], gateways: ['edge/a'] }),
        ],
        [],
      ],
      [
        'a wildcard is one label',
        [
          edge,
          secret('edge/cert', { annotations: { 'cert-manager.io/alt-names': '*.c.com' } }),
          gateway('edge/a', { ...own, servers: [server(443, 'HTTPS', 'a.b.c.com', tls)] }),
          virtualService('shop/v', { hosts: ['a.b.c.com'], gateways: ['edge/a'] }),
        ],
        ['WEFT0303 Gateway edge/a spec.servers[0].hosts[0]'],
      ],
      [
        'a Secret that says nothing of itself',
        [
          edge,
          secret('edge/cert'),
          gateway('edge/a', { ...own, servers: [server(443, 'HTTPS', 'a.com', tls)] }),
          virtualService('shop/v', { hosts: ['a.com'], gateways: ['edge/a'] }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.KubernetesRoutes',
    rows: [
      [
        'a route that hangs and leads',
        [gate(listener('a', '', all)), service('shop/web'), httpRoute('shop/r', toGate(backend('web')))],
        [],
      ],
      ['no such Gateway', [httpRoute('shop/r', toGate())], ['WEFT0801 HTTPRoute shop/r spec.parentRefs[0].name']],
      [
        'a route for callers of a Service',
        [service('shop/web'), httpRoute('shop/r', { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] })],
        [],
      ],
      [
        'a route for callers of no Service',
        [httpRoute('shop/r', { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] })],
        ['WEFT0801 HTTPRoute shop/r spec.parentRefs[0].name'],
      ],
      [
        'a listener for its own namespace',
        [gate(listener('a', '')), httpRoute('shop/r', toGate())],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'a listener for some namespaces',
        [
          namespace('shop', { team: 'a' }),
          gate(
            listener('a', '', {
              allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'a' } } } },
            }),
          ),
          httpRoute('shop/r', toGate()),
        ],
        [],
      ],
      [
        'a listener for other namespaces',
        [
          namespace('shop'),
          gate(
            listener('a', '', {
              allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'a' } } } },
            }),
          ),
          httpRoute('shop/r', toGate()),
        ],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'a listener for other hosts',
        [gate(listener('a', '*.example.com', all)), httpRoute('shop/r', toGate({ hostnames: ['web.example.org'] }))],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'a listener for one of its hosts',
        [
          gate(listener('a', '*.example.com', all)),
          httpRoute('shop/r', toGate({ hostnames: ['web.example.org', 'web.example.com'] })),
        ],
        [],
      ],
      [
        'a listener of another name',
        [
          gate(listener('a', '', all)),
          httpRoute('shop/r', { parentRefs: [{ name: 'gate', namespace: 'edge', sectionName: 'b' }] }),
        ],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'a listener on another port',
        [
          gate(listener('a', '', all)),
          httpRoute('shop/r', { parentRefs: [{ name: 'gate', namespace: 'edge', port: 81 }] }),
        ],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'a listener for other routes',
        [gate(listener('a', '', { ...all, protocol: 'TCP' })), httpRoute('shop/r', toGate())],
        ['WEFT0802 HTTPRoute shop/r spec.parentRefs[0]'],
      ],
      [
        'no such Service',
        [httpRoute('shop/r', backend('web'))],
        ['WEFT0803 HTTPRoute shop/r spec.rules[0].backendRefs[0].name'],
      ],
      [
        'no such port',
        [service('shop/web'), httpRoute('shop/r', backend('web', { port: 81 }))],
        ['WEFT0803 HTTPRoute shop/r spec.rules[0].backendRefs[0].port'],
      ],
      [
        'no such mirror',
        [
          httpRoute('shop/r', {
            rules: [{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'web' } } }] }],
          }),
        ],
        ['WEFT0803 HTTPRoute shop/r spec.rules[0].filters[0].requestMirror.backendRef.name'],
      ],
      [
        'another namespace’s Service without its leave',
        [service('bank/web'), httpRoute('shop/r', backend('web', { namespace: 'bank' }))],
        ['WEFT0804 HTTPRoute shop/r spec.rules[0].backendRefs[0].namespace'],
      ],
      [
        'another namespace’s Service with its leave',
        [service('bank/web'), grant, httpRoute('shop/r', backend('web', { namespace: 'bank' }))],
        [],
      ],
      [
        'leave for others',
        [service('bank/web'), grant, httpRoute('hr/r', backend('web', { namespace: 'bank' }))],
        ['WEFT0804 HTTPRoute hr/r spec.rules[0].backendRefs[0].namespace'],
      ],
      [
        'a host of the registry',
        [
          serviceEntry('shop/e', { hosts: ['db.example.com'] }),
          httpRoute('shop/r', backend('db.example.com', { group: 'networking.istio.io', kind: 'Hostname' })),
        ],
        [],
      ],
      [
        'a host that is in no registry',
        [httpRoute('shop/r', backend('db.example.com', { group: 'networking.istio.io', kind: 'Hostname' }))],
        ['WEFT0803 HTTPRoute shop/r spec.rules[0].backendRefs[0].name'],
      ],
    ],
  },
  {
    analyzer: 'weft.KubernetesGateways',
    rows: [
      ['a Gateway with its route', [gate(listener('a', '', all)), hung], []],
      [
        'a listener that no route uses',
        [gate(listener('a', '', all), listener('b', 'x.com')), hung],
        ['WEFT0811 Gateway edge/gate spec.listeners[1]'],
      ],
      [
        'a waypoint has no routes',
        [
          kubernetesGateway('shop/w', {
            gatewayClassName: 'istio-waypoint',
            listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
          }),
        ],
        [],
      ],
      [
        'no such class',
        [gatewayClass('istio'), kubernetesGateway('edge/gate', { gatewayClassName: 'nginx' })],
        ['WEFT0808 Gateway edge/gate spec.gatewayClassName'],
      ],
      [
        'a class that exists',
        [gatewayClass('istio'), kubernetesGateway('edge/gate', { gatewayClassName: 'istio' })],
        [],
      ],
      [
        'where nobody may list classes nothing is said',
        [kubernetesGateway('edge/gate', { gatewayClassName: 'nginx' })],
        [],
      ],
      [
        'one listener twice',
        [gate(listener('a', '', all), listener('b', '', all)), hung],
        ['WEFT0805 Gateway edge/gate spec.listeners[1]'],
      ],
      ['two hosts on one port', [gate(listener('a', 'a.com', all), listener('b', 'b.com', all)), hung], []],
      [
        'an address for two',
        [
          kubernetesGateway('edge/a', { addresses: [{ value: '10.0.0.1' }] }),
          kubernetesGateway('edge/b', { addresses: [{ type: 'IPAddress', value: '10.0.0.1' }] }),
        ],
        ['WEFT0806 Gateway edge/a spec.addresses[0]', 'WEFT0806 Gateway edge/b spec.addresses[0]'],
      ],
      [
        'an address each',
        [
          kubernetesGateway('edge/a', { addresses: [{ value: '10.0.0.1' }] }),
          kubernetesGateway('edge/b', { addresses: [{ value: '10.0.0.2' }] }),
        ],
        [],
      ],
      [
        'one host at two Gateways',
        [
          gate(listener('a', 'web.a.com', all)),
          hung,
          kubernetesGateway('edge/b', { listeners: [listener('x', '*.a.com', all)] }),
          httpRoute('shop/s', { parentRefs: [{ name: 'b', namespace: 'edge' }] }),
        ],
        ['WEFT0807 Gateway edge/b spec.listeners[0].hostname', 'WEFT0807 Gateway edge/gate spec.listeners[0].hostname'],
      ],
      ['a certificate that is there', [secret('edge/cert'), certified('cert'), hung], []],
      [
        'a certificate that is not',
        [secret('edge/cert'), certified('other'), hung],
        ['WEFT0809 Gateway edge/gate spec.listeners[0].tls.certificateRefs[0].name'],
      ],
      [
        'a certificate of another namespace without its leave',
        [secret('bank/cert'), certified('cert', { namespace: 'bank' }), hung],
        ['WEFT0810 Gateway edge/gate spec.listeners[0].tls.certificateRefs[0].namespace'],
      ],
      [
        'a certificate of another namespace with its leave',
        [
          secret('bank/cert'),
          referenceGrant('bank/g', {
            from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge' }],
            to: [{ group: '', kind: 'Secret', name: 'cert' }],
          }),
          certified('cert', { namespace: 'bank' }),
          hung,
        ],
        [],
      ],
      [
        'a certificate for another host',
        [secret('edge/cert', { annotations: { 'cert-manager.io/common-name': 'x.com' } }), certified('cert'), hung],
        ['WEFT0303 Gateway edge/gate spec.listeners[0].hostname'],
      ],
    ],
  },
  {
    analyzer: 'weft.Grants',
    rows: [
      ['a namespace that exists', [namespace('shop'), grant], []],
      [
        'a namespace that does not',
        [namespace('bank'), grant],
        ['WEFT0812 ReferenceGrant bank/g spec.from[0].namespace'],
      ],
      [
        'one of two',
        [namespace('shop'), referenceGrant('bank/g', { from: [{ namespace: 'shop' }, { namespace: 'hr' }] })],
        ['WEFT0812 ReferenceGrant bank/g spec.from[1].namespace'],
      ],
      [
        'a name that is still to be written',
        [namespace('shop'), referenceGrant('bank/g', { from: [{ namespace: '' }] })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.WorkloadGroups',
    rows: [
      [
        'a group with its account',
        [serviceAccount('shop/vm'), workloadGroup('shop/a', { template: { serviceAccount: 'vm' } })],
        [],
      ],
      [
        'a group with nobody’s account',
        [serviceAccount('shop/vm'), workloadGroup('shop/a', { template: { serviceAccount: 'web' } })],
        ['WEFT0813 WorkloadGroup shop/a spec.template.serviceAccount'],
      ],
      [
        'two that look alike',
        [
          workloadGroup('shop/a', { metadata: { labels: { app: 'db' } } }),
          workloadGroup('shop/b', { metadata: { labels: { app: 'db' } } }),
        ],
        ['WEFT0814 WorkloadGroup shop/a spec.metadata.labels', 'WEFT0814 WorkloadGroup shop/b spec.metadata.labels'],
      ],
      [
        'two that do not',
        [
          workloadGroup('shop/a', { metadata: { labels: { app: 'db' } } }),
          workloadGroup('shop/b', { metadata: { labels: { app: 'mq' } } }),
        ],
        [],
      ],
      [
        'alike in two namespaces',
        [
          workloadGroup('shop/a', { metadata: { labels: { app: 'db' } } }),
          workloadGroup('bank/b', { metadata: { labels: { app: 'db' } } }),
        ],
        [],
      ],
    ],
  },
]
