import type { LocalityLbSetting } from './mesh-config.ts'
import { duration, type Fields, fields, items, number, text, texts } from './read.ts'

/** Istio docs, Destination Rule, LoadBalancerSettings. */
export interface LoadBalancer {
  simple: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM' | 'PASSTHROUGH'
  /** Requests with one key stay on one pod. */
  hash: HashBy | null
  locality: LocalityLbSetting | null
  warmup: Warmup | null
}

export type HashBy =
  | { kind: 'header'; name: string }
  | { kind: 'query'; name: string }
  /** `isMade`: the proxy gives one to whoever comes without. */
  | { kind: 'cookie'; name: string; isMade: boolean }
  | { kind: 'source' }

export interface Warmup {
  /** Milliseconds. */
  duration: number
  /** Of the full weight, 0–1. */
  minimum: number
  aggression: number
}

const simples = new Set<string>(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'PASSTHROUGH'])

export function readLoadBalancer(written: Fields): LoadBalancer {
  const simple = text(written['simple'])
  return {
    simple: simple !== undefined && simples.has(simple) ? (simple as LoadBalancer['simple']) : 'LEAST_REQUEST',
    hash: written['consistentHash'] === undefined ? null : readHash(fields(written['consistentHash'])),
    locality: written['localityLbSetting'] === undefined ? null : readLocality(fields(written['localityLbSetting'])),
    warmup: readWarmup(written),
  }
}

function readHash(hash: Fields): HashBy | null {
  const [header, query] = [text(hash['httpHeaderName']), text(hash['httpQueryParameterName'])]
  const cookie = text(fields(hash['httpCookie'])['name'])
  if (header) return { kind: 'header', name: header.toLowerCase() }
  if (cookie) return { kind: 'cookie', name: cookie, isMade: fields(hash['httpCookie'])['ttl'] !== undefined }
  if (query) return { kind: 'query', name: query }
  return hash['useSourceIp'] === true ? { kind: 'source' } : null
}

const readLocality = (setting: Fields): LocalityLbSetting => ({
  enabled: setting['enabled'] !== false,
  distribute: items(setting['distribute']).map(item => ({
    from: text(item['from']) ?? '*',
    to: Object.fromEntries(
      Object.entries(fields(item['to'])).flatMap(([place, weight]) => {
        const share = number(weight)
        return share === undefined || share <= 0 ? [] : [[place, share]]
      }),
    ),
  })),
  failover: items(setting['failover']).map(item => ({ from: text(item['from']) ?? '', to: text(item['to']) ?? '' })),
  failoverPriority: texts(setting['failoverPriority']),
})

/** `warmup` stands before its elder, `warmupDurationSecs`. */
function readWarmup(written: Fields): Warmup | null {
  const warmup = fields(written['warmup'])
  const long = duration(warmup['duration']) ?? duration(written['warmupDurationSecs'])
  if (!long) return null
  return {
    duration: long,
    minimum: Math.min(100, Math.max(0, number(warmup['minimumPercent']) ?? 10)) / 100,
    aggression: Math.max(0.01, number(warmup['aggression']) ?? 1),
  }
}
