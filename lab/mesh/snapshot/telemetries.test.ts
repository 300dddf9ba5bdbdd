import { describe, expect, it } from 'vitest'
import type { Attributes, KubeObject } from '#lab/contract.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { made } from '#lab/mesh/testing/objects.ts'
import { bitsOf } from './expression.ts'
import { defaultMeshConfig, type MeshConfig } from './mesh-config.ts'
import { type ProxyPlace, readTelemetries } from './telemetries.ts'

type Fields = Record<string, unknown>

const telemetry = (where: string, name: string, spec: Fields, created = '2026-01-01T00:00:00Z'): KubeObject =>
  made('telemetry.istio.io/v1', 'Telemetry', where, name, spec, { creationTimestamp: created })

const cart: ProxyPlace = { namespace: 'shop', labels: { app: 'cart' }, proxy: 'sidecar' }
const edge: ProxyPlace = {
  namespace: 'gates',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' },
  proxy: 'gateway',
}
const waypoint: ProxyPlace = {
  namespace: 'shop',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint', app: 'cart' },
  proxy: 'waypoint',
}

const read = (objects: KubeObject[], config: Partial<MeshConfig> = {}) =>
  readTelemetries(
    memoryStore(objects),
    {
      ...defaultMeshConfig({ trustDomain: 'cluster.local', rootNamespace: 'istio-system' }),
      accessLogFile: '/dev/stdout',
      ...config,
    },
    null,
  )

const share = (percent: number) => ({ tracing: [{ randomSamplingPercentage: percent }] })
const forCart = (spec: Fields) => ({ selector: { matchLabels: { app: 'cart' } }, ...spec })

/** https://istio.io/latest/docs/reference/config/telemetry/ */
describe('the share of requests that is traced', () => {
  it.each<[string, ProxyPlace, KubeObject[], number]>([
    ['is the mesh config’s where nothing else is said', cart, [], 0.05],
    ['is the root namespace’s for the whole mesh', cart, [telemetry('istio-system', 'mesh', share(10))], 0.1],
    [
      'is the namespace’s before the mesh’s',
      cart,
      [telemetry('istio-system', 'mesh', share(10)), telemetry('shop', 'all', share(20))],
      0.2,
    ],
    [
      'is the workload’s before the namespace’s',
      cart,
      [telemetry('shop', 'all', share(20)), telemetry('shop', 'cart', forCart(share(30)))],
      0.3,
    ],
    [
      'is not another workload’s',
      { ...cart, labels: { app: 'search' } },
      [telemetry('shop', 'cart', forCart(share(30)))],
      0.05,
    ],
    ['is not another namespace’s', cart, [telemetry('pay', 'all', share(20))], 0.05],
    ['is not a selector’s of the root namespace', cart, [telemetry('istio-system', 'cart', forCart(share(30)))], 0.05],
    [
      'is the oldest’s of several in one scope',
      cart,
      [
        telemetry('shop', 'b', share(20), '2026-02-01T00:00:00Z'),
        telemetry('shop', 'a', share(40), '2026-03-01T00:00:00Z'),
      ],
      0.2,
    ],
    [
      'is the wider one’s where the narrower leaves it out',
      cart,
      [
        telemetry('shop', 'all', share(20)),
        telemetry('shop', 'cart', forCart({ tracing: [{ disableSpanReporting: true }] })),
      ],
      0.2,
    ],
    [
      'is a gateway’s by its target',
      edge,
      [telemetry('gates', 'edge', { targetRefs: [{ kind: 'Gateway', name: 'edge' }], ...share(60) })],
      0.6,
    ],
    ['is not a waypoint’s by a selector', waypoint, [telemetry('shop', 'cart', forCart(share(30)))], 0.05],
    [
      'is a waypoint’s by its target',
      waypoint,
      [telemetry('shop', 'way', { targetRefs: [{ kind: 'Gateway', name: 'waypoint' }], ...share(30) })],
      0.3,
    ],
    ['is never more than all', cart, [telemetry('shop', 'all', share(900))], 1],
  ])('%s', (_, place, objects, expected) => {
    expect(read(objects, { sampling: 5 }).of(place).client.traceShare).toBe(expected)
  })
})

