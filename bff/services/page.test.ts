import { describe, expect, it } from 'vitest'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { connection, request } from '#bff/mesh/readings.fixture.ts'
import { createSinces } from '#bff/mesh/health/since.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import type { MeshObjects, Sample } from '#bff/sources/source.ts'
import { saidIn } from '#shared/mesh/tolerance.ts'
import { ServicePage } from '#shared/services/api.ts'
import { cutPage, namespacesOfPage, pageReadings } from './page.ts'

const signal = new AbortController().signal
const objects = cluster([
  { name: 'shop/web' },
  { name: 'shop/cart-v1', app: 'cart' },
  { name: 'shop/cart-v2', app: 'cart', version: 'v2' },
  { name: 'pay/ledger' },
  { name: 'hidden/spy' },
])
const requests = [
  request({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart', version: 'v1' }, 5),
  request({ from: 'shop/web', to: 'shop/cart-v2', service: 'shop/cart', version: 'v2' }, 1 / 3),
  request(
    { from: 'hidden/spy', to: 'shop/cart-v2', service: 'shop/cart', version: 'v2', code: '503', flags: 'URX' },
    0.7,
  ),
  request(
    { from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart', reporter: 'source', flags: 'UH', code: '503' },
    0.1,
  ),
  request({ from: 'shop/cart-v1', to: 'pay/ledger' }, 2),
]
const connections = [connection({ from: 'shop/cart-v2', to: 'pay/ledger' }, 0.25)]
const quantile = (metric: Record<string, string>, value: number): Sample => ({ metric, value })
const answer = (promql: string): Sample[] => {
  if (promql.startsWith('histogram_quantile(0.95'))
    return promql.includes('by (le, source_workload_namespace')
      ? [quantile({ source_workload_namespace: 'shop', source_workload: 'web' }, 40)]
      : [quantile({ destination_service_namespace: 'pay', destination_service_name: 'ledger' }, 9)]
  if (promql.includes('histogram_quantile'))
    return ['0.5', '0.95', '0.99'].map(part => quantile({ part }, Number(part) * 100))
  if (promql.includes('istio_requests_total')) return requests
  return promql.includes('connections_opened') ? connections : []
}
const deps = () => sourcesOf({ objects, answer })
const cart = { of: 'services', namespace: 'shop', name: 'cart' } as const
const read = async (query: Parameters<ReturnType<typeof pageReadings>>[0] = cart) => {
  const page = await pageReadings(deps(), 5000)(query, signal)
  if (page === null) throw new Error('There is no such page.')
  return page
}
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

describe('the page of a service', () => {
  it('is what its contract says', async () => {
    expect(ServicePage.safeParse(await read()).error).toBeUndefined()
  })

  it('has callers whose rates are the rate of the service, to the last bit', async () => {
    const { row, inbound } = await read()
    expect(sum(inbound.peers.map(({ rate }) => rate))).toBe(row.requestRate)
    expect(inbound.requestRate).toBe(row.requestRate)
    expect(sum(inbound.peers.map(({ share }) => share ?? 0))).toBeCloseTo(1, 12)
  })

  it('tells whom it calls apart by protocol', async () => {
    const { outbound } = await read()
    expect(outbound.peers.map(({ id, rate, p95 }) => [id, rate, p95])).toEqual([
      ['service:pay/ledger:http', 2, 9],
      ['service:pay/ledger:tcp', 0.25, null],
    ])
  })

  it('says how calls of each caller ended, also those that never arrived', async () => {
    const { inbound } = await read()
    const web = inbound.peers.find(({ name }) => name === 'web')
    expect(web?.p95).toBe(40)
    expect(web?.responses.map(({ code, flags, isServerError }) => [code, flags, isServerError])).toEqual([
      ['200', '-', false],
      ['503', 'UH', true],
    ])
  })

  it('gives a caller of a namespace that is not seen no name, and keeps the sum', async () => {
    const page = await read()
    expect(namespacesOfPage(page)).toEqual(['shop', 'hidden', 'pay'])
    const seen = cutPage(page, new Set(['shop', 'pay']))
    expect(JSON.stringify(seen.inbound)).not.toMatch(/hidden|spy/)
    expect(sum(seen.inbound.peers.map(({ rate }) => rate))).toBe(page.inbound.requestRate)
  })

  it('is one reading for two who look', async () => {
    const one = deps()
    const readings = pageReadings(one, 5000)
    await Promise.all([readings(cart, signal), readings(cart, signal)])
    expect(one.asked.map(({ promql }) => promql.slice(0, 24))).toHaveLength(7 + 3)
  })

  it('is nothing where there is no such service', async () => {
    expect(await pageReadings(deps(), 5000)({ ...cart, name: 'nobody' }, signal)).toBeNull()
  })
})

describe('the page of a workload', () => {
  it('has the share of its service that it answered', async () => {
    const { row } = await read({ ...cart, of: 'workloads', name: 'cart-v2' })
    expect([row.id, row.related]).toEqual(['workload:shop/cart-v2', ['cart']])
    expect(row.errorRatio).toBeCloseTo(0.7 / (0.7 + 1 / 3), 9)
  })
})

describe('how the health of a page came about', () => {
  const text = JSON.stringify({ tolerances: [{ code: '503', failing: 0.5 }] })
  const said = saidIn({ 'weft/health': text })
  const annotated: MeshObjects = {
    ...objects,
    services: objects.services.map(view => (view.name === 'cart' && said !== undefined ? { ...view, said } : view)),
  }
  let now = 1_800_000_000_000
  const given = (told: MeshObjects = annotated) => ({
    ...sourcesOf({ objects: told, answer }),
    now: () => now,
    sinces: createSinces(),
  })
  const pageOf = async (sources: ReturnType<typeof given>) => {
    const page = await pageReadings(sources, 5000)(cart, signal)
    if (page === null) throw new Error('There is no such page.')
    expect(ServicePage.safeParse(page).error).toBeUndefined()
    return page
  }

  it('is every rule with what it saw, the places where others may be written, and what they would be held against', async () => {
    const { row, rules, places, endings, inbound } = await pageOf(given())
    expect(row).toMatchObject({ health: 'healthy', reason: { rule: 'tolerance', of: { codes: '503' } } })
    expect(rules.map(({ rule, health, origin }) => [rule, health, origin?.object?.kind])).toEqual([
      ['tolerance', 'healthy', 'Service'],
      ['serverErrors', 'healthy', undefined],
      ['clientErrors', 'healthy', undefined],
      ['connectionErrors', 'unknown', undefined],
    ])
    expect(places).toEqual([
      { object: { group: '', kind: 'Service', namespace: 'shop', name: 'cart' }, text, wrong: null },
      { object: { group: '', kind: 'Namespace', namespace: '', name: 'shop' }, text: null, wrong: null },
    ])
    const served = endings.filter(({ direction }) => direction === 'inbound')
    expect(sum(served.map(({ rate }) => rate))).toBeCloseTo(row.requestRate, 9)
    // All that one of them gets is 503.
    expect(inbound.peers.map(({ name, health }) => [name, health])).toEqual([
      ['web', 'healthy'],
      ['spy', 'failing'],
    ])
  })

  it('is since the first look of this console, and exactly since a change that it saw', async () => {
    const sinces = createSinces()
    const first = await pageOf({ ...given(objects), sinces })
    expect(first.row).toMatchObject({ health: 'failing', since: { at: now, isAtLeast: true } })
    now += 10_000
    expect((await pageOf({ ...given(objects), sinces })).row.since).toEqual(first.row.since)
    now += 10_000
    expect((await pageOf({ ...given(), sinces })).row).toMatchObject({
      health: 'healthy',
      since: { at: now, isAtLeast: false },
    })
  })

  it('is read anew when somebody has written another limit, however young the reading is', async () => {
    let told = objects
    const sources = given()
    sources.sources.kubernetes.objects = () => told
    const readPage = pageReadings(sources, 60_000)
    expect((await readPage(cart, signal))?.row.health).toBe('failing')
    told = annotated
    expect((await readPage(cart, signal))?.row.health).toBe('healthy')
  })
})
