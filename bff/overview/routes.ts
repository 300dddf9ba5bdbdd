import { type Router, serve } from '#bff/http/serve.ts'
import { isSeen, openSight, type Seers } from '#bff/http/sight.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes, Prometheus, WorkloadView } from '#bff/sources/source.ts'
import { readHappenings, readSignals } from '#shared/overview/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { eventReadings } from './events.ts'
import { happeningsIn } from './happenings.ts'
import { namespaceLabel } from './queries.ts'
import { cutSignals, signalReadings } from './signals.ts'

export interface OverviewDeps {
  sources: {
    prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
    kubernetes: Pick<Kubernetes, 'objects'>
  }
  users: KubernetesUsers
  seers?: Seers
  now: () => EpochMilliseconds
}

/** What `/` asks beside the lists that live anyway. */
export function overviewRoutes(router: Router, deps: OverviewDeps): void {
  const { sources, seers = openSight, now } = deps
  const signals = signalReadings({ prometheus: sources.prometheus, now })
  serve(router, readSignals, async ({ query }, signal, caller) => {
    const whole = await signals(null, signal)
    const names = new Set(whole.sums.map(({ metric }) => metric[namespaceLabel] ?? ''))
    return cutSignals(whole, query.namespaces, await seers.of(caller(), [...names]))
  })
  const events = eventReadings(deps)
  serve(router, readHappenings, async ({ query }, signal, caller) => {
    const { items, refused } = await events({ user: caller(), namespaces: query.namespaces }, signal)
    const plane = planeOf(sources.kubernetes.objects()?.workloads ?? [])
    const sight = await seers.of(caller(), [...new Set(plane.map(({ namespace }) => namespace))])
    const seen = plane.filter(({ namespace }) => isSeen(sight, namespace))
    return { happenings: happeningsIn(items, now()), refused, plane: seen }
  })
}

/** Known by the label that all charts of Istio give it; a revision has a name of its own. */
const planeOf = (workloads: readonly WorkloadView[]) =>
  workloads
    .filter(({ labels, podLabels }) => labels['app'] === 'istiod' || podLabels['app'] === 'istiod')
    .map(({ namespace, name, readyReplicas, replicas }) => ({ namespace, name, ready: readyReplicas, total: replicas }))
