import type { Call, KubeObject } from '#lab/contract.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { decide } from '#lab/mesh/decide/decide.ts'
import type { Flow } from '#lab/mesh/decide/outcome.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { flowFrom } from '#lab/mesh/testing/small-mesh.ts'
import { endsOf, running } from '#lab/mesh/testing/traffic.ts'
import { createScenario } from '#lab/scenario/scenario.ts'

/** The lab's shop without servers and without a clock: its objects, and what becomes of requests among any such objects. */
export interface Shop {
  objects: readonly KubeObject[]
  /** What a proxy answers (`403 -`), else the workload that is reached, with its share of the requests. */
  ends(objects: readonly KubeObject[], call: Called): Record<string, number>
  /** The same of all that one workload asks of a host under way, after some seconds of traffic. */
  endsInTraffic(objects: readonly KubeObject[], source: string, host: string, seconds: number): Record<string, number>
}

export interface Called extends Partial<Pick<Flow, 'method' | 'path' | 'protocol'>> {
  /** `namespace/workload` */
  source: string
  host: string
  port: number
}

const startedAt = Date.UTC(2026, 10, 23, 8)

export function shop(): Shop {
  const scenario = createScenario('shop', 1, startedAt)
  const { store, controllers } = createKubernetes({ now: () => startedAt, seed: 1 })
  controllers.adopt(scenario.objects)
  const objects = store.resources.all().flatMap(({ name }) => store.list(name))
  controllers.close()
  // Nobody has the lab's certificates here: callers from outside come in by HTTP.
  const byHttp = (call: Call): Call => ({ ...call, host: 'www.shop.example', port: 80 })
  const behaviours = scenario.behaviours.map(each =>
    each.origin === undefined ? each : { ...each, origin: { ...each.origin, calls: each.origin.calls.map(byHttp) } },
  )
  return {
    objects,
    ends(given, { source, host, port, ...more }) {
      const snapshot = takeSnapshot(memoryStore([...given]), settingsOf(scenario), null, () => false, startedAt)
      const ends: Record<string, number> = {}
      for (const { share, answer, destination, reports } of decide(
        snapshot,
        flowFrom(snapshot, source, host, port, more),
      )) {
        const flags = reports.find(report => report.flags !== '-')?.flags ?? '-'
        const name = answer ? `${answer.code} ${flags}` : `${destination?.namespace ?? ''}/${destination?.name ?? host}`
        ends[name] = (ends[name] ?? 0) + share
      }
      return ends
    },
    endsInTraffic(given, source, host, seconds) {
      const mesh = running([], behaviours, [...given])
      mesh.run(seconds)
      const calls = mesh.node(source).calls.filter(({ call }) => call.host.startsWith(host))
      const ends: Record<string, number> = {}
      for (const call of calls)
        for (const [name, share] of Object.entries(endsOf(call))) ends[name] = (ends[name] ?? 0) + share / calls.length
      return ends
    },
  }
}
