import type { Access } from './access.ts'

/** Envoy docs, "Access logging, format rules": text with command operators, or a dictionary of such texts. */
export type AccessFormat = { kind: 'text'; parts: readonly Part[] } | { kind: 'json'; keys: readonly [string, Value][] }

type Part = string | Operator
type Operator = (access: Access) => string | number | null
type Value = readonly Part[] | readonly [string, Value][]

/** What Istio configures where `accessLogFormat` says nothing. */
export const istioText =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% ' +
  '%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" ' +
  '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% ' +
  '%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%'

const istioJson: Record<string, string> = {
  start_time: '%START_TIME%',
  route_name: '%ROUTE_NAME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  upstream_local_address: '%UPSTREAM_LOCAL_ADDRESS%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
}

export const textFormat = (written: string): AccessFormat => ({
  kind: 'text',
  // A log line ends by itself.
  parts: parse((written || istioText).replace(/\n$/, '')),
})

/** Envoy writes the keys of a dictionary in their order. */
export const jsonFormat = (labels: Record<string, unknown> = istioJson): AccessFormat => ({
  kind: 'json',
  keys: keysOf(labels),
})

const keysOf = (labels: Record<string, unknown>): [string, Value][] =>
  Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? keysOf(value as Record<string, unknown>) : parse(String(value)),
    ])

export const writeAccess = (format: AccessFormat, access: Access): string =>
  format.kind === 'text' ? textOf(format.parts, access) : JSON.stringify(objectOf(format.keys, access))

const textOf = (parts: readonly Part[], access: Access): string =>
  parts
    .map(part => (typeof part === 'string' ? part : (part(access) ?? '-')))
    .join('')
    // What a stranger wrote into a header must not begin a line of its own.
    .replaceAll(/\p{Cc}/gu, ' ')

const objectOf = (keys: readonly [string, Value][], access: Access): Record<string, unknown> =>
  Object.fromEntries(
    keys.map(([key, value]) => [key, isKeys(value) ? objectOf(value, access) : valueOf(value, access)]),
  )

const isKeys = (value: Value): value is readonly [string, Value][] => Array.isArray(value[0])

/** One operator alone keeps its type: numbers are numbers, nothing is null. */
function valueOf(parts: readonly Part[], access: Access): string | number | null {
  const [only, ...more] = parts
  return typeof only === 'function' && more.length === 0 ? only(access) : textOf(parts, access)
}

function parse(written: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of written.matchAll(/%([A-Z_]+)(?:\(([^)]*)\))?(?::(\d+))?%/g)) {
    const [all, name = '', argument = '', length] = match
    if (match.index > end) parts.push(written.slice(end, match.index))
    end = match.index + all.length
    const operator = operatorOf(name, argument)
    parts.push(length === undefined ? operator : cut(operator, Number(length)))
  }
  if (end < written.length) parts.push(written.slice(end))
  return parts
}

const cut =
  (operator: Operator, length: number): Operator =>
  access => {
    const value = operator(access)
    return typeof value === 'string' ? value.slice(0, length) : value
  }

const operators: Record<string, Operator> = {
  START_TIME: access => new Date(access.startTime).toISOString(),
  PROTOCOL: access => access.protocol,
  RESPONSE_CODE: access => access.code,
  RESPONSE_FLAGS: access => access.flags,
  RESPONSE_CODE_DETAILS: access => access.details,
  CONNECTION_TERMINATION_DETAILS: access => access.terminationDetails,
  UPSTREAM_TRANSPORT_FAILURE_REASON: access => access.transportFailure,
  BYTES_RECEIVED: access => access.bytesReceived,
  BYTES_SENT: access => access.bytesSent,
  DURATION: access => access.duration,
  REQUEST_DURATION: () => 0,
  RESPONSE_DURATION: access => (access.upstreamServiceTime === null ? null : access.duration),
  UPSTREAM_HOST: access => access.upstreamHost,
  UPSTREAM_CLUSTER: access => access.upstreamCluster,
  UPSTREAM_CLUSTER_RAW: access => access.upstreamCluster,
  UPSTREAM_LOCAL_ADDRESS: access => access.upstreamLocal,
  UPSTREAM_REQUEST_ATTEMPT_COUNT: access => access.attempts,
  DOWNSTREAM_LOCAL_ADDRESS: access => access.downstreamLocal,
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: access => withoutPort(access.downstreamLocal),
  DOWNSTREAM_REMOTE_ADDRESS: access => access.downstreamRemote,
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: access => withoutPort(access.downstreamRemote),
  DOWNSTREAM_PEER_URI_SAN: access => access.downstreamPeer,
  UPSTREAM_PEER_URI_SAN: access => access.upstreamPeer,
  REQUESTED_SERVER_NAME: access => access.serverName,
  ROUTE_NAME: access => access.routeName,
  GRPC_STATUS: access => (access.grpcStatus === null ? null : (grpcNames[access.grpcStatus] ?? access.grpcStatus)),
  GRPC_STATUS_NUMBER: access => access.grpcStatus,
  TRACE_ID: access => access.traceId,
}

/** What Envoy does not know it would refuse; a line that says `-` tells as much. */
function operatorOf(name: string, argument: string): Operator {
  if (name === 'REQ') return requestHeader(argument)
  if (name === 'REQ_WITHOUT_QUERY') return access => stripped(requestHeader(argument)(access))
  if (name === 'RESP' && argument.toLowerCase() === 'x-envoy-upstream-service-time')
    return access => access.upstreamServiceTime
  if (name === 'TRAILER' && argument.toLowerCase() === 'grpc-status') return access => access.grpcStatus
  return operators[name] ?? (() => null)
}

/** `REQ(X?Y)`: the first header, else the other one. */
function requestHeader(argument: string): Operator {
  const names = argument.toLowerCase().split('?')
  return access => {
    for (const name of names) {
      const value = headerOf(access, name)
      if (value !== null) return value
    }
    return null
  }
}

function headerOf(access: Access, name: string): string | null {
  switch (name) {
    case ':method':
      return access.method
    case ':path':
      return access.path
    case ':authority':
      return access.authority
    case 'x-request-id':
      return access.requestId
    case 'x-forwarded-for':
      return access.forwardedFor
    case 'user-agent':
      return access.userAgent
    case 'x-b3-traceid':
      return access.traceId
    default:
      return Object.hasOwn(access.headers, name) ? (access.headers[name] ?? null) : null
  }
}

const stripped = (value: string | number | null) => (typeof value === 'string' ? (value.split('?')[0] ?? '') : value)

const withoutPort = (address: string): string => address.replace(/:\d+$/, '')

/** In the order of their numbers. */
const grpcNames = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
]
