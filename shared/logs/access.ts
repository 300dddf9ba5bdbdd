/** What a proxy wrote of one request or connection. Null: the line does not say. */
export interface Access {
  /** Who wrote it. */
  by: 'envoy' | 'ztunnel'
  method: string | null
  path: string | null
  protocol: string | null
  /** 0: no answer was sent. */
  code: number | null
  /** Envoy's response flags, `-` left out. */
  flags: readonly string[]
  /** `rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]]` and the like. */
  details: string | null
  /** Why the connection ended badly, in the proxy's words. */
  error: string | null
  bytesReceived: number | null
  bytesSent: number | null
  /** Milliseconds. */
  duration: number | null
  upstreamServiceTime: number | null
  authority: string | null
  upstreamHost: string | null
  upstreamCluster: string | null
  downstream: string | null
  route: string | null
  requestId: string | null
  traceId: string | null
  /** Who called, as the proxy proved it. */
  peer: string | null
  /** `namespace/pod` of both ends, where a proxy that stands between them says so. */
  source: string | null
  destination: string | null
}

export const nothingSaid: Omit<Access, 'by'> = {
  method: null,
  path: null,
  protocol: null,
  code: null,
  flags: [],
  details: null,
  error: null,
  bytesReceived: null,
  bytesSent: null,
  duration: null,
  upstreamServiceTime: null,
  authority: null,
  upstreamHost: null,
  upstreamCluster: null,
  downstream: null,
  route: null,
  requestId: null,
  traceId: null,
  peer: null,
  source: null,
  destination: null,
}

/**
 * Istio's default text (Istio docs, "Envoy Access Logs, default access log format"): words parted by blanks, some of
 * them in quotes. What a stranger wrote into a quoted word (path, user agent) may hold quotes of its own, so the line
 * is read from both ends towards it.
 */
const istioText = new RegExp(
  [
    String.raw`^\[(?<start>\d{4}-\d\d-\d\dT[^\]]+)\]`,
    String.raw`"(?:(?<method>\S+) (?<path>.*?) (?<protocol>HTTP\/[\d.]+|-)|- - -)"`,
    String.raw`(?<code>\d{1,3}) (?<flags>\S+) (?<details>\S+) (?<termination>\S+)`,
    String.raw`"(?<failure>.*?)" (?<received>\d+) (?<sent>\d+) (?<duration>\d+) (?<upstreamTime>\d+|-)`,
    String.raw`"(?<forwarded>.*?)" "(?<agent>.*)" "(?<id>[\w-]+)" "(?<authority>[^"]*)" "(?<upstream>[^"]*)"`,
    String.raw`(?<cluster>\S+) (?<upstreamLocal>\S+) (?<local>\S+) (?<remote>\S+) (?<sni>\S+) (?<route>\S+)$`,
  ].join(' '),
)

const said = (value: string | undefined): string | null =>
  value === undefined || value === '-' || value === '' ? null : value
const count = (value: string | undefined): number | null => {
  const word = said(value)
  return word === null ? null : Number(word)
}
const flagsIn = (value: string | null): string[] =>
  value === null ? [] : value.split(',').filter(flag => flag !== '-' && flag !== '')

/** Longer lines are not read: looking for quotes from both ends takes the square of the length. */
const longest = 8000

export function accessFromText(text: string): Access | null {
  const found = text.length > longest || !text.startsWith('[') ? undefined : istioText.exec(text)?.groups
  if (found === undefined) return null
  return {
    ...nothingSaid,
    by: 'envoy',
    method: said(found['method']),
    path: said(found['path']),
    protocol: said(found['protocol']),
    code: count(found['code']),
    flags: flagsIn(said(found['flags'])),
    details: said(found['details']),
    error: said(found['failure']) ?? said(found['termination']),
    bytesReceived: count(found['received']),
    bytesSent: count(found['sent']),
    duration: count(found['duration']),
    upstreamServiceTime: count(found['upstreamTime']),
    authority: said(found['authority']),
    upstreamHost: said(found['upstream']),
    upstreamCluster: said(found['cluster']),
    downstream: said(found['remote']),
    route: said(found['route']),
    requestId: said(found['id']),
  }
}

/** Istio's default JSON, or one with more keys: known by having a code and flags. Nulls and `-` say nothing. */
export function accessFromJson(json: Readonly<Record<string, unknown>>): Access | null {
  if (!('response_code' in json) || !('response_flags' in json)) return null
  const text = (key: string): string | null => {
    const value = json[key]
    return typeof value === 'string' ? said(value) : typeof value === 'number' ? String(value) : null
  }
  const number = (key: string): number | null => {
    const value = json[key]
    if (typeof value === 'number') return value
    return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null
  }
  return {
    ...nothingSaid,
    by: 'envoy',
    method: text('method'),
    path: text('path'),
    protocol: text('protocol'),
    code: number('response_code'),
    flags: flagsIn(text('response_flags')),
    details: text('response_code_details'),
    error: text('upstream_transport_failure_reason') ?? text('connection_termination_details'),
    bytesReceived: number('bytes_received'),
    bytesSent: number('bytes_sent'),
    duration: number('duration'),
    upstreamServiceTime: number('upstream_service_time'),
    authority: text('authority'),
    upstreamHost: text('upstream_host'),
    upstreamCluster: text('upstream_cluster'),
    downstream: text('downstream_remote_address'),
    route: text('route_name'),
    requestId: text('request_id'),
    traceId: text('trace_id') ?? text('traceId') ?? text('traceID'),
    peer: text('downstream_peer_uri_san'),
  }
}
