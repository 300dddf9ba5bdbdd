import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { type Intent, isNothing, isProblem, type Target } from './intent.ts'
import { type Lockdown, lockdown } from './lockdown.ts'
import { type Mtls, mtls } from './mtls.ts'
import { type RateLimit, rateLimit } from './rate-limit.ts'
import { after, made, sceneWith, service, workload } from './scene.fixture.ts'

/**
 * What holds of the intents that guard, whatever stands in the objects: what was written reads back, writing what was
 * read changes nothing, objects and fields nobody asked about stay.
 */

const workloads = [workload('web', 'v1'), workload('web', 'v2'), workload('cart', null)]
const services = [service('web'), service('cart')]
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const tidy = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
const mode = fc.constantFrom('STRICT' as const, 'PERMISSIVE' as const, 'DISABLE' as const)

/** Objects of one kind, a few at a time, each of another age. */
const those = (kind: string, spec: fc.Arbitrary<Record<string, unknown>>, most = 4): fc.Arbitrary<MeshObject[]> =>
  fc
    .array(fc.record({ spec, day: fc.integer({ min: 1, max: 9 }), isOurs: fc.boolean() }), { maxLength: most })
    .map(list =>
      list.map(({ spec: written, day, isOurs }, index) => {
        const object = made(kind, `p${index}`, written, 'shop', day)
        const labels = isOurs ? { labels: { 'app.kubernetes.io/managed-by': 'weft' } } : {}
        return { ...object, metadata: { ...object.metadata, ...labels } }
      }),
    )

