import { describe, expect, it, vi } from 'vitest'
import type { Impact, Inventory } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { cluster, consoleOn, type Json, type Manifest, pod, service, virtualService, wholeLab } from './lab.fixture.ts'

interface Analyzed {
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  impacts: { object: { name: string }; impact: Impact }[]
}
const policy = (place: string, spec: Json, kind = 'AuthorizationPolicy'): Manifest => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name: 'p', namespace: place },
  spec,
})

async function analyzing(objects: Manifest[], user = 'mesh-admin') {
  const given = await cluster(objects)
  const { as } = await consoleOn(given.kubeconfig)
  await as(user)('/objects')
  const analyze = async (apply: unknown[], remove: Json[] = []) =>
    (await as(user)('/analyze', { apply, delete: remove })).body as unknown as Analyzed
  return { analyze, as, given }
}
const codes = (findings: Finding[]) => findings.map(({ code, object }) => `${code} ${object.namespace}/${object.name}`)

describe('a draft', () => {
  it('is told its findings at their place, and what selects what', async () => {
    const { analyze } = await analyzing([
      service('shop', 'web'),
      pod('shop', 'web', 'web-1'),
      pod('shop', 'web', 'web-2'),
    ])
    const { findings, impacts } = await analyze([
      virtualService('shop', 'lost'),
      policy('shop', { selector: { matchLabels: { app: 'web' } } }),
    ])
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'IST0101', path: 'spec.http[0].route[0].destination.host' }),
    )
    expect(impacts[0]?.impact.selects).toBeNull()
    expect(impacts[1]?.impact).toMatchObject({
      selects: {
        pods: 2,
        proxies: 2,
        workloads: [{ namespace: 'shop', name: 'web-1', pods: 1, proxy: 'sidecar' }, {}],
      },
      warnings: [],
    })
  })

  it('is told what it brings to others and takes from them, and leaves nothing behind', async () => {
    const { analyze, as } = await analyzing([virtualService('shop', 'web')])
    const { resolved } = await analyze([service('shop', 'web')])
    expect(codes(resolved)).toContain('IST0101 shop/web')
    const ref = { group: '', kind: 'Service', namespace: 'shop', name: 'web' }
    expect(codes((await analyze([service('shop', 'web')], [ref])).brought)).toEqual([])
    const row = ((await as('mesh-admin')('/objects')).body['rows'] as { ref: Json; findings: Json }[]).find(
      each => each.ref['name'] === 'web',
    )
    expect(row?.findings['Error']).toBe(1)
  })

  it('is told when it is for the whole mesh, when it selects nothing, and what it stands beside', async () => {
    const { analyze } = await analyzing([
      pod('shop', 'web', 'web-1'),
      {
        ...policy('shop', { mtls: { mode: 'STRICT' } }, 'PeerAuthentication'),
        metadata: { name: 'all', namespace: 'shop' },
      },
      virtualService('shop', 'a', { hosts: ['web'] }),
    ])
    const warnings = async (draft: Manifest) => (await analyze([draft])).impacts[0]?.impact.warnings
    expect(await warnings(policy('istio-system', {}))).toEqual([expect.stringContaining('holds for the whole mesh')])
    expect(await warnings(policy('shop', { selector: { matchLabels: { app: 'wbe' } } }))).toEqual([
      expect.stringContaining('It selects nothing'),
    ])
    const narrow = policy('shop', { selector: { matchLabels: { app: 'web' } } }, 'PeerAuthentication')
    expect((await analyze([narrow])).impacts[0]?.impact.relations).toMatchObject([
      { object: { name: 'all' }, kind: 'shadows' },
    ])
    const same = virtualService('shop', 'b', { hosts: ['web.shop.svc.cluster.local'] })
    expect((await analyze([same])).impacts[0]?.impact.relations).toContainEqual(
      expect.objectContaining({ object: expect.objectContaining({ name: 'a' }), kind: 'conflicts' }),
    )
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['half a word', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualServ' }],
    ['a list for a spec', { ...virtualService('shop', 'x'), spec: [1, null] }],
    ['text for metadata', { ...virtualService('shop', 'x'), metadata: 'x' }],
    [
      'numbers for labels',
      { ...virtualService('shop', 'x'), metadata: { name: 'x', namespace: 'shop', labels: [3], annotations: 7 } },
    ],
    [
      'names of prototypes',
      { ...virtualService('shop', '__proto__'), spec: JSON.parse('{"__proto__":{"hosts":1},"constructor":2}') as Json },
    ],
    ['markup', virtualService('shop', 'x', { hosts: ['<script>', '\u202e', 'a'.repeat(5000)] })],
  ])('of %s is no failure, and the list goes on', async (_, manifest) => {
    const { as } = await analyzing([])
    expect((await as('mesh-admin')('/analyze', { apply: [manifest], delete: [] })).status).toBe(200)
    expect((await as('mesh-admin')('/objects')).status).toBe(200)
  })

  it('tells of others only what the caller may see', async () => {
    const lost = virtualService('pay', 'x', {
      hosts: ['web.shop.svc.cluster.local'],
      http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local' } }] }],
    })
    const { as } = await analyzing([service('shop', 'web'), lost])
    const remove = { apply: [], delete: [{ group: '', kind: 'Service', namespace: 'shop', name: 'web' }] }
    const brought = async (user: string) => codes((await as(user)('/analyze', remove)).body['brought'] as Finding[])
    expect(await brought('mesh-admin')).toContain('IST0101 pay/x')
    expect(await brought('shop-dev')).toEqual([])
  })
})

