import { parse } from 'yaml'
import { sharedReading } from '#bff/http/shared-reading.ts'
import { openSight } from '#bff/http/sight.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Prometheus, Tracing } from '#bff/sources/source.ts'
import {
  type Flows,
  flowWindowIn,
  flowWindows,
  readCertificates,
  readFlows,
  readLandscape,
} from '#shared/security/api.ts'
import { readAssertions } from '#shared/security/assert/assertions.ts'
import { type Denials, type Plaintext, readDenials, readPlaintext } from '#shared/security/denials.ts'
import { type Facets, readFacets } from '#shared/security/facets.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import { settingsIn } from '#shared/security/settings.ts'
import { readTrend } from '#shared/security/posture/trend.ts'
import type { Seconds } from '#shared/units.ts'
import { type AssertionWatchDeps, openAssertionWatch } from './assertions/watch.ts'
import { readAssertionsFor } from './assertions/assertions.ts'
import { type CertificateDeps, certificateReadings } from './certificates.ts'
import type { PodNames } from './counter-owner.ts'
import { cutFlows } from './cut.ts'
import { cutDenials, readDenialsOf } from './denials.ts'
import { cutFacets, readFacetsOf } from './flows/facets.ts'
import { readLandscapeFor } from './landscape.ts'
import { cutPlaintext, readPlaintextOf } from './plaintext.ts'
import { readSeenFlows } from './flows/read-flows.ts'
import { openCoverage } from './flows/recorded.ts'
import { tokenReaders } from './tokens.ts'
import { cutTrend, namespacesInTrend, readTrendOf, type WholeTrend } from './trend.ts'
import { workloadsOf } from './workloads.ts'

export interface SecurityDeps extends CertificateDeps, AssertionWatchDeps {
  users: KubernetesUsers
  prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
  tracing: Pick<Tracing, 'services' | 'search' | 'trace'>
}

/** The longer the window, the less a minute more of it says: a hundredth of it, from half a minute to ten. */
const freshFor = (window: Seconds) => Math.min(Math.max((window * 1000) / 100, 30_000), 600_000)

/** The endpoints of the security pages, and what of them is live. */
export function openSecurity(deps: SecurityDeps): {
  routes(router: Router): void
  subjects: AnySubject[]
  close(): Promise<void>
} {
  const assertions = openAssertionWatch(deps)
  return { routes: router => securityRoutes(router, deps), subjects: [assertions.subject], close: assertions.close }
}

/** The endpoints of the security pages: one reading of flows for all who look at a window, cut to what each may see. */
function securityRoutes(router: Router, deps: SecurityDeps): void {
  const isRecorded = openCoverage(deps)
  const reading = sharedReading<Seconds, Flows>({
    key: String,
    read: (window, signal) =>
      readSeenFlows(
        window,
        {
          ...deps,
          isRecorded,
          workloadsOf: () => runningIn(deps),
          workloadOfPod: podNamesIn(deps),
          readsTokens: tokenReadersIn(deps),
        },
        signal,
      ),
    fresh: freshFor,
    now: deps.now,
  })
  serve(router, readLandscape, (_, _signal, caller) => readLandscapeFor(caller(), deps))
  const certificates = certificateReadings(deps)
  serve(router, readAssertions, (_, signal, caller) => readAssertionsFor(caller(), deps, signal))
  serve(router, readCertificates, (_, signal, caller) => certificates(caller(), signal))
  serve(router, readFlows, async ({ query }, signal, caller) => {
    const [user, told] = [caller(), await reading(flowWindows[flowWindowIn(query.over)], signal)]
    const sight = await (deps.seers ?? openSight).of(user, namespacesIn(told, deps))
    return { ...told, flows: cutFlows(told.flows, sight) }
  })
  const facets = sharedReading<Seconds, { flows: Flows; facets: Facets }>({
    key: String,
    read: async (window, signal) => {
      const flows = await reading(window, signal)
      const given = { tracing: deps.tracing, now: deps.now, workloadOfPod: podNamesIn(deps) }
      return { flows, facets: await readFacetsOf(flows.flows, window * 1000, given, signal) }
    },
    // A sample costs hundreds of questions, and is no other a minute later.
    fresh: window => Math.max(freshFor(window), 120_000),
    now: deps.now,
  })
  serve(router, readFacets, async ({ query }, signal, caller) => {
    const [user, told] = [caller(), await facets(flowWindows[flowWindowIn(query.over)], signal)]
    const sight = await (deps.seers ?? openSight).of(user, namespacesIn(told.flows, deps))
    return cutFacets(told.facets, cutFlows(told.flows.flows, sight))
  })
  const trends = sharedReading<null, WholeTrend>({
    key: () => '',
    fresh: () => 600_000,
    now: deps.now,
    read: (_, signal) => readTrendOf(deps, signal),
  })
  serve(router, readTrend, async (_, signal, caller) => {
    const [user, whole] = [caller(), await trends(null, signal)]
    return cutTrend(whole, await (deps.seers ?? openSight).of(user, namespacesInTrend(whole)))
  })
  counterRoutes(router, deps)
}

