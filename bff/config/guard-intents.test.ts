import { describe, expect, it } from 'vitest'
import { allAnalyzers } from '#shared/config/analyze/all.ts'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import { withCalls } from '#shared/config/intents/callers.ts'
import { expose } from '#shared/config/intents/expose.ts'
import type { Exposure } from '#shared/config/intents/exposure.ts'
import { type Intent, type IntentChange, isProblem, type Scene, type Target } from '#shared/config/intents/intent.ts'
import { type Lockdown, lockdown } from '#shared/config/intents/lockdown.ts'
import { type Mtls, mtls } from '#shared/config/intents/mtls.ts'
import { type RateLimit, rateLimit } from '#shared/config/intents/rate-limit.ts'
import { worldOf } from '#shared/config/intents/scene.ts'
import { writtenBy } from '#shared/config/intents/written.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import { callObject } from '#shared/config/world/traffic.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { inventoryOf } from './inventory.ts'
import { type Called, shop } from './lab-shop.fixture.ts'

/** What the intents that guard write, held against what the lab's mesh makes of it. */

const lab = shop()
const objects = lab.objects as readonly MeshObject[]

function sceneOf(all: readonly MeshObject[]): Scene {
  const world = worldOf(all, defaultSettings)
  return { world, inventory: inventoryOf(world, () => true) }
}

function modelOf<Model>(intent: Intent<Model>, target: Target, all = objects): Model {
  const reading = intent.read(sceneOf(all), target)
  if (isProblem(reading)) throw new Error(reading.code)
  return reading.model
}

/** All objects once a model is written, and then read back. */
function written<Model>(intent: Intent<Model>, target: Target, model: Model, all = objects): readonly MeshObject[] {
  const scene = sceneOf(all)
  expect(intent.check(scene, target, model)).toEqual([])
  return after(all, intent.write(scene, target, model), scene)
}

function after(all: readonly MeshObject[], change: IntentChange, { world }: Scene): readonly MeshObject[] {
  const now = new Map(all.map(object => [keyOf(refOf(object)), object]))
  for (const { object, after: next } of writtenBy(world, change))
    if (next === null) now.delete(keyOf(object))
    else now.set(keyOf(object), next)
  return [...now.values()]
}

/** `through` where the application answers. */
function ends(all: readonly MeshObject[], call: Called): string {
  const found = Object.entries(lab.ends(all, call)).filter(([, share]) => share > 0.01)
  return found.map(([end]) => (/^\d{3} /.test(end) ? end : 'through')).join(', ')
}

const catalog = { host: 'catalog.shop', port: 8080 }
const inventory = {
  host: 'inventory.logistics',
  port: 9090,
  method: 'POST',
  path: '/stock.v1.Inventory/Check',
}

