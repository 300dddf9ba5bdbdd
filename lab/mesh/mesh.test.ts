import { describe, expect, it } from 'vitest'
import type { Matcher, RequestTree } from '#lab/contract.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { createMesh, type Mesh } from './mesh.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)
const is = (name: string, value: string): Matcher => ({ name, op: '=', value })

/** The shop preset over its own Kubernetes, an hour old. */
function shop(seed = 1, preset: 'shop' | 'thousand' = 'shop', historyHours = 1) {
  let now = startedAt
  const scenario = createScenario(preset, seed, startedAt)
  const { store, controllers } = createKubernetes({ now: () => now, seed })
  controllers.adopt(scenario.objects)
  const trees: RequestTree[] = []
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: tree => void trees.push(tree) },
    seed,
    startedAt,
    historyHours,
  })
  const advance = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      now += 1000
      controllers.tick(now)
      mesh.advanceTo(now)
    }
    return now
  }
  const scale = (namespace: string, name: string, replicas: number) => {
    const deployment = store.get('deployments.apps', namespace, name)
    if (!deployment) throw new Error(`no ${name}`)
    store.replace({ ...deployment, spec: { ...deployment.spec, replicas } })
  }
  return { mesh, store, trees, advance, scale }
}

/** Present totals of a metric, summed by the values of some labels. */
function totals(mesh: Mesh, metric: string, by: string[], where: Record<string, string> = {}): Map<string, number> {
  const sums = new Map<string, number>()
  for (const piece of mesh.samples.exposition())
    for (const line of piece.split('\n')) {
      if (!line.startsWith(`${metric}{`)) continue
      const labels = Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
      if (Object.entries(where).some(([name, value]) => labels[name] !== value)) continue
      const key = by.map(name => labels[name] ?? '').join(' ')
      sums.set(key, (sums.get(key) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)))
    }
  return sums
}

const since = (before: Map<string, number>, after: Map<string, number>) =>
  Object.fromEntries(
    [...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const).filter(([, grown]) => grown > 0),
  )

describe('the shop', { timeout: 60_000 }, () => {
  it('makes calls of payments fail with 503 UH within two seconds of its being scaled to nothing', () => {
    const { mesh, advance, scale } = shop()
    advance(5)
    const read = () =>
      totals(mesh, 'istio_requests_total', ['response_code', 'response_flags', 'destination_workload'], {
        source_workload: 'checkout',
        destination_service_name: 'payments',
      })
    const before = read()
    scale('pay', 'payments', 0)
    advance(2)
    const during = read()
    expect(since(before, during)['503 UH unknown']).toBeGreaterThan(5)
    advance(3)
    expect(Object.keys(since(during, read()))).toEqual(['503 UH unknown'])
    // What checkout cannot do, storefront and the gateway cannot do either.
    const codes = totals(mesh, 'istio_requests_total', ['response_code'], {
      source_workload: 'web-gateway-istio',
      destination_service_name: 'storefront',
    })
    expect(codes.get('503')).toBeGreaterThan(20)
    expect(codes.get('200')).toBeGreaterThan(1000)
  })
  it('is well again once pods are ready again', () => {
    const { mesh, advance, scale } = shop()
    scale('pay', 'payments', 0)
    advance(5)
    scale('pay', 'payments', 3)
    advance(20)
    const read = () =>
      totals(mesh, 'istio_requests_total', ['response_code'], {
        source_workload: 'checkout',
        destination_service_name: 'payments',
      })
    const before = read()
    advance(5)
    expect(Object.keys(since(before, read()))).toEqual(['200'])
  })
  it('admits legacy/batch at pay/ledger and refuses it with 403, named but unproven', () => {
    const { mesh } = shop()
    const labels = [
      'source_workload_namespace',
      'source_principal',
      'connection_security_policy',
      'response_code',
      'reporter',
    ]
    const refused = totals(mesh, 'istio_requests_total', labels, {
      source_workload: 'batch',
      destination_workload: 'ledger',
    })
    expect([...refused.keys()]).toEqual(['legacy unknown none 403 destination'])
    const judged = totals(mesh, 'envoy_http_inbound_0_0_0_0_8080_rbac', ['authz_enforce_result'], { namespace: 'pay' })
    expect(judged.get('denied')).toBeGreaterThan(3000)
  })
  it('counts apart what a staged policy would refuse, and refuses nobody by it', () => {
    const { mesh } = shop()
    // Istio docs, "Dry Run": `authz_dry_run_action` and `authz_dry_run_result` on the counter of the listener.
    const labels = ['authz_dry_run_action', 'authz_dry_run_result', 'authz_enforce_result']
    const judged = totals(mesh, 'envoy_http_inbound_0_0_0_0_8080_rbac', labels, { namespace: 'shop' })
    expect(judged.get('deny denied ')).toBeGreaterThan(100_000)
    expect(judged.get('deny allowed ')).toBeGreaterThan(100_000)
    expect([...judged.keys()].filter(key => key.endsWith(' denied'))).toEqual([])
  })
  it('has the rates of its scenario: 318 requests a second at the gateway, on average over a day', () => {
    const { mesh, advance } = shop()
    const now = advance(60)
    const series = mesh.samples.select(
      [is('__name__', 'istio_requests_total'), is('source_workload', 'web-gateway-istio'), is('reporter', 'source')],
      now - 3_600_000,
      now,
    )
    const grown = series.reduce((sum, { values }) => sum + (values.at(-1) ?? 0) - (values[0] ?? 0), 0)
    // At eight in the morning UTC the day's swing of 35 % stands near −9 %.
    const daily = 1 + 0.35 * Math.cos((2 * Math.PI * (8 - 15)) / 24)
    expect(grown / 3600 / (318 * daily)).toBeGreaterThan(0.95)
    expect(grown / 3600 / (318 * daily)).toBeLessThan(1.05)
  })
  it('follows an edit of a weight within a second', () => {
    const { mesh, store, advance } = shop()
    advance(3)
    const route = store.get('virtualservices.networking.istio.io', 'shop', 'recommendations')
    if (!route) throw new Error('no route')
    const [rule] = (route.spec?.['http'] ?? []) as { route: { destination: unknown; weight: number }[] }[]
    const turned = rule?.route.map((leg, index) => ({ ...leg, weight: index === 0 ? 0 : 100 }))
    store.replace({ ...route, spec: { ...route.spec, http: [{ ...rule, route: turned }] } })
    const where = { destination_service_name: 'recommendations', reporter: 'source' }
    const read = () => totals(mesh, 'istio_requests_total', ['destination_workload'], where)
    const before = read()
    advance(2)
    expect(Object.keys(since(before, read()))).toEqual(['recommendations-v2'])
  })
})

