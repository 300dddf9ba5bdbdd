import { describe, expect, it } from 'vitest'
import type { MeshObjects, ObjectView, PodView } from '#bff/sources/source.ts'
import { workloadsOf } from './workloads.ts'

const pod = (name: string, more: Partial<PodView> = {}): PodView => ({
  namespace: 'amb',
  name: `${name}-1`,
  labels: { app: name },
  serviceAccount: name,
  ip: '10.0.0.1',
  phase: 'Running',
  isReady: true,
  hasSidecar: false,
  isAmbient: true,
  proxyVersion: null,
  workload: { kind: 'Deployment', name },
  ...more,
})
const gateway = (namespace: string, name: string): ObjectView => ({
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  namespace,
  name,
  labels: {},
  annotations: {},
  creationTimestamp: '',
  spec: {},
})
const waypoint = pod('waypoint', {
  labels: { 'gateway.istio.io/managed': 'istio.io-mesh-controller' },
  isAmbient: false,
})
const enforcer = (labels: Record<string, string>, more: Partial<MeshObjects> = {}) => {
  const objects: MeshObjects = {
    revision: 1,
    namespaces: [{ name: 'amb', labels }],
    pods: [pod('stock')],
    workloads: [],
    services: [],
    peerAuthentications: [],
    authorizationPolicies: [],
    serviceEntries: [],
    gateways: [],
    ...more,
  }
  return workloadsOf(objects).find(({ name }) => name === 'stock')?.enforcedBy
}
const use = (name: string, more: Record<string, string> = {}) => ({ 'istio.io/use-waypoint': name, ...more })

// https://istio.io/latest/docs/ambient/usage/waypoint/
describe('before an ambient workload stands', () => {
  it.each<[claim: string, found: string | undefined, expected: string]>([
    ['ztunnel', enforcer({}), 'ztunnel'],
    ['the waypoint that is named', enforcer(use('waypoint'), { gateways: [gateway('amb', 'waypoint')] }), 'waypoint'],
    ['also where only its pods are known', enforcer(use('waypoint'), { pods: [pod('stock'), waypoint] }), 'waypoint'],
    ['no waypoint that nobody made', enforcer(use('gone')), 'ztunnel'],
    ['nor its namesake elsewhere', enforcer(use('waypoint'), { gateways: [gateway('gates', 'waypoint')] }), 'ztunnel'],
    [
      'one of another namespace, if it is asked for',
      enforcer(use('waypoint', { 'istio.io/use-waypoint-namespace': 'gates' }), {
        gateways: [gateway('gates', 'waypoint')],
      }),
      'waypoint',
    ],
    ['none where it opts out', enforcer(use('none'), { gateways: [gateway('amb', 'none')] }), 'ztunnel'],
    ['a sidecar before ztunnel', enforcer({}, { pods: [pod('stock', { hasSidecar: true })] }), 'sidecar'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected)
  })
})
