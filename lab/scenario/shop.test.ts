import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createScenario } from './scenario.ts'

const shop = createScenario('shop', 1)
const find = (kind: string, namespace: string, name: string): KubeObject => {
  const object = shop.objects.find(
    ({ kind: its, metadata }) => its === kind && metadata.namespace === namespace && metadata.name === name,
  )
  if (object === undefined) throw new Error(`The shop has no ${kind} ${namespace}/${name}.`)
  return object
}
const podsOf = (namespace: string, app: string) =>
  shop.objects.filter(
    ({ kind, metadata }) => kind === 'Pod' && metadata.namespace === namespace && metadata.labels?.['app'] === app,
  )
const containersOf = (pod: KubeObject | undefined) =>
  (pod?.spec as { containers: { name: string }[] } | undefined)?.containers.map(({ name }) => name)

describe('the shop', () => {
  it.each([
    ['gateways', ['egress-gateway', 'web-gateway-istio']],
    [
      'shop',
      [
        'cart',
        'catalog',
        'checkout',
        'images',
        'recommendations-v1',
        'recommendations-v2',
        'search',
        'storefront-v1',
        'storefront-v2',
      ],
    ],
    ['pay', ['fraud', 'ledger', 'payments']],
    ['data', ['kafka', 'postgres', 'redis']],
    ['logistics', ['inventory', 'notifications', 'shipping', 'waypoint']],
    ['legacy', ['batch', 'crm']],
    ['istio-system', ['istio-cni-node', 'istiod', 'ztunnel']],
  ])('has in %s the workloads that the issue names', (namespace, names) => {
    const found = shop.objects
      .filter(
        ({ kind, metadata }) =>
          ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) && metadata.namespace === namespace,
      )
      .map(({ metadata }) => metadata.name)
    expect(found.toSorted()).toEqual(names)
  })

  it('puts a sidecar before whoever is injected, and none elsewhere', () => {
    const [sidecar] = podsOf('shop', 'catalog')
    expect(containersOf(sidecar)).toEqual(['catalog', 'istio-proxy'])
    expect(sidecar?.metadata.labels).toMatchObject({
      'security.istio.io/tlsMode': 'istio',
      'service.istio.io/canonical-name': 'catalog',
      'service.istio.io/canonical-revision': 'v1',
    })
    const [ambient] = podsOf('logistics', 'inventory')
    expect(containersOf(ambient)).toEqual(['inventory'])
    expect(ambient?.metadata.annotations).toEqual({ 'ambient.istio.io/redirection': 'enabled' })
    const [plain] = podsOf('legacy', 'batch')
    expect(containersOf(plain)).toEqual(['batch'])
    expect(plain?.metadata.annotations).toBeUndefined()
    expect(plain?.metadata.labels?.['security.istio.io/tlsMode']).toBeUndefined()
  })

  it('splits recommendations 90 to 10', () => {
    const weights = (namespace: string, name: string) =>
      (find('VirtualService', namespace, name).spec as { http: { route: { weight: number }[] }[] }).http[0]?.route.map(
        ({ weight }) => weight,
      )
    expect(weights('shop', 'recommendations')).toEqual([90, 10])
  })

  it('closes pay, but leaves ledger open to plaintext', () => {
    expect(find('AuthorizationPolicy', 'pay', 'deny-all').spec).toEqual({})
    expect(find('PeerAuthentication', 'pay', 'default').spec).toEqual({ mtls: { mode: 'STRICT' } })
    expect(find('PeerAuthentication', 'pay', 'ledger').spec).toEqual({
      selector: { matchLabels: { app: 'ledger' } },
      mtls: { mode: 'PERMISSIVE' },
    })
  })

  it('gives the gateway the names that Istio gives, and routes that its calls match', () => {
    const pod = shop.objects.find(
      ({ kind, metadata }) =>
        kind === 'Pod' && metadata.labels?.['gateway.networking.k8s.io/gateway-name'] === 'web-gateway',
    )
    expect(pod?.spec?.['serviceAccountName']).toBe('web-gateway-istio')
    const calls = shop.behaviours.find(({ workload }) => workload === 'web-gateway-istio')?.origin?.calls ?? []
    const prefixes: Record<string, string> = { 'storefront.shop': '/', 'images.shop': '/images' }
    for (const { host, classes } of calls)
      for (const { path } of classes) {
        expect(path.startsWith(prefixes[host] ?? 'nowhere'), `${host}${path}`).toBe(true)
        if (host === 'storefront.shop') expect(path.startsWith('/images')).toBe(false)
      }
    expect(calls.reduce((sum, { perRequest }) => sum + perRequest, 0)).toBeCloseTo(1, 9)
  })

  it('knows the risk host through the egress gateway and the mail host not at all', () => {
    expect(find('ServiceEntry', 'gateways', 'risk-cards-example').spec).toMatchObject({ hosts: ['risk.cards.example'] })
    const entries = JSON.stringify(shop.objects.filter(({ kind }) => kind === 'ServiceEntry'))
    expect(entries).not.toContain('smtp.mail.example')
    expect(shop.externalHosts.map(({ host }) => host)).toEqual(['risk.cards.example', 'smtp.mail.example'])
  })
})
