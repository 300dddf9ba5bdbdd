import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import {
  envoyFilter,
  filterPatch,
  limitOf,
  routePatch,
  selecting,
  typedStruct,
} from '#lab/mesh/testing/envoy-filters.ts'
import { authorizationPolicy } from '#lab/mesh/testing/objects.ts'
import { behaviour, call, live, smallBehaviours } from '#lab/mesh/testing/small-mesh.ts'
import { endsOf, outcomesOf, running } from '#lab/mesh/testing/traffic.ts'

const inbound = (limit: Record<string, unknown>, where: Record<string, unknown> = selecting('back')) =>
  envoyFilter('shop', 'limit', [filterPatch(typedStruct(limit))], where)
const asked = (rate: number) => [
  behaviour('gates', 'edge', [], { origin: { rate, daily: 0, calls: [call('www.example.com', 80)] } }),
  behaviour('shop', 'front', [call('back.shop', 8080, { optional: true })]),
  behaviour('shop', 'back-v1', []),
  behaviour('shop', 'back-v2', []),
]
/** Share of front's calls to back that is answered 429, by whom. */
function limited(objects: KubeObject[], rate = 200, seconds = 10, from = 'shop/front') {
  const mesh = running(objects, asked(rate))
  mesh.run(seconds)
  const [call_] = from === 'gates/edge' ? mesh.node(from).originCalls : mesh.node(from).calls
  const ends = endsOf(call_)
  return { mesh, call: call_, share: Math.round((ends['429 RL'] ?? 0) * 100) / 100 }
}

