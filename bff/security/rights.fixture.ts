import { createSeers } from '#bff/http/sight.ts'
import type { MeshObjects, PodView } from '#bff/sources/source.ts'
import { groupOf, type MeshObject } from '#shared/mesh/object.ts'
import { type LandscapeDeps, policyKinds } from './landscape.ts'

/** Two namespaces and the root, three policies, and three people with the rights of the lab's. */

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
export const landscapeDeps = ({
  objects = [],
  ...more
}: Partial<LandscapeDeps> & { objects?: readonly MeshObject[] } = {}): LandscapeDeps => ({
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
  objectsOf: (group, kind) =>
    [...policies, ...objects].filter(object => object.kind === kind && groupOf(object.apiVersion) === group),
  kinds: () => policyKinds.map(one => ({ ...one, state: 'ok' as const, because: null })),
  may,
  seers: createSeers({ may, kinds: [{ group: '', plural: 'pods' }], own: 'weft' }),
  now: () => 1,
  ...more,
})