describe('sampled requests', () => {
  const { mesh, trees, advance } = shop()
  advance(120)
  const all: RequestTree[] = []
  const walk = (tree: RequestTree) => {
    all.push(tree)
    for (const child of tree.children) walk(child)
  }
  for (const tree of trees) walk(tree)
  const named = (tree: RequestTree) =>
    `${tree.source?.workload ?? 'unknown'}>${tree.destination?.workload ?? 'unknown'}`

  it('lie within what waits for them, and follow what they caused', () => {
    const outside = all.flatMap(tree =>
      tree.children.filter(
        child => child.start < tree.start - 1e-6 || child.start + child.duration > tree.start + tree.duration + 1e-6,
      ),
    )
    expect(all.length).toBeGreaterThan(5000)
    expect(outside.map(named)).toEqual([])
  })
  it('tell codes and flags that the metrics count on the same way', () => {
    const labels = [
      'source_workload',
      'destination_workload',
      'response_code',
      'grpc_response_status',
      'response_flags',
    ]
    const counted = new Set(
      ['source', 'destination', 'waypoint'].flatMap(reporter => [
        ...totals(mesh, 'istio_requests_total', labels, { reporter }).keys(),
      ]),
    )
    const strange = all
      .filter(tree => tree.protocol !== 'tcp' && tree.source !== null)
      .map(tree => {
        const seen =
          tree.source?.proxy === 'sidecar' && tree.waypoint
            ? tree.waypoint.workload
            : (tree.destination?.workload ?? 'unknown')
        const to = tree.destination?.proxy === 'waypoint' ? tree.destination.workload : seen
        return `${tree.source?.workload} ${to} ${tree.code} ${tree.grpcStatus ?? ''} ${tree.flags}`
      })
      // What no L7 proxy saw is in no request metric: plaintext callers of ambient workloads.
      .filter(key => !counted.has(key) && !/^(batch inventory|crm shipping)/.test(key))
    expect(new Set(strange)).toEqual(new Set())
  })
  it('come with every way the traffic goes', () => {
    const ways = new Set(all.map(named))
    for (const way of [
      'unknown>web-gateway-istio',
      'web-gateway-istio>storefront-v2',
      'checkout>payments',
      'fraud>egress-gateway',
      'batch>ledger',
      'checkout>inventory',
      'crm>shipping',
      'catalog>postgres',
    ])
      expect(ways).toContain(way)
  })
  it('end badly as often as the metrics say', () => {
    const storefront = all.filter(tree => tree.destination?.workload.startsWith('storefront') && tree.source !== null)
    const failed = storefront.filter(tree => tree.code === 404).length / storefront.length
    expect(failed).toBeLessThan(0.02)
    expect(all.some(tree => tree.code === 404)).toBe(true)
    const refused = all.filter(tree => tree.source?.workload === 'batch' && tree.destination?.workload === 'ledger')
    expect(refused.length).toBeGreaterThan(1)
    expect(refused.every(tree => tree.code === 403 && !tree.mtls && tree.children.length === 0)).toBe(true)
    expect(refused[0]?.refusedBy).toContain('pay/')
  })
  it('were kept of the hour before the start', () => {
    const early = trees.filter(tree => tree.start < startedAt)
    expect(early.length).toBeGreaterThan(500)
    expect(Math.min(...early.map(tree => tree.start))).toBeGreaterThan(startedAt - 3_700_000)
  })
})

describe('a mesh of a thousand pods', { timeout: 60_000 }, () => {
  it('carries no pod labels and has flows of every kind', () => {
    const { mesh, advance } = shop(1, 'thousand', 0.2)
    const now = advance(30)
    const series = mesh.samples.select([is('__name__', 'istio_requests_total')], now - 60_000, now)
    expect(series.length).toBeGreaterThan(2000)
    expect(series.some(({ labels }) => 'pod' in labels)).toBe(false)
    const values = (name: string) => new Set(series.map(({ labels }) => labels[name]))
    expect(values('reporter')).toEqual(new Set(['source', 'destination', 'waypoint']))
    expect(values('request_protocol')).toEqual(new Set(['http', 'grpc']))
    const everything = [
      ...series,
      ...mesh.samples.select([is('__name__', 'istio_tcp_sent_bytes_total')], now - 60_000, now),
    ]
    expect(everything.map(({ labels }) => labels['destination_service_name'])).toContain('PassthroughCluster')
  })
})
