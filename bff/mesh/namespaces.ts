import type { MeshObjects, NamespaceView, ObjectView, PodView } from '#bff/sources/source.ts'
import type { DataPlane } from '#shared/mesh/namespace.ts'
import type { GraphNamespace, MtlsMode } from '#shared/mesh/node.ts'
import type { Said } from '#shared/mesh/tolerance.ts'
import type { WorkloadFacts } from './inventory.ts'

/** A waypoint's Gateway: its workload has the same name. */
export interface WaypointName {
  namespace: string
  name: string
}

export interface NamespaceFacts extends GraphNamespace {
  /** The waypoint its traffic passes unless a service names another (`istio.io/use-waypoint`). */
  waypoint: WaypointName | null
  /** Services that name a waypoint of their own. */
  waypoints: ReadonlyMap<string, WaypointName>
  /** Of the health of what is in it. */
  said: Said | undefined
}

/** Istio's default; meshConfig.rootNamespace may say otherwise, which these objects do not show. */
const rootNamespace = 'istio-system'

/** What each namespace is like, by name. */
export function namespaceFacts(
  objects: MeshObjects,
  workloads: Iterable<WorkloadFacts>,
): ReadonlyMap<string, NamespaceFacts> {
  // Gateways and waypoints are proxies wherever they stand; they say nothing about the workloads beside them.
  const isProxyOnly = new Set<string>()
  for (const { role, namespace, name } of workloads) if (role !== null) isProxyOnly.add(`${namespace}/${name}`)
  const pods = Map.groupBy(objects.pods, pod => pod.namespace)
  const services = Map.groupBy(objects.services, service => service.namespace)
  const meshMode = modeOf(objects.peerAuthentications, rootNamespace) ?? 'PERMISSIVE'
  const isMeshClosed = isClosed(objects.authorizationPolicies, rootNamespace)
  return new Map(
    objects.namespaces.map(view => {
      const { name } = view
      const everyone = pods.get(name) ?? []
      const members = everyone.filter(pod => !isProxyOnly.has(`${name}/${pod.workload.name}`))
      const waypoint = waypointNamed(view.labels, name)
      const waypoints = (services.get(name) ?? []).flatMap(service => {
        const own = waypointNamed(service.labels, name)
        return own === null ? [] : [[service.name, own] as const]
      })
      return [
        name,
        {
          name,
          dataPlane: planeOf(view, members.length > 0 ? members : everyone),
          mtlsMode: modeOf(objects.peerAuthentications, name) ?? meshMode,
          isClosed: isMeshClosed || isClosed(objects.authorizationPolicies, name),
          hasWaypoint: waypoint !== null || waypoints.length > 0,
          waypoint,
          waypoints: new Map(waypoints),
          said: view.said,
        },
      ]
    }),
  )
}

/** What runs there; where nothing runs, what the labels ask for. */
function planeOf({ labels }: NamespaceView, pods: readonly PodView[]): DataPlane {
  const planes = new Set(pods.map(pod => (pod.hasSidecar ? 'sidecar' : pod.isAmbient ? 'ambient' : 'none')))
  const [only] = planes
  if (only !== undefined) return planes.size === 1 ? only : 'mixed'
  if (labels['istio.io/dataplane-mode'] === 'ambient') return 'ambient'
  return labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined ? 'sidecar' : 'none'
}

/** Istio docs, "Configure waypoint proxies": `istio.io/use-waypoint`, `none` for an exception. */
function waypointNamed(labels: Record<string, string>, namespace: string): WaypointName | null {
  const name = labels['istio.io/use-waypoint']
  if (name === undefined || name === 'none') return null
  return { namespace: labels['istio.io/use-waypoint-namespace'] ?? namespace, name }
}

/**
 * Istio docs, PeerAuthentication: the policy without a selector speaks for its namespace, the oldest of several wins,
 * UNSET inherits.
 */
function modeOf(policies: readonly ObjectView[], namespace: string): MtlsMode | undefined {
  const oldest = policies
    .filter(policy => policy.namespace === namespace && selectsAll(policy))
    .toSorted((a, b) => a.creationTimestamp.localeCompare(b.creationTimestamp))[0]
  const mode = (oldest?.spec['mtls'] as { mode?: unknown } | undefined)?.mode
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : undefined
}

/** Istio docs, AuthorizationPolicy: an ALLOW policy without rules matches nothing, so all it selects is closed. */
const isClosed = (policies: readonly ObjectView[], namespace: string): boolean =>
  policies.some(
    policy =>
      policy.namespace === namespace &&
      selectsAll(policy) &&
      (policy.spec['action'] ?? 'ALLOW') === 'ALLOW' &&
      isEmptyList(policy.spec['rules']) &&
      policy.annotations['istio.io/dry-run'] !== 'true',
  )

const selectsAll = ({ spec }: ObjectView): boolean => {
  const labels = (spec['selector'] as { matchLabels?: object } | undefined)?.matchLabels ?? {}
  return Object.keys(labels).length === 0 && isEmptyList(spec['targetRefs']) && spec['targetRef'] === undefined
}

const isEmptyList = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0)
