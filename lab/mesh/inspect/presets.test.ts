import { describe, expect, it } from 'vitest'
import { createCertificates } from '#lab/certificates/certificates.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { connectionsOf } from '#lab/mesh/xds/connections.ts'
import { createPushLog } from '#lab/mesh/xds/pushes.ts'
import { MemoryStore } from '#lab/prometheus/memory-store.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { valuesAt } from './fixture.ts'
import { createPodServers } from './servers.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)

/** Bytes: every sidecar knows every service, so a dump grows with the mesh. */
const bounds = { shop: 0.4e6, thousand: 5e6, tenthousand: 40e6 }

describe.each([
  ['shop', 1],
  ['thousand', 40],
  ['tenthousand', 4000],
] as const)('in %s', (preset, every) => {
  it('proxies can be looked into, and routes lead to clusters that are there', { timeout: 120_000 }, () => {
    const scenario = createScenario(preset, 1, startedAt)
    const { store, controllers } = createKubernetes({ now: () => startedAt, seed: 1 })
    const certificates = createCertificates(scenario, { seed: 1, startedAt, realNow: startedAt })
    controllers.adopt([...certificates.secrets, ...scenario.objects])
    const snapshot = takeSnapshot(store, settingsOf(scenario))
    const mesh = { look: () => ({ snapshot }), pushes: createPushLog(startedAt), samples: new MemoryStore() }
    const servers = createPodServers({ mesh, store, certificates: certificates.mesh, now: () => startedAt })
    const { all, istiods } = connectionsOf(snapshot)
    const ask = (namespace: string, name: string, port: number, path: string) => {
      const pod = store.get('pods', namespace, name)
      if (!pod) throw new Error(`${preset} has no pod ${name}.`)
      const query = new URLSearchParams('include_eds')
      const reply = servers.ask(pod, port, { method: 'GET', path, query })
      expect([name, path, reply?.code]).toEqual([name, path, 200])
      expect(reply?.body.length).toBeLessThan(bounds[preset])
      return reply?.body ?? ''
    }
    const waypoints = all.filter(({ type }) => type === 'waypoint')
    const some = [...all.filter((_, index) => index % every === 0), ...waypoints.slice(0, 5)]
    expect(new Set(some.map(({ type }) => type)).size).toBeGreaterThanOrEqual(preset === 'shop' ? 4 : 2)
    for (const { pod, type } of some) {
      const dump = JSON.parse(ask(pod.namespace, pod.name, 15_000, '/config_dump')) as { configs?: object[] }
      if (type === 'ztunnel') continue
      const clusters = new Set(
        (valuesAt(dump, 'dynamic_active_clusters').flat() as { cluster: { name: string } }[]).map(
          one => one.cluster.name,
        ),
      )
      const named = [
        ...valuesAt(valuesAt(dump, 'route'), 'cluster'),
        ...valuesAt(valuesAt(dump, 'weighted_clusters'), 'name'),
      ]
      expect(named.length).toBeGreaterThan(0)
      expect(named.filter(name => typeof name === 'string' && !clusters.has(name))).toEqual([])
    }
    for (const { namespace, name } of istiods)
      for (const path of ['syncz', 'registryz', 'endpointz', 'configz', 'mesh', 'adsz'])
        expect(JSON.parse(ask(namespace, name, 15_014, `/debug/${path}`))).toBeTruthy()
    controllers.close()
  })
})
