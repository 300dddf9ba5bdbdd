import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { destinationRule, httpRoute, made, service, virtualService, workload } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const host = 'back.shop.svc.cluster.local'
const subsets = destinationRule('shop', 'back', {
  host: 'back',
  subsets: ['v1', 'v2', 'v9'].map(version => ({ name: version, labels: { version } })),
})
const weighted = (weights: Record<string, number>, more: Record<string, unknown> = {}) =>
  virtualService('shop', 'back', {
    hosts: ['back'],
    http: [
      {
        route: Object.entries(weights).map(([subset, weight]) => ({ destination: { host, subset }, weight })),
        ...more,
      },
    ],
  })

function outcomes(objects: KubeObject[], source = 'shop/front', to = 'back.shop', more: Partial<Flow> = {}): Outcome[] {
  const snapshot = snapshotWith(...objects)
  return decide(snapshot, flowFrom(snapshot, source, to, 8080, more))
}

/** `workload or code/flags` → share. */
function summary(all: Outcome[]): Record<string, number> {
  const shares: Record<string, number> = {}
  for (const { destination, external, answer, share, reports } of all) {
    const flags = reports.find(report => report.reporter === 'source')?.flags
    const name = answer ? `${answer.code} ${flags}` : (destination?.name ?? external?.host ?? '?')
    shares[name] = Math.round(((shares[name] ?? 0) + share) * 1e6) / 1e6
  }
  return shares
}

describe('where requests go', () => {
  it('versions of a service share by their ready pods', () => {
    expect(summary(outcomes([]))).toEqual({ 'back-v1': 0.75, 'back-v2': 0.25 })
  })
  it('weights of a VirtualService stand before pods', () => {
    expect(summary(outcomes([subsets, weighted({ v1: 90, v2: 10 })]))).toEqual({ 'back-v1': 0.9, 'back-v2': 0.1 })
  })
  it('a weight of 0 gets nothing', () => {
    expect(summary(outcomes([subsets, weighted({ v1: 0, v2: 100 })]))).toEqual({ 'back-v2': 1 })
  })
  it('weights of an HTTPRoute for the Service need no sum of 100', () => {
    const route = httpRoute('shop', 'back', {
      parentRefs: [{ group: '', kind: 'Service', name: 'back' }],
      rules: [
        {
          backendRefs: [
            { name: 'back', port: 8080, weight: 3 },
            { name: 'front', port: 8080, weight: 1 },
          ],
        },
      ],
    })
    expect(summary(outcomes([route]))).toEqual({ 'back-v1': 0.5625, 'back-v2': 0.1875, front: 0.25 })
  })
  it('an HTTPRoute of a consumer changes only calls of its own namespace', () => {
    const route = httpRoute('data', 'back', {
      parentRefs: [{ group: '', kind: 'Service', namespace: 'shop', name: 'back' }],
      rules: [{ backendRefs: [{ name: 'db', port: 5432 }] }],
    })
    expect(summary(outcomes([route]))).toEqual({ 'back-v1': 0.75, 'back-v2': 0.25 })
    expect(summary(outcomes([route], 'data/db'))).toEqual({ db: 1 })
  })
  it('a subset nobody defined has no cluster', () => {
    expect(summary(outcomes([weighted({ v1: 100 })]))).toEqual({ '503 NC': 1 })
  })
  it('a subset without pods has no healthy upstream', () => {
    expect(summary(outcomes([subsets, weighted({ v1: 50, v9: 50 })]))).toEqual({ 'back-v1': 0.5, '503 UH': 0.5 })
  })
  it('a workload scaled to nothing has no healthy upstream', () => {
    const none = [service('shop', 'gone', 8080), ...workload('shop', 'gone', 'sidecar', { replicas: 0 })]
    expect(summary(outcomes(none, 'shop/front', 'gone.shop'))).toEqual({ '503 UH': 1 })
  })
  it('a port the Service does not have is unknown traffic, and nobody answers there', () => {
    const snapshot = snapshotWith()
    const all = decide(snapshot, flowFrom(snapshot, 'shop/front', 'back.shop', 9999))
    expect(summary(all)).toEqual({ '503 UF': 1 })
    expect(all[0]).toMatchObject({ upstreamCluster: 'PassthroughCluster', routeName: 'allow_any' })
  })
  it('no rule that fits is 404 with NR', () => {
    const only = virtualService('shop', 'back', {
      hosts: ['back'],
      http: [{ match: [{ uri: { exact: '/other' } }], route: [{ destination: { host } }] }],
    })
    expect(summary(outcomes([only]))).toEqual({ '404 NR': 1 })
  })
  it('a host outside is reached, described or not', () => {
    expect(summary(outcomes([], 'shop/front', 'api.partner.example'))).toEqual({ 'api.partner.example': 1 })
    const [passing] = outcomes([], 'shop/front', 'api.partner.example')
    expect(passing?.service).toMatchObject({ name: 'PassthroughCluster', namespace: 'unknown' })
    const entry = made('networking.istio.io/v1', 'ServiceEntry', 'shop', 'partner', {
      hosts: ['api.partner.example'],
      ports: [{ number: 8080, name: 'http', protocol: 'HTTP' }],
    })
    const [known] = outcomes([entry], 'shop/front', 'api.partner.example')
    expect(known?.service).toEqual({ host: 'api.partner.example', name: 'api.partner.example', namespace: 'shop' })
  })
  it('callers without a proxy are not routed', () => {
    expect(summary(outcomes([subsets, weighted({ v1: 0, v2: 100 })], 'legacy/batch'))).toEqual({
      'back-v1': 0.75,
      'back-v2': 0.25,
    })
  })
  it('exportTo "." keeps a VirtualService to its namespace', () => {
    const own = { ...weighted({ v1: 0, v2: 100 }) }
    own.spec = { ...own.spec, exportTo: ['.'] }
    expect(summary(outcomes([subsets, own], 'data/db'))).toEqual({ 'back-v1': 0.75, 'back-v2': 0.25 })
    expect(summary(outcomes([subsets, own]))).toEqual({ 'back-v2': 1 })
  })
})

