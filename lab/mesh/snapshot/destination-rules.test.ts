import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { made } from '#lab/mesh/testing/objects.ts'
import { snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { policyOf } from './destination-rules.ts'
import { policyFor, readLayer } from './traffic-policy.ts'

const host = 'back.shop.svc.cluster.local'
const limit = (maxConnections: number) => ({ connectionPool: { tcp: { maxConnections } } })
const rule = (
  namespace: string,
  name: string,
  written: Record<string, unknown>,
  created = '2026-01-01T00:00:00Z',
): KubeObject =>
  made(
    'networking.istio.io/v1',
    'DestinationRule',
    namespace,
    name,
    { host, ...written },
    { creationTimestamp: created },
  )

/** What limits the connections of a caller to `shop/back`; null where nothing does. */
function limitOf(objects: KubeObject[], from = 'shop/front', subset?: string): number | null {
  const snapshot = snapshotWith(...objects)
  const reader = snapshot.workloads.get(from)
  if (!reader) throw new Error(`no ${from}`)
  const found = snapshot.destinationRules.find(host, 'shop', reader)
  const chosen = found?.subsets.find(({ name }) => name === subset)
  return policyOf(found, chosen, 8080).connectionPool?.maxConnections ?? null
}

// https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration
// https://istio.io/latest/docs/reference/config/networking/destination-rule/
describe('of several DestinationRules a caller goes by', () => {
  it.each<[claim: string, objects: KubeObject[], from: string, expected: number | null]>([
    ['none where there is none', [], 'shop/front', null],
    [
      'one for the short name, which belongs to the rule’s namespace',
      [rule('shop', 'a', { host: 'back', trafficPolicy: limit(1) })],
      'shop/front',
      1,
    ],
    [
      'none for a short name of another namespace',
      [rule('data', 'a', { host: 'back', trafficPolicy: limit(1) })],
      'shop/front',
      null,
    ],
    [
      'one for a wildcard',
      [rule('shop', 'a', { host: '*.shop.svc.cluster.local', trafficPolicy: limit(1) })],
      'shop/front',
      1,
    ],
    [
      'the exact host before a wildcard, whichever is older',
      [
        rule('shop', 'a', { host: '*.shop.svc.cluster.local', trafficPolicy: limit(1) }, '2025-01-01T00:00:00Z'),
        rule('shop', 'b', { trafficPolicy: limit(2) }),
      ],
      'shop/front',
      2,
    ],
    [
      'the longer wildcard before the shorter one',
      [
        rule('shop', 'a', { host: '*', trafficPolicy: limit(1) }, '2025-01-01T00:00:00Z'),
        rule('shop', 'b', { host: '*.shop.svc.cluster.local', trafficPolicy: limit(2) }),
      ],
      'shop/front',
      2,
    ],
    [
      'its own namespace’s before that of the service',
      [rule('shop', 'a', { trafficPolicy: limit(1) }), rule('data', 'b', { trafficPolicy: limit(2) })],
      'data/db',
      2,
    ],
    [
      'the service’s namespace’s where its own has none',
      [rule('shop', 'a', { trafficPolicy: limit(1) })],
      'data/db',
      1,
    ],
    ['a third namespace’s never', [rule('legacy', 'a', { trafficPolicy: limit(1) })], 'data/db', null],
    [
      'the root namespace’s where nobody else has one',
      [rule('istio-system', 'a', { trafficPolicy: limit(1) })],
      'data/db',
      1,
    ],
    [
      'the service’s namespace’s before the root namespace’s',
      [rule('istio-system', 'a', { trafficPolicy: limit(1) }), rule('shop', 'b', { trafficPolicy: limit(2) })],
      'data/db',
      2,
    ],
    [
      'its own namespace’s wildcard before the service’s namespace’s exact host',
      [rule('shop', 'a', { trafficPolicy: limit(1) }), rule('data', 'b', { host: '*', trafficPolicy: limit(2) })],
      'data/db',
      2,
    ],
    [
      'none that is kept to its namespace by exportTo "."',
      [rule('shop', 'a', { exportTo: ['.'], trafficPolicy: limit(1) })],
      'data/db',
      null,
    ],
    [
      'one that is exported to its namespace by name',
      [rule('shop', 'a', { exportTo: ['data'], trafficPolicy: limit(1) })],
      'data/db',
      1,
    ],
    [
      'none that is exported elsewhere, though it lies beside',
      [rule('shop', 'a', { exportTo: ['data'], trafficPolicy: limit(1) })],
      'shop/front',
      null,
    ],
    [
      'one whose workloadSelector is its own, before one for everybody',
      [
        rule('shop', 'a', { trafficPolicy: limit(1) }, '2025-01-01T00:00:00Z'),
        rule('shop', 'b', { workloadSelector: { matchLabels: { app: 'front' } }, trafficPolicy: limit(2) }),
      ],
      'shop/front',
      2,
    ],
    [
      'none whose workloadSelector is another’s',
      [rule('shop', 'b', { workloadSelector: { matchLabels: { app: 'x' } }, trafficPolicy: limit(2) })],
      'shop/front',
      null,
    ],
    [
      'none with a workloadSelector from another namespace',
      [rule('shop', 'b', { workloadSelector: { matchLabels: { app: 'db' } }, trafficPolicy: limit(2) })],
      'data/db',
      null,
    ],
    ['none at all where the caller has no proxy to read it', [], 'legacy/batch', null],
  ])('%s', (_, objects, from, expected) => {
    expect(limitOf(objects, from)).toBe(expected)
  })
})

// https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-large-virtual-services-and-destination-rules-into-multiple-resources
describe('several DestinationRules for one host in one namespace', () => {
  const old = '2025-01-01T00:00:00Z'
  const subset = (name: string, most?: number) => ({
    name,
    labels: { version: name },
    ...(most === undefined ? {} : { trafficPolicy: limit(most) }),
  })
  it('add up their subsets', () => {
    const objects = [
      rule('shop', 'a', { subsets: [subset('v1', 1)] }),
      rule('shop', 'b', { subsets: [subset('v2', 2)] }),
    ]
    expect(limitOf(objects, 'shop/front', 'v1')).toBe(1)
    expect(limitOf(objects, 'shop/front', 'v2')).toBe(2)
  })
  it('of subsets of one name only the oldest counts', () => {
    const objects = [
      rule('shop', 'a', { subsets: [subset('v1', 1)] }),
      rule('shop', 'b', { subsets: [subset('v1', 2)] }, old),
    ]
    expect(limitOf(objects, 'shop/front', 'v1')).toBe(2)
  })
  it('have the policy of the oldest that has one', () => {
    const objects = [
      rule('shop', 'a', { trafficPolicy: limit(1) }),
      rule('shop', 'b', { trafficPolicy: limit(2) }, '2025-06-01T00:00:00Z'),
      rule('shop', 'c', { subsets: [subset('v1')] }, old),
    ]
    expect(limitOf(objects)).toBe(2)
    expect(limitOf(objects, 'shop/front', 'v1')).toBe(2)
  })
})

describe('what holds for a port of a subset', () => {
  const policy = (tls: string | null, most: number | null, ports: Record<number, unknown> = {}) => ({
    ...(tls === null ? {} : { tls: { mode: tls } }),
    ...(most === null ? {} : limit(most)),
    portLevelSettings: Object.entries(ports).map(([port, settings]) => ({
      port: { number: Number(port) },
      ...(settings as object),
    })),
  })
  // https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy
  it.each<[claim: string, rule: unknown, subset: unknown, tls: string | null, most: number | null]>([
    ['is the rule’s where the subset says nothing', policy('SIMPLE', 5), undefined, 'SIMPLE', 5],
    ['is the subset’s before the rule’s, part by part', policy('SIMPLE', 5), policy(null, 9), 'SIMPLE', 9],
    [
      'is the rule’s port’s before the rule’s own',
      policy('SIMPLE', 5, { 8080: { tls: { mode: 'DISABLE' } } }),
      undefined,
      'DISABLE',
      null,
    ],
    [
      'leaves to defaults what a port’s settings do not say',
      policy('SIMPLE', 5, { 8080: limit(7) }),
      undefined,
      null,
      7,
    ],
    ['is not another port’s', policy('SIMPLE', 5, { 9999: limit(7) }), undefined, 'SIMPLE', 5],
    [
      'is the subset’s before the rule’s port’s',
      policy('SIMPLE', 5, { 8080: limit(7) }),
      policy('MUTUAL', null),
      'MUTUAL',
      7,
    ],
    [
      'is the subset’s port’s before everything, and alone',
      policy('SIMPLE', 5, { 8080: limit(7) }),
      policy('MUTUAL', 8, { 8080: limit(3) }),
      null,
      3,
    ],
  ])('%s', (_, wide, narrow, tls, most) => {
    const found = policyFor(readLayer(wide), readLayer(narrow), 8080)
    expect(found.tls?.mode ?? null).toBe(tls)
    expect(found.connectionPool?.maxConnections ?? null).toBe(most)
  })
})
