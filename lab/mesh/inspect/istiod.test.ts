import { describe, expect, it } from 'vitest'
import { authorizationPolicy, made, virtualService } from '#lab/mesh/testing/objects.ts'
import { envoyFilter, filterPatch, selecting } from '#lab/mesh/testing/envoy-filters.ts'
import { typeUrls } from '#lab/mesh/xds/types.ts'
import { inspected, valuesAt } from './fixture.ts'
import type { SyncStatus } from './syncz.ts'

const route = virtualService('shop', 'back', {
  hosts: ['back'],
  http: [{ route: [{ destination: { host: 'back' } }] }],
})

const statuses = (mesh: ReturnType<typeof inspected>): SyncStatus[] =>
  mesh.everywhere('/debug/syncz').flat() as SyncStatus[]

/** The types that a proxy has not taken. */
const stale = (status: SyncStatus | undefined) =>
  Object.entries(status?.resources ?? {}).flatMap(([url, { sent, acked }]) => (sent === acked ? [] : [url]))

describe('/debug/syncz', () => {
  it('knows every proxy once, each at one istiod, synced', () => {
    const mesh = inspected()
    const all = statuses(mesh)
    expect(all.map(({ proxy }) => proxy).toSorted()).toEqual(mesh.connected().map(({ id }) => id))
    expect(new Set(all.map(status => status.proxy_type))).toEqual(new Set(['sidecar', 'router', 'waypoint', 'ztunnel']))
    for (const status of all) {
      expect(stale(status)).toEqual([])
      expect(status.cluster_sent).toBe(status.cluster_acked)
    }
  })

  it('has nonces of their own for each proxy and type, which change with each push', () => {
    const mesh = inspected()
    const sent = () => statuses(mesh).flatMap(({ resources }) => Object.values(resources).map(one => one.sent))
    const before = sent()
    expect(new Set(before).size).toBe(before.length)
    mesh.write(route)
    expect(sent().filter(nonce => before.includes(nonce)).length).toBe(2 * 2)
    expect(sent().some(nonce => nonce.startsWith(mesh.mesh.pushes.latest.version))).toBe(true)
  })

  it('tells proxies that no longer listen: sent is newer than acked, but for endpoints', () => {
    const mesh = inspected()
    mesh.mesh.hold('shop/front', true)
    mesh.run(1)
    const front = () => statuses(mesh).find(({ proxy }) => proxy === 'front-5d4f-0.shop')
    expect(stale(front())).toEqual([])
    mesh.write(route)
    expect(stale(front())).toEqual([typeUrls.cds, typeUrls.lds, typeUrls.rds, typeUrls.nds])
    expect(front()?.route_sent).not.toBe(front()?.route_acked)
    expect(stale(statuses(mesh).find(({ proxy }) => proxy === 'db-5d4f-0.data'))).toEqual([])
    mesh.mesh.hold('shop/front', false)
    mesh.run(1)
    expect(stale(front())).toEqual([])
  })

  it('tells proxies that reject, and why', () => {
    const mesh = inspected()
    const strange = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.nothing.v3.Nothing' }
    mesh.write(envoyFilter('shop', 'limit', [filterPatch(strange)], selecting('back')))
    const rejecting = statuses(mesh).filter(status => stale(status).length > 0)
    expect(rejecting.map(({ proxy }) => proxy).toSorted()).toEqual([
      'back-v1-5d4f-0.shop',
      'back-v1-5d4f-1.shop',
      'back-v1-5d4f-2.shop',
      'back-v2-5d4f-0.shop',
    ])
    for (const status of rejecting) {
      expect(stale(status)).toEqual([typeUrls.lds])
      expect(status.resources[typeUrls.lds]?.lastError).toContain('Nothing')
    }
  })

  it('can be asked for one namespace', () => {
    const all = inspected().everywhere('/debug/syncz?namespace=data').flat() as SyncStatus[]
    expect(all.map(({ proxy }) => proxy).toSorted()).toEqual(['db-5d4f-0.data', 'db-5d4f-1.data'])
  })
})