/** What proxies count of refusals and of plaintext; staged policies are looked at while they are, so these are newer. */
function counterRoutes(router: Router, deps: SecurityDeps): void {
  const fresh = (window: Seconds) => Math.min(freshFor(window), window <= 3600 ? 10_000 : 60_000)
  const reading = { key: String, fresh, now: deps.now }
  const denials = sharedReading<Seconds, Denials>({
    ...reading,
    read: (window, signal) => readDenialsOf(window, { ...deps, pods: podNamesIn(deps) }, signal),
  })
  const plaintext = sharedReading<Seconds, Plaintext>({
    ...reading,
    read: (window, signal) => readPlaintextOf(window, deps, signal),
  })
  const sightOf = (user: string, named: readonly string[]) =>
    (deps.seers ?? openSight).of(user, [...new Set([...named, ...knownNamespaces(deps)])])
  serve(router, readDenials, async ({ query }, signal, caller) => {
    const [user, told] = [caller(), await denials(flowWindows[flowWindowIn(query.over)], signal)]
    const sight = await sightOf(
      user,
      told.counts.map(({ namespace }) => namespace),
    )
    return { ...told, counts: cutDenials(told.counts, sight) }
  })
  serve(router, readPlaintext, async ({ query }, signal, caller) => {
    const [user, told] = [caller(), await plaintext(flowWindows[flowWindowIn(query.over)], signal)]
    const sight = await sightOf(user, [
      ...told.calls.flatMap(({ source, destination }) => [source.namespace, destination.namespace]),
      ...told.told.map(({ namespace }) => namespace),
    ])
    return { ...told, ...cutPlaintext(told, sight) }
  })
}

const knownNamespaces = ({ kubernetes }: SecurityDeps): string[] =>
  (kubernetes.objects()?.namespaces ?? []).map(({ name }) => name)

const namespacesIn = ({ flows }: Flows, deps: SecurityDeps): string[] => [
  ...new Set([
    ...flows.flatMap(({ source, destination }) => [source.namespace, destination.namespace]),
    ...knownNamespaces(deps),
  ]),
]

function runningIn({ kubernetes }: SecurityDeps): readonly Workload[] {
  const mesh = kubernetes.objects()
  return mesh === null ? [] : workloadsOf(mesh)
}

const podNamesIn = ({ kubernetes }: SecurityDeps): PodNames =>
  new Map(
    (kubernetes.objects()?.pods ?? []).map(({ namespace, name, workload }) => [
      `${namespace}/${name}`,
      workloadKey({ namespace, name: workload.name }),
    ]),
  )

const tokenReadersIn = (deps: SecurityDeps) =>
  tokenReaders(
    deps.objectsOf('security.istio.io', 'RequestAuthentication'),
    settingsIn([...deps.objectsOf('', 'ConfigMap')], text => parse(text) as unknown).rootNamespace,
  )
