import { describe, expect, it } from 'vitest'
import { indexes } from '#shared/config/analyze/indexes.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import { createWorld } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { appliesTo } from './applies.ts'

const object = (apiVersion: string, kind: string, namespace: string, name: string, rest: Json = {}): MeshObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === '' ? {} : { namespace }) },
  ...rest,
})
const pod = (namespace: string, name: string, labels: Record<string, string>): MeshObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
})
const world = [
  pod('shop', 'web-1', { app: 'web', version: 'v1' }),
  pod('shop', 'web-2', { app: 'web', version: 'v2' }),
  pod('shop', 'cart-1', { app: 'cart' }),
  pod('pay', 'web-1', { app: 'web' }),
  pod('shop', 'waypoint-1', { 'gateway.networking.k8s.io/gateway-name': 'waypoint' }),
  pod('gateways', 'ingress-1', { istio: 'ingress' }),
  object('v1', 'Service', 'shop', 'web', { spec: { selector: { app: 'web' } } }),
  object('gateway.networking.k8s.io/v1', 'Gateway', 'shop', 'waypoint', {
    spec: { gatewayClassName: 'istio-waypoint' },
  }),
]
const applies = (given: MeshObject) => {
  const store = createWorld(defaultSettings, indexes)
  for (const each of world) store.put(each)
  const { hosts, pods } = appliesTo(given, store.world)
  return { hosts, pods: pods?.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort() ?? null }
}
const policy = (namespace: string, spec: Json) =>
  object('security.istio.io/v1', 'AuthorizationPolicy', namespace, 'p', { spec })

describe('what an object applies to', () => {
  // https://istio.io/latest/docs/reference/config/security/authorization-policy/ and …/type/workload-selector/
  it.each([
    [
      'a selector picks pods of its namespace',
      policy('shop', { selector: { matchLabels: { app: 'web' } } }),
      ['shop/web-1', 'shop/web-2'],
    ],
    [
      'a selector of the root namespace picks pods anywhere',
      policy('istio-system', { selector: { matchLabels: { app: 'web' } } }),
      ['pay/web-1', 'shop/web-1', 'shop/web-2'],
    ],
    ['without a selector it is the namespace', policy('pay', {}), ['pay/web-1']],
    [
      'without a selector in the root namespace it is the mesh',
      policy('istio-system', {}),
      ['gateways/ingress-1', 'pay/web-1', 'shop/cart-1', 'shop/waypoint-1', 'shop/web-1', 'shop/web-2'],
    ],
    ['a selector that fits nothing selects nothing', policy('shop', { selector: { matchLabels: { app: 'wbe' } } }), []],
    [
      'a targeted Gateway is its pods',
      policy('shop', { targetRefs: [{ kind: 'Gateway', name: 'waypoint' }] }),
      ['shop/waypoint-1'],
    ],
    [
      'a targeted GatewayClass is the pods of its Gateways',
      policy('istio-system', { targetRefs: [{ kind: 'GatewayClass', name: 'istio-waypoint' }] }),
      ['shop/waypoint-1'],
    ],
    [
      'a targeted Service is the pods behind it',
      policy('shop', { targetRefs: [{ kind: 'Service', name: 'web' }] }),
      ['shop/web-1', 'shop/web-2'],
    ],
  ])('%s', (_, given, pods) => {
    expect(applies(given).pods).toEqual(pods)
  })

  it.each([
    [
      'a VirtualService: its hosts in full, and no pods by its nature',
      object('networking.istio.io/v1', 'VirtualService', 'shop', 'v', { spec: { hosts: ['web', 'shop.example'] } }),
      { hosts: ['shop.example', 'web.shop.svc.cluster.local'], pods: null },
    ],
    [
      'a DestinationRule: its host',
      object('networking.istio.io/v1', 'DestinationRule', 'shop', 'd', { spec: { host: 'web' } }),
      { hosts: ['web.shop.svc.cluster.local'], pods: null },
    ],
    [
      'a Gateway of Istio: hosts without the namespaces that may bind, pods anywhere',
      object('networking.istio.io/v1', 'Gateway', 'shop', 'g', {
        spec: { selector: { istio: 'ingress' }, servers: [{ hosts: ['./a.example', '*/b.example'] }] },
      }),
      { hosts: ['a.example', 'b.example'], pods: ['gateways/ingress-1'] },
    ],
    [
      'a route of the Gateway API: its names and the Services it hangs on',
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop', 'r', {
        spec: { hostnames: ['a.example'], parentRefs: [{ kind: 'Service', name: 'web' }] },
      }),
      { hosts: ['a.example', 'web.shop.svc.cluster.local'], pods: null },
    ],
    ['a Namespace: the pods in it', object('v1', 'Namespace', '', 'pay'), { hosts: [], pods: ['pay/web-1'] }],
    [
      'a manifest that says nonsense: nothing, and no exception',
      object('networking.istio.io/v1', 'VirtualService', 'shop', 'v', { spec: { hosts: [1, null, {}] } }),
      { hosts: [], pods: null },
    ],
  ])('%s', (_, given, told) => {
    expect(applies(given)).toEqual(told)
  })
})
