import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { made } from '#lab/mesh/testing/objects.ts'
import { parseExposition } from '#lab/prometheus/exposition.ts'
import { proxyMetrics } from './exposition.ts'
import { inspected } from './fixture.ts'

/** Values as people, and those who mean no good, write them. */
const text = fc.oneof(
  fc.constantFrom(
    'back',
    'back.shop',
    '*',
    '*.example',
    '',
    '__proto__',
    'a"b\\c\n',
    '10.0.0.0/8',
    '5s',
    '{*}/x',
    '(',
    'v1',
  ),
  fc.string({ maxLength: 12 }),
)
const value = fc.letrec<{ any: unknown }>(tie => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    fc.integer({ min: -5, max: 70_000 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...'hosts http match route destination host subset weight uri prefix exact regex headers timeout retries'.split(
          ' ',
        ),
        ...'rules from source principals to operation paths ports when key values action selector matchLabels'.split(
          ' ',
        ),
        ...'subsets name labels trafficPolicy tls mode loadBalancer simple jwtRules issuer port number fault'.split(
          ' ',
        ),
      ),
      tie('any'),
      { maxKeys: 5 },
    ),
  ),
})).any

const kinds = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['security.istio.io/v1', 'RequestAuthentication'],
  ['security.istio.io/v1', 'PeerAuthentication'],
] as const

const pods = [
  'shop/front-5d4f-0',
  'shop/back-v1-5d4f-0',
  'gates/edge-5d4f-0',
  'amb/waypoint-5d4f-0',
  'istio-system/ztunnel-5d4f-0',
]

describe('whatever is written', () => {
  it('every proxy can be looked into, and what it says is JSON', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...kinds), fc.dictionary(text, value, { maxKeys: 2 }), value), {
          maxLength: 4,
        }),
        written => {
          const objects = written.map(([[apiVersion, kind], more, inner], index) => {
            const list = Array.isArray(inner) ? inner : [inner]
            const spec = {
              hosts: ['back'],
              host: 'back',
              http: list,
              rules: list,
              subsets: list,
              jwtRules: list,
              egress: list,
            }
            return made(apiVersion, kind, 'shop', `x-${index}`, { ...spec, ...more })
          })
          const mesh = inspected(...objects)
          for (const pod of pods)
            expect(() => JSON.parse(mesh.ask(pod, 15_000, '/config_dump?include_eds')?.body ?? '')).not.toThrow()
          for (const page of ['syncz', 'registryz', 'endpointz', 'configz', 'mesh'])
            expect(mesh.ask('istio-system/istiod-5d4f-0', 15_014, `/debug/${page}`)?.code).toBe(200)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('labels with anything in them are read back as they were from the metrics', () => {
    const pod = { namespace: 'shop', name: 'x' }
    const { samples: own } = inspected().mesh
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'source_app'), fc.oneof(text, fc.string())), labels => {
        const series = {
          labels: { __name__: 'istio_requests_total', ...labels, namespace: 'shop', pod: 'x' },
          times: new Float64Array([1000]),
          values: new Float64Array([7]),
        }
        const samples = { ...own, select: () => [series] }
        const { samples: read } = parseExposition(proxyMetrics({ samples, now: 1000 }, pod))
        // An empty label is none.
        const wanted = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
        expect(read[0]).toMatchObject({ value: 7, labels: { __name__: 'istio_requests_total', ...wanted } })
        expect(read).toHaveLength(1)
      }),
    )
  })
})
