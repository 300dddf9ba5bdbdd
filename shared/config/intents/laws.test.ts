import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { breaker, type Breaker } from './breaker.ts'
import { fault, type Fault, grpcCodes } from './fault.ts'
import { type Intent, isNothing, isProblem, type Reading, type Scene, type Target } from './intent.ts'
import { mirror, type Mirroring } from './mirror.ts'
import { type Routed, route, whenOf } from './route.ts'
import { routingOf, ruleKey } from './rules.ts'
import { after, made, sceneWith, service, workload } from './scene.fixture.ts'
import { serviceAt } from './service.ts'
import { type Shift, shift } from './shift.ts'
import { inHundred } from './shares.ts'
import { type Timeouts, timeouts } from './timeouts.ts'
import { placesView } from './view.ts'

/**
 * What holds of every intent about the rules of a service, whatever stands in the objects: what was written reads back,
 * writing what was read changes nothing, other rules and fields nobody knows stay.
 */

const target: Target = { namespace: 'shop', service: 'web' }
const host = 'web.shop.svc.cluster.local'
const versions = ['v1', 'v2', 'v3']
const workloads = versions.map((version, index) => workload('web', version, index + 1))

// Many runs, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 60_000 })

/* ---- objects ---- */

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const tidy = (value: Json): Json => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
const word = fc.constantFrom('a', 'beta', '/api', 'jason')
const destination = fc
  .record({ host: fc.constantFrom('web', host), subset: some(fc.constantFrom(...versions)) })
  .map(tidy)
const percent = fc.constantFrom(1, 5, 12.5, 50, 100)

