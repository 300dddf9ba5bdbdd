import type { NetworkingTexts } from './text/en.ts'
import type { Field, GroupField } from '#web/config/forms/form.ts'
import { host } from './checks.ts'
import { secrets } from './suggestions.ts'

type Texts = NetworkingTexts
type Policy = Texts['policy']
type Name = { [Key in keyof Policy]: Policy[Key] extends string ? never : Key }[keyof Policy]

const most = 2_147_483_647
const count = (key: Name, more: { absent?: number; min?: number; isTucked?: boolean } = {}): Field<Texts> => ({
  type: 'number',
  at: [key],
  say: ({ policy }) => policy[key],
  min: 0,
  max: most,
  ...more,
})
const duration = (key: string, word: Name, more: { absent?: string; isTucked?: boolean } = {}): Field<Texts> => ({
  type: 'duration',
  at: [key],
  say: ({ policy }) => policy[word],
  grammar: 'istio',
  ...more,
})

/** Istio docs, Destination Rule, ConnectionPoolSettings. */
export const connectionPool: GroupField<Texts> = {
  type: 'group',
  at: ['connectionPool'],
  say: ({ policy }) => policy.connectionPool,
  fields: [
    {
      type: 'group',
      at: ['tcp'],
      say: ({ policy }) => policy.tcp,
      isOpen: true,
      fields: [
        count('maxConnections'),
        duration('connectTimeout', 'connectTimeout', { absent: '10s' }),
        duration('idleTimeout', 'tcpIdleTimeout', { absent: '1h', isTucked: true }),
        duration('maxConnectionDuration', 'maxConnectionDuration', { isTucked: true }),
        {
          type: 'group',
          at: ['tcpKeepalive'],
          say: ({ policy }) => policy.tcpKeepalive,
          empty: {},
          fields: [
            duration('time', 'keepaliveTime'),
            duration('interval', 'keepaliveInterval'),
            { type: 'number', at: ['probes'], say: ({ policy }) => policy.keepaliveProbes, min: 0, max: most },
          ],
        },
      ],
    },
    {
      type: 'group',
      at: ['http'],
      say: ({ policy }) => policy.http,
      isOpen: true,
      fields: [
        count('http1MaxPendingRequests'),
        count('http2MaxRequests'),
        count('maxRequestsPerConnection'),
        count('maxRetries', { isTucked: true }),
        duration('idleTimeout', 'httpIdleTimeout', { absent: '1h', isTucked: true }),
        count('maxConcurrentStreams', { isTucked: true }),
        {
          type: 'choice',
          at: ['h2UpgradePolicy'],
          say: ({ policy }) => policy.h2UpgradePolicy,
          isTucked: true,
          absent: 'DEFAULT',
          options: [
            { value: 'DEFAULT', say: ({ policy }) => policy.h2Default },
            { value: 'UPGRADE', say: ({ policy }) => policy.UPGRADE },
            { value: 'DO_NOT_UPGRADE', say: ({ policy }) => policy.DO_NOT_UPGRADE },
          ],
        },
        {
          type: 'flag',
          at: ['useClientProtocol'],
          say: ({ policy }) => policy.useClientProtocol,
          absent: false,
          isTucked: true,
        },
      ],
    },
  ],
}

/** Istio docs, Destination Rule, OutlierDetection. An empty one turns it on with its defaults. */
export const outlierDetection: GroupField<Texts> = {
  type: 'group',
  at: ['outlierDetection'],
  say: ({ policy }) => policy.outlierDetection,
  empty: {},
  fields: [
    count('consecutive5xxErrors', { absent: 5 }),
    duration('interval', 'interval', { absent: '10s' }),
    duration('baseEjectionTime', 'baseEjectionTime', { absent: '30s' }),
    {
      type: 'number',
      at: ['maxEjectionPercent'],
      say: ({ policy }) => policy.maxEjectionPercent,
      min: 0,
      max: 100,
      unit: '%',
      absent: 10,
    },
    count('consecutiveGatewayErrors', { isTucked: true }),
    {
      type: 'number',
      at: ['minHealthPercent'],
      say: ({ policy }) => policy.minHealthPercent,
      min: 0,
      max: 100,
      unit: '%',
      absent: 0,
      isTucked: true,
    },
    {
      type: 'flag',
      at: ['splitExternalLocalOriginErrors'],
      say: ({ policy }) => policy.splitExternalLocalOriginErrors,
      absent: false,
      isTucked: true,
    },
    count('consecutiveLocalOriginFailures', { absent: 5, isTucked: true }),
    { ...count('consecutiveErrors'), when: () => false },
  ],
}

const file = (key: 'clientCertificate' | 'privateKey' | 'caCertificates' | 'caCrl'): Field<Texts> => ({
  type: 'text',
  at: [key],
  say: ({ policy }) => policy[key],
  placeholder: '/etc/certs/…',
  isTucked: true,
})

/** Istio docs, Destination Rule, ClientTLSSettings. */
export const clientTls: GroupField<Texts> = {
  type: 'group',
  at: ['tls'],
  say: ({ policy }) => policy.tls,
  fields: [
    {
      type: 'choice',
      at: ['mode'],
      say: ({ policy }) => policy.tlsMode,
      absent: 'DISABLE',
      options: [
        { value: 'DISABLE', say: ({ policy }) => policy.DISABLE },
        { value: 'SIMPLE', say: ({ policy }) => policy.SIMPLE },
        { value: 'MUTUAL', say: ({ policy }) => policy.MUTUAL },
        { value: 'ISTIO_MUTUAL', say: ({ policy }) => policy.ISTIO_MUTUAL },
      ],
    },
    { type: 'text', at: ['credentialName'], say: ({ policy }) => policy.credentialName, suggest: secrets },
    { type: 'text', at: ['sni'], say: ({ policy }) => policy.sni, check: host },
    { type: 'chips', at: ['subjectAltNames'], say: ({ policy }) => policy.subjectAltNames, of: 'text', isTucked: true },
    {
      type: 'flag',
      at: ['insecureSkipVerify'],
      say: ({ policy }) => policy.insecureSkipVerify,
      absent: false,
      isTucked: true,
    },
    file('clientCertificate'),
    file('privateKey'),
    file('caCertificates'),
    file('caCrl'),
  ],
}
