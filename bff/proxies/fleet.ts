import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { ProxySync } from '#bff/mesh/proxy-sync.ts'
import { record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { PodView } from '#bff/sources/source.ts'
import type { Fleet, FleetPart, Istiod } from '#shared/proxies/api.ts'

type Pod = Pick<
  PodView,
  'namespace' | 'name' | 'labels' | 'isReady' | 'hasSidecar' | 'isAmbient' | 'proxyVersion' | 'workload'
>

const mostBehind = 100

/** All proxies whose namespaces somebody may see, counted by kind and version. Pure. */
export function fleetOf(
  pods: readonly Pod[],
  syncs: readonly ProxySync[] | null,
  sight: Sight,
): Pick<Fleet, 'istiods' | 'parts' | 'captured' | 'behind' | 'isUnheard'> {
  const seen = pods.filter(({ namespace }) => isSeen(sight, namespace))
  const byProxy = new Map((syncs ?? []).map(sync => [sync.proxy, sync]))
  const proxies = seen
    .filter(({ hasSidecar }) => hasSidecar)
    .map(pod => ({ pod, kind: kindOf(pod), sync: byProxy.get(`${pod.name}.${pod.namespace}`) }))
  const parts = [...Map.groupBy(proxies, ({ pod, kind }) => `${kind} ${pod.proxyVersion ?? ''}`).values()].map(
    (own): FleetPart => ({
      kind: own[0]?.kind ?? 'sidecar',
      version: own[0]?.pod.proxyVersion ?? null,
      pods: own.length,
      namespaces: new Set(own.map(({ pod }) => pod.namespace)).size,
      synced: own.filter(({ sync }) => sync?.isSynced === true).length,
      stale: own.filter(({ sync }) => sync?.isSynced === false).length,
      unknown: own.filter(({ sync }) => sync === undefined).length,
    }),
  )
  return {
    istiods: istiodsOf(seen),
    parts: parts.sort(
      (a, b) =>
        kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
        (b.version ?? '').localeCompare(a.version ?? '', 'en', { numeric: true }),
    ),
    captured: seen.filter(({ hasSidecar, isAmbient }) => isAmbient && !hasSidecar).length,
    behind: proxies
      .flatMap(({ pod, sync }) =>
        sync === undefined || sync.isSynced
          ? []
          : [
              {
                namespace: pod.namespace,
                pod: pod.name,
                workload: pod.workload.name,
                behind: sync.behind.slice(0, 20),
              },
            ],
      )
      .sort((a, b) => `${a.namespace}/${a.pod}`.localeCompare(`${b.namespace}/${b.pod}`, 'en'))
      .slice(0, mostBehind),
    isUnheard: syncs === null,
  }
}

const kinds: readonly FleetPart['kind'][] = ['sidecar', 'gateway', 'waypoint', 'ztunnel']

/** By the labels that istiod gives what it deploys itself (Istio documentation, "Kubernetes Gateway API"). */
function kindOf({ labels, workload }: Pod): FleetPart['kind'] {
  if (labels['app'] === 'ztunnel' || workload.name === 'ztunnel') return 'ztunnel'
  if (
    labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller' ||
    labels['gateway.networking.k8s.io/gateway-class-name'] === 'istio-waypoint'
  )
    return 'waypoint'
  const isGateway =
    labels['gateway.networking.k8s.io/gateway-name'] !== undefined || (labels['istio'] ?? '').endsWith('gateway')
  return isGateway ? 'gateway' : 'sidecar'
}

function istiodsOf(pods: readonly Pod[]): Istiod[] {
  const own = pods.filter(({ labels }) => labels['app'] === 'istiod')
  return [...Map.groupBy(own, ({ namespace, workload }) => `${namespace}/${workload.name}`).values()]
    .map((all): Istiod => {
      const [{ namespace, workload, labels } = { namespace: '', workload: { name: '' }, labels: {} }] = all
      return {
        namespace,
        name: workload.name,
        revision: (labels as Pod['labels'])['istio.io/rev'] ?? 'default',
        versions: [...new Set(all.flatMap(pod => pod.labels['app.kubernetes.io/version'] ?? []))].sort(),
        ready: all.filter(({ isReady }) => isReady).length,
        total: all.length,
      }
    })
    .sort((a, b) => (a.revision < b.revision ? -1 : 1))
}

/** A file somebody wrote may be of any length. */
const mostText = 100_000

/** meshConfig of these control planes, read as the caller; what may not be read is told. */
export async function readMeshConfigs(
  client: KubernetesClient,
  istiods: readonly Pick<Istiod, 'namespace' | 'revision'>[],
  signal: AbortSignal,
): Promise<Pick<Fleet, 'meshConfigs' | 'partial'>> {
  const answers = await Promise.all(
    istiods.map(async ({ namespace, revision }) => {
      const name = revision === 'default' ? 'istio' : `istio-${revision}`
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`
      const { status, json } = await client.ask({ method: 'GET', path }, signal)
      const mesh = text(record(json?.['data'])['mesh'])
      return { namespace, name, status, text: mesh.slice(0, mostText) }
    }),
  )
  return {
    meshConfigs: answers.flatMap(({ status, ...config }) => (status === 200 ? [config] : [])),
    partial: answers.flatMap(({ status, namespace, name }) =>
      status === 200
        ? []
        : [
            status === 403
              ? `${client.user} may not read meshConfig (ConfigMap ${namespace}/${name}).`
              : `meshConfig was not read: the API server answers ${status} for the ConfigMap ${namespace}/${name}.`,
          ],
    ),
  }
}
