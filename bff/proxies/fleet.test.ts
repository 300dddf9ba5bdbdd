import { describe, expect, it } from 'vitest'
import type { PodView } from '#bff/sources/source.ts'
import { fleetOf } from './fleet.ts'

const pod = (path: string, more: Partial<PodView> = {}): PodView => {
  const [namespace = '', name = ''] = path.split('/')
  return {
    namespace,
    name,
    labels: {},
    serviceAccount: 'default',
    ip: '',
    phase: 'Running',
    isReady: true,
    hasSidecar: true,
    isAmbient: false,
    proxyVersion: '1.29.0',
    workload: { kind: 'Deployment', name: name.replace(/-\d+$/, '') },
    ...more,
  }
}
const istiod = (name: string, revision: string, version: string, isReady = true) =>
  pod(`istio-system/${name}`, {
    hasSidecar: false,
    proxyVersion: null,
    isReady,
    labels: { app: 'istiod', 'istio.io/rev': revision, 'app.kubernetes.io/version': version },
  })
const sync = (proxy: string, isSynced: boolean) => ({
  proxy,
  isSynced,
  sentAt: null,
  behind: isSynced ? [] : [{ type: 'Listener', because: 'duplicate address' }],
})

const pods = [
  istiod('istiod-1', 'default', '1.29.0'),
  istiod('istiod-2', 'default', '1.29.0', false),
  istiod('istiod-canary-1', 'canary', '1.30.0'),
  pod('shop/cart-1'),
  pod('shop/cart-2', { proxyVersion: '1.28.3' }),
  pod('pay/ledger-1'),
  pod('gateways/web-1', { labels: { 'gateway.networking.k8s.io/gateway-name': 'web' } }),
  pod('logistics/waypoint-1', { labels: { 'gateway.istio.io/managed': 'istio.io-mesh-controller' } }),
  pod('istio-system/ztunnel-1', { labels: { app: 'ztunnel' } }),
  pod('logistics/shipping-1', { hasSidecar: false, isAmbient: true, proxyVersion: null }),
]
const syncs = [sync('cart-1.shop', true), sync('cart-2.shop', false), sync('web-1.gateways', true)]

describe('the proxies of the mesh', () => {
  it('are counted by kind and version, with what istiod says of them', () => {
    const { parts, captured, behind, isUnheard } = fleetOf(pods, syncs, 'everything')
    expect(
      parts.map(({ kind, version, pods: all, synced, stale, unknown }) => [kind, version, all, synced, stale, unknown]),
    ).toEqual([
      ['sidecar', '1.29.0', 2, 1, 0, 1],
      ['sidecar', '1.28.3', 1, 0, 1, 0],
      ['gateway', '1.29.0', 1, 1, 0, 0],
      ['waypoint', '1.29.0', 1, 0, 0, 1],
      ['ztunnel', '1.29.0', 1, 0, 0, 1],
    ])
    expect([captured, isUnheard]).toEqual([1, false])
    expect(behind).toEqual([
      {
        namespace: 'shop',
        pod: 'cart-2',
        workload: 'cart',
        behind: [{ type: 'Listener', because: 'duplicate address' }],
      },
    ])
  })

  it('belong to control planes, each revision one', () => {
    expect(fleetOf(pods, syncs, 'everything').istiods).toEqual([
      {
        namespace: 'istio-system',
        name: 'istiod-canary',
        revision: 'canary',
        versions: ['1.30.0'],
        ready: 1,
        total: 1,
      },
      { namespace: 'istio-system', name: 'istiod', revision: 'default', versions: ['1.29.0'], ready: 1, total: 2 },
    ])
  })

  it('are told only where somebody may see their namespace', () => {
    const { istiods, parts, captured, behind } = fleetOf(pods, syncs, new Set(['pay']))
    expect([istiods, captured, behind]).toEqual([[], 0, []])
    expect(parts.map(({ kind, pods: all, namespaces }) => [kind, all, namespaces])).toEqual([['sidecar', 1, 1]])
  })

  it('are of unknown state where no istiod is heard', () => {
    const { parts, isUnheard } = fleetOf(pods, null, 'everything')
    expect(isUnheard).toBe(true)
    for (const { pods: all, unknown } of parts) expect(unknown).toBe(all)
  })
})
