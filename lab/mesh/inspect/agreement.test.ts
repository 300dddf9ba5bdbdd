import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCertificates } from '#lab/certificates/certificates.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { valuesAt } from './fixture.ts'
import { createPodServers } from './servers.ts'

/** The shop with some objects written over it, the traffic decided for it, and what its proxies say. */
function shop(...objects: KubeObject[]) {
  const startedAt = Date.UTC(2026, 10, 23, 8)
  const scenario = createScenario('shop', 1, startedAt)
  const { store, controllers } = createKubernetes({ now: () => startedAt, seed: 1 })
  const certificates = createCertificates(scenario, { seed: 1, startedAt, realNow: startedAt })
  controllers.adopt([...certificates.secrets, ...scenario.objects])
  for (const object of objects) store.create(object)
  const mesh = createMesh({ scenario, store, sink: { add: () => undefined }, seed: 1, startedAt, historyHours: 0.02 })
  const servers = createPodServers({ mesh, store, certificates: certificates.mesh, now: () => startedAt })
  const dump = (pod: { namespace: string; name: string }): unknown => {
    const object = store.get('pods', pod.namespace, pod.name)
    if (!object) throw new Error(`The shop has no pod ${pod.name}.`)
    const reply = servers.ask(object, 15_000, { method: 'GET', path: '/config_dump', query: new URLSearchParams() })
    return JSON.parse(reply?.body ?? 'null')
  }
  const end = () => {
    controllers.close()
    mesh.stop()
  }
  return { mesh, dump, end }
}

describe('what is decided and what is dumped agree', () => {
  it('every cluster that requests go to, and every route that they take, is in the dump of the proxy that sends them', () => {
    const { mesh, dump, end } = shop()
    let compared = 0
    for (const node of mesh.look().plan.nodes) {
      const { workload } = node
      const [pod] = workload?.pods ?? []
      if (!workload || !pod || (workload.proxy !== 'sidecar' && workload.proxy !== 'gateway')) continue
      const whole = dump(pod)
      const clusters = new Set(valuesAt(valuesAt(whole, 'dynamic_active_clusters'), 'name'))
      const routes = new Set(valuesAt(valuesAt(whole, 'dynamic_route_configs'), 'name'))
      for (const call of [...node.calls, ...node.originCalls])
        for (const { outcome } of call.flows.flatMap(flow => flow.outcomes)) {
          // What a waypoint decides is in the waypoint's dump.
          if (outcome.waypoint !== null || outcome.answer !== null) continue
          compared++
          expect([workload.key, outcome.upstreamCluster, clusters.has(outcome.upstreamCluster)]).toEqual([
            workload.key,
            outcome.upstreamCluster,
            true,
          ])
          if (call.call.protocol !== 'tcp')
            expect([workload.key, outcome.routeName, routes.has(outcome.routeName)]).toEqual([
              workload.key,
              outcome.routeName,
              true,
            ])
        }
    }
    expect(compared).toBeGreaterThan(20)
    end()
  })

  it('weights in the dump are the shares of the traffic', () => {
    const { mesh, dump, end } = shop()
    const node = mesh.look().plan.nodes.find(({ key }) => key.includes('shop/storefront-v1'))
    const call = node?.calls.find(one => one.call.host.startsWith('recommendations'))
    const [pod] = node?.workload?.pods ?? []
    if (!call || !pod) throw new Error('The storefront asks for no recommendations.')
    const shares: Record<string, number> = {}
    for (const flow of call.flows)
      for (const { share, outcome } of flow.outcomes)
        shares[outcome.upstreamCluster] = (shares[outcome.upstreamCluster] ?? 0) + flow.share * share
    const weighted = valuesAt(dump(pod), 'weighted_clusters') as { clusters: { name: string; weight: number }[] }[]
    const own = weighted.find(({ clusters }) => clusters.some(({ name }) => name.includes('recommendations')))
    expect(own?.clusters).toHaveLength(2)
    for (const { name, weight } of own?.clusters ?? []) expect(shares[name]).toBeCloseTo(weight / 100, 6)
    end()
  })
})