// https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
describe('a local rate limit', () => {
  it.each<[claim: string, objects: KubeObject[], expected: number]>([
    ['above what is asked stops nobody', [inbound(limitOf(1000))], 0],
    ['of 25 for each of four pods lets half of 200 pass', [inbound(limitOf(25))], 0.5],
    [
      'may be written without the wrapping',
      [
        envoyFilter(
          'shop',
          'limit',
          [
            filterPatch({
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
              ...limitOf(25),
            }),
          ],
          selecting('back'),
        ),
      ],
      0.5,
    ],
    [
      'may be written as JSON names fields',
      [
        inbound({
          statPrefix: 'x',
          tokenBucket: { maxTokens: 25, tokensPerFill: 25, fillInterval: '1s' },
          filterEnabled: { defaultValue: { numerator: 100 } },
          filterEnforced: { defaultValue: { numerator: 100 } },
        }),
      ],
      0.5,
    ],
    ['that nobody enabled stops nobody', [inbound({ ...limitOf(25), filter_enabled: undefined })], 0],
    ['that is not enforced stops nobody', [inbound({ ...limitOf(25), filter_enforced: undefined })], 0],
    [
      'enforced for half of them stops half of those over it',
      [inbound({ ...limitOf(25), filter_enforced: { default_value: { numerator: 50 } } })],
      0.25,
    ],
    ['for another workload stops nobody here', [inbound(limitOf(25), selecting('other'))], 0],
    ['of another namespace stops nobody', [envoyFilter('data', 'limit', [filterPatch(typedStruct(limitOf(25)))])], 0],
    [
      'for another context stops nobody',
      [envoyFilter('shop', 'limit', [filterPatch(typedStruct(limitOf(25)), 'GATEWAY')])],
      0,
    ],
    ['with only a prefix has no bucket and stops nobody', [inbound({ stat_prefix: 'x' })], 0],
    [
      'of a route counts where the filter has none',
      [
        envoyFilter(
          'shop',
          'limit',
          [
            filterPatch(typedStruct({ stat_prefix: 'x' })),
            routePatch(typedStruct(limitOf(25)), { vhost: { name: 'inbound|http|8080', route: { action: 'ANY' } } }),
          ],
          selecting('back'),
        ),
      ],
      0.5,
    ],
    [
      'of a route without a filter has no effect',
      [envoyFilter('shop', 'limit', [routePatch(typedStruct(limitOf(25)), { vhost: { name: 'inbound|http|8080' } })])],
      0,
    ],
    [
      'of another virtual host has no effect',
      [
        envoyFilter('shop', 'limit', [
          filterPatch(typedStruct({ stat_prefix: 'x' })),
          routePatch(typedStruct(limitOf(25)), { vhost: { name: 'inbound|http|9999' } }),
        ]),
      ],
      0,
    ],
    [
      'is changed by what is merged into it',
      [
        envoyFilter(
          'shop',
          'limit',
          [
            filterPatch(typedStruct(limitOf(1000))),
            filterPatch(
              typedStruct({
                token_bucket: { max_tokens: 25, tokens_per_fill: 25, fill_interval: '1s' },
                stat_prefix: 'x',
              }),
              'SIDECAR_INBOUND',
              'MERGE',
            ),
          ],
          selecting('back'),
        ),
      ],
      0.5,
    ],
    [
      'that proxies reject has no effect',
      [inbound({ ...limitOf(25), token_bucket: { max_tokens: 25, fill_interval: '0.01s' } })],
      0,
    ],
    [
      'for a path stops only that path',
      [
        inbound({
          ...limitOf(1000),
          rate_limits: [{ actions: [{ request_headers: { header_name: ':path', descriptor_key: 'PATH' } }] }],
          descriptors: [{ entries: [{ key: 'PATH', value: '/items' }], token_bucket: limitOf(25)['token_bucket'] }],
        }),
      ],
      0.5,
    ],
    [
      'for another path leaves this one its own bucket',
      [
        inbound({
          ...limitOf(1000),
          rate_limits: [{ actions: [{ request_headers: { header_name: ':path', descriptor_key: 'PATH' } }] }],
          descriptors: [{ entries: [{ key: 'PATH', value: '/other' }], token_bucket: limitOf(25)['token_bucket'] }],
        }),
      ],
      0,
    ],
  ])('%s', (_, objects, expected) => {
    const { call: call_ } = limited(objects)
    const share = outcomesOf(call_)
      .filter(({ planned }) => planned.outcome.details === 'local_rate_limited')
      .reduce((sum, each) => sum + each.share, 0)
    expect(share).toBeGreaterThan(expected - 0.04)
    expect(share).toBeLessThan(expected + 0.04)
  })

  it.each([
    ['its namespace', 'shop'],
    ['the mesh, where that is the root one', 'istio-system'],
  ])('without a selector holds for %s', (_, namespace) => {
    const { call: call_ } = limited(
      [envoyFilter(namespace, 'limit', [filterPatch(typedStruct(limitOf(25)))])],
      200,
      10,
      'gates/edge',
    )
    // Two pods of front take 25 each.
    expect(endsOf(call_)['429 RL']).toBeCloseTo(0.75, 1)
  })
  it('answers 429 with RL at the pod’s proxy; its caller only hears it', () => {
    const { call: call_, mesh } = limited([inbound(limitOf(25))])
    const stopped = outcomesOf(call_).find(({ planned }) => planned.outcome.answer)?.planned.outcome
    expect(stopped?.answer).toMatchObject({ code: 429 })
    expect(stopped?.reports.map(({ reporter, flags }) => [reporter, flags])).toEqual([
      ['source', '-'],
      ['destination', 'RL'],
    ])
    // What is stopped never reaches the application.
    expect(mesh.node('shop/back-v1').now.rate + mesh.node('shop/back-v2').now.rate).toBeLessThan(110)
  })
  it('at the caller answers before anything is chosen', () => {
    const outbound = envoyFilter(
      'shop',
      'limit',
      [filterPatch(typedStruct(limitOf(50)), 'SIDECAR_OUTBOUND')],
      selecting('front'),
    )
    const { share, call: call_ } = limited([outbound])
    expect(share).toBeCloseTo(0.5, 1)
    const stopped = outcomesOf(call_).find(({ planned }) => planned.outcome.answer)?.planned.outcome
    expect(stopped?.reports.map(({ reporter, flags, destination }) => [reporter, flags, destination])).toEqual([
      ['source', 'RL', null],
    ])
  })
  it('at a gateway holds for what comes in there, and by its targetRef', () => {
    const target = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }] }
    const gateway = envoyFilter('gates', 'limit', [filterPatch(typedStruct(limitOf(50)), 'GATEWAY')], target)
    const { share, mesh } = limited([gateway], 200, 10, 'gates/edge')
    expect(share).toBeCloseTo(0.5, 1)
    expect(mesh.node('shop/front').now.rate).toBeLessThan(110)
  })
  // https://istio.io/latest/docs/ambient/usage/extend-waypoint-wasm/ (waypoints take no EnvoyFilter)
  it('does nothing at a waypoint', () => {
    const mesh = running(
      [envoyFilter('amb', 'limit', [filterPatch(typedStruct(limitOf(1)), 'ANY')])],
      smallBehaviours(),
    )
    mesh.run(5)
    expect(Object.keys(endsOf(mesh.node('shop/front').calls[1]))).toEqual(['stock'])
  })
  it('before the RBAC filter spends tokens on what is refused, too; after it, not', () => {
    const closed = authorizationPolicy('shop', 'closed', { selector: { matchLabels: { app: 'back' } } })
    const late = filterPatch(typedStruct(limitOf(25)))
    const chain = {
      filter: {
        name: 'envoy.filters.network.http_connection_manager',
        subFilter: { name: 'envoy.filters.http.router' },
      },
    }
    const beforeRouter = { ...late, match: { context: 'SIDECAR_INBOUND', listener: { filterChain: chain } } }
    const share = (patch: Record<string, unknown>) =>
      limited([closed, envoyFilter('shop', 'limit', [patch], selecting('back'))]).share
    expect(share(late)).toBeCloseTo(0.5, 1)
    expect(share(beforeRouter)).toBe(0)
  })
  it('per minute lets a burst pass, then nothing until the minute is over', () => {
    const mesh = running([inbound(limitOf(300, '60s'))], asked(200))
    const passed: number[] = []
    for (let second = 0; second < 130; second++) {
      mesh.run(1)
      passed.push(mesh.node('shop/back-v1').now.rate + mesh.node('shop/back-v2').now.rate)
    }
    // Four pods with 300 tokens each: six seconds of 200.
    expect(passed.slice(0, 5).every(rate => rate > 180)).toBe(true)
    expect(passed.slice(10, 58).every(rate => rate < 1)).toBe(true)
    expect(passed.slice(60, 64).every(rate => rate > 180)).toBe(true)
    const total = passed.slice(0, 59).reduce((sum, rate) => sum + rate, 0)
    expect(total / 1200).toBeGreaterThan(0.8)
    expect(total / 1200).toBeLessThan(1.25)
  })
  it('of r for each of n pods lets min(load, n·r) pass; stopped and passed are all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 800 }), fc.integer({ min: 1, max: 300 }), (rate, each) => {
        const { mesh, call: call_ } = limited([inbound(limitOf(each))], rate)
        let [passed, most] = [0, 0]
        for (let second = 0; second < 20; second++) {
          mesh.run(1)
          passed += mesh.node('shop/back-v1').now.rate + mesh.node('shop/back-v2').now.rate
          most += Math.min(mesh.node('shop/front').now.rate, 4 * each)
        }
        expect(passed / most).toBeGreaterThan(0.9)
        expect(passed / most).toBeLessThan(1.1)
        const sum = outcomesOf(call_).reduce((total, { share }) => total + share, 0)
        expect(sum).toBeCloseTo(1, 9)
      }),
      { numRuns: 25 },
    )
  })
  it('is counted by the proxies that have it, and agrees with the requests', () => {
    const { mesh } = live({}, 1, [inbound(limitOf(5))])
    mesh.advanceTo(mesh.time + 60_000)
    const lines = [...mesh.samples.exposition()].join('').split('\n')
    const total = (name: string, ...parts: string[]) =>
      lines
        .filter(line => line.startsWith(`${name}{`) && parts.every(part => line.includes(part)))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    const prefix = 'envoy_http_local_rate_limiter_http_local_rate_limit'
    const [enabled, ok, over, enforced] = ['enabled', 'ok', 'rate_limited', 'enforced'].map(name =>
      total(`${prefix}_${name}`),
    )
    expect(enabled).toBeGreaterThan(1000)
    expect((ok ?? 0) + (over ?? 0)).toBeCloseTo(enabled ?? 0, -2)
    expect(enforced).toBeCloseTo(over ?? 0, -2)
    const refused = total(
      'istio_requests_total',
      'reporter="destination"',
      'response_code="429"',
      'response_flags="RL"',
    )
    expect((enforced ?? 0) / refused).toBeGreaterThan(0.98)
    expect((enforced ?? 0) / refused).toBeLessThan(1.02)
    expect(lines.find(line => line.startsWith(`${prefix}_ok{`))).toContain('pod="back-v')
    expect(mesh.samples.metadata()[`${prefix}_ok`]?.type).toBe('counter')
  })
})
