import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { destinationRule, made, virtualService } from '#lab/mesh/testing/objects.ts'
import { smallScenario } from '#lab/mesh/testing/small-mesh.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import type { FaultWorld } from './world.ts'

const node = (name: string, zone: string): KubeObject =>
  made('v1', 'Node', undefined, name, {}, { labels: { 'topology.kubernetes.io/zone': zone } })

/** The small mesh with something for every fault to happen to, and a log of what was asked of its surroundings. */
export function aWorld(): { world: FaultWorld; store: ObjectStore; objects(): unknown; log: string[] } {
  const scenario = smallScenario()
  const store = memoryStore([
    ...scenario.objects,
    node('node-0', 'eu-a'),
    node('node-1', 'eu-b'),
    virtualService('shop', 'back', {
      hosts: ['back'],
      http: [
        {
          route: [
            { destination: { host: 'back', subset: 'v1' }, weight: 90 },
            { destination: { host: 'back', subset: 'v2' }, weight: 10 },
          ],
        },
      ],
    }),
    destinationRule('shop', 'back', {
      host: 'back',
      subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
    }),
    made('networking.istio.io/v1', 'Gateway', 'gates', 'old', {
      selector: { app: 'edge' },
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: ['old.example'],
          tls: { credentialName: 'old' },
        },
      ],
    }),
    { ...made('v1', 'Secret', 'gates', 'old', {}), data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } },
  ])
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: () => undefined },
    seed: 1,
    startedAt: Date.UTC(2026, 10, 23, 8),
    historyHours: 0.02,
  })
  const log: string[] = []
  const world: FaultWorld = {
    scenario,
    store,
    look: mesh.look,
    setOutage: (server, isDown) => void log.push(`${server} ${isDown}`),
    setNodeReady: (name, isReady) => void log.push(`${name} ${isReady}`),
    holdProxies: (workload, isHeld) => void log.push(`${workload} ${isHeld}`),
    leak: (pod, bytes) => void log.push(`${pod} ${bytes}`),
    expiredCertificate: hosts => ({ 'tls.crt': `expired for ${hosts.join()}`, 'tls.key': 'key' }),
  }
  const kinds = ['virtualservices.networking.istio.io', 'secrets', 'deployments.apps', 'gateways.networking.istio.io']
  return { world, store, objects: () => kinds.map(kind => store.list(kind)), log }
}
