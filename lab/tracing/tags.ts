import type { CustomTag, PodRef } from '#lab/contract.ts'
import { type Span, telemetryOf } from './span.ts'

export interface Tag {
  key: string
  type: 'string' | 'bool' | 'int64'
  value: string | boolean | number
}

/** What Envoy writes on a span in a mesh. All values are text but `error`, as Jaeger stores them. */
export function tagsOf(span: Span): Tag[] {
  const { facts, reporter } = span
  const isGrpc = facts.protocol === 'grpc'
  const tags: Tag[] = [
    text('component', 'proxy'),
    text('node_id', nodeId(reporter)),
    text('zone', ''),
    text('upstream_cluster', span.upstreamCluster),
    text('upstream_cluster.name', span.upstreamCluster),
    text('downstream_cluster', '-'),
    text('guid:x-request-id', span.requestId),
    text('http.method', facts.method),
    text('http.url', span.url),
    text('http.protocol', isGrpc ? 'HTTP/2' : 'HTTP/1.1'),
    text('http.status_code', String(span.code)),
    text('user_agent', userAgent(span)),
    text('request_size', String(facts.requestBytes)),
    text('response_size', String(span.code === 0 ? 0 : facts.responseBytes)),
    text('response_flags', span.flags),
    text('peer.address', peerAddress(span)),
    text('istio.canonical_service', reporter.service),
    text('istio.canonical_revision', reporter.version),
    text('istio.mesh_id', 'cluster.local'),
    text('istio.namespace', reporter.namespace),
  ]
  if (isGrpc && span.grpcStatus !== null) tags.push(text('grpc.status_code', String(span.grpcStatus)))
  if (span.kind === 'SERVER') tags.push(...dryRunTags(span))
  for (const { tag, from } of telemetryOf(span).tags) tags.push(text(tag, valueOf(from, span)))
  if (span.isError) tags.push({ key: 'error', type: 'bool', value: true })
  return tags.filter(tag => tag.value !== '')
}

const text = (key: string, value: string): Tag => ({ key, type: 'string', value })

/** Istio docs, "Dry run": what the proxy's RBAC filter would have done, beside what it did. */
const dryRunTags = ({ facts, reporter }: Span): Tag[] =>
  facts.dryRuns
    .filter(({ at }) => at === `${reporter.namespace}/${reporter.workload}`)
    .flatMap(({ action, result, policy }) => [
      text(`istio.authorization.dry_run.${action}_policy.name`, policy ?? ''),
      text(`istio.authorization.dry_run.${action}_policy.result`, result),
    ])

/** Empty, and so left out, where there is nothing to tell. */
function valueOf(from: CustomTag['from'], span: Span): string {
  switch (from.kind) {
    case 'literal':
      return from.value
    case 'environment':
      return environmentOf(span.reporter)[from.name] ?? from.otherwise ?? ''
    case 'header':
      return headersOf(span)[from.name.toLowerCase()] ?? from.otherwise ?? ''
  }
}

/** What Istio's injection sets in a proxy's environment. */
const environmentOf = (pod: PodRef): Readonly<Record<string, string>> => ({
  POD_NAME: pod.pod,
  POD_NAMESPACE: pod.namespace,
  INSTANCE_IP: pod.ip,
  SERVICE_ACCOUNT: pod.serviceAccount,
  NODE_NAME: pod.node,
  ISTIO_META_WORKLOAD_NAME: pod.workload,
  ISTIO_META_MESH_ID: 'cluster.local',
  TRUST_DOMAIN: 'cluster.local',
})

const headersOf = (span: Span): Readonly<Record<string, string>> => ({
  ':method': span.facts.method,
  ':authority': span.facts.authority,
  'user-agent': userAgent(span),
  'x-request-id': span.requestId,
  ...span.facts.headers,
})

const proxyType = (pod: PodRef): string =>
  pod.proxy === 'gateway' ? 'router' : pod.proxy === 'waypoint' ? 'waypoint' : 'sidecar'

const nodeId = (pod: PodRef): string =>
  `${proxyType(pod)}~${pod.ip}~${pod.pod}.${pod.namespace}~${pod.namespace}.svc.cluster.local`

/** The address the proxy was called from; its own application's, for an outgoing request. */
function peerAddress({ facts, reporter, kind }: Span): string {
  if (kind === 'CLIENT') return reporter === facts.waypoint ? (facts.source?.ip ?? internet) : reporter.ip
  if (facts.waypoint && reporter === facts.destination) return facts.waypoint.ip
  return facts.source?.ip ?? internet
}

/** An address from the block kept for documentation (RFC 5737). */
const internet = '192.0.2.44'

function userAgent({ facts }: Span): string {
  if (facts.source === null) return 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
  if (facts.protocol === 'grpc') return 'grpc-go/1.76.0'
  return facts.source.proxy === 'none' ? 'Apache-HttpClient/4.5.14 (Java/11.0.24)' : 'Go-http-client/1.1'
}
