import type { Json } from '#shared/mesh/object.ts'
import { callObject } from '#shared/config/world/traffic.ts'
import type { Cases } from './case.ts'
import { ambient, bare, born, destinationRule, peers, pod, service } from './objects.ts'

const tls = (mode: string): Json => ({ trafficPolicy: { tls: { mode } } })
const mode = (name: string): Json => ({ mtls: { mode: name } })
const { port } = service
const web = [service('shop/web'), pod('shop/web')]
const off = { enableAutoMtls: false }
const subset = (name: string, labels: Json = {}): Json => ({ name, labels })
const call = (isMutual: boolean | null, number: number | null = 8080) =>
  callObject({
    source: { namespace: 'legacy', workload: 'batch', labels: {} },
    destination: { namespace: 'shop', workload: 'web', labels: { app: 'web' }, host: 'web.shop.svc.cluster.local' },
    port: number,
    isMutual,
  })

export const mtlsCases: Cases[] = [
  {
    analyzer: 'weft.DestinationRules',
    rows: [
      ['one rule for a host', [destinationRule('shop/a', { host: 'web', subsets: [subset('v1')] })], []],
      [
        'two that share the work are merged',
        [
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1')] }),
          destinationRule('shop/b', { host: 'web.shop.svc.cluster.local', ...tls('DISABLE') }),
        ],
        [],
      ],
      [
        'of two that name a subset the older one says what it is',
        [
          destinationRule('shop/a', { host: 'web', subsets: [subset('v2'), subset('v1')] }, born(2025)),
          destinationRule('shop/b', { host: 'web', subsets: [subset('v1')] }, born(2024)),
        ],
        ['WEFT0201 DestinationRule shop/a spec.subsets[1]'],
      ],
      [
        'of two trafficPolicies the older one acts',
        [
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
          destinationRule('shop/b', { host: 'web', ...tls('SIMPLE') }),
        ],
        ['WEFT0201 DestinationRule shop/b spec.trafficPolicy'],
      ],
      [
        'a wildcard gives way and is not merged',
        [
          destinationRule('shop/a', { host: '*.shop.svc.cluster.local', ...tls('DISABLE') }),
          destinationRule('shop/b', { host: 'web', ...tls('SIMPLE') }),
        ],
        [],
      ],
      [
        'two for different readers do not meet',
        [
          destinationRule('shop/a', { host: 'web', exportTo: ['.'], ...tls('DISABLE') }),
          destinationRule('shop/b', { host: 'web', exportTo: ['bank'], ...tls('SIMPLE') }),
        ],
        [],
      ],
      [
        'one for some callers only stands beside',
        [
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
          destinationRule('shop/b', { host: 'web', workloadSelector: { matchLabels: { app: 'x' } }, ...tls('SIMPLE') }),
        ],
        [],
      ],
      [
        'a caller’s own rule hides the subsets of the owner’s',
        [
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1')] }),
          destinationRule('bank/b', { host: 'web.shop.svc.cluster.local', ...tls('SIMPLE') }),
        ],
        ['WEFT0202 DestinationRule bank/b spec.host'],
      ],
      [
        'a caller’s own rule hides the owner’s trafficPolicy',
        [
          destinationRule('shop/a', { host: 'web', ...tls('SIMPLE') }),
          destinationRule('bank/b', { host: 'web.shop.svc.cluster.local', subsets: [subset('v1')] }),
        ],
        ['WEFT0202 DestinationRule bank/b spec.host'],
      ],
      [
        'a caller’s own rule that has it all',
        [
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1')] }),
          destinationRule('bank/b', { host: 'web.shop.svc.cluster.local', subsets: [subset('v1')] }),
        ],
        [],
      ],
      [
        'an owner’s rule the caller does not see anyway',
        [
          destinationRule('shop/a', { host: 'web', exportTo: ['.'], subsets: [subset('v1')] }),
          destinationRule('bank/b', { host: 'web.shop.svc.cluster.local' }),
        ],
        [],
      ],
      [
        'a rule of the root namespace comes last',
        [
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1')] }),
          destinationRule('istio-system/b', { host: 'web.shop.svc.cluster.local' }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.TlsModes',
    rows: [
      ['plaintext to who takes both', [...web, destinationRule('shop/a', { host: 'web', ...tls('DISABLE') })], []],
      [
        'plaintext to a strict namespace',
        [...web, peers('shop/p', mode('STRICT')), destinationRule('shop/a', { host: 'web', ...tls('DISABLE') })],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'plaintext to a strict mesh',
        [
          ...web,
          peers('istio-system/p', mode('STRICT')),
          destinationRule('bank/a', { host: 'web.shop.svc.cluster.local', ...tls('DISABLE') }),
        ],
        ['WEFT0204 DestinationRule bank/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'the caller’s own TLS to a strict namespace',
        [...web, peers('shop/p', mode('STRICT')), destinationRule('shop/a', { host: 'web', ...tls('SIMPLE') })],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'mTLS to who takes plaintext only',
        [...web, peers('shop/p', mode('DISABLE')), destinationRule('shop/a', { host: 'web', ...tls('ISTIO_MUTUAL') })],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'mTLS where nothing is said: both are taken',
        [...web, destinationRule('shop/a', { host: 'web', ...tls('ISTIO_MUTUAL') })],
        [],
      ],
      [
        'strict for others',
        [
          ...web,
          peers('shop/p', { selector: { matchLabels: { app: 'cart' } }, ...mode('STRICT') }),
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
        ],
        [],
      ],
      [
        'UNSET inherits',
        [
          ...web,
          peers('istio-system/p', mode('STRICT')),
          peers('shop/p', mode('UNSET')),
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
        ],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'the port of the call is open',
        [
          service('shop/web', [port('http', 80, { targetPort: 8080 })]),
          pod('shop/web'),
          peers('shop/p', {
            selector: { matchLabels: { app: 'web' } },
            ...mode('STRICT'),
            portLevelMtls: { 8080: { mode: 'PERMISSIVE' } },
          }),
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
        ],
        [],
      ],
      [
        'the port of the call alone is strict',
        [
          service('shop/web', [port('http', 80, { targetPort: 8080 })]),
          pod('shop/web'),
          peers('shop/p', { selector: { matchLabels: { app: 'web' } }, portLevelMtls: { 8080: { mode: 'STRICT' } } }),
          destinationRule('shop/a', { host: 'web', ...tls('DISABLE') }),
        ],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'a port with settings of its own',
        [
          ...web,
          peers('shop/p', mode('STRICT')),
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }] },
          }),
        ],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.portLevelSettings[0].tls.mode'],
      ],
      [
        'settings of a port the Service has not',
        [
          ...web,
          peers('shop/p', mode('STRICT')),
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { portLevelSettings: [{ port: { number: 81 }, tls: { mode: 'DISABLE' } }] },
          }),
        ],
        [],
      ],
      [
        'a subset of strict pods',
        [
          service('shop/web'),
          pod('shop/web', { version: 'v1' }),
          peers('shop/p', { selector: { matchLabels: { version: 'v1' } }, ...mode('STRICT') }),
          destinationRule('shop/a', {
            host: 'web',
            subsets: [{ ...subset('v1', { version: 'v1' }), ...tls('DISABLE') }],
          }),
        ],
        ['WEFT0204 DestinationRule shop/a spec.subsets[0].trafficPolicy.tls.mode'],
      ],
      [
        'the whole mesh in plaintext while it is strict',
        [
          peers('istio-system/p', mode('STRICT')),
          destinationRule('istio-system/a', { host: '*.local', ...tls('DISABLE') }),
        ],
        ['WEFT0204 DestinationRule istio-system/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'a whole namespace in plaintext while it is strict',
        [
          peers('shop/p', mode('STRICT')),
          destinationRule('istio-system/a', { host: '*.shop.svc.cluster.local', ...tls('DISABLE') }),
        ],
        ['WEFT0204 DestinationRule istio-system/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'a whole namespace with mTLS while it is off',
        [
          peers('shop/p', mode('DISABLE')),
          destinationRule('shop/a', { host: '*.shop.svc.cluster.local', ...tls('ISTIO_MUTUAL') }),
        ],
        ['WEFT0204 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'the whole mesh with mTLS and no policy: both are taken',
        [destinationRule('istio-system/a', { host: '*.local', ...tls('ISTIO_MUTUAL') })],
        [],
      ],
      [
        'mTLS to pods without a proxy',
        [service('shop/web'), bare('shop/web'), destinationRule('shop/a', { host: 'web', ...tls('ISTIO_MUTUAL') })],
        ['WEFT0205 DestinationRule shop/a spec.trafficPolicy.tls.mode'],
      ],
      [
        'ztunnel is a proxy too',
        [
          service('shop/web'),
          bare('shop/web', {}, {}, { annotations: { 'ambient.istio.io/redirection': 'enabled' } }),
          destinationRule('shop/a', { host: 'web', ...tls('ISTIO_MUTUAL') }),
        ],
        [],
      ],
      [
        'plaintext to pods without a proxy',
        [service('shop/web'), bare('shop/web'), destinationRule('shop/a', { host: 'web', ...tls('DISABLE') })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.WithoutAutoMtls',
    rows: [
      ['with auto mTLS callers follow', [...web, peers('shop/p', mode('STRICT'))], []],
      [
        'without, callers of a strict namespace speak plaintext',
        [...web, peers('shop/p', mode('STRICT'))],
        ['WEFT0206 PeerAuthentication shop/p spec.mtls.mode'],
        off,
      ],
      [
        'without, callers of a strict mesh speak plaintext',
        [...web, peers('istio-system/p', mode('STRICT'))],
        ['WEFT0206 PeerAuthentication istio-system/p spec.mtls.mode'],
        off,
      ],
      [
        'a rule for the namespace tells them',
        [
          ...web,
          peers('shop/p', mode('STRICT')),
          destinationRule('shop/a', { host: '*.shop.svc.cluster.local', ...tls('ISTIO_MUTUAL') }),
        ],
        [],
        off,
      ],
      [
        'a rule for the mesh tells them',
        [
          ...web,
          peers('istio-system/p', mode('STRICT')),
          destinationRule('istio-system/a', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
        ],
        [],
        off,
      ],
      [
        'rules for every service tell them',
        [...web, peers('shop/p', mode('STRICT')), destinationRule('shop/a', { host: 'web', ...tls('ISTIO_MUTUAL') })],
        [],
        off,
      ],
      [
        'a nearer rule without tls takes mTLS away',
        [
          destinationRule('istio-system/a', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
          destinationRule('shop/b', { host: 'web', trafficPolicy: { connectionPool: {} } }),
        ],
        ['WEFT0203 DestinationRule shop/b spec.trafficPolicy'],
        off,
      ],
      [
        'with auto mTLS it does not',
        [
          destinationRule('istio-system/a', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
          destinationRule('shop/b', { host: 'web', trafficPolicy: { connectionPool: {} } }),
        ],
        [],
      ],
      [
        'a nearer rule about subsets alone',
        [
          destinationRule('istio-system/a', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
          destinationRule('shop/b', { host: 'web' }),
        ],
        [],
        off,
      ],
    ],
  },
  {
    analyzer: 'weft.SubsetPods',
    rows: [
      [
        'subsets with labels and pods',
        [
          service('shop/web'),
          pod('shop/web', { version: 'v1' }),
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1', { version: 'v1' })] }),
        ],
        [],
      ],
      [
        'a subset without labels',
        [destinationRule('shop/a', { host: 'web', subsets: [subset('all')] })],
        ['WEFT0207 DestinationRule shop/a spec.subsets[0]'],
      ],
      [
        'a subset without labels beside others',
        [
          service('shop/web'),
          destinationRule('shop/a', { host: 'web', subsets: [subset('all'), subset('v1', { version: 'v1' })] }),
        ],
        ['WEFT0207 DestinationRule shop/a spec.subsets[0]'],
      ],
      [
        'a subset whose pods are not ready',
        [
          service('shop/web'),
          { ...pod('shop/web', { version: 'v1' }), status: { conditions: [{ type: 'Ready', status: 'False' }] } },
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1', { version: 'v1' })] }),
        ],
        ['WEFT0208 DestinationRule shop/a spec.subsets[0].labels'],
      ],
      [
        'one ready pod is enough',
        [
          service('shop/web'),
          {
            ...pod('shop/w1', { app: 'web', version: 'v1' }),
            status: { conditions: [{ type: 'Ready', status: 'False' }] },
          },
          {
            ...pod('shop/w2', { app: 'web', version: 'v1' }),
            status: { conditions: [{ type: 'Ready', status: 'True' }] },
          },
          destinationRule('shop/a', { host: 'web', subsets: [subset('v1', { version: 'v1' })] }),
        ],
        [],
      ],
      [
        'no pods at all is Istio’s word',
        [service('shop/web'), destinationRule('shop/a', { host: 'web', subsets: [subset('v1', { version: 'v1' })] })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Locality',
    rows: [
      [
        'failover without a way to find out',
        [
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [] } } },
          }),
        ],
        ['WEFT0209 DestinationRule shop/a spec.trafficPolicy.loadBalancer.localityLbSetting'],
      ],
      [
        'failover with it',
        [
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { outlierDetection: {}, loadBalancer: { localityLbSetting: { enabled: true } } },
          }),
        ],
        [],
      ],
      [
        'a subset has it from its rule',
        [
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { outlierDetection: {} },
            subsets: [
              { name: 'v1', trafficPolicy: { loadBalancer: { localityLbSetting: { failoverPriority: ['x'] } } } },
            ],
          }),
        ],
        [],
      ],
      [
        'a port begins from nothing',
        [
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: {
              outlierDetection: {},
              portLevelSettings: [{ port: { number: 80 }, loadBalancer: { localityLbSetting: { enabled: true } } }],
            },
          }),
        ],
        ['WEFT0209 DestinationRule shop/a spec.trafficPolicy.portLevelSettings[0].loadBalancer.localityLbSetting'],
      ],
      [
        'shares by place need none',
        [
          destinationRule('shop/a', {
            host: 'web',
            trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [] } } },
          }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.PortModes',
    rows: [
      [
        'a mode on a port that containers declare',
        [
          pod('shop/web', {}, { containers: [{ name: 'app', ports: [{ containerPort: 9090 }] }] }),
          peers('shop/p', { selector: { matchLabels: { app: 'web' } }, portLevelMtls: { 9090: { mode: 'DISABLE' } } }),
        ],
        [],
      ],
      [
        'a mode on a port that a Service leads to',
        [
          pod('shop/web'),
          service('shop/web', [port('http', 80, { targetPort: 8080 })]),
          peers('shop/p', { selector: { matchLabels: { app: 'web' } }, portLevelMtls: { 8080: { mode: 'DISABLE' } } }),
        ],
        [],
      ],
      [
        'a mode on the Service’s port',
        [
          pod('shop/web'),
          service('shop/web', [port('http', 80, { targetPort: 8080 })]),
          peers('shop/p', { selector: { matchLabels: { app: 'web' } }, portLevelMtls: { 80: { mode: 'DISABLE' } } }),
        ],
        ['WEFT0210 PeerAuthentication shop/p spec.portLevelMtls["80"]'],
      ],
      [
        'of ports that nobody declares nothing is known',
        [
          pod('shop/web'),
          peers('shop/p', { selector: { matchLabels: { app: 'web' } }, portLevelMtls: { 80: { mode: 'DISABLE' } } }),
        ],
        [],
      ],
      [
        'a mode on a port without a selector',
        [pod('shop/web'), peers('shop/p', { portLevelMtls: { 80: { mode: 'DISABLE' } } })],
        ['WEFT0211 PeerAuthentication shop/p spec.portLevelMtls'],
      ],
      [
        'plaintext callers of what becomes strict',
        [pod('shop/web'), call(false), peers('shop/p', mode('STRICT'))],
        ['WEFT0212 PeerAuthentication shop/p spec'],
      ],
      [
        'callers with mTLS, and those nobody knows',
        [pod('shop/web'), call(true), call(null), peers('shop/p', mode('STRICT'))],
        [],
      ],
      [
        'plaintext to the port that stays open',
        [
          pod('shop/web'),
          call(false),
          peers('shop/p', {
            selector: { matchLabels: { app: 'web' } },
            ...mode('STRICT'),
            portLevelMtls: { 8080: { mode: 'PERMISSIVE' } },
          }),
          service('shop/web', [port('http', 8080)]),
        ],
        [],
      ],
      [
        'plaintext where another policy speaks',
        [pod('shop/web'), call(false), peers('istio-system/p', mode('STRICT')), peers('shop/p', mode('PERMISSIVE'))],
        [],
      ],
      [
        'a strict mesh',
        [pod('shop/web'), call(false), peers('istio-system/p', mode('STRICT'))],
        ['WEFT0212 PeerAuthentication istio-system/p spec'],
      ],
      [
        'plaintext in ambient mode',
        [ambient('shop'), peers('shop/p', mode('DISABLE'))],
        ['WEFT0213 PeerAuthentication shop/p spec.mtls.mode'],
      ],
      ['plaintext with sidecars', [pod('shop/web'), peers('shop/p', mode('DISABLE'))], []],
    ],
  },
]