describe('mTLS that is required', () => {
  const legacy: Called = { source: 'legacy/batch', ...catalog }
  const mesh: Called = { source: 'shop/search', ...catalog }
  const target: Target = { namespace: 'shop', workload: 'catalog' }
  // https://istio.io/latest/docs/reference/config/security/peer_authentication/
  it.each<[claim: string, target: Target, model: Mtls, plaintext: string]>([
    ['refuses plaintext', target, { mode: 'STRICT', ports: [] }, '503 -'],
    ['of a workload goes before its namespace', target, { mode: 'PERMISSIVE', ports: [] }, 'through'],
    [
      'leaves a port out that is named',
      target,
      { mode: 'STRICT', ports: [{ port: 8080, mode: 'PERMISSIVE' }] },
      'through',
    ],
    ['of a namespace can be turned off again', { namespace: 'shop' }, { mode: null, ports: [] }, 'through'],
  ])('%s; those in the mesh get in', (_, asked, model, plaintext) => {
    const next = written(mtls, asked, model)
    expect(ends(next, legacy)).toBe(plaintext)
    expect(ends(next, mesh)).toBe('through')
    expect(modelOf(mtls, asked, next)).toEqual(model)
  })
  it('names those without a proxy that call now', () => {
    const open = written(mtls, { namespace: 'shop' }, { mode: null, ports: [] })
    const call = (source: string) => {
      const [namespace = '', workload = ''] = source.split('/')
      return callObject({
        source: { namespace, workload, labels: {} },
        destination: {
          namespace: 'shop',
          workload: 'catalog',
          labels: { app: 'catalog' },
          host: 'catalog.shop.svc.cluster.local',
        },
        port: 8080,
        isMutual: null,
      })
    }
    const strict: Mtls = { mode: 'STRICT', ports: [] }
    const warned = (all: readonly MeshObject[], model = strict) => mtls.warn?.(sceneOf(all), target, model)
    expect(warned([...open, call('legacy/batch'), call('shop/search')])).toEqual([
      { field: null, code: 'plaintextCallers', values: { callers: 'legacy/batch' } },
    ])
    expect(
      warned([...open, call('legacy/batch')], { mode: 'STRICT', ports: [{ port: 8080, mode: 'PERMISSIVE' }] }),
    ).toEqual([])
    expect(warned(open)).toEqual([
      { field: null, code: 'outsideUnknown', values: { workloads: expect.stringContaining('legacy/batch') } },
    ])
  })
  it('names a DestinationRule that makes callers speak plaintext', () => {
    const rule: MeshObject = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'plain', namespace: 'shop' },
      spec: { host: 'catalog', trafficPolicy: { tls: { mode: 'DISABLE' } } },
    }
    const others = objects.filter(({ kind, metadata }) => !(kind === 'DestinationRule' && metadata.name === 'catalog'))
    const warned = mtls.warn?.(sceneOf([...others, rule]), target, { mode: 'STRICT', ports: [] })
    expect(warned).toContainEqual({
      field: null,
      code: 'plaintextRule',
      values: { name: 'DestinationRule shop/plain', mode: 'DISABLE' },
    })
    expect(
      ends(written(mtls, target, { mode: 'STRICT', ports: [] }, [...others, rule]), {
        source: 'shop/search',
        ...catalog,
      }),
    ).toMatch(/^503/)
  })
})

