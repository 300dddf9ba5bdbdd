import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { openSight, type Seers } from '#bff/http/sight.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import { istiodPlaces, type ProxySync, readSyncs } from '#bff/mesh/proxy-sync.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Sources } from '#bff/sources/source.ts'
import { readFleet, readPods, readProxy, type WorkloadPods } from '#shared/proxies/api.ts'
import { tablesOf } from '#shared/proxies/tables.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { type ReadConfig, readConfig } from './config.ts'
import { fleetOf, readMeshConfigs } from './fleet.ts'
import { listPods, listZtunnels, mostPods, podRows } from './pods.ts'
import { readUsage } from './usage.ts'

export interface Deps {
  sources: Pick<Sources, 'prometheus' | 'kubernetes'>
  users: KubernetesUsers
  now: () => EpochMilliseconds
  /** Who may see which namespaces; absent: everybody sees everything. */
  seers?: Seers | undefined
}

/** Istio's default, where the console's own watch knows no pod of it. */
const istioNamespace = 'istio-system'
const fresh = { pods: 4000, syncs: 4000, config: 10_000 } as const

/** Pods and the configuration of proxies are read as whoever asks: two of one name and right cost one reading. */
export function proxiesRoutes(router: Router, deps: Deps): void {
  const { users, now, sources } = deps
  const watched = () => sources.kubernetes.objects()?.pods ?? []
  const placeOf = (app: string) => {
    const pods = watched().filter(({ labels }) => labels['app'] === app)
    return { namespace: pods[0]?.namespace ?? istioNamespace, names: pods.map(({ name }) => name) }
  }
  const istiods = () => {
    const { namespace, names } = placeOf('istiod')
    return istiodPlaces(namespace, names)
  }

  const noIstiod = () =>
    `No istiod says which proxies are in sync: it does not answer, or ${users.current} may not get pods/proxy in ${istiods()[0]?.namespace ?? istioNamespace}.`

  // Asked as the console itself; told only of pods that the caller has listed.
  const syncs = sharedReading<null, ProxySync[] | null>({
    key: () => '',
    read: (_, signal) => readSyncs(users.as(users.current), istiods(), signal),
    fresh: () => fresh.syncs,
    now,
  })

  const pods = sharedReading<{ user: string; namespace: string; workload: string }, WorkloadPods>({
    key: ({ user, namespace, workload }) => JSON.stringify([user, namespace, workload]),
    read: async ({ user, ...place }, signal) => {
      const at = now()
      const client = users.as(user)
      const known = watched().filter(pod => pod.namespace === place.namespace && pod.workload.name === place.workload)
      const found = (await listPods(client, place, known, signal)).toSorted((a, b) => a.name.localeCompare(b.name))
      const shown = found.slice(0, mostPods)
      const isCaptured = shown.some(pod => pod.isCaptured)
      const hasProxy = shown.some(({ kind }) => kind !== 'none')
      const { namespace: ztunnelPlace } = placeOf('ztunnel')
      const names = shown.map(({ name }) => name)
      const [usage, told, ztunnels] = await Promise.all([
        readUsage(sources.prometheus, place.namespace, names, at, signal),
        hasProxy ? syncs(null, signal) : [],
        isCaptured ? listZtunnels(client, ztunnelPlace, signal) : null,
      ])
      return {
        at,
        pods: podRows(shown, { usage, syncs: told, ztunnels }),
        left: found.length - shown.length,
        partial: [
          ...(told === null ? [noIstiod()] : []),
          ...(isCaptured && ztunnels === null
            ? [
                `${user} may not list pods in the namespace ${ztunnelPlace}, so the ztunnels of these pods are not known.`,
              ]
            : []),
        ],
        queries: usage.queries,
      }
    },
    fresh: () => fresh.pods,
    now,
  })

  const configs = sharedReading<{ user: string; namespace: string; pod: string }, ReadConfig>({
    key: ({ user, namespace, pod }) => JSON.stringify([user, namespace, pod]),
    read: ({ user, namespace, pod }, signal) =>
      readConfig({ client: users.as(user), namespace, pod, istiods: istiods(), now }, signal),
    fresh: () => fresh.config,
    now,
    // Each may be of twenty thousand rows.
    most: 4,
  })

  serve(router, readFleet, async (_, signal, caller) => {
    const known = watched()
    const sight = await (deps.seers ?? openSight).of(caller(), [...new Set(known.map(({ namespace }) => namespace))])
    const told = await syncs(null, signal)
    const fleet = fleetOf(known, told, sight)
    const { meshConfigs, partial } = await readMeshConfigs(users.as(caller()), fleet.istiods, signal)
    const { state, because } = sources.kubernetes.state()
    return {
      at: now(),
      ...fleet,
      meshConfigs,
      partial: [
        ...(state === 'ok' || because === null ? [] : [because]),
        ...(told === null ? [noIstiod()] : []),
        ...partial,
      ],
    }
  })
  serve(router, readPods, ({ params }, signal, caller) => pods({ user: caller(), ...params }, signal))
  serve(router, readProxy, async ({ params, query }, signal, caller) => {
    const { tables, speaks, ...told } = await configs({ user: caller(), ...params }, signal)
    const [first] = tablesOf[speaks]
    const table = query.table !== undefined && tables.has(query.table) ? query.table : first
    const found = table && tables.get(table)
    if (!table || !found) throw new HttpProblem(404, 'This proxy has no such table.')
    return {
      ...told,
      speaks,
      table,
      counts: [...tables].map(([name, { rows, left }]) => ({ table: name, rows: rows.length + left })),
      rows: found.rows,
      left: found.left,
    }
  })
}