describe('/debug/config_dump', () => {
  it('is answered by the istiod that the proxy is connected to, and no other', () => {
    const mesh = inspected()
    const ask = (name: string) => mesh.ask(name, 15_014, '/debug/config_dump?proxyID=front-5d4f-0.shop')
    const codes = ['istio-system/istiod-5d4f-0', 'istio-system/istiod-5d4f-1'].map(name => ask(name)?.code)
    expect(codes.toSorted((a, b) => Number(a) - Number(b))).toEqual([200, 404])
  })
  it('has what istiod sends: neither how an Envoy was started nor its certificate', () => {
    const [dump] = inspected().everywhere('/debug/config_dump?proxyID=front-5d4f-0.shop')
    expect(valuesAt(dump, 'bootstrap')).toEqual([])
    expect(valuesAt(dump, 'static_clusters')).toEqual([])
    expect(valuesAt(dump, 'tls_certificate')).toEqual([])
    expect(valuesAt(dump, 'dynamic_route_configs').flat().length).toBeGreaterThan(0)
  })
  it('wants to know of which proxy', () => {
    const reply = inspected().ask('istio-system/istiod-5d4f-0', 8080, '/debug/config_dump')
    expect([reply?.code, reply?.body]).toEqual([400, 'You must provide a proxyID in the query string\n'])
  })
})

describe('istiod', () => {
  const mesh = inspected(route, authorizationPolicy('shop', 'open', { rules: [{}] }))
  const istiod = 'istio-system/istiod-5d4f-0'
  it.each<[number, string, number | null]>([
    [8080, '/ready', 200],
    [8080, '/debug/syncz', 200],
    [8080, '/metrics', 404],
    [15_014, '/version', 200],
    [15_014, '/metrics', 200],
    [15_014, '/debug/mesh', 200],
    [15_014, '/debug/registryz', 200],
    [15_014, '/debug/endpointz', 200],
    [15_014, '/debug/configz', 200],
    [15_014, '/debug/adsz', 200],
    [15_014, '/debug/connections', 200],
    [15_014, '/debug/list', 200],
    [15_014, '/debug/constructor', 404],
    [15_014, '/debug/adsz?proxyID=nobody', 404],
    [15_014, '/', 404],
    [9999, '/ready', null],
  ])('on %i answers %s with %j', (port, path, code) => {
    expect(mesh.ask(istiod, port, path)?.code ?? null).toBe(code)
  })

  it('tells its own metrics', () => {
    mesh.run(15)
    const text = mesh.ask(istiod, 15_014, '/metrics')?.body ?? ''
    expect(text).toMatch(/^# TYPE pilot_proxy_convergence_time histogram$/m)
    expect(text).toMatch(/^pilot_xds\{version="1\.29\.0"\} \d+$/m)
    expect(text).not.toContain('istio_requests_total')
  })

  it('knows services with their addresses, and who is behind them', () => {
    const services = mesh.read(istiod, 15_014, '/debug/registryz') as { hostname: string; ports: object[] }[]
    expect(services.find(({ hostname }) => hostname === 'back.shop.svc.cluster.local')?.ports).toEqual([
      { name: 'main', port: 8080, protocol: 'UnsupportedProtocol' },
    ])
    const endpoints = mesh.read(istiod, 15_014, '/debug/endpointz') as Record<string, unknown>
    expect(valuesAt(endpoints['back.shop.svc.cluster.local'], 'WorkloadName')).toEqual([
      'back-v1',
      'back-v1',
      'back-v1',
      'back-v2',
    ])
  })

  it('shows the configuration that it reads', () => {
    const all = mesh.read(istiod, 15_014, '/debug/configz') as { kind: string; metadata: { name: string } }[]
    expect(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'VirtualService back',
      'AuthorizationPolicy open',
    ])
  })

  it('tells what a proxy asks for', () => {
    const [clients] = mesh.everywhere('/debug/adsz?proxyID=front-5d4f-0.shop') as {
      clients: { watches: Record<string, string[]> }[]
    }[]
    expect(clients?.clients[0]?.watches[typeUrls.eds]).toContain('outbound|8080||back.shop.svc.cluster.local')
    expect(clients?.clients[0]?.watches[typeUrls.cds]).toEqual([])
  })
})

