import { describe, expect, it } from 'vitest'
import { createSeers } from '#bff/http/sight.ts'
import type { MeshObjects, PodView } from '#bff/sources/source.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { SeenFlow } from '#shared/security/landscape.ts'
import { cutFlows } from './cut.ts'
import { type LandscapeDeps, policyKinds, readLandscapeFor } from './landscape.ts'

const pod = (namespace: string, name: string): PodView => ({
  namespace,
  name: `${name}-1`,
  labels: { app: name },
  serviceAccount: name,
  ip: '10.0.0.1',
  phase: 'Running',
  isReady: true,
  hasSidecar: true,
  isAmbient: false,
  proxyVersion: null,
  workload: { kind: 'Deployment', name },
})
const mesh: MeshObjects = {
  revision: 1,
  namespaces: ['shop', 'pay', 'istio-system'].map(name => ({ name, labels: {} })),
  pods: [pod('shop', 'cart'), pod('pay', 'ledger')],
  workloads: [],
  services: [],
  peerAuthentications: [],
  authorizationPolicies: [],
  serviceEntries: [],
  gateways: [],
}
const policy = (namespace: string, name: string): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { namespace, name, managedFields: [{ manager: 'kubectl' }] },
  spec: {},
})
const policies = [policy('shop', 'own'), policy('pay', 'secret-rules'), policy('istio-system', 'for-all')]

/** shop-dev may list all in shop; viewer pods everywhere and no policy; mesh-admin everything. */
const may: LandscapeDeps['may'] = (user, { group }, namespace) =>
  Promise.resolve(
    user === 'mesh-admin' || (user === 'shop-dev' && namespace === 'shop') || (user === 'viewer' && group === ''),
  )
const deps = (more: Partial<LandscapeDeps> = {}): LandscapeDeps => ({
  kubernetes: {
    objects: () => mesh,
    state: () => ({
      name: 'kubernetes',
      state: 'ok',
      url: 'https://k',
      since: 0,
      lastGoodAt: 0,
      duration: 1,
      because: null,
      version: null,
    }),
  },
  objectsOf: (_, kind) => (kind === 'AuthorizationPolicy' ? policies : []),
  kinds: () => policyKinds.map(one => ({ ...one, state: 'ok' as const, because: null })),
  may,
  seers: createSeers({ may, kinds: [{ group: '', plural: 'pods' }], own: 'weft' }),
  now: () => 1,
  ...more,
})

describe('what somebody is told of policies', () => {
  it('is all of it for who may list it all, without the notes of who owns which field', async () => {
    const told = await readLandscapeFor('mesh-admin', deps())
    expect(told.objects.filter(({ kind }) => kind === 'AuthorizationPolicy')).toHaveLength(3)
    expect(told.readable).toEqual({ mesh: true, namespaces: null })
    expect(JSON.stringify(told)).not.toContain('managedFields')
  })

  it('names nothing of what shop-dev may not list, and says that mesh-wide policies are not known', async () => {
    const told = await readLandscapeFor('shop-dev', deps())
    expect(JSON.stringify(told)).not.toMatch(/pay|ledger|secret-rules|for-all/)
    expect(told.readable).toEqual({ mesh: false, namespaces: ['shop'] })
    expect(told.workloads.map(({ name }) => name)).toEqual(['cart'])
  })

  it('is workloads alone for a viewer who may list no policy', async () => {
    const told = await readLandscapeFor('viewer', deps())
    expect(told.workloads.map(({ name }) => name)).toEqual(['ledger', 'cart'])
    expect(told.objects.filter(({ kind }) => kind === 'AuthorizationPolicy')).toEqual([])
    expect(told.readable).toEqual({ mesh: false, namespaces: [] })
  })

  it('is a failure, and no verdict, while the cluster has not told its policies', async () => {
    const kinds = () => [{ ...policyKinds[0], state: 'failing' as const, because: 'Connection refused.' }]
    const failed: unknown = await readLandscapeFor('mesh-admin', deps({ kinds })).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      problem: { status: 503 },
      message: expect.stringContaining('Connection refused.') as string,
    })
  })
})

describe('what somebody is told of calls', () => {
  const flow = (from: string, to: string, passed: number): SeenFlow => {
    const [namespace = '', workload = ''] = from.split('/')
    const [place = '', name = ''] = to.split('/')
    return {
      id: `${from}>${to}`,
      source: { namespace, workload, principal: `cluster.local/ns/${namespace}/sa/${workload}`, isHidden: false },
      destination: { namespace: place, workload: name, service: name },
      protocol: 'http',
      mtls: true,
      port: null,
      passed,
      refused: 0,
    }
  }
  const flows = [
    flow('shop/web', 'shop/cart', 10),
    flow('pay/ledger', 'shop/cart', 3),
    flow('data/loader', 'shop/cart', 1),
    flow('shop/cart', 'data/postgres', 5),
    flow('pay/ledger', 'data/postgres', 7),
  ]

  it('is all for who sees everything', () => {
    expect(cutFlows(flows, 'everything')).toEqual(flows)
  })

  it('has callers of other namespaces as one without a name, and no call to other namespaces', () => {
    const seen = cutFlows(flows, new Set(['shop']))
    expect(JSON.stringify(seen)).not.toMatch(/pay|ledger|data|postgres|loader/)
    expect(seen.map(({ source, passed }) => [source.workload, passed])).toEqual([
      ['web', 10],
      ['', 4],
    ])
  })
})