function laws<Model>(
  intent: Intent<Model>,
  targets: readonly Target[],
  objects: fc.Arbitrary<MeshObject[]>,
  model: (read: Model) => fc.Arbitrary<Model>,
  meaning: (model: Model) => unknown = each => each,
): void {
  it('changes nothing by writing what was read', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(...targets), (written, target) => {
        const scene = sceneWith([...services, ...written], workloads)
        const reading = intent.read(scene, target)
        if (isProblem(reading)) throw new Error(reading.code)
        expect(isNothing(intent.write(scene, target, reading.model))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
  it('reads back what was written; other objects stay as they are', () => {
    let changes = 0
    fc.assert(
      fc.property(objects, fc.constantFrom(...targets), fc.nat(), (written, target, seed) => {
        const all = [...services, ...written]
        const scene = sceneWith(all, workloads)
        const reading = intent.read(scene, target)
        if (isProblem(reading)) throw new Error(reading.code)
        const [wanted] = fc.sample(model(reading.model), { numRuns: 1, seed })
        if (wanted === undefined || intent.check(scene, target, wanted).length > 0) return
        const change = intent.write(scene, target, wanted)
        if (!isNothing(change)) changes++
        const next = after(scene, all, change)
        const again = intent.read(next.scene, target)
        if (isProblem(again)) throw new Error(again.code)
        expect(meaning(again.model), JSON.stringify(change)).toEqual(meaning(wanted))
        const touched = new Set([...change.edit.map(({ object }) => keyOf(object)), ...change.delete.map(keyOf)])
        for (const object of all) {
          if (touched.has(keyOf(refOf(object)))) continue
          expect(next.objects).toContain(object)
        }
        for (const { object } of change.edit) {
          const [was, is] = [all, next.objects].map(list => list.find(each => keyOf(refOf(each)) === keyOf(object)))
          expect(is?.metadata).toEqual(was?.metadata)
          expect(is?.spec?.['unknown']).toEqual(was?.spec?.['unknown'])
        }
      }),
      { numRuns: 300 },
    )
    expect(changes).toBeGreaterThan(50)
  })
}

describe('require mTLS', () => {
  const policy = fc
    .record({
      selector: some(
        fc.constantFrom({ matchLabels: { app: 'web' } }, { matchLabels: { app: 'web', version: 'v2' } }, {}),
      ),
      mtls: some(fc.oneof(fc.record({ mode: fc.oneof(mode, fc.constant('UNSET')) }), fc.constant({}))),
      portLevelMtls: some(fc.dictionary(fc.constantFrom('80', '8080', '9090'), fc.record({ mode }))),
      unknown: some(fc.constant({ field: ['stays'] })),
    })
    .map(tidy)
  const model = (): fc.Arbitrary<Mtls> =>
    fc.record({
      mode: fc.option(mode),
      ports: fc.uniqueArray(fc.record({ port: fc.constantFrom(80, 8080, 9000), mode }), {
        selector: ({ port }) => port,
        maxLength: 2,
      }),
    })
  const inOrder = ({ mode: said, ports }: Mtls) => ({
    said,
    ports: ports.toSorted((a, b) => Number(a.port) - Number(b.port)),
  })
  laws(
    mtls,
    [{ namespace: 'shop' }, { namespace: 'shop', workload: 'web-v2' }, { namespace: 'shop', workload: 'cart' }],
    those('PeerAuthentication', policy),
    model,
    inOrder,
  )
})

describe('lock down', () => {
  const rule = fc.constantFrom(
    { from: [{ source: { namespaces: ['shop'] } }] },
    { from: [{ source: { namespaces: ['pay', 'shop'] } }] },
    { from: [{ source: { principals: ['cluster.local/ns/edge/sa/gate'] } }] },
    { from: [{ source: { principals: ['cluster.local/ns/edge/sa/*'] } }] },
    { to: [{ operation: { ports: ['9090'] } }] },
    { to: [{ operation: { ports: ['9090'], paths: ['/metrics'] } }] },
    { to: [{ operation: { methods: ['GET'] } }], when: [{ key: 'source.ip', values: ['10.0.0.0/8'] }] },
  )
  const policy = fc
    .record({
      selector: some(fc.constant({ matchLabels: { app: 'web' } })),
      action: some(fc.constantFrom('ALLOW', 'DENY')),
      rules: some(fc.array(rule, { maxLength: 4 })),
      unknown: some(fc.constant({ field: ['stays'] })),
    })
    .map(tidy)
  const model = (): fc.Arbitrary<Lockdown> =>
    fc.record({
      isOn: fc.boolean(),
      namespaces: fc.subarray(['shop', 'pay', 'edge']),
      callers: fc.subarray(['edge/gate', 'pay/ledger']),
      scrape: fc.array(
        fc.record({ ports: fc.subarray([9090, 15090], { minLength: 1 }), path: fc.constantFrom('', '/metrics') }),
        { maxLength: 2 },
      ),
    })
  laws(lockdown, [{ namespace: 'shop' }], those('AuthorizationPolicy', policy), model, ({ isOn, ...allowed }) =>
    isOn ? allowed : false,
  )
})

describe('rate limit', () => {
  const typed = fc
    .record({
      stat_prefix: fc.constant('x'),
      token_bucket: some(
        fc.constantFrom(
          { max_tokens: 4, tokens_per_fill: 4, fill_interval: '60s' },
          { maxTokens: 9, fillInterval: '1s' },
        ),
      ),
      status: some(fc.constant({ code: 'TooManyRequests' })),
      response_headers_to_add: some(fc.constant([{ append: false, header: { key: 'x-limited', value: 'true' } }])),
      descriptors: some(
        fc.constant([
          { entries: [{ key: 'PATH', value: '/a' }], token_bucket: { max_tokens: 1, fill_interval: '1s' } },
        ]),
      ),
      rate_limits: some(
        fc.constant([{ actions: [{ request_headers: { header_name: ':path', descriptor_key: 'PATH' } }] }]),
      ),
    })
    .map(tidy)
  const patch = fc
    .record({
      typed,
      wrapped: fc.boolean(),
      context: fc.constantFrom('SIDECAR_INBOUND', 'GATEWAY', 'ANY'),
      isOther: fc.boolean(),
    })
    .map(({ typed: message, wrapped, context, isOther }) =>
      isOther
        ? { applyTo: 'CLUSTER', match: { context }, patch: { operation: 'MERGE', value: { connect_timeout: '1s' } } }
        : {
            applyTo: 'HTTP_FILTER',
            match: { context },
            patch: {
              operation: 'INSERT_BEFORE',
              value: {
                name: 'envoy.filters.http.local_ratelimit',
                typed_config: wrapped
                  ? { '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', type_url: 'x/y', value: message }
                  : { '@type': 'x/y', ...message },
              },
            },
          },
    )
  const filter = fc
    .record({
      workloadSelector: some(
        fc.constantFrom(
          { labels: { app: 'web' } },
          { labels: { app: 'cart' } },
          { labels: { app: 'web', version: 'v1' } },
        ),
      ),
      configPatches: fc.array(patch, { minLength: 1, maxLength: 2 }),
      unknown: some(fc.constant({ field: ['stays'] })),
    })
    .map(tidy)
  const bucket = fc.record({
    requests: fc.integer({ min: 1, max: 1000 }),
    per: fc.constantFrom('1s', '60s'),
    burst: fc.option(fc.integer({ min: 1001, max: 2000 })),
  })
  const model = (read: RateLimit): fc.Arbitrary<RateLimit> =>
    fc.oneof(
      fc.constant({ whole: null, paths: [], status: null, headers: [], port: null }),
      fc.record({
        whole: fc.oneof(bucket, fc.constant(read.whole ?? { requests: 3, per: '1s', burst: null })),
        paths: fc.uniqueArray(
          fc.record({
            how: fc.constantFrom('prefix' as const, 'exact' as const),
            path: fc.constantFrom('/a', '/b'),
            requests: fc.constant(2),
            per: fc.constant('60s'),
            burst: fc.constant(null),
          }),
          { selector: ({ how, path }) => `${how}${path}`, maxLength: 2 },
        ),
        status: fc.constantFrom(null, 503, read.status),
        headers: fc.constantFrom(read.headers, [{ name: 'retry-after', value: '1' }]),
        port: fc.constantFrom(null, 8080),
      }),
    )
  const isSilent = ({ whole, paths }: RateLimit) => whole === null && paths.length === 0
  laws(
    rateLimit,
    [
      { namespace: 'shop', service: 'web' },
      { namespace: 'shop', workload: 'web-v1' },
      { namespace: 'shop', workload: 'cart' },
    ],
    those('EnvoyFilter', filter, 3),
    model,
    each => (isSilent(each) ? 'none' : each),
  )
})