const istioRule = fc
  .record({
    name: some(word),
    match: some(
      fc.array(
        fc
          .record({
            uri: some(fc.constantFrom({ prefix: '/api' }, { exact: '/a' }, { regex: '/a.*' })),
            headers: some(fc.constantFrom({ 'end-user': { exact: 'jason' } }, { beta: {} })),
            sourceNamespace: some(fc.constant('pay')),
          })
          .map(tidy),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    route: fc.array(
      fc
        .record({
          destination,
          weight: some(fc.nat(100)),
          headers: some(fc.constant({ request: { set: { x: 'y' } } })),
        })
        .map(tidy),
      { minLength: 1, maxLength: 3 },
    ),
    timeout: some(fc.constantFrom('2s', '500ms')),
    retries: some(
      fc
        .record({
          attempts: some(fc.nat(5)),
          retryOn: some(fc.constant('5xx')),
          retryRemoteLocalities: some(fc.constant(true)),
        })
        .map(tidy),
    ),
    fault: some(
      fc
        .record({
          delay: some(
            fc.constantFrom({ fixedDelay: '5s', percentage: { value: 10 } }, { fixedDelay: '1s', percent: 3 }),
          ),
          abort: some(fc.constantFrom({ httpStatus: 503 }, { grpcStatus: 'UNAVAILABLE', percentage: { value: 0.1 } })),
        })
        .map(tidy),
    ),
    mirror: some(destination),
    mirrorPercentage: some(fc.constant({ value: 20 })),
    mirrors: some(
      fc.array(fc.record({ destination, percentage: some(fc.constant({ value: 7 })) }).map(tidy), { maxLength: 2 }),
    ),
    unknown: some(fc.constant({ field: ['stays'] })),
  })
  .map(tidy)

const virtualService = fc
  .record({ rules: fc.array(istioRule, { maxLength: 3 }), gateways: some(fc.constant(['mesh', 'edge'])) })
  .map(({ rules, gateways }) =>
    made('VirtualService', 'mine', tidy({ hosts: ['web'], gateways, http: rules, tcp: [{ kept: true }] })),
  )

const policy = fc
  .record({
    connectionPool: some(
      fc
        .record({
          tcp: some(fc.constant({ maxConnections: 3, tcpKeepalive: {} })),
          http: some(fc.constant({ http2MaxRequests: 9 })),
        })
        .map(tidy),
    ),
    outlierDetection: some(fc.constantFrom({}, { interval: '5s', minHealthPercent: 10 }, { consecutive5xxErrors: 7 })),
    loadBalancer: some(fc.constant({ simple: 'RANDOM' })),
  })
  .map(tidy)
const destinationRule = fc
  .record({ named: fc.subarray(versions), top: some(policy), own: some(policy) })
  .map(({ named, top, own }) =>
    made(
      'DestinationRule',
      'rule',
      tidy({
        host: 'web',
        trafficPolicy: top,
        subsets: named.map(version => tidy({ name: version, labels: { version }, trafficPolicy: own })),
      }),
    ),
  )

const gatewayRule = fc
  .record({
    matches: some(
      fc.array(
        fc
          .record({
            path: some(
              fc.constantFrom(
                { type: 'PathPrefix', value: '/api' },
                { type: 'Exact', value: '/a' },
                { type: 'PathPrefix', value: '/' },
              ),
            ),
            headers: some(fc.constant([{ type: 'Exact', name: 'end-user', value: 'jason' }])),
            method: some(fc.constant('GET')),
          })
          .map(tidy),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    backendRefs: fc.array(
      fc
        .record({ name: fc.constantFrom('web', 'web-v1', 'web-v2'), port: fc.constant(8080), weight: some(fc.nat(10)) })
        .map(tidy),
      { minLength: 1, maxLength: 3 },
    ),
    timeouts: some(fc.constant({ request: '2s' })),
    filters: some(
      fc.array(
        fc.constantFrom<Json>(
          { type: 'RequestMirror', requestMirror: { backendRef: { name: 'web-v2', port: 8080 }, percent: 42 } },
          { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x', value: 'y' }] } },
        ),
        { minLength: 1, maxLength: 2 },
      ),
    ),
  })
  .map(tidy)
const httpRoute = fc
  .array(gatewayRule, { minLength: 1, maxLength: 3 })
  .map(rules => made('HTTPRoute', 'mine', { parentRefs: [{ group: '', kind: 'Service', name: 'web' }], rules }))

const ports = fc.constantFrom(
  [{ name: 'http', port: 8080 }],
  [
    { name: 'http', port: 8080 },
    { name: 'grpc-api', port: 9090 },
    { name: 'tcp-admin', port: 9000 },
  ],
)
const services = ports.map(given => [
  service('web', { app: 'web' }, { ports: given }),
  ...versions.map(version => service(`web-${version}`, { app: 'web', version })),
])
const objects: fc.Arbitrary<MeshObject[]> = fc
  .tuple(services, some(fc.oneof(virtualService, httpRoute)), some(destinationRule))
  .map(([those, ...rules]) => [...those, ...rules.filter(each => each !== undefined)])

/* ---- models: what a hand could make of a reading ---- */

type Made<Model> = (reading: Reading<Model>, scene: Scene, asked: Target) => fc.Arbitrary<Model>

const shiftModel: Made<Shift> = ({ model }, scene, asked) => {
  const view = placesView(scene, asked)
  const places = isProblem(view) ? [] : view.places
  return fc.option(fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }), { nil: null, freq: 6 }).map(weights => {
    const parts = inHundred((weights ?? []).slice(0, places.length))
    const shares = places.map(({ id }, index) => ({ id, weight: parts[index] ?? 0 }))
    return { ...model, shares: weights === null ? null : shares }
  })
}
const timeoutsModel: Made<Timeouts> = ({ model }) =>
  fc
    .record({
      timeout: fc.constantFrom('', '3s', model.timeout),
      perTry: fc.constantFrom('', '700ms', model.perTry),
      attempts: fc.constantFrom(null, 0, 3, model.attempts),
      retryOn: fc.constantFrom('', '503', model.retryOn),
    })
    .map(each => ({ ...model, ...each }))
const faultModel: Made<Fault> = ({ model }) =>
  fc
    .record({
      delay: fc.oneof(
        fc.constant(model.delay),
        fc.option(fc.record({ percent, duration: fc.constantFrom('1s', '2.5s') }), { nil: null }),
      ),
      abort: fc.oneof(
        fc.constant(model.abort),
        fc.option(
          fc.oneof(
            fc.record({ percent, as: fc.constant('http' as const), status: fc.constantFrom('500', '429') }),
            fc.record({ percent, as: fc.constant('grpc' as const), status: fc.constantFrom(...grpcCodes) }),
          ),
          { nil: null },
        ),
      ),
    })
    .map(each => ({ ...model, ...each }))
const mirrorModel: Made<Mirroring> = ({ model }) =>
  fc
    .record({ to: fc.constantFrom(null, 'subset v1', 'subset v3', 'backend shop/web-v3', model.to), percent })
    .map(({ to, percent: part }) => ({ ...model, to, percent: to === null ? 100 : part }))
const breakerModel: Made<Breaker> = ({ model }) => {
  const limit = fc.constantFrom(null, 1, 200)
  return fc
    .record({
      limits: fc.oneof(
        fc.constant(model.limits),
        fc.record({
          maxConnections: limit,
          maxPendingRequests: limit,
          maxRequests: limit,
          maxRequestsPerConnection: limit,
        }),
      ),
      ejection: fc.oneof(
        fc.constant(model.ejection),
        fc.option(
          fc.record({
            consecutive5xxErrors: limit,
            interval: fc.constantFrom('', '3s'),
            baseEjectionTime: fc.constantFrom('', '1m'),
            maxEjectionPercent: fc.constantFrom(null, 0, 100),
          }),
          { nil: null },
        ),
      ),
    })
    .map(each => ({ ...model, ...each }))
}
const routeModel: Made<Routed> = ({ model }) =>
  fc
    .record({
      when: fc.oneof(
        fc.constant(model.when),
        fc.subarray(
          [
            { of: 'path' as const, name: '', how: 'prefix' as const, value: '/new' },
            { of: 'header' as const, name: 'x-beta', how: 'exact' as const, value: 'yes' },
          ],
          { minLength: 1 },
        ),
      ),
      to: fc.constantFrom('subset v1', 'subset v3', 'backend shop/web-v2', model.to),
    })
    .map(each => ({ ...model, ...each }))

/* ---- laws ---- */

/** Targets: none in particular, and each rule and policy there is. */
function targetsIn(scene: Scene): Target[] {
  const facts = serviceAt(scene, target)
  if (isProblem(facts)) throw new Error(facts.code)
  const { rules, fresh } = routingOf(scene, facts)
  const policies = scene.world
    .list('networking.istio.io/DestinationRule')
    .flatMap(each => versions.map(version => `${keyOf(refOf(each))}/${version}`))
  return [target, ...[...[...rules, ...fresh].map(ruleKey), ...policies].map(rule => ({ ...target, rule }))]
}

function laws<Model extends object>(
  intent: Intent<Model>,
  model: Made<Model>,
  keyIn: (written: Model, scene: Scene) => string | undefined,
  expected: (written: Model) => unknown = written => written,
) {
  const each = (law: (given: { scene: Scene; all: MeshObject[]; asked: Target; reading: Reading<Model> }) => void) =>
    fc.assert(
      fc.property(objects, all => {
        const scene = sceneWith(all, workloads)
        for (const asked of targetsIn(scene)) {
          const reading = intent.read(scene, asked)
          if (!isProblem(reading)) law({ scene, all, asked, reading })
        }
      }),
      { numRuns: 60 },
    )

  it('changes nothing by writing what was read', () => {
    each(({ scene, asked, reading }) => {
      // A new rule that nothing is said of yet is not written at all.
      if (intent.check(scene, asked, reading.model).length > 0) return
      expect(isNothing(intent.write(scene, asked, reading.model)), JSON.stringify(reading.model)).toBe(true)
    })
  })

  it('reads back what was written, and leaves all else alone', () => {
    let written = 0
    each(({ scene, all, asked, reading }) => {
      for (const wanted of fc.sample(model(reading, scene, asked), { numRuns: 3, seed: 7 })) {
        if (intent.check(scene, asked, wanted).length > 0) continue
        const change = intent.write(scene, asked, wanted)
        const next = after(scene, all, change)
        if (!isNothing(change)) written++
        const again = intent.read(next.scene, { ...asked, rule: keyIn(wanted, next.scene) })
        expect(again, JSON.stringify(change)).toMatchObject({ model: expected(wanted) })
        expectRestStays(
          all,
          next.objects,
          change.edit.flatMap(({ edits }) => edits.map(({ path }) => path)),
        )
      }
    })
    expect(written).toBeGreaterThan(20)
  })
}

/** All but what the edits name is as it was; in lists of rules, the other rules. */
function expectRestStays(
  before: readonly MeshObject[],
  next: readonly MeshObject[],
  paths: readonly (readonly unknown[])[],
) {
  const rules = new Set(paths.filter(([, field]) => field === 'http' || field === 'rules').map(([, , index]) => index))
  expect(rules.size).toBeLessThan(2)
  for (const object of before) {
    const same = next.find(each => keyOf(refOf(each)) === keyOf(refOf(object)))
    const rest = ({ metadata, spec }: MeshObject) => {
      const { http, rules: routes, subsets: _, trafficPolicy: __, ...others } = spec ?? {}
      return { metadata, others, count: [http, routes].map(list => (Array.isArray(list) ? list.length : 0)) }
    }
    expect(same === undefined ? null : rest(same)).toMatchObject({
      metadata: object.metadata,
      others: rest(object).others,
    })
    for (const field of ['http', 'rules']) {
      const [was, is] = [object, same].map(each => each?.spec?.[field])
      if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) continue
      for (const [index, rule] of was.entries())
        if (!rules.has(index)) expect(is[index]).toEqual(rule)
        else expect((is[index] as Json)['unknown']).toEqual((rule as Json)['unknown'])
    }
  }
}

describe('shift', () => {
  laws(shift, shiftModel, ({ rule }) => ruleKey(rule))
})
describe('timeouts', () => {
  laws(timeouts, timeoutsModel, ({ rule }) => ruleKey(rule))
})
describe('fault', () => {
  laws(fault, faultModel, ({ rule }) => ruleKey(rule))
})
describe('mirror', () => {
  laws(mirror, mirrorModel, ({ rule }) => ruleKey(rule))
})
describe('breaker', () => {
  laws(breaker, breakerModel, ({ policy: { object, subset } }) => `${keyOf(object)}/${subset ?? ''}`)
})
describe('route', () => {
  const keyIn = ({ rule, when }: Routed, scene: Scene) => {
    const facts = serviceAt(scene, target)
    if (rule !== null || isProblem(facts)) return rule === null ? undefined : ruleKey(rule)
    // A new rule is asked for by the place it got.
    const got = routingOf(scene, facts).rules.find(each => each.matches.length < 2 && isEqual(whenOf(each), when))
    return got && ruleKey(got)
  }
  laws(route, routeModel, keyIn, ({ rule, ...rest }) => (rule === null ? rest : { rule, ...rest }))
})
