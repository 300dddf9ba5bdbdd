import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { learn, type LearnOptions, type Proposal } from './learn.ts'
import type { Sighting } from './kinds.ts'
import { platformIn } from './platform.ts'
import { record, records, texts } from '#shared/security/read.ts'

interface Told {
  who?: string | null
  to?: string
  method?: string
  path?: string
  times?: number
  by?: Flow['destination']['enforcedBy']
  port?: number
  protocol?: Flow['protocol']
  passed?: boolean
  workload?: string
}
const told = ({
  who = 'cart',
  to = 'ledger',
  method,
  path,
  times = 10,
  by,
  port,
  protocol,
  ...more
}: Told): Sighting => ({
  flow: {
    id: 'call',
    source: who === null ? { principal: null } : { namespace: 'shop', serviceAccount: who },
    destination: {
      namespace: 'pay',
      workload: to,
      labels: { app: to },
      enforcedBy: by ?? 'sidecar',
      ...(port === undefined ? {} : { port }),
    },
    mtls: who !== null,
    protocol: protocol ?? 'http',
    http:
      protocol === 'tcp' || by === 'ztunnel'
        ? null
        : { ...(method === undefined ? {} : { method }), ...(path === undefined ? {} : { path }) },
  },
  requests: times,
  ...(more.passed === undefined ? {} : { passed: more.passed }),
  ...(more.workload === undefined ? {} : { sourceWorkload: more.workload }),
})
const get = (path: string, more: Told = {}) => told({ method: 'GET', path, ...more })
const only = (seen: readonly Sighting[], options?: LearnOptions): Proposal => {
  const { proposals } = learn(seen, options)
  expect(proposals).toHaveLength(1)
  return proposals[0] as Proposal
}
const specOf = (seen: readonly Sighting[], options?: LearnOptions) => only(seen, options).policy?.spec
const principal = (name: string) => `cluster.local/ns/shop/sa/${name}`