describe('ztunnel', () => {
  const ztunnel = 'istio-system/ztunnel-5d4f-0'
  interface ZtunnelDump {
    workloads: { uid: string; protocol: string; authorizationPolicies?: string[] }[]
    services: { hostname: string; waypoint?: { destination: string } }[]
    policies: { name: string; scope: string; action: string; rules: unknown }[]
    certificates: { identity: string; certChain: { serialNumber: string }[] }[]
  }
  const dump = (...objects: Parameters<typeof inspected>) =>
    inspected(...objects).read(ztunnel, 15_000, '/config_dump') as ZtunnelDump

  it('knows all workloads, and which of them speak HBONE', () => {
    const { workloads, services } = dump()
    expect(workloads.find(({ uid }) => uid === 'test//Pod/amb/stock-5d4f-0')?.protocol).toBe('HBONE')
    expect(workloads.find(({ uid }) => uid === 'test//Pod/shop/front-5d4f-0')?.protocol).toBe('TCP')
    expect(services.find(({ hostname }) => hostname === 'stock.amb.svc.cluster.local')?.waypoint?.destination).toBe(
      'amb/waypoint.amb.svc.cluster.local',
    )
  })

  it('has certificates for the ServiceAccounts on its node', () => {
    const { certificates } = dump()
    expect(certificates.map(({ identity }) => identity)).toEqual([
      'spiffe://cluster.local/ns/amb/sa/bare',
      'spiffe://cluster.local/ns/amb/sa/stock',
    ])
    for (const { certChain } of certificates) expect(certChain[0]?.serialNumber).toMatch(/^\d+$/)
  })

  it('is sent what it can read of policies: no rule of HTTP, no trial, nothing that hangs on a waypoint', () => {
    const allow = (name: string, rules: object[], more: object = {}, annotations: Record<string, string> = {}) =>
      authorizationPolicy('amb', name, { rules, ...more }, annotations)
    const { policies, workloads } = dump(
      allow('callers', [
        {
          from: [{ source: { principals: ['cluster.local/ns/shop/sa/front'] } }],
          to: [{ operation: { ports: ['9090'] } }],
        },
        { to: [{ operation: { methods: ['GET'] } }] },
      ]),
      allow('stock-only', [{ from: [{ source: { namespaces: ['shop'] } }] }], {
        action: 'DENY',
        selector: { matchLabels: { app: 'stock' } },
      }),
      allow('trial', [{}], {}, { 'istio.io/dry-run': 'true' }),
      allow('waypoint', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'stock' }] }),
      made('security.istio.io/v1', 'PeerAuthentication', 'amb', 'default', { mtls: { mode: 'STRICT' } }),
    )
    expect(policies.map(({ name }) => name).toSorted()).toEqual([
      'callers',
      'istio_converted_static_strict',
      'stock-only',
    ])
    expect(policies.find(({ name }) => name === 'callers')).toMatchObject({
      scope: 'Namespace',
      action: 'Allow',
      rules: [[[{ principals: [{ Exact: 'cluster.local/ns/shop/sa/front' }] }], [{ destinationPorts: [9090] }]]],
    })
    expect(workloads.find(({ uid }) => uid === 'test//Pod/amb/stock-5d4f-0')?.authorizationPolicies).toEqual([
      'amb/stock-only',
      'istio-system/istio_converted_static_strict',
    ])
  })
})
