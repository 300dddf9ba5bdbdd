import { expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { ProxyConfig, WorkloadPods } from '#shared/proxies/api.ts'
import type { Table } from '#shared/proxies/tables.ts'
import { consoleOnLab } from './lab.fixture.ts'

// A whole lab, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const Refused = z.object({ status: z.number(), detail: z.string() })

it('tells pods and the configuration of their proxies, as far as whoever asks may', async () => {
  const { as } = await consoleOnLab()
  const admin = as('mesh-admin')
  const pods = async (place: string) => WorkloadPods.parse((await admin(`${place}/pods`)).body)
  const config = async (place: string, table: Table) =>
    ProxyConfig.parse((await admin(`${place}/config?table=${table}`)).body)

  // A sidecar.
  const { pods: storefront, partial, queries, left } = await pods('shop/storefront-v1')
  expect([storefront.length, left, partial, queries.map(({ name }) => name)]).toEqual([3, 0, [], ['cpu', 'memory']])
  const [first] = storefront
  expect(first).toMatchObject({
    kind: 'sidecar',
    isReady: true,
    proxy: { namespace: 'shop', pod: first?.name, version: '1.29.0' },
    sync: { state: 'synced', behind: [] },
  })
  expect(first?.containers.map(({ name, restarts, isReady }) => [name, restarts, isReady])).toEqual([
    ['storefront', 0, true],
    ['istio-proxy', 0, true],
  ])
  for (const { memory } of first?.containers ?? []) expect(memory).toBeGreaterThan(1e6)

  const sidecar = `shop/${first?.name ?? ''}`
  const clusters = await config(sidecar, 'clusters')
  expect(clusters).toMatchObject({ speaks: 'envoy', toldBy: 'proxy', partial: [], left: 0 })
  expect(clusters.counts.map(({ table }) => table)).toEqual([
    'listeners',
    'routes',
    'clusters',
    'endpoints',
    'certificates',
  ])
  for (const { table, rows } of clusters.counts) expect([table, rows > 0]).toEqual([table, true])
  const subset = clusters.rows.find(({ cells }) => cells['subset'] === 'v1')
  expect(subset).toMatchObject({
    cells: { host: 'recommendations.shop.svc.cluster.local', port: 8080, direction: 'outbound', tls: 'auto' },
  })
  expect(subset?.objects).toContainEqual({
    group: 'networking.istio.io',
    kind: 'DestinationRule',
    namespace: 'shop',
    name: 'recommendations',
  })
  const routes = await config(sidecar, 'routes')
  expect(routes.rows.flatMap(({ objects }) => objects)).toContainEqual({
    group: 'networking.istio.io',
    kind: 'VirtualService',
    namespace: 'shop',
    name: 'recommendations',
  })
  const listeners = await config(sidecar, 'listeners')
  expect(listeners.rows.flatMap(({ objects }) => objects)).toContainEqual({
    group: 'security.istio.io',
    kind: 'AuthorizationPolicy',
    namespace: 'shop',
    name: 'deny-admin-paths',
  })
  const endpoints = await config(sidecar, 'endpoints')
  expect(endpoints.rows.map(({ cells }) => cells['workload'])).toContain('data/redis')
  const certificates = await config(sidecar, 'certificates')
  expect(certificates.rows[0]?.cells).toMatchObject({
    name: 'default',
    use: 'chain',
    identity: 'spiffe://cluster.local/ns/shop/sa/storefront',
    issuer: 'O=cluster.local',
  })
  expect(JSON.stringify(certificates)).not.toMatch(/private|redacted|BEGIN/i)

  // A waypoint, a gateway, and a pod whose traffic the ztunnel of its node carries.
  const [waypoint] = (await pods('logistics/waypoint')).pods
  expect([waypoint?.kind, waypoint?.sync?.state]).toEqual(['waypoint', 'synced'])
  const [gateway] = (await pods('gateways/egress-gateway')).pods
  expect(gateway?.kind).toBe('gateway')
  const [ambient] = (await pods('logistics/inventory')).pods
  expect(ambient?.kind).toBe('ztunnel')
  expect(ambient?.proxy).toMatchObject({ namespace: 'istio-system', version: '1.29.0' })
  const ztunnel = await config(`istio-system/${ambient?.proxy?.pod ?? ''}`, 'workloads')
  expect(ztunnel).toMatchObject({ speaks: 'ztunnel', toldBy: 'proxy', table: 'workloads' })
  expect(ztunnel.rows.map(({ cells }) => cells['workload'])).toContain('logistics/inventory')
  const [without] = (await pods('legacy/crm')).pods
  expect([without?.kind, without?.proxy, without?.sync]).toEqual(['none', null, null])

  // Rights are the caller's: the viewer lists pods and asks no proxy, the developer is at home in one namespace.
  const viewer = as('viewer')
  expect(WorkloadPods.parse((await viewer('shop/storefront-v1/pods')).body).pods).toHaveLength(3)
  const refused = await viewer(`${sidecar}/config`)
  expect([refused.status, Refused.parse(refused.body).detail]).toEqual([
    403,
    expect.stringContaining('viewer may not get pods/proxy in the namespace shop'),
  ])
  const developer = as('shop-dev')
  expect((await developer(`${sidecar}/config`)).status).toBe(200)
  const elsewhere = await developer('pay/ledger/pods')
  expect([elsewhere.status, Refused.parse(elsewhere.body).detail]).toEqual([
    403,
    'shop-dev may not list pods in the namespace pay. Ask an administrator for that right.',
  ])
  const seen = WorkloadPods.parse((await developer('logistics/inventory/pods')).body)
  expect(seen.pods[0]?.proxy).toBeNull()
  expect(seen.partial.join(' ')).toContain('shop-dev may not list pods in the namespace istio-system')

  // What is not there, and what is no name.
  expect((await admin('shop/nothing/config')).status).toBe(404)
  expect((await admin('shop/..%2f..%2fsecrets/config')).status).toBe(400)
})