describe('a namespace that is locked down', () => {
  const target: Target = { namespace: 'shop' }
  it('lets in its own, and the gateway that routes to it; refuses others', () => {
    const model: Lockdown = { ...modelOf(lockdown, target), isOn: true }
    expect(model).toMatchObject({ namespaces: ['shop'], callers: ['gateways/web-gateway-istio'] })
    const next = written(lockdown, target, model)
    expect(ends(objects, { source: 'pay/payments', ...catalog })).toBe('through')
    expect(ends(next, { source: 'pay/payments', ...catalog })).toMatch(/^403/)
    expect(ends(next, { source: 'shop/search', ...catalog })).toBe('through')
    expect(
      ends(next, { source: 'gateways/web-gateway-istio', host: 'www.shop.example', port: 80, path: '/images/1' }),
    ).toBe('through')
    const named = written(lockdown, target, { ...modelOf(lockdown, target, next), callers: ['pay/payments'] }, next)
    expect(ends(named, { source: 'pay/payments', ...catalog })).toBe('through')
    expect(
      ends(named, { source: 'gateways/web-gateway-istio', host: 'www.shop.example', port: 80, path: '/images/1' }),
    ).toMatch(/^403/)
    const off = written(lockdown, target, { ...modelOf(lockdown, target, named), isOn: false }, named)
    expect(off.map(each => keyOf(refOf(each))).toSorted()).toEqual(objects.map(each => keyOf(refOf(each))).toSorted())
  })
  it('knows a gateway that calls by the name the map gives it', () => {
    const seen = [
      {
        source: { namespace: 'gateways', workload: 'web-gateway' },
        destination: { namespace: 'shop', workload: 'images' },
        isMutual: true,
      },
    ]
    const scene = withCalls(sceneOf(objects), seen)
    const model: Lockdown = { isOn: true, namespaces: ['shop'], callers: [], scrape: [] }
    const refused = (callers: string[]) => lockdown.warn?.(scene, target, { ...model, callers })
    expect(refused([])).toEqual([
      { field: null, code: 'refusedCallers', values: { callers: 'gateways/web-gateway-istio' } },
    ])
    expect(refused(['gateways/web-gateway-istio'])).toEqual([])
  })
  it('leaves a port open for scrapes, and nothing else', () => {
    const next = written(lockdown, target, {
      isOn: true,
      namespaces: [],
      callers: [],
      scrape: [{ ports: [8080], path: '/metrics' }],
    })
    const from = { source: 'pay/payments', ...catalog }
    expect(ends(next, { ...from, path: '/metrics' })).toBe('through')
    expect(ends(next, { ...from, path: '/products' })).toMatch(/^403/)
  })
  it('in ambient mode with a waypoint: layer 4 at ztunnel, callers at the waypoint', () => {
    const place: Target = { namespace: 'logistics' }
    const next = written(lockdown, place, {
      isOn: true,
      namespaces: ['logistics'],
      callers: ['shop/checkout'],
      scrape: [],
    })
    expect(ends(next, { source: 'shop/checkout', ...inventory })).toBe('through')
    expect(ends(next, { source: 'logistics/shipping', ...inventory })).toBe('through')
    expect(ends(next, { source: 'pay/payments', ...inventory })).toMatch(/^403/)
    const only = written(lockdown, place, { isOn: true, namespaces: [], callers: ['shop/checkout'], scrape: [] })
    expect(ends(only, { source: 'shop/checkout', ...inventory })).toBe('through')
    expect(ends(only, { source: 'pay/payments', ...inventory })).toMatch(/^403/)
    expect(modelOf(lockdown, place, only).callers).toEqual(['shop/checkout'])
    expect(
      lockdown.check(sceneOf(objects), place, {
        isOn: true,
        namespaces: [],
        callers: [],
        scrape: [{ ports: [9090], path: '/metrics' }],
      }),
    ).toMatchObject([{ code: 'noPathsAtZtunnel' }])
  })
  it('says which callers of now it would refuse', () => {
    const call = (source: string, destination: string) => {
      const [namespace = '', workload = ''] = source.split('/')
      return callObject({
        source: { namespace, workload, labels: {} },
        destination: {
          namespace: 'data',
          workload: destination,
          labels: { app: destination },
          host: `${destination}.data.svc.cluster.local`,
        },
        port: 5432,
        isMutual: true,
      })
    }
    // shop/catalog may already go to postgres by a policy of its own; shop/cart calls kafka by nothing but habit.
    const all = [...objects, call('shop/catalog', 'postgres'), call('shop/cart', 'kafka'), call('data/redis', 'kafka')]
    const place: Target = { namespace: 'data' }
    const warned = (model: Partial<Lockdown>) =>
      lockdown.warn?.(sceneOf(all), place, { isOn: true, namespaces: ['data'], callers: [], scrape: [], ...model })
    expect(warned({})).toEqual([{ field: null, code: 'refusedCallers', values: { callers: 'shop/cart' } }])
    expect(warned({ callers: ['shop/cart'] })).toEqual([])
    expect(warned({ namespaces: [], callers: ['shop/cart'] })).toEqual([
      { field: null, code: 'refusedCallers', values: { callers: 'data/redis' } },
    ])
    expect(modelOf(lockdown, place, all).callers).toEqual(['shop/cart', 'shop/catalog'])
  })
})

