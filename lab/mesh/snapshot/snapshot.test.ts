import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '#lab/mesh/decide/decide.ts'
import { made, workload } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'

const kinds = [
  ['networking.istio.io/v1', 'VirtualService', 'shop'],
  ['networking.istio.io/v1', 'DestinationRule', 'shop'],
  ['networking.istio.io/v1', 'ServiceEntry', 'shop'],
  ['networking.istio.io/v1', 'Sidecar', 'shop'],
  ['networking.istio.io/v1', 'WorkloadEntry', 'shop'],
  ['networking.istio.io/v1', 'Gateway', 'gates'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop'],
  ['gateway.networking.k8s.io/v1', 'GRPCRoute', 'shop'],
  ['gateway.networking.k8s.io/v1', 'Gateway', 'gates'],
  ['security.istio.io/v1', 'PeerAuthentication', 'shop'],
  ['security.istio.io/v1', 'AuthorizationPolicy', 'shop'],
  ['v1', 'Service', 'shop'],
  ['apps/v1', 'Deployment', 'shop'],
] as const

/** Fields that are read, with values of any shape, the expected ones among them. */
const words = fc.constantFrom(
  ...`hosts http tcp match route destination host subset weight fault abort delay uri regex prefix
headers timeout retries rules from source principals to operation paths ports when key values
selector matchLabels mtls mode portLevelMtls parentRefs backendRefs name matches path type
egress ingress workloadSelector endpoints address addresses resolution location exportTo outboundTrafficPolicy
delegate rewrite uriRegexRewrite redirect mirror mirrors percentage directResponse servers listeners tls filters
value subsets labels trafficPolicy template ports`.split(/\s+/),
)
const leaf = fc.oneof(
  fc.constantFrom(
    'back',
    'shop',
    'front',
    '*',
    '([',
    '{**}',
    'STRICT',
    'RegularExpression',
    'GET',
    '5s',
    '10.0.0.0/99',
  ),
  fc.integer({ min: -5, max: 70_000 }),
  fc.constant(null),
  fc.boolean(),
)
const { tree } = fc.letrec(tie => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(words, tie('tree'), { maxKeys: 6 }),
  ),
}))
const spec = fc.dictionary(words, tree, { maxKeys: 8 })

describe('a snapshot', () => {
  it('is taken of anything the API server lets in, and decided upon', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), spec, ([apiVersion, kind, namespace], written) => {
        const snapshot = snapshotWith(made(apiVersion, kind, namespace, 'back', written))
        for (const source of ['shop/front', 'gates/edge', 'legacy/batch']) {
          const host = source.startsWith('gates') ? 'www.example.com' : 'back.shop'
          const outcomes = decide(snapshot, flowFrom(snapshot, source, host, 8080))
          expect(outcomes.reduce((sum, outcome) => sum + outcome.share, 0)).toBeCloseTo(1, 6)
        }
      }),
      { numRuns: 400 },
    )
  })
  it('knows workloads by their controllers, also without pods', () => {
    const snapshot = snapshotWith(...workload('shop', 'sleeping', 'sidecar', { replicas: 0 }))
    expect(snapshot.workloads.get('shop/sleeping')).toMatchObject({ proxy: 'sidecar', pods: [], app: 'sleeping' })
  })
  it.each([
    ['shop/front', 'sidecar'],
    ['gates/edge', 'gateway'],
    ['amb/stock', 'ztunnel'],
    ['amb/waypoint', 'waypoint'],
    ['legacy/batch', 'none'],
    ['istio-system/ztunnel', 'none'],
  ])('tells which proxy stands before %s: %s', (key, proxy) => {
    expect(snapshotWith().workloads.get(key)?.proxy).toBe(proxy)
  })
})
