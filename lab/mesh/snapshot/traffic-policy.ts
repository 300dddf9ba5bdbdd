import { duration, type Fields, fields, items, number, text, texts } from './read.ts'
import { readLoadBalancer, type LoadBalancer } from './load-balancer.ts'

/** Istio docs, Destination Rule, TrafficPolicy: what a caller's proxy does about connections to one cluster. Null: nothing said. */
export interface TrafficPolicy {
  tls: ClientTls | null
  loadBalancer: LoadBalancer | null
  connectionPool: ConnectionPool | null
  outlierDetection: OutlierDetection | null
}

export type TlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'

export interface ClientTls {
  /** Null: Istio decides by what the server can. */
  mode: TlsMode | null
  credentialName: string | null
  sni: string | null
}

/** Limits of one proxy towards one cluster; null: none. */
export interface ConnectionPool {
  maxConnections: number | null
  http1MaxPendingRequests: number | null
  http2MaxRequests: number | null
  maxRequestsPerConnection: number | null
  maxRetries: number | null
  /** Callers' HTTP/1.1 is carried on as HTTP/2. */
  isUpgraded: boolean
}

/** Times are milliseconds; of errors, 0 means that they are not counted. */
export interface OutlierDetection {
  consecutive5xxErrors: number
  consecutiveGatewayErrors: number
  /** Failures to connect are counted apart from what the server answers, as `consecutiveLocalOriginFailures`. */
  splitsLocalOrigin: boolean
  consecutiveLocalOriginFailures: number
  interval: number
  baseEjectionTime: number
  maxEjectionPercent: number
  minHealthPercent: number
}

/** A policy with its port-level settings. */
export interface Layer {
  own: TrafficPolicy
  byPort: ReadonlyMap<number, TrafficPolicy>
}

export const noPolicy: TrafficPolicy = { tls: null, loadBalancer: null, connectionPool: null, outlierDetection: null }

export function readLayer(written: unknown): Layer | null {
  if (written === undefined || written === null) return null
  const policy = fields(written)
  return {
    own: readPolicy(policy),
    byPort: new Map(
      items(policy['portLevelSettings']).flatMap(setting => {
        const port = number(fields(setting['port'])['number'])
        return port === undefined ? [] : [[port, readPolicy(setting)] as const]
      }),
    ),
  }
}

/**
 * What holds for a port of a subset. A subset's settings stand before the rule's, part by part. Port-level settings
 * inherit nothing: what they leave out is as if nobody had said anything.
 */
export function policyFor(rule: Layer | null, subset: Layer | null, port: number): TrafficPolicy {
  const wide = rule?.byPort.get(port) ?? rule?.own ?? noPolicy
  if (subset === null) return wide
  const atPort = subset.byPort.get(port)
  if (atPort !== undefined) return atPort
  return {
    tls: subset.own.tls ?? wide.tls,
    loadBalancer: subset.own.loadBalancer ?? wide.loadBalancer,
    connectionPool: subset.own.connectionPool ?? wide.connectionPool,
    outlierDetection: subset.own.outlierDetection ?? wide.outlierDetection,
  }
}

const given = <Value>(value: unknown, read: (value: Fields) => Value): Value | null =>
  typeof value === 'object' && value !== null ? read(fields(value)) : null

const readPolicy = (policy: Fields): TrafficPolicy => ({
  tls: given(policy['tls'], readTls),
  loadBalancer: given(policy['loadBalancer'], readLoadBalancer),
  connectionPool: given(policy['connectionPool'], readPool),
  outlierDetection: given(policy['outlierDetection'], readOutlierDetection),
})

const modes = new Set<string>(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'] satisfies TlsMode[])

function readTls(tls: Fields): ClientTls {
  const mode = text(tls['mode'])
  return {
    mode: mode !== undefined && modes.has(mode) ? (mode as TlsMode) : null,
    credentialName: text(tls['credentialName']) ?? null,
    sni: text(tls['sni']) ?? texts(tls['subjectAltNames'])[0] ?? null,
  }
}

function readPool(pool: Fields): ConnectionPool {
  const [tcp, http] = [fields(pool['tcp']), fields(pool['http'])]
  // 0 is how protobuf writes that nothing was said.
  const limit = (value: unknown) => {
    const many = number(value) ?? 0
    return many > 0 ? many : null
  }
  return {
    maxConnections: limit(tcp['maxConnections']),
    http1MaxPendingRequests: limit(http['http1MaxPendingRequests']),
    http2MaxRequests: limit(http['http2MaxRequests']),
    maxRequestsPerConnection: limit(http['maxRequestsPerConnection']),
    maxRetries: limit(http['maxRetries']),
    isUpgraded: http['h2UpgradePolicy'] === 'UPGRADE',
  }
}

function readOutlierDetection(outlier: Fields): OutlierDetection {
  const count = (value: unknown, otherwise: number) => Math.max(0, number(value) ?? otherwise)
  const percent = (value: unknown, otherwise: number) => Math.min(100, count(value, otherwise))
  return {
    // `consecutiveErrors` is its name of old.
    consecutive5xxErrors: count(outlier['consecutive5xxErrors'] ?? outlier['consecutiveErrors'], 5),
    consecutiveGatewayErrors: count(outlier['consecutiveGatewayErrors'], 0),
    splitsLocalOrigin: outlier['splitExternalLocalOriginErrors'] === true,
    consecutiveLocalOriginFailures: count(outlier['consecutiveLocalOriginFailures'], 5),
    interval: duration(outlier['interval']) || 10_000,
    baseEjectionTime: duration(outlier['baseEjectionTime']) || 30_000,
    // A percentage of 0 is nothing said: Istio passes it on only above.
    maxEjectionPercent: percent(outlier['maxEjectionPercent'], 10) || 10,
    minHealthPercent: percent(outlier['minHealthPercent'], 0),
  }
}