describe('spans', () => {
  it('are reported unless one side or both are told not to', () => {
    const { client, server } = read([
      telemetry('shop', 'all', { tracing: [{ match: { mode: 'SERVER' }, disableSpanReporting: true }] }),
    ]).of(cart)
    expect([client.reportsSpans, server.reportsSpans]).toEqual([true, false])
    expect(read([], { enableTracing: false }).of(cart).client.reportsSpans).toBe(false)
  })
  it('get the narrowest object’s tags, all of them: maps are not merged', () => {
    const tags = (customTags: Fields) => ({ tracing: [{ customTags }] })
    const { client } = read([
      telemetry('istio-system', 'mesh', tags({ zone: { literal: { value: 'a' } } })),
      telemetry(
        'shop',
        'all',
        tags({
          user: { header: { name: 'x-user', defaultValue: 'nobody' } },
          pod: { environment: { name: 'POD_NAME' } },
        }),
      ),
    ]).of(cart)
    expect(client.tags).toEqual([
      { tag: 'user', from: { kind: 'header', name: 'x-user', otherwise: 'nobody' } },
      { tag: 'pod', from: { kind: 'environment', name: 'POD_NAME', otherwise: null } },
    ])
  })
})

/** https://istio.io/latest/docs/tasks/observability/logs/telemetry-api/ */
describe('access logs', () => {
  const logs = (objects: KubeObject[], config: Partial<MeshConfig> = {}) => {
    const { client, server } = read(objects, config).of(cart)
    const told = (side: typeof client) =>
      side.accessLogs.map(({ stream, format }) => `${stream} ${JSON.stringify(format)}`)
    return { client: told(client), server: told(server) }
  }
  const usual = ['stdout {"text":""}']
  it.each<[string, KubeObject[], Partial<MeshConfig>, string[], string[]]>([
    ['are written as the mesh config says', [], {}, usual, usual],
    ['are not written without a file', [], { accessLogFile: '' }, [], []],
    ['go nowhere that is not the container’s output', [], { accessLogFile: '/var/log/access' }, [], []],
    ['go to the other output', [], { accessLogFile: '/dev/stderr' }, ['stderr {"text":""}'], ['stderr {"text":""}']],
    [
      'are JSON with keys of the mesh’s own',
      [],
      { accessLogEncoding: 'JSON', accessLogFormat: '{"trace":"%TRACE_ID%"}' },
      ['stdout {"labels":{"trace":"%TRACE_ID%"}}'],
      ['stdout {"labels":{"trace":"%TRACE_ID%"}}'],
    ],
    [
      'are turned on by the built-in provider’s name',
      [telemetry('shop', 'on', { accessLogging: [{ providers: [{ name: 'envoy' }] }] })],
      { accessLogFile: '' },
      usual,
      usual,
    ],
    ['are turned off', [telemetry('shop', 'off', { accessLogging: [{ disabled: true }] })], {}, [], []],
    [
      'are turned off for one side',
      [telemetry('shop', 'off', { accessLogging: [{ match: { mode: 'CLIENT' }, disabled: true }] })],
      {},
      [],
      usual,
    ],
    [
      'go to another provider only, where one is named',
      [telemetry('shop', 'otel', { accessLogging: [{ providers: [{ name: 'collector' }] }] })],
      {},
      [],
      [],
    ],
    [
      'have a provider’s own format',
      [telemetry('shop', 'own', { accessLogging: [{ providers: [{ name: 'short' }] }] })],
      {
        extensionProviders: new Map([
          [
            'short',
            { kind: 'envoyFileAccessLog', name: 'short', path: '/dev/stdout', logFormat: { text: '%RESPONSE_CODE%' } },
          ],
        ]),
      },
      ['stdout {"text":"%RESPONSE_CODE%"}'],
      ['stdout {"text":"%RESPONSE_CODE%"}'],
    ],
  ])('%s', (_, objects, config, client, server) => {
    expect(logs(objects, config)).toEqual({ client, server })
  })

  const request = (code: number, flags = '-'): Attributes => ({
    request: { method: 'GET', headers: { 'x-user': 'ada' } },
    response: { code: BigInt(code), flags: bitsOf(flags) },
    connection: { mtls: true },
  })
  it.each<[string, Attributes, boolean]>([
    ['response.code >= 400', request(503), true],
    ['response.code >= 400', request(200), false],
    ['response.code >= 400 || connection.mtls == false', request(200), false],
    ['response.code >= 400', { request: {}, response: {}, connection: {} }, false],
    ['!has(response.code) || response.code >= 400', { request: {}, response: {}, connection: {} }, true],
    ["request.headers['x-user'] == 'ada' && request.method in ['GET', 'HEAD']", request(200), true],
    ["request.headers['x-team'] == 'a'", request(200), false],
    ['response.flags != 0', request(503, 'UH'), true],
    ['response.code >', request(503), false],
  ])('pass a filter as Envoy evaluates it: %s', (expression, attributes, passes) => {
    const [log] = read([telemetry('shop', 'f', { accessLogging: [{ filter: { expression } }] })]).of(cart).client
      .accessLogs
    expect(log?.filter?.(attributes)).toBe(passes)
  })
})

