import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { destinationRule, made, virtualService, workload } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const partner = 'api.partner.example'
const http = [{ number: 80, name: 'http', protocol: 'HTTP' }]
const entry = (name: string, spec: Record<string, unknown>, where = 'shop'): KubeObject =>
  made('networking.istio.io/v1', 'ServiceEntry', where, name, { ports: http, ...spec })
const sidecar = (where: string, spec: Record<string, unknown>, name = 'default'): KubeObject =>
  made('networking.istio.io/v1', 'Sidecar', where, name, spec)
const registryOnly = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }
const meshConfig = (mesh: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh },
})

function decided(objects: KubeObject[], host: string, port: number, more: Partial<Flow> = {}, source = 'shop/front') {
  const snapshot = snapshotWith(...objects)
  return decide(snapshot, flowFrom(snapshot, source, host, port, more))
}

/** Where it ended, and how the metrics name it. */
const told = ([outcome]: Outcome[]): string => {
  const { destination, external, answer, service, reports } = outcome as Outcome
  const where = answer ? `${answer.code} ${reports[0]?.flags}` : (destination?.name ?? external?.host)
  return `${where} as ${service.name}`
}

// https://istio.io/latest/docs/reference/config/networking/service-entry/
describe('a ServiceEntry', () => {
  const passing = `${partner} as PassthroughCluster`
  const known = `${partner} as ${partner}`
  it.each<[claim: string, spec: Record<string, unknown>, port: number, expected: string]>([
    ['names traffic to its host', { hosts: [partner] }, 80, known],
    ['knows no port that it does not list', { hosts: [partner] }, 443, passing],
    [
      'names all hosts that its wildcard covers',
      { hosts: ['*.partner.example'] },
      80,
      `${partner} as *.partner.example`,
    ],
    ['names no host that its wildcard does not cover', { hosts: ['*.other.example'] }, 80, passing],
    ['is seen by those it is exported to', { hosts: [partner], exportTo: ['shop'] }, 80, known],
    ['is unknown to those it is not exported to', { hosts: [partner], exportTo: ['data'] }, 80, passing],
    [
      'sends to its endpoints by name',
      { hosts: ['alias.example'], resolution: 'DNS', endpoints: [{ address: partner }] },
      80,
      `${partner} as alias.example`,
    ],
    [
      'sends to its endpoints by address',
      { hosts: ['alias.example'], resolution: 'STATIC', endpoints: [{ address: '203.0.113.7' }] },
      80,
      `${partner} as alias.example`,
    ],
    [
      'whose endpoints nobody has is answered 503',
      { hosts: ['alias.example'], resolution: 'STATIC', endpoints: [{ address: '203.0.113.9' }] },
      80,
      '503 UF as alias.example',
    ],
    [
      'may stand for a service of the cluster',
      { hosts: ['alias.example'], resolution: 'DNS', endpoints: [{ address: 'front.shop.svc.cluster.local' }] },
      80,
      'front as alias.example',
    ],
    [
      'is found by an address it names',
      { hosts: [partner], addresses: ['198.51.100.0/24'], resolution: 'DNS', endpoints: [{ address: partner }] },
      80,
      known,
    ],
  ])('%s', (_, spec, port, expected) => {
    const host =
      'addresses' in spec
        ? '198.51.100.3'
        : (spec['hosts'] as string[])[0]?.startsWith('alias')
          ? 'alias.example'
          : partner
    expect(told(decided([entry('partner', spec)], host, port))).toBe(expected)
  })
  it('selects pods of its own namespace, with mTLS as to any of them', () => {
    const spec = {
      hosts: ['backs.internal'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      workloadSelector: { labels: { app: 'back' } },
    }
    const outcomes = decided([entry('backs', spec)], 'backs.internal', 80)
    expect(outcomes.map(({ destination, share, mtls }) => [destination?.name, share, mtls])).toEqual([
      ['back-v1', 0.75, true],
      ['back-v2', 0.25, true],
    ])
    expect(told(decided([entry('backs', spec, 'data')], 'backs.internal', 80))).toBe('503 UH as backs.internal')
  })
  it('selects WorkloadEntries beside pods', () => {
    const spec = {
      hosts: ['vm.internal'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      workloadSelector: { labels: { app: 'vm' } },
    }
    const machine = made('networking.istio.io/v1', 'WorkloadEntry', 'shop', 'vm-1', {
      address: '192.0.2.9',
      labels: { app: 'vm' },
    })
    expect(told(decided([entry('vm', spec), machine], 'vm.internal', 80))).toBe('vm-1 as vm.internal')
  })
  it('has subsets as a Service has', () => {
    const spec = {
      hosts: ['backs.internal'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      workloadSelector: { labels: { app: 'back' } },
    }
    const rules = [
      destinationRule('shop', 'backs', {
        host: 'backs.internal',
        subsets: [{ name: 'v2', labels: { version: 'v2' } }],
      }),
      virtualService('shop', 'backs', {
        hosts: ['backs.internal'],
        http: [{ route: [{ destination: { host: 'backs.internal', subset: 'v2' } }] }],
      }),
    ]
    expect(told(decided([entry('backs', spec), ...rules], 'backs.internal', 80))).toBe('back-v2 as backs.internal')
  })
  it('shares by the weights of its endpoints', () => {
    const endpoints = [
      { address: partner, weight: 3 },
      { address: 'nobody.example', weight: 1 },
    ]
    const outcomes = decided(
      [entry('a', { hosts: ['alias.example'], resolution: 'DNS', endpoints })],
      'alias.example',
      80,
    )
    expect(outcomes.map(({ share }) => share)).toEqual([0.75, 0.25])
  })
})

// https://istio.io/latest/docs/reference/config/networking/sidecar/
describe('a Sidecar', () => {
  const imports = (...hosts: string[]) => ({ egress: [{ hosts }] })
  it.each<[claim: string, sidecars: KubeObject[], host: string, expected: string]>([
    ['imports what it names', [sidecar('shop', imports('legacy/*'))], 'crm.legacy', 'crm as crm'],
    ['imports its own namespace by a dot', [sidecar('shop', imports('./*'))], 'back.shop', 'back-v1 as back'],
    [
      'imports a host from anywhere',
      [sidecar('shop', imports('*/crm.legacy.svc.cluster.local'))],
      'crm.legacy',
      'crm as crm',
    ],
    ['leaves out what it does not name', [sidecar('shop', imports('./*'))], 'crm.legacy', 'crm as PassthroughCluster'],
    ['imports nothing by a tilde', [sidecar('shop', imports('~/*'))], 'back.shop', 'back-v1 as PassthroughCluster'],
    [
      'with labels goes before the one without',
      [
        sidecar('shop', imports('./*')),
        sidecar('shop', { workloadSelector: { labels: { app: 'front' } }, ...imports('legacy/*') }, 'front'),
      ],
      'crm.legacy',
      'crm as crm',
    ],
    [
      'of other labels says nothing',
      [sidecar('shop', { workloadSelector: { labels: { app: 'x' } }, ...imports('~/*') }, 'x')],
      'crm.legacy',
      'crm as crm',
    ],
    [
      'of the root namespace is everybody’s default',
      [sidecar('istio-system', imports('~/*'))],
      'crm.legacy',
      'crm as PassthroughCluster',
    ],
    [
      'of the namespace goes before that of the root namespace',
      [sidecar('istio-system', imports('~/*')), sidecar('shop', imports('legacy/*'))],
      'crm.legacy',
      'crm as crm',
    ],
    ['of another namespace says nothing', [sidecar('data', imports('~/*'))], 'crm.legacy', 'crm as crm'],
    [
      'without egress imports as the default does',
      [
        sidecar('istio-system', imports('~/*')),
        sidecar('shop', { ...registryOnly, workloadSelector: { labels: { app: 'front' } } }, 'front'),
      ],
      'crm.legacy',
      '502 - as BlackHoleCluster',
    ],
    [
      'has a listener for a port by itself',
      [
        sidecar('shop', {
          egress: [{ port: { number: 8080, name: 'http', protocol: 'HTTP' }, hosts: ['legacy/*'] }, { hosts: ['*/*'] }],
        }),
      ],
      'back.shop',
      'back-v1 as PassthroughCluster',
    ],
  ])('%s', (_, sidecars, host, expected) => {
    expect(told(decided(sidecars, host, 8080))).toBe(expected)
  })
  it('leaves a strict destination unreachable to whom does not import it', () => {
    const strict = made('security.istio.io/v1', 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } })
    const [outcome] = decided([strict, sidecar('shop', imports('~/*'))], 'back.shop', 8080)
    expect(outcome).toMatchObject({ answer: { code: 503 }, upstreamCluster: 'PassthroughCluster' })
  })
  it('imports a VirtualService with its host', () => {
    const closed = virtualService('legacy', 'crm', { hosts: ['crm'], http: [{ directResponse: { status: 451 } }] })
    expect(told(decided([closed, sidecar('shop', imports('legacy/*'))], 'crm.legacy', 8080))).toBe('451 - as crm')
    expect(told(decided([closed, sidecar('shop', imports('./*'))], 'crm.legacy', 8080))).toBe(
      'crm as PassthroughCluster',
    )
  })
  it('says nothing to callers in ambient mode', () => {
    expect(told(decided([sidecar('istio-system', imports('~/*'))], 'crm.legacy', 8080, {}, 'amb/bare'))).toBe(
      'crm as crm',
    )
  })
})

// https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
describe('traffic that nobody registered', () => {
  it.each<[claim: string, objects: KubeObject[], more: Partial<Flow>, expected: string]>([
    ['passes unless the mesh says otherwise', [], {}, `${partner} as PassthroughCluster`],
    [
      'is blocked where the mesh says so',
      [meshConfig('outboundTrafficPolicy: {mode: REGISTRY_ONLY}')],
      {},
      '502 - as BlackHoleCluster',
    ],
    [
      'passes where a Sidecar says so in such a mesh',
      [
        meshConfig('outboundTrafficPolicy: {mode: REGISTRY_ONLY}'),
        sidecar('shop', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }),
      ],
      {},
      `${partner} as PassthroughCluster`,
    ],
    ['is blocked where a Sidecar says so', [sidecar('shop', registryOnly)], {}, '502 - as BlackHoleCluster'],
    ['is closed, where it is TCP', [sidecar('shop', registryOnly)], { protocol: 'tcp' }, '0 UH as BlackHoleCluster'],
    [
      'is closed, where the caller speaks TLS itself',
      [sidecar('shop', registryOnly)],
      { sni: partner },
      '0 UH as BlackHoleCluster',
    ],
    ['is UNAVAILABLE to gRPC', [sidecar('shop', registryOnly)], { protocol: 'grpc' }, '200 - as BlackHoleCluster'],
    [
      'that is registered is not blocked',
      [sidecar('shop', registryOnly), entry('partner', { hosts: [partner] })],
      {},
      `${partner} as ${partner}`,
    ],
  ])('%s', (_, objects, more, expected) => {
    expect(told(decided(objects, partner, 80, more))).toBe(expected)
  })
  it('is named by its route in logs', () => {
    expect(decided([], partner, 80)[0]).toMatchObject({ routeName: 'allow_any', upstreamCluster: 'PassthroughCluster' })
    expect(decided([sidecar('shop', registryOnly)], partner, 80)[0]).toMatchObject({
      routeName: 'block_all',
      details: 'direct_response',
      service: { namespace: 'unknown' },
    })
  })
  it('is not blocked for callers without a sidecar', () => {
    const objects = [meshConfig('outboundTrafficPolicy: {mode: REGISTRY_ONLY}'), ...workload('legacy', 'x', 'plain')]
    expect(decided(objects, partner, 80, {}, 'legacy/batch')[0]?.answer).toBeNull()
  })
})