describe('a policy from traffic', () => {
  it('names who called, by what, and nothing else', () => {
    const seen = [
      get('/entries'),
      told({ method: 'POST', path: '/entries' }),
      get('/entries/17'),
      get('/entries/18?x=1'),
      get('/entries', { who: 'audit' }),
    ]
    expect(specOf(seen)).toEqual({
      selector: { matchLabels: { app: 'ledger' } },
      action: 'ALLOW',
      rules: [
        {
          from: [{ source: { principals: [principal('cart')] } }],
          to: [
            { operation: { methods: ['GET'], paths: ['/entries', '/entries/{*}'] } },
            { operation: { methods: ['POST'], paths: ['/entries'] } },
          ],
        },
        {
          from: [{ source: { principals: [principal('audit')] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/entries'] } }],
        },
      ],
    })
  })

  it('lets callers that do the same share a rule', () => {
    expect(only([get('/a', { who: 'x' }), get('/a', { who: 'y' })]).rules).toMatchObject([
      { rule: { from: [{ source: { principals: [principal('x'), principal('y')] } }] }, requests: 20 },
    ])
  })

  it('offers apart what was seen fewer than three times', () => {
    const { rules, apart, confidence, refused } = only([get('/a', { times: 98 }), get('/b', { times: 2 })])
    expect(rules).toHaveLength(1)
    expect(apart).toMatchObject([{ rule: { to: [{ operation: { paths: ['/b'] } }] }, sightings: 2 }])
    expect(confidence.heldBack).toBeCloseTo(0.02)
    expect(refused).toEqual({ requests: 2, callers: ['cluster.local/ns/shop/sa/cart'] })
  })

  it('counts how often a sampled call was really seen, not for how many it stands', () => {
    const sampled = { ...get('/a', { times: 200 }), sightings: 2 }
    const { withheld, confidence } = only([sampled])
    expect(withheld).toEqual({ because: 'seldom' })
    expect(confidence).toMatchObject({ sightings: 2, sampling: 0.01 })
  })

  it('takes no refused attempt for a habit', () => {
    expect(only([get('/a'), get('/admin', { who: 'thief', passed: false })]).rules).toMatchObject([
      { rule: { from: [{ source: { principals: [principal('cart')] } }] } },
    ])
  })

  it('names the caller alone where nobody saw by what it calls', () => {
    expect(only([told({})]).rules).toMatchObject([
      { rule: { from: [{ source: { principals: [principal('cart')] } }] }, isWide: true },
    ])
    // The same calls as metrics count them, which know no path, widen nothing.
    expect(only([get('/a'), told({ times: 1000 })]).rules).toMatchObject([{ isWide: false }])
  })

  it('does not cut off who was seen often, though never twice the same way', () => {
    const seen = ['/a', '/b', '/c', '/d'].map(path => get(path, { times: 1 }))
    expect(specOf(seen)).toMatchObject({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] })
  })

  it('speaks of connections only where ztunnel enforces, and of ports where all are known', () => {
    expect(specOf([told({ by: 'ztunnel', protocol: 'http', port: 5432 })])).toEqual({
      selector: { matchLabels: { app: 'ledger' } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: [principal('cart')] } }], to: [{ operation: { ports: ['5432'] } }] }],
    })
    expect(specOf([told({ protocol: 'tcp', port: 1 }), told({ protocol: 'tcp' })])).toMatchObject({
      rules: [{ from: [{ source: { principals: [principal('cart')] } }] }],
    })
  })

  it('is attached to the Services before a waypoint’s workload', () => {
    const service: MeshObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'books', namespace: 'pay' },
      spec: { selector: { app: 'ledger' } },
    }
    expect(specOf([get('/a', { by: 'waypoint' })], { objects: [service] })).toMatchObject({
      targetRefs: [{ group: '', kind: 'Service', name: 'books' }],
    })
    expect(specOf([get('/a', { by: 'waypoint' })])).toMatchObject({ targetRefs: [{ name: 'ledger' }] })
  })

  it.each([
    ['callers without an identity would be cut off', [get('/a'), get('/a', { who: null })], 'unidentified'],
    ['nothing was seen often enough', [get('/a', { times: 2 })], 'seldom'],
    ['nothing enforces it', [get('/a', { by: 'none' })], 'unenforced'],
  ])('is not proposed where %s', (_, seen, because) => {
    expect(only(seen)).toMatchObject({ policy: null, withheld: { because } })
  })

  it('warns of accounts that several workloads share, and of the default one', () => {
    const seen = [get('/a', { workload: 'one' }), get('/a', { workload: 'two' }), get('/a', { who: 'default' })]
    expect(only(seen).shared).toEqual([
      { principal: principal('cart'), workloads: ['one', 'two'], isDefault: false },
      { principal: principal('default'), workloads: [], isDefault: true },
    ])
  })

  it('lets in gateways, Prometheus and probes by rules that say why', () => {
    const template = {
      metadata: {
        labels: { app: 'ledger' },
        annotations: {
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': '9102',
          'prometheus.istio.io/merge-metrics': 'false',
          'sidecar.istio.io/rewriteAppHTTPProbers': 'false',
        },
      },
      spec: {
        containers: [
          {
            ports: [{ name: 'web', containerPort: 8080 }],
            livenessProbe: { httpGet: { port: 'web', path: '/healthz' } },
          },
        ],
      },
    }
    const at = (apiVersion: string, kind: string, namespace: string, name: string, spec: MeshObject['spec']) => ({
      apiVersion,
      kind,
      metadata: { name, namespace },
      spec,
    })
    const objects = [
      at('apps/v1', 'Deployment', 'pay', 'ledger', { template }),
      at('v1', 'Service', 'pay', 'ledger', { selector: { app: 'ledger' } }),
      at('gateway.networking.k8s.io/v1', 'Gateway', 'gates', 'edge', { gatewayClassName: 'istio' }),
      at('gateway.networking.k8s.io/v1', 'HTTPRoute', 'pay', 'ledger', {
        parentRefs: [{ namespace: 'gates', name: 'edge' }],
        rules: [{ backendRefs: [{ name: 'ledger', port: 8080 }] }],
      }),
    ] as MeshObject[]
    const platform = platformIn(objects, 'cluster.local/ns/monitoring/sa/prometheus', 'cluster.local')
    expect(only([get('/a')], { platform }).rules.slice(1)).toMatchObject([
      { why: 'gateway', rule: { from: [{ source: { principals: ['cluster.local/ns/gates/sa/edge-istio'] } }] } },
      {
        why: 'prometheus',
        rule: {
          from: [{ source: { principals: ['cluster.local/ns/monitoring/sa/prometheus'] } }],
          to: [{ operation: { ports: ['9102'], methods: ['GET'], paths: ['/metrics'] } }],
        },
      },
      { why: 'probe', rule: { to: [{ operation: { ports: ['8080'], methods: ['GET'], paths: ['/healthz'] } }] } },
    ])
  })

  it.each([
    ['/items/a*', '/items/{*}'],
    ['/items/{id}', '/items/{*}'],
    ['/items/<b>é', '/items/{*}'],
    ['/x/../items', '/items'],
    ['/a//b', '/a//b'],
  ])('writes the path %s so that Istio takes it', (path, pattern) => {
    const { policy } = only([get(path)])
    expect(policy?.spec).toMatchObject({ rules: [{ to: [{ operation: { paths: [pattern] } }] }] })
    expect(createEvaluator([policy as MeshObject]).refused).toEqual([])
  })

  it('takes many seldom siblings for values of one parameter, and common ones for words', () => {
    const people = Array.from({ length: 60 }, (_, index) =>
      get(`/carts/user-${'abcdefgh'[index % 8]}${'x'.repeat(index)}`),
    )
    const { rules } = only([...people, get('/carts/mine', { times: 400 })])
    expect(rules).toMatchObject([{ rule: { to: [{ operation: { paths: ['/carts/mine', '/carts/{*}'] } }] } }])
  })
})

