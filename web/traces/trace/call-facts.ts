import { attribute, type Span } from '#shared/mesh/span.ts'
import { serviceParts } from '#shared/traces/service.ts'
import { podOf } from '#web/traces/links.ts'
import { clusterOf, routeOf, statusOf, targetOf } from './envoy.ts'

/** A call as far as its span tells it, for who asks whether it may pass. */
export interface CallFacts {
  /** `namespace/pod` or `ip:‹address›`; absent: the span does not say. */
  from?: string
  to: string
  port?: string
  protocol?: 'http' | 'grpc'
  method?: string
  path?: string
  host?: string
}

/** HTTP 401 and 403; UNAUTHENTICATED and PERMISSION_DENIED (gRPC documentation, "Status codes"). */
const refusals = { http: new Set(['401', '403']), grpc: new Set(['16', '7']) }

/** Null: nothing was refused, or the span does not say whom the call was to. `caller`: the span it was made in. */
export function refusedCallOf(span: Span, caller: Span | undefined): CallFacts | null {
  const status = statusOf(span)
  if (span.isHidden === true || status === null || !refusals[status.protocol].has(status.code)) return null
  const cluster = clusterOf(span)
  const own = nameOf(span)
  const target = targetOf(span)
  const behind = target === null ? null : slashed(target)
  const isCaller = span.kind === 'client'
  // A waypoint's span is of the service behind it; a server's of its own pod.
  const to = isCaller || cluster?.direction === 'inbound-vip' ? behind : own
  if (to === null) return null
  const from = isCaller ? own : ((caller === undefined || caller.isHidden ? null : nameOf(caller)) ?? addressOf(span))
  const port = cluster?.direction === 'inbound' ? String(cluster.port) : null
  return { ...said('from', from), to, ...said('port', port), protocol: status.protocol, ...requestOf(span) }
}

const said = <Name extends string>(name: Name, value: string | null): { [Each in Name]?: string } =>
  (value === null || value === '' ? {} : { [name]: value }) as { [Each in Name]?: string }

/** The pod that wrote it, else the service it calls itself. */
function nameOf(span: Span): string | null {
  const pod = podOf(span)
  return pod === null ? slashed(span.service) : `${pod.namespace}/${pod.name}`
}

function slashed(service: string): string | null {
  const { app, namespace } = serviceParts(service)
  return namespace === '' ? null : `${namespace}/${app}`
}

function addressOf(span: Span): string | null {
  const address = attribute(span, 'peer.address') ?? attribute(span, 'network.peer.address') ?? ''
  const ip = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return /^[0-9a-fA-F.:]+$/.test(ip) ? `ip:${ip}` : null
}

function requestOf(span: Span): Pick<CallFacts, 'method' | 'path' | 'host'> {
  const method = attribute(span, 'http.method') ?? attribute(span, 'http.request.method') ?? null
  const url = attribute(span, 'http.url') ?? attribute(span, 'url.full') ?? attribute(span, 'url.path') ?? ''
  const [, host = '', path = ''] = /^(?:[a-z]+:\/\/([^/]*))?(\/[^?#]*)?/i.exec(url) ?? []
  const route = routeOf(span)
  return {
    ...said('method', method),
    ...said('path', path),
    ...said('host', host === '' && route !== null ? `${route.host}:${route.port}` : host),
  }
}
