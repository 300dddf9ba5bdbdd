import { at, type Fields, fieldsOf, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { subsetNameErrors } from './destinations.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, repeated, warning, warningIf } from './findings.ts'
import { exportErrors, wildcardErrors } from './names.ts'

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export function destinationRuleFindings(spec: Fields, namespace: string): Finding[] {
  const subsets = itemsAt(spec, 'subsets')
  return [
    ...wildcardErrors(textOf(spec['host'])),
    ...policyFindings(spec['trafficPolicy']),
    ...repeated(subsets.map(subset => textOf(subset['name']))).map(name => error(`duplicate subset names: ${name}`)),
    ...subsets.flatMap(subset => [
      ...subsetNameErrors(textOf(subset['name'])),
      ...policyFindings(subset['trafficPolicy']),
    ]),
    ...exportErrors(textsAt(spec, 'exportTo'), namespace, false),
    ...selectorFindings(spec, namespace),
  ]
}

/** A rule for some workloads only is shown to its own namespace only. */
function selectorFindings(spec: Fields, namespace: string): Finding[] {
  if (!has(spec, 'workloadSelector')) return []
  const shown = textsAt(spec, 'exportTo').map(name => (name === '.' ? namespace : name))
  if (shown.length === 0) return []
  return [
    ...errorIf(
      !shown.includes(namespace),
      'destination rule with workload selector cannot have exportTo beyond current namespace',
    ),
    ...errorIf(
      shown.includes(namespace) && shown.length > 1,
      'destination rule with workload selector cannot have multiple entries in exportTo',
    ),
  ]
}

const parts = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls']

function policyFindings(policy: unknown): Finding[] {
  if (!isFields(policy)) return []
  const whole = [...parts, 'portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget']
  if (!whole.some(field => has(policy, field))) return [error('traffic policy must have at least one field')]
  if (has(policy, 'tunnel') && has(policy, 'proxyProtocol'))
    return [error('tunnel and proxyProtocol must not be set together')]
  return [
    ...partFindings(policy),
    ...itemsAt(policy, 'portLevelSettings').flatMap(port => [
      ...errorIf(!has(port, 'port'), 'portTrafficPolicy must have valid port'),
      ...(parts.some(field => has(port, field))
        ? partFindings(port)
        : [error('port traffic policy must have at least one field')]),
    ]),
    ...errorIf(
      has(policy, 'tunnel') && !['', 'CONNECT', 'POST'].includes(textOf(at(policy, 'tunnel.protocol'))),
      'tunnel protocol must be "CONNECT" or "POST"',
    ),
  ]
}

const partFindings = (policy: Fields): Finding[] => [
  ...outlierFindings(policy['outlierDetection']),
  ...connectionPoolFindings(policy['connectionPool']),
  ...balancerFindings(policy['loadBalancer']),
  ...clientTlsFindings(policy['tls']),
]

function outlierFindings(outlier: unknown): Finding[] {
  if (!isFields(outlier)) return []
  return [
    ...warningIf(
      numberOf(outlier['consecutiveErrors']) !== 0,
      'outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead',
    ),
    ...errorIf(
      outlier['splitExternalLocalOriginErrors'] !== true && numberOf(outlier['consecutiveLocalOriginFailures']) > 0,
      'outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false',
    ),
    ...['maxEjectionPercent', 'minHealthPercent'].flatMap(field => {
      const value = numberOf(outlier[field])
      return errorIf(value < 0 || value > 100, `percentage ${value} is not in range 0..100`)
    }),
  ]
}

export function connectionPoolFindings(pool: unknown): Finding[] {
  if (!isFields(pool)) return []
  if (!has(pool, 'http') && !has(pool, 'tcp')) return [error('connection pool must have at least one field')]
  const limits = {
    'http.http1MaxPendingRequests': 'http1 max pending requests',
    'http.http2MaxRequests': 'http2 max requests',
    'http.maxRequestsPerConnection': 'max requests per connection',
    'http.maxRetries': 'max retries',
    'http.maxConcurrentStreams': 'max concurrent streams',
    'tcp.maxConnections': 'max connections',
  }
  return [
    ...Object.entries(limits).flatMap(([field, noun]) =>
      errorIf(numberOf(at(pool, field)) < 0, `${noun} must be non-negative`),
    ),
    ...errorIf(
      at(pool, 'http.h2UpgradePolicy') === 'UPGRADE' && at(pool, 'http.useClientProtocol') === true,
      'use client protocol must not be true when H2UpgradePolicy is UPGRADE',
    ),
  ]
}

function balancerFindings(balancer: unknown): Finding[] {
  const hash = at(balancer, 'consistentHash')
  const size = at(hash, 'maglev.tableSize')
  const hasRing = numberOf(at(hash, 'minimumRingSize')) !== 0
  return [
    ...errorIf(isFields(at(hash, 'httpCookie')) && !at(hash, 'httpCookie.name'), 'name required for HttpCookie'),
    ...(hasRing
      ? [
          warning(
            "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
          ),
        ]
      : []),
    ...errorIf(
      hasRing && (has(hash, 'ringHash') || has(hash, 'maglev')),
      'only one of MinimumRingSize or Maglev/Ringhash can be specified',
    ),
    ...(typeof size === 'number'
      ? [
          ...errorIf(size >= 5_000_011, 'tableSize must be less than 5000011 for maglev'),
          ...errorIf(!isPrime(size), 'tableSize must be a prime number for maglev'),
        ]
      : []),
    ...localityFindings(at(balancer, 'localityLbSetting')),
  ]
}

function localityFindings(setting: unknown): Finding[] {
  const ways = ['distribute', 'failover', 'failoverPriority'].filter(field => itemsOf(setting, field).length > 0)
  if (ways.includes('distribute') && ways.includes('failover'))
    return [error("can not simultaneously specify 'distribute' and 'failover'")]
  return itemsAt(setting, 'distribute').flatMap(({ to }) => {
    const total = Object.values(fieldsOf(to)).reduce<number>((sum, weight) => sum + numberOf(weight), 0)
    return errorIf(total !== 100, `total locality weight ${total} != 100`)
  })
}

function itemsOf(value: unknown, field: string): unknown[] {
  const found = at(value, field)
  return Array.isArray(found) ? found : []
}

/** TLS of a client: what its mode needs, and what it does not take. */
function clientTlsFindings(tls: unknown): Finding[] {
  if (!isFields(tls)) return []
  const { mode, credentialName } = tls
  const set = (field: string): boolean => Boolean(tls[field])
  if (mode === 'MUTUAL' && !credentialName)
    return [
      ...errorIf(!set('clientCertificate'), 'client certificate required for mutual tls'),
      ...errorIf(!set('privateKey'), 'private key required for mutual tls'),
    ]
  if (mode === 'MUTUAL')
    return errorIf(
      set('clientCertificate') || set('caCertificates') || set('privateKey') || set('caCrl'),
      'cannot specify client certificates or CA certificate or CA CRL if credentialName is set',
    )
  if (mode === 'SIMPLE')
    return [
      ...errorIf(
        Boolean(credentialName) && (set('caCertificates') || set('caCrl')),
        'cannot specify CA certificate or CA CRL If credentialName is set',
      ),
    ]
  return []
}

function isPrime(number: number): boolean {
  if (number < 2) return false
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false
  return true
}