describe('closing a namespace', () => {
  const workload = (name: string, enforcedBy: Flow['destination']['enforcedBy'] = 'sidecar') => ({
    namespace: 'pay',
    name,
    labels: { app: name },
    serviceAccounts: [name],
    enforcedBy,
  })
  const closing = (seen: readonly Sighting[], ...workloads: ReturnType<typeof workload>[]) =>
    learn(seen, { workloads }).closing[0]

  it('is proposed when everybody who is called has a policy of its own', () => {
    expect(closing([get('/a')], workload('ledger'), workload('batch'))).toMatchObject({
      policy: { metadata: { name: 'deny-all', namespace: 'pay' }, spec: {} },
      cutOff: [],
      idle: ['batch'],
    })
  })
  it.each([
    ['one whose callers have no identity', [get('/a'), get('/b', { to: 'old', who: null })], 'old'],
    ['one that is seldom called', [get('/a'), get('/b', { to: 'rare', times: 1 })], 'rare'],
    [
      'one behind a waypoint, whose ztunnel sees the waypoint',
      [get('/a'), get('/b', { to: 'w', by: 'waypoint' })],
      'w',
    ],
  ])('is not proposed while it would cut off %s', (_, seen, name) => {
    expect(closing(seen)).toMatchObject({ policy: null, cutOff: [name] })
  })
})

describe('confidence', () => {
  const day = 86_400_000
  it('says how much was never seen (Good–Turing), and whether a week is in it', () => {
    const seen = [get('/a', { times: 90 }), ...['/b', '/c', '/d'].map(path => get(path, { times: 1 }))]
    expect(only(seen, { window: { from: 0, to: 7 * day } }).confidence).toMatchObject({
      sightings: 93,
      kinds: 4,
      once: 3,
      unseenMass: 3 / 93,
      hasWeek: true,
    })
    expect(only(seen, { window: { from: 0, to: day } }).confidence.hasWeek).toBe(false)
  })
  it('is none where nothing was seen', () => {
    expect(learn([]).confidence).toMatchObject({ sightings: 0, unseenMass: 1, unseenAtMost: 1 })
  })
})