describe('the inventory', () => {
  it('names what exists, as far as the caller may list it', async () => {
    const { as } = await analyzing([
      service('shop', 'web'),
      pod('shop', 'web', 'web-1', { version: 'v1' }),
      service('pay', 'ledger'),
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { host: 'web', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'certificate', namespace: 'shop' },
        data: { key: 'c2VjcmV0' },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: 'istio-system' },
        data: { mesh: 'trustDomain: shop.example\nextensionProviders:\n- name: jaeger\n  opentelemetry: {}\n' },
      },
    ])
    const inventory = async (user: string) => (await as(user)('/inventory')).body as unknown as Inventory
    const all = await inventory('mesh-admin')
    expect(all).toMatchObject({
      trustDomain: 'shop.example',
      rootNamespace: 'istio-system',
      providers: [{ name: 'jaeger', kind: 'opentelemetry' }],
      subsets: [{ host: 'web.shop.svc.cluster.local', name: 'v1', namespace: 'shop' }],
    })
    expect(all.services.map(({ name }) => name)).toEqual(['ledger', 'web'])
    expect(all.workloads).toContainEqual(
      expect.objectContaining({
        name: 'web-1',
        labels: { app: 'web', version: 'v1' },
        serviceAccount: 'web',
        proxy: 'sidecar',
      }),
    )
    expect(all.serviceAccounts).toContainEqual({ namespace: 'shop', name: 'web' })
    expect(all.secrets).toContainEqual({ namespace: 'shop', name: 'certificate' })
    expect(JSON.stringify(all)).not.toContain('c2VjcmV0')
    const own = await inventory('shop-dev')
    expect(own.services.map(({ name }) => name)).toEqual(['web'])
    expect(own.secrets).toEqual([])
    expect(JSON.stringify(own)).not.toContain('ledger')
  })
})

describe('on the whole lab', () => {
  it('a draft is told the calls it governs now, and a written object in how many proxies it has arrived', async () => {
    const { kubeconfig, prometheus } = await wholeLab()
    const { as } = await consoleOn(kubeconfig, undefined, prometheus)
    const admin = as('mesh-admin')
    const rows = (await admin('/objects')).body['rows'] as { ref: { kind: string; namespace: string; name: string } }[]
    expect(rows.length).toBeGreaterThan(20)
    const { impacts } = (
      await admin('/analyze', {
        apply: [policy('shop', { action: 'DENY' })],
        delete: [],
      })
    ).body as unknown as Analyzed
    expect(impacts[0]?.impact.requestRate).toBeGreaterThan(0)
    expect(impacts[0]?.impact.edges?.[0]).toMatchObject({
      destination: expect.stringMatching(/^shop\//),
      requestRate: expect.any(Number),
    })
    const name = 'arrival'
    const manifest = virtualService('shop', name, { hosts: ['frontend.shop.svc.cluster.local'] })
    await admin('/apply', { apply: [{ manifest, take: [] }], delete: [], dryRun: false })
    const address = `/arrival/networking.istio.io/VirtualService/shop/${name}`
    await vi.waitFor(
      async () => {
        const { body } = await admin(address)
        expect(body).toMatchObject({ known: true })
        expect(body['of']).toBeGreaterThan(20)
      },
      { timeout: 20_000, interval: 250 },
    )
  }, 60_000)
})