describe('a gateway', () => {
  const asked = (path: string, objects: KubeObject[] = [], name = 'www.example.com') =>
    summary(outcomes(objects, 'gates/edge', name, { path, port: 80 }))
  it('sends a Host and path where its HTTPRoute says', () => {
    expect(asked('/')).toEqual({ front: 1 })
  })
  it('knows no other Host', () => {
    expect(asked('/', [], 'other.example.com')).toEqual({ '404 NR': 1 })
  })
  it('reads all routes of a Host as one list, the most specific first', () => {
    const images = httpRoute('shop', 'zz-images', {
      parentRefs: [{ kind: 'Gateway', namespace: 'gates', name: 'edge' }],
      hostnames: ['www.example.com'],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/images' } }], backendRefs: [{ name: 'back', port: 8080 }] },
      ],
    })
    expect(asked('/images/1', [images])).toEqual({ 'back-v1': 0.75, 'back-v2': 0.25 })
    expect(asked('/image', [images])).toEqual({ front: 1 })
  })
  it('answers 500 for a backend in another namespace that grants nothing', () => {
    const foreign = httpRoute('shop', 'front', {
      parentRefs: [{ kind: 'Gateway', namespace: 'gates', name: 'edge' }],
      hostnames: ['www.example.com'],
      rules: [{ backendRefs: [{ name: 'db', namespace: 'data', port: 5432 }] }],
    })
    expect(asked('/', [foreign])).toEqual({ '500 NC': 1 })
    const grant = made('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', 'data', 'shop', {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }],
      to: [{ group: '', kind: 'Service' }],
    })
    expect(asked('/', [foreign, grant])).toEqual({ db: 1 })
  })
  it('binds a VirtualService by its Istio Gateway', () => {
    const gateway = made('networking.istio.io/v1', 'Gateway', 'gates', 'public', {
      selector: { app: 'edge' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*.example.com'] }],
    })
    const bound = virtualService('shop', 'shop', {
      hosts: ['shop.example.com'],
      gateways: ['gates/public'],
      http: [{ route: [{ destination: { host } }] }],
    })
    expect(asked('/', [gateway, bound], 'shop.example.com')).toEqual({ 'back-v1': 0.75, 'back-v2': 0.25 })
    expect(summary(outcomes([gateway, bound], 'shop/front', 'shop.example.com'))).toEqual({ '503 UF': 1 })
  })
})

// https://istio.io/latest/docs/tasks/traffic-management/fault-injection/
describe('a fault', () => {
  it('aborts its share before any pod is chosen', () => {
    const all = outcomes([
      subsets,
      weighted({ v1: 100 }, { fault: { abort: { percentage: { value: 20 }, httpStatus: 418 } } }),
    ])
    expect(summary(all)).toEqual({ '418 FI': 0.2, 'back-v1': 0.8 })
    const aborted = all.find(outcome => outcome.answer)
    expect(aborted?.destination).toBeNull()
    expect(aborted?.reports.map(report => report.reporter)).toEqual(['source'])
  })
  it('delays its share and marks it DI', () => {
    const all = outcomes([
      subsets,
      weighted({ v2: 100 }, { fault: { delay: { percentage: { value: 50 }, fixedDelay: '1.5s' } } }),
    ])
    expect(all.map(({ share, delay, reports }) => [share, delay, reports[0]?.flags])).toEqual([
      [0.5, 0, '-'],
      [0.5, 1500, 'DI'],
    ])
  })
})

describe('every decision', () => {
  it('gives each request exactly one outcome', () => {
    const percent = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(
        percent,
        percent,
        percent,
        fc.constantFrom('shop/front', 'legacy/batch', 'gates/edge', 'amb/bare'),
        (v1, delay, abort, source) => {
          const route = weighted(
            { v1, v2: 100 - v1 },
            {
              fault: {
                delay: { percentage: { value: delay }, fixedDelay: '1s' },
                abort: { percentage: { value: abort }, httpStatus: 503 },
              },
            },
          )
          const all = outcomes([subsets, route], source)
          expect(all.reduce((sum, outcome) => sum + outcome.share, 0)).toBeCloseTo(1, 9)
          expect(all.every(outcome => outcome.share > 0)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})