describe('a rate limit', () => {
  const target: Target = { namespace: 'shop', service: 'catalog' }
  const none: RateLimit = { whole: null, paths: [], status: null, headers: [], port: null }
  const bucket = (requests: number) => ({ requests, per: '1s', burst: null })
  const refused = (all: readonly MeshObject[], source: string, host: string) =>
    Object.entries(lab.endsInTraffic(all, source, host, 8))
      .filter(([end]) => /^\d{3} RL/.test(end))
      .reduce((sum, [, share]) => sum + share, 0)
  it.each<[claim: string, model: Partial<RateLimit>, low: number, high: number]>([
    ['above what is asked refuses nobody', { whole: bucket(10_000) }, 0, 0],
    ['far below refuses most', { whole: bucket(5) }, 0.8, 1],
    ['of a path refuses those of the path', { paths: [{ how: 'prefix', path: '/products', ...bucket(1) }] }, 0.8, 1],
    [
      'of a path that nobody asks for refuses nobody',
      { paths: [{ how: 'prefix', path: '/nobody', ...bucket(1) }] },
      0,
      0,
    ],
    ['of the port that is asked refuses', { whole: bucket(5), port: 8080 }, 0.8, 1],
    ['of another port refuses nobody', { whole: bucket(5), port: 9999 }, 0, 0],
  ])('%s', (_, model, low, high) => {
    const next = written(rateLimit, target, { ...none, ...model })
    const share = refused(next, 'shop/storefront-v1', 'catalog')
    expect(share).toBeGreaterThanOrEqual(low)
    expect(share).toBeLessThanOrEqual(high)
    expect(modelOf(rateLimit, target, next)).toEqual({ ...none, ...model })
    expect(refused(written(rateLimit, target, none, next), 'shop/storefront-v1', 'catalog')).toBe(0)
  })
  it('of a gateway counts what comes in there', () => {
    const gateway: Target = { namespace: 'gateways', workload: 'web-gateway-istio' }
    const next = written(rateLimit, gateway, { ...none, whole: bucket(5) })
    expect(next.at(-1)?.spec).toMatchObject({ configPatches: [{ match: { context: 'GATEWAY' } }] })
  })
  it('is nothing for workloads without a sidecar', () => {
    const reading = rateLimit.read(sceneOf(objects), { namespace: 'logistics', service: 'inventory' })
    expect(reading).toMatchObject({ code: 'noSidecars' })
  })
})

describe('nothing that is written brings an error over the shop', () => {
  const errors = (all: readonly MeshObject[]) =>
    createAnalysis(allAnalyzers, indexes, defaultSettings, all)
      .findings()
      .filter(({ level }) => level === 'Error')
      .map(({ code, object, message }) => `${code} ${keyOf(object)} ${message}`)
  const before = errors(objects)
  const exposure: Exposure = {
    isOn: true,
    api: 'gateway-api',
    gateway: '',
    host: 'search.example.com',
    path: '/',
    port: 8080,
    secret: '',
  }
  const search: Target = { namespace: 'shop', service: 'search' }
  it.each<[task: string, () => readonly MeshObject[]]>([
    [
      'mTLS of a workload',
      () =>
        written(
          mtls,
          { namespace: 'data', workload: 'kafka' },
          { mode: 'STRICT', ports: [{ port: 9092, mode: 'PERMISSIVE' }] },
        ),
    ],
    ['mTLS of the mesh', () => written(mtls, { namespace: 'istio-system' }, { mode: 'STRICT', ports: [] })],
    [
      'lock-down of sidecars',
      () => written(lockdown, { namespace: 'shop' }, { ...modelOf(lockdown, { namespace: 'shop' }), isOn: true }),
    ],
    [
      'lock-down in ambient mode',
      () =>
        written(
          lockdown,
          { namespace: 'logistics' },
          { isOn: true, namespaces: ['logistics'], callers: ['shop/checkout'], scrape: [{ ports: [9100], path: '' }] },
        ),
    ],
    [
      'a rate limit',
      () =>
        written(
          rateLimit,
          { namespace: 'shop', service: 'catalog' },
          {
            whole: { requests: 9, per: '60s', burst: 20 },
            paths: [{ how: 'exact', path: '/a', requests: 1, per: '60s', burst: null }],
            status: 503,
            headers: [{ name: 'retry-after', value: '1' }],
            port: 8080,
          },
        ),
    ],
    ['a way in with a Gateway of its own', () => written(expose, search, exposure)],
    [
      'a way in at a Gateway that is there',
      () => written(expose, search, { ...exposure, gateway: 'gateway.networking.k8s.io/Gateway/gateways/web-gateway' }),
    ],
    ['a way in by Istio’s API', () => written(expose, search, { ...exposure, api: 'istio' })],
  ])('%s', (_, write) => {
    expect(errors(write()).filter(each => !before.includes(each))).toEqual([])
  })
})
