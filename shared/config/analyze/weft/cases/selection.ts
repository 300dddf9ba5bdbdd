import type { Cases } from './case.ts'
import {
  authorization,
  bare,
  born,
  destinationRule,
  envoyFilter,
  gatewayClass,
  kubernetesGateway,
  namespace,
  peers,
  pod,
  proxyConfig,
  requests,
  service,
  serviceEntry,
  telemetry,
  virtualService,
  wasmPlugin,
  workloadEntry,
} from './objects.ts'

const app = (name: string) => ({ selector: { matchLabels: { app: name } } })

export const selection: Cases[] = [
  {
    analyzer: 'weft.PeerAuthentications',
    rows: [
      ['one policy for a namespace stands alone', [peers('shop/a')], []],
      [
        'of two for a namespace the younger one waits',
        [peers('shop/a', {}, born(2025)), peers('shop/b', {}, born(2024))],
        ['WEFT0001 PeerAuthentication shop/a spec'],
      ],
      [
        'of two of one age the first by name acts',
        [peers('shop/a'), peers('shop/b')],
        ['WEFT0001 PeerAuthentication shop/b spec'],
      ],
      [
        'an empty selector selects all',
        [peers('shop/a', { selector: {} }), peers('shop/b')],
        ['WEFT0001 PeerAuthentication shop/b spec'],
      ],
      ['another namespace has its own', [peers('shop/a'), peers('bank/b')], []],
      [
        'a namespace’s and a workload’s go together',
        [pod('shop/web'), peers('shop/a'), peers('shop/b', app('web'))],
        [],
      ],
      [
        'of two that select one pod the younger one waits',
        [
          pod('shop/web', { tier: 'front' }),
          peers('shop/a', app('web'), born(2024)),
          peers('shop/b', { selector: { matchLabels: { tier: 'front' } } }, born(2025)),
        ],
        ['WEFT0001 PeerAuthentication shop/b spec.selector'],
      ],
      [
        'two that select different pods do not meet',
        [pod('shop/web'), pod('shop/cart'), peers('shop/a', app('web')), peers('shop/b', app('cart'))],
        [],
      ],
      [
        'several RequestAuthentications of one workload are merged',
        [pod('shop/web'), requests('shop/a'), requests('shop/b')],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Selectors',
    rows: [
      ['a selected pod is enough', [pod('shop/web'), peers('shop/a', app('web'))], []],
      [
        'a selector that fits no pod',
        [pod('shop/web'), peers('shop/a', app('cart'))],
        ['WEFT0003 PeerAuthentication shop/a spec.selector'],
      ],
      [
        'a pod of another namespace does not count',
        [pod('bank/web'), requests('shop/a', app('web'))],
        ['WEFT0003 RequestAuthentication shop/a spec.selector'],
      ],
      [
        'all labels have to be there',
        [pod('shop/web'), requests('shop/a', { selector: { matchLabels: { app: 'web', version: 'v2' } } })],
        ['WEFT0003 RequestAuthentication shop/a spec.selector'],
      ],
      [
        'from the root namespace any pod of the mesh counts',
        [pod('shop/web'), requests('istio-system/a', app('web'))],
        [],
      ],
      [
        'a PeerAuthentication of the root namespace selects only there',
        [pod('shop/web'), peers('istio-system/a', app('web'))],
        ['WEFT0003 PeerAuthentication istio-system/a spec.selector'],
      ],
      [
        'a WorkloadEntry is a workload too',
        [pod('shop/web'), workloadEntry('shop/vm', { labels: { app: 'db' } }), peers('shop/a', app('db'))],
        [],
      ],
      [
        'a plugin that fits no pod',
        [pod('shop/web'), wasmPlugin('shop/a', app('cart'))],
        ['WEFT0003 WasmPlugin shop/a spec.selector'],
      ],
      [
        'an EnvoyFilter that fits no pod',
        [pod('shop/web'), envoyFilter('shop/a', { workloadSelector: { labels: { app: 'cart' } } })],
        ['WEFT0003 EnvoyFilter shop/a spec.workloadSelector'],
      ],
      [
        'a ProxyConfig that fits no pod',
        [pod('shop/web'), proxyConfig('shop/a', app('cart'))],
        ['WEFT0003 ProxyConfig shop/a spec.selector'],
      ],
      [
        'a DestinationRule for callers that are not there',
        [
          pod('shop/web'),
          destinationRule('shop/a', { host: 'web', workloadSelector: { matchLabels: { app: 'cart' } } }),
        ],
        ['WEFT0003 DestinationRule shop/a spec.workloadSelector'],
      ],
      [
        'a ServiceEntry that selects a pod',
        [pod('shop/web'), serviceEntry('shop/a', { workloadSelector: { labels: { app: 'web' } } })],
        [],
      ],
      ['without a selector it is for all', [pod('shop/web'), peers('shop/a')], []],
      ['where nobody may list pods nothing is said', [peers('shop/a', app('cart'))], []],
      [
        'with targetRefs no pod is asked',
        [pod('shop/web'), requests('shop/a', { ...app('cart'), targetRefs: [{ kind: 'Service', name: 'web' }] })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.ExportTo',
    rows: [
      [
        'signs and namespaces that exist',
        [namespace('shop'), virtualService('shop/a', { exportTo: ['.', '*', '~', 'shop'] })],
        [],
      ],
      [
        'a namespace that does not exist',
        [namespace('shop'), virtualService('shop/a', { exportTo: ['.', 'bank'] })],
        ['WEFT0004 VirtualService shop/a spec.exportTo[1]'],
      ],
      [
        'the same of a DestinationRule',
        [namespace('shop'), destinationRule('shop/a', { host: 'web', exportTo: ['bank'] })],
        ['WEFT0004 DestinationRule shop/a spec.exportTo[0]'],
      ],
      [
        'the same of a ServiceEntry',
        [namespace('shop'), serviceEntry('shop/a', { exportTo: ['bank'] })],
        ['WEFT0004 ServiceEntry shop/a spec.exportTo[0]'],
      ],
      ['where nobody may list namespaces nothing is said', [virtualService('shop/a', { exportTo: ['bank'] })], []],
    ],
  },
  {
    analyzer: 'weft.Targets',
    rows: [
      [
        'a Service of the same namespace',
        [service('shop/web'), authorization('shop/a', { targetRefs: [{ kind: 'Service', group: '', name: 'web' }] })],
        [],
      ],
      [
        'a Service that is not there',
        [authorization('shop/a', { targetRefs: [{ kind: 'Service', group: '', name: 'web' }] })],
        ['WEFT0005 AuthorizationPolicy shop/a spec.targetRefs[0].name'],
      ],
      [
        'a Service of another namespace is none',
        [service('bank/web'), requests('shop/a', { targetRefs: [{ kind: 'Service', group: 'core', name: 'web' }] })],
        ['WEFT0005 RequestAuthentication shop/a spec.targetRefs[0].name'],
      ],
      [
        'a Gateway by the old field',
        [
          kubernetesGateway('shop/way'),
          telemetry('shop/a', { targetRef: { kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'way' } }),
        ],
        [],
      ],
      [
        'a Gateway that is not there, by the old field',
        [wasmPlugin('shop/a', { targetRef: { kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'way' } })],
        ['WEFT0005 WasmPlugin shop/a spec.targetRef.name'],
      ],
      [
        'a GatewayClass belongs to the cluster',
        [
          gatewayClass('istio-waypoint'),
          authorization('istio-system/a', {
            targetRefs: [{ kind: 'GatewayClass', group: 'gateway.networking.k8s.io', name: 'istio-waypoint' }],
          }),
        ],
        [],
      ],
      [
        'a ServiceEntry that is there',
        [
          serviceEntry('shop/out'),
          authorization('shop/a', {
            targetRefs: [{ kind: 'ServiceEntry', group: 'networking.istio.io', name: 'out' }],
          }),
        ],
        [],
      ],
      [
        'a kind no policy can be bound to',
        [authorization('shop/a', { targetRefs: [{ kind: 'Deployment', group: 'apps', name: 'web' }] })],
        ['WEFT0005 AuthorizationPolicy shop/a spec.targetRefs[0]'],
      ],
      [
        'of several each is asked',
        [
          service('shop/web'),
          envoyFilter('shop/a', {
            targetRefs: [
              { kind: 'Service', group: '', name: 'web' },
              { kind: 'Service', group: '', name: 'cart' },
            ],
          }),
        ],
        ['WEFT0005 EnvoyFilter shop/a spec.targetRefs[1].name'],
      ],
    ],
  },
  {
    analyzer: 'weft.Versions',
    rows: [
      ['v1 stays', [virtualService('shop/a')], []],
      [
        'v1beta1 says the same as v1',
        [{ ...virtualService('shop/a'), apiVersion: 'networking.istio.io/v1beta1' }],
        ['WEFT0006 VirtualService shop/a apiVersion'],
      ],
      [
        'v1alpha3 too',
        [{ ...destinationRule('shop/a', { host: 'web' }), apiVersion: 'networking.istio.io/v1alpha3' }],
        ['WEFT0006 DestinationRule shop/a apiVersion'],
      ],
      ['a kind without a v1 is in its newest version', [envoyFilter('shop/a'), bare('shop/web')], []],
      [
        'Gateway API has a Gateway of its own',
        [{ ...kubernetesGateway('shop/a'), apiVersion: 'gateway.networking.k8s.io/v1beta1' }],
        [],
      ],
    ],
  },
]
