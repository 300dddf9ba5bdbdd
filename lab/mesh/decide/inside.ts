import { policyOf } from '#lab/mesh/snapshot/destination-rules.ts'
import { type Endpoints, type Pod, type Service, toldTo } from '#lab/mesh/snapshot/facts.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import type { TrafficPolicy } from '#lab/mesh/snapshot/traffic-policy.ts'
import { answer } from './answers.ts'
import { arrive } from './arrive.ts'
import { type Preference, sharesOf } from './balance.ts'
import { byKey } from './hash.ts'
import { byPlace } from './locality.ts'
import { limitedAtDestination } from './limits.ts'
import type { Cluster, Outcome } from './outcome.ts'
import { type Place, stopped } from './place.ts'
import type { Target } from './target.ts'

/** To a service of the mesh: the cluster that a proxy has for it, and which of its pods the requests go to. */
export function inside(place: Place, service: Service): Outcome[] {
  const { snapshot, flow, way, leg } = place
  if (leg.way.kind !== 'send') return []
  const { subset, port } = leg.way
  const router = way.waypoint ?? flow.source
  // ztunnel and callers without a proxy read no DestinationRule.
  const rule =
    way.by === 'nobody'
      ? undefined
      : toldTo(snapshot, router).destinationRules.find(service.host, service.namespace, router)
  const chosen = rule?.subsets.find(candidate => candidate.name === subset)
  const none = (flags: string, details: string) => ({
    ...stopped(place, { answer: answer(flow.protocol, 503), flags }),
    details,
  })
  if (subset !== null && chosen === undefined) return [none('NC', 'cluster_not_found')]
  const endpoints = chosen ? within(service.endpoints, chosen.labels) : service.endpoints
  const pods = endpoints.flatMap(group => group.pods)
  if (pods.length === 0) {
    const flags = flow.source.proxy === 'ztunnel' && !way.waypoint ? 'CONNECT' : 'UH'
    return [none(flags, 'no_healthy_upstream')]
  }
  const servicePort = service.ports.find(candidate => candidate.port === port)
  // A Service without this port has no cluster for it.
  if (servicePort === undefined) return [none('NC', 'cluster_not_found')]
  const policy = policyOf(rule, chosen, port)
  const preferences = preferencesOf(place, service, policy, pods)
  const cluster: Cluster = {
    router,
    name: `outbound|${port}|${subset ?? ''}|${service.host}`,
    share: leg.share,
    policy,
    preferences,
    pods,
    overflow: policy.connectionPool && overflowing(place),
    unhealthy: policy.outlierDetection && none('UH', 'no_healthy_upstream'),
  }
  const shares = preferences && sharesOf(preferences, () => 1)
  const reached = endpoints.flatMap(group => {
    const used = shares ? group.pods.filter(pod => shares.has(pod)) : group.pods
    const part = shares ? used.reduce((sum, pod) => sum + (shares.get(pod) ?? 0), 0) : used.length / pods.length
    if (part <= 0) return []
    const open = arrive(place, service, group, servicePort.targetPort, policy.tls?.mode ?? null)
    const ports = { service: port, target: servicePort.targetPort }
    return [limitedAtDestination(place, { ...open, cluster, share: leg.share * part }, ports)]
  })
  // A place whose rule names only places without pods.
  const lost = leg.share - reached.reduce((sum, outcome) => sum + outcome.share, 0)
  return lost > 1e-9 ? [...reached, { ...none('UH', 'no_healthy_upstream'), share: lost }] : reached
}

/** A host outside has no pods to choose between, but its connections have their limits and their TLS. */
export function clusterOutside(place: Place, target: Extract<Target, { kind: 'outside' }>): Cluster {
  const { snapshot, flow, way, leg } = place
  const router = way.waypoint ?? flow.source
  const port = leg.way.kind === 'send' ? leg.way.port : flow.port
  const { host, namespace } = target.name
  const isRead = target.known && way.by !== 'nobody'
  const rule = isRead ? toldTo(snapshot, router).destinationRules.find(host, namespace, router) : undefined
  const policy = policyOf(rule, undefined, port)
  return {
    router,
    name: target.known ? `outbound|${port}||${host}` : 'PassthroughCluster',
    share: leg.share,
    policy,
    preferences: null,
    pods: [],
    overflow: policy.connectionPool && overflowing(place),
    unhealthy: null,
  }
}

const overflowing = (place: Place): Outcome => ({
  ...stopped(place, { answer: answer(place.flow.protocol, 503), flags: 'UO' }),
  details: 'upstream_reset_before_response_started{overflow}',
})

const within = (endpoints: readonly Endpoints[], labels: Record<string, string>): Endpoints[] =>
  endpoints.flatMap(group => {
    const pods = group.pods.filter(pod => hasLabels(pod.labels, labels))
    return pods.length > 0 ? [{ ...group, pods }] : []
  })

/** A key stands before places, and places before nothing at all. */
function preferencesOf(
  { flow, way, snapshot }: Place,
  service: Service,
  policy: TrafficPolicy,
  pods: readonly Pod[],
): readonly Preference[] | null {
  const { loadBalancer, outlierDetection } = policy
  if (pods.length < 2 || loadBalancer?.simple === 'PASSTHROUGH') return null
  if (loadBalancer?.hash && flow.protocol !== 'tcp') {
    const keyed = byKey(loadBalancer.hash, flow, pods)
    if (keyed) return keyed
  }
  const setting = loadBalancer?.locality
  const prefers = setting ? null : service.prefers
  const wish = {
    setting: setting ?? snapshot.config.localityLbSetting,
    mayFailOver: outlierDetection !== null,
    prefers,
  }
  // A proxyless caller is spread by kube-proxy, a ztunnel's by ztunnel: of places, both know only what the Service asks.
  if (way.by === 'nobody' && prefers === null) return null
  return byPlace(wish, way.waypoint ?? flow.source, pods)
}
