import { attribute, type Span } from '#shared/mesh/span.ts'
import { serviceParts } from '#shared/traces/service.ts'

/** What Envoy's own words on a span mean. Names only Istio gives: what is written otherwise is left as it is. */

export interface Cluster {
  direction: 'outbound' | 'inbound' | 'inbound-vip'
  port: number
  subset: string
  /** Empty for inbound: the pod itself. */
  host: string
}

/** Istio's names of clusters: `outbound|8080|v1|cart.shop.svc.cluster.local`; null for others (PassthroughCluster …). */
export function clusterOf(span: Span): Cluster | null {
  const name = attribute(span, 'upstream_cluster.name') ?? attribute(span, 'upstream_cluster') ?? ''
  const [, direction, port, subset = '', host = ''] =
    /^(outbound|inbound-vip|inbound)_?\.?\|(\d{1,5})\|([^|]*)\|([^|]*)$/.exec(name) ?? []
  if (direction !== 'outbound' && direction !== 'inbound' && direction !== 'inbound-vip') return null
  return { direction, port: Number(port), subset: direction === 'outbound' ? subset : '', host }
}

/** `cart.shop.svc.cluster.local` → `cart.shop`; other hosts as they are. */
export const shortHost = (host: string): string => host.replace(/\.svc\.[a-z0-9.-]+$/, '')

/** The service a cluster leads to, as spans are called; null where it is not one of the mesh. */
export function targetOf(span: Span): string | null {
  const cluster = clusterOf(span)
  if (cluster === null || cluster.host === '' || !/\.svc\./.test(cluster.host)) return null
  const short = shortHost(cluster.host)
  return serviceParts(short).namespace === '' ? null : short
}

/** `cart.shop.svc.cluster.local:8080/*`: the route an Envoy took, which is its span's operation. */
export function routeOf({ operation }: Span): { host: string; port: number; path: string } | null {
  const [, host = '', port, path = ''] = /^([^/\s]+):(\d{1,5})(\/.*)$/.exec(operation) ?? []
  return host === '' ? null : { host, port: Number(port), path }
}

export const flagsText = (span: Span): string => attribute(span, 'response_flags') ?? ''

/** What was called, as one says it: `POST /entries` where the span tells method and address, else its operation. */
export function callOf(span: Span): string {
  const method = attribute(span, 'http.method') ?? attribute(span, 'http.request.method') ?? ''
  const url = attribute(span, 'http.url') ?? attribute(span, 'url.full') ?? attribute(span, 'url.path') ?? ''
  const path = url.startsWith('/') ? url : (/^[a-z]+:\/\/[^/]*(\/[^?#]*)/i.exec(url)?.[1] ?? '')
  return method === '' || path === '' ? span.operation : `${method} ${path.replace(/[?#].*$/, '')}`
}

/** The status an answer had, and by which protocol's numbers. */
export function statusOf(span: Span): { code: string; protocol: 'http' | 'grpc' } | null {
  const grpc = attribute(span, 'grpc.status_code') ?? attribute(span, 'rpc.grpc.status_code')
  if (grpc !== undefined) return { code: grpc, protocol: 'grpc' }
  const http = attribute(span, 'http.status_code') ?? attribute(span, 'http.response.status_code')
  return http === undefined ? null : { code: http, protocol: 'http' }
}
