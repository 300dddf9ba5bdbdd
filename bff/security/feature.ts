import { sharedReading } from '#bff/http/shared-reading.ts'
import { openSight } from '#bff/http/sight.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import type { Sample } from '#bff/sources/source.ts'
import {
  type Flows,
  flowWindowIn,
  flowWindows,
  readCertificates,
  readFlows,
  readLandscape,
} from '#shared/security/api.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import type { Seconds } from '#shared/units.ts'
import { type CertificateDeps, certificateReadings } from './certificates.ts'
import { cutFlows } from './cut.ts'
import { flowsOf } from './flows.ts'
import { readLandscapeFor } from './landscape.ts'
import { flowQueries } from './queries.ts'
import { workloadsOf } from './workloads.ts'

export type SecurityDeps = CertificateDeps

/** The longer the window, the less a minute more of it says: a hundredth of it, from half a minute to ten. */
const freshFor = (window: Seconds) => Math.min(Math.max((window * 1000) / 100, 30_000), 600_000)

/** The endpoints of the security pages: one reading of flows for all who look at a window, cut to what each may see. */
export function securityRoutes(router: Router, deps: SecurityDeps): void {
  const reading = sharedReading<Seconds, Flows>({
    key: String,
    read: (window, signal) => readSeenFlows(window, deps, signal),
    fresh: freshFor,
    now: deps.now,
  })
  serve(router, readLandscape, (_, _signal, caller) => readLandscapeFor(caller(), deps))
  const certificates = certificateReadings(deps)
  serve(router, readCertificates, (_, signal, caller) => certificates(caller(), signal))
  serve(router, readFlows, async ({ query }, signal, caller) => {
    const [user, told] = [caller(), await reading(flowWindows[flowWindowIn(query.over)], signal)]
    const sight = await (deps.seers ?? openSight).of(user, namespacesIn(told, deps))
    return { ...told, flows: cutFlows(told.flows, sight) }
  })
}

const namespacesIn = ({ flows }: Flows, { kubernetes }: SecurityDeps): string[] => [
  ...new Set([
    ...flows.flatMap(({ source, destination }) => [source.namespace, destination.namespace]),
    ...(kubernetes.objects()?.namespaces ?? []).map(({ name }) => name),
  ]),
]

/** All queries at one `time=`; the first that fails ends the others. */
export async function readSeenFlows(window: Seconds, deps: SecurityDeps, signal: AbortSignal): Promise<Flows> {
  const at = deps.now()
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const queries = flowQueries(window)
  const ask = (query: string): Promise<Sample[]> => deps.prometheus.query(query, at, either)
  try {
    const [requests, connections, refusals] = await Promise.all([
      ask(queries.requests),
      ask(queries.connections),
      ask(queries.refusals),
    ])
    const mesh = deps.kubernetes.objects()
    const workloads = mesh === null ? [] : workloadsOf(mesh)
    const workloadOfPod = new Map(
      (mesh?.pods ?? []).map(({ namespace, name, workload }) => [
        `${namespace}/${name}`,
        workloadKey({ namespace, name: workload.name }),
      ]),
    )
    return {
      at,
      window,
      flows: flowsOf({ requests, connections, refusals }, { workloads, workloadOfPod }),
      queries: Object.entries(queries).map(([name, query]) => ({ name, query })),
      duration: deps.now() - at,
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