describe('laws of what is learned', () => {
  const sighting = fc
    .record({
      who: fc.constantFrom('a', 'b', 'c', null),
      to: fc.constantFrom('ledger', 'fraud'),
      method: fc.constantFrom('GET', 'POST', 'get', undefined),
      path: fc.oneof(
        fc.constantFrom('/', '/a', '/a/b', '/a/17', '/a/*', '/{x}', '//', '/a/../b', undefined),
        fc.webPath().map(path => `/${path.replace(/^\//, '')}`),
        fc.string({ maxLength: 8 }).map(text => `/${text}`),
      ),
      times: fc.constantFrom(1, 2, 3, 50),
      by: fc.constantFrom('sidecar' as const, 'ztunnel' as const, 'waypoint' as const),
      protocol: fc.constantFrom('http' as const, 'grpc' as const, 'tcp' as const),
      port: fc.constantFrom(80, 8080, undefined),
    })
    .map(({ method, path, port, ...rest }) =>
      told({
        ...rest,
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path }),
        ...(port === undefined ? {} : { port }),
      }),
    )
  const seen = fc.array(sighting, { minLength: 1, maxLength: 30 })
  const policiesOf = (proposals: readonly Proposal[]) => proposals.flatMap(({ policy }) => policy ?? [])

  it('what was seen often enough is allowed, and Istio takes every proposal', () => {
    fc.assert(
      fc.property(seen, sightings => {
        const evaluator = createEvaluator(policiesOf(learn(sightings).proposals))
        expect(evaluator.refused).toEqual([])
        for (const { flow, requests } of sightings) {
          if (requests < 3 || flow.source.principal === null) continue
          expect(evaluator.judge(flow).verdict).not.toBe('deny')
          const isWhole = flow.protocol === 'tcp' || (flow.http?.method !== undefined && flow.http.path !== undefined)
          if (isWhole && flow.destination.port !== undefined) expect(evaluator.judge(flow).verdict).toBe('allow')
        }
      }),
      { numRuns: 300, seed: 6 },
    )
  })

  it('nobody is granted anything who was not seen', () => {
    fc.assert(
      fc.property(seen, sightings => {
        for (const { policy, workloads } of learn(sightings).proposals) {
          const granted = records(record(policy?.spec)['rules']).flatMap(rule =>
            records(rule['from']).flatMap(from => texts(record(from['source'])['principals'])),
          )
          const known = sightings
            .filter(({ flow }) => workloads.includes(flow.destination.workload ?? ''))
            .map(({ flow }) => principal(flow.source.serviceAccount ?? ''))
          for (const one of granted) expect(known).toContain(one)
          for (const rule of records(record(policy?.spec)['rules'])) expect(rule).toHaveProperty('from')
        }
      }),
      { numRuns: 300, seed: 6 },
    )
  })

  it('nobody who was seen three times or more is cut off, nor is a closed namespace’s workload', () => {
    fc.assert(
      fc.property(seen, sightings => {
        const { proposals, closing } = learn(sightings)
        const policies = [...policiesOf(proposals), ...closing.flatMap(({ policy }) => policy ?? [])]
        const { judge } = createEvaluator(policies)
        const ways = Map.groupBy(sightings, ({ flow: { source, destination, protocol } }) =>
          JSON.stringify([source, destination.workload, destination.enforcedBy, protocol === 'tcp']),
        )
        for (const own of ways.values())
          if (own.reduce((sum, { requests }) => sum + requests, 0) >= 3)
            expect(own.some(({ flow }) => judge(flow).verdict !== 'deny')).toBe(true)
      }),
      { numRuns: 300, seed: 6 },
    )
  })
})