/** https://istio.io/latest/docs/tasks/observability/metrics/telemetry-api/ */
describe('metrics', () => {
  const dresses = (overrides: Fields[], side: 'client' | 'server' = 'client') =>
    read([telemetry('istio-system', 'mesh', { metrics: [{ providers: [{ name: 'prometheus' }], overrides }] })])
      .of(cart)
      [side].metrics?.map(({ metrics, removed, added }) => ({
        metrics: metrics.size,
        removed,
        added: added.map(({ tag, value }) => `${tag}=${value({ request: { host: 'cart' } })}`),
      }))
  const tagged = (tagOverrides: Fields, match?: Fields) => ({ ...(match ? { match } : {}), tagOverrides })
  it.each<[string, Fields[], unknown]>([
    ['are standard where nothing is said', [], undefined],
    ['are gone all together', [{ disabled: true }], []],
    [
      'are gone one by one',
      [{ match: { metric: 'REQUEST_SIZE' }, disabled: true }],
      [{ metrics: 9, removed: [], added: [] }],
    ],
    ['are not changed by what is said of the other side', [{ match: { mode: 'SERVER' }, disabled: true }], undefined],
    [
      'lose a label',
      [tagged({ response_flags: { operation: 'REMOVE' } })],
      [{ metrics: 10, removed: ['response_flags'], added: [] }],
    ],
    [
      'get a label of some metrics only',
      [tagged({ host: { value: 'request.host' } }, { metric: 'REQUEST_COUNT' })],
      [
        { metrics: 1, removed: [], added: ['host=cart'] },
        { metrics: 9, removed: [], added: [] },
      ],
    ],
    [
      'have unknown for what cannot be evaluated',
      [tagged({ a: { operation: 'UPSERT', value: 'request.nothing' }, b: { value: '"b"' } })],
      [{ metrics: 10, removed: [], added: ['a=unknown', 'b=b'] }],
    ],
    [
      'follow the last word about a label',
      [tagged({ host: { value: 'request.host' } }), tagged({ host: { operation: 'REMOVE' } })],
      [{ metrics: 10, removed: ['host'], added: [] }],
    ],
  ])('%s', (_, overrides, expected) => {
    expect(dresses(overrides)).toEqual(expected)
  })
})

describe('what proxies were given', () => {
  it('stays the same thing while nothing that matters changes', () => {
    const store = memoryStore([telemetry('shop', 'all', share(20))])
    const config = defaultMeshConfig({ trustDomain: 'cluster.local', rootNamespace: 'istio-system' })
    const first = readTelemetries(store, config, null)
    const again = readTelemetries(store, { ...config }, first)
    expect(again.of(cart)).toBe(first.of(cart))
    store.replace(telemetry('shop', 'all', share(30)))
    expect(readTelemetries(store, config, again).of(cart).client.traceShare).toBe(0.3)
  })
})
