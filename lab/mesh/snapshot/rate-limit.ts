import { duration, type Fields, fields, items, number, text } from './read.ts'
import { readStringMatch, type StringMatch } from './string-match.ts'

/** Envoy docs, "Local rate limit (proto)". */
export interface RateLimit {
  statPrefix: string
  /** Null: only routes and descriptors limit. */
  bucket: TokenBucket | null
  /** Shares of the requests, 0–1. */
  enabled: number
  enforced: number
  /** What is answered. */
  status: number
  /** Requests that bring all of the entries have a bucket of their own. */
  descriptors: { entries: { key: string; value: string }[]; bucket: TokenBucket }[]
  /** What requests bring: each action is one entry. */
  actions: DescriptorAction[][]
}

export interface TokenBucket {
  most: number
  perFill: number
  /** Milliseconds. */
  interval: number
}

export type DescriptorAction =
  | { kind: 'header'; header: string; key: string }
  | { kind: 'match'; key: string; value: string; headers: { name: string; match: StringMatch }[] }
  | { kind: 'generic'; key: string; value: string }
  | { kind: 'unknown' }

/** Of a `typed_config`, as it is or wrapped in a TypedStruct; null where there is none. */
export function readRateLimit(typed: unknown, actions: readonly Fields[]): RateLimit | null {
  if (typeof typed !== 'object' || typed === null) return null
  const written = unwrapped(fields(typed))
  return {
    statPrefix: text(either(written, 'stat_prefix')) ?? '',
    bucket: readBucket(either(written, 'token_bucket')),
    enabled: share(either(written, 'filter_enabled')),
    enforced: share(either(written, 'filter_enforced')),
    status: statusOf(number(fields(written['status'])['code']) ?? text(fields(written['status'])['code'])),
    descriptors: items(written['descriptors']).flatMap(descriptor => {
      const bucket = readBucket(either(descriptor, 'token_bucket'))
      const entries = items(descriptor['entries']).map(entry => ({
        key: text(entry['key']) ?? '',
        value: text(entry['value']) ?? '',
      }))
      return bucket === null ? [] : [{ entries, bucket }]
    }),
    actions: [...actions, ...items(either(written, 'rate_limits'))].map(limit =>
      items(limit['actions']).map(readAction),
    ),
  }
}

/** The value inside of a TypedStruct, else the message itself. */
export const unwrapped = (typed: Fields): Fields =>
  text(typed['@type'])?.endsWith('.TypedStruct') ? fields(typed['value']) : typed

/** Protobuf reads a field by its own name and by the one it has in JSON. */
export const either = (message: Fields, name: string): unknown =>
  message[name] ?? message[name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]

function readBucket(written: unknown): TokenBucket | null {
  if (typeof written !== 'object' || written === null) return null
  const bucket = fields(written)
  const count = (value: unknown) => number(value) ?? (Number(text(value)) || undefined)
  return {
    most: count(either(bucket, 'max_tokens')) ?? 0,
    perFill: count(either(bucket, 'tokens_per_fill')) ?? 1,
    interval: duration(either(bucket, 'fill_interval')) || 1000,
  }
}

const denominators: Record<string, number> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 }

/** Nothing said is none of the requests, "for safety". */
function share(written: unknown): number {
  const value = fields(either(fields(written), 'default_value'))
  const of = denominators[text(value['denominator']) ?? 'HUNDRED'] ?? 100
  return Math.min(1, Math.max(0, (number(value['numerator']) ?? 0) / of))
}

const names: Record<string, number> = { TooManyRequests: 429, ServiceUnavailable: 503, Forbidden: 403 }

/** Anything below 400 is 429. */
function statusOf(code: number | string | undefined): number {
  const status = typeof code === 'string' ? (names[code] ?? Number(code)) : (code ?? 429)
  return status >= 400 && status < 600 ? status : 429
}

function readAction(action: Fields): DescriptorAction {
  const header = fields(either(action, 'request_headers'))
  const match = fields(either(action, 'header_value_match'))
  const generic = fields(either(action, 'generic_key'))
  const name = text(either(header, 'header_name'))
  if (name !== undefined)
    return { kind: 'header', header: name.toLowerCase(), key: text(either(header, 'descriptor_key')) ?? '' }
  if (match['headers'] !== undefined)
    return {
      kind: 'match',
      key: text(either(match, 'descriptor_key')) ?? 'header_match',
      value: text(either(match, 'descriptor_value')) ?? '',
      headers: items(match['headers']).map(item => ({
        name: (text(item['name']) ?? '').toLowerCase(),
        match: readStringMatch(fields(either(item, 'string_match') ?? olderMatch(item))),
      })),
    }
  const value = text(either(generic, 'descriptor_value'))
  if (value !== undefined)
    return { kind: 'generic', key: text(either(generic, 'descriptor_key')) ?? 'generic_key', value }
  return { kind: 'unknown' }
}

/** `exact_match` and its kin, which `string_match` replaced. */
const olderMatch = (header: Fields): Fields => ({
  ...(header['exact_match'] === undefined ? {} : { exact: header['exact_match'] }),
  ...(header['prefix_match'] === undefined ? {} : { prefix: header['prefix_match'] }),
  ...(header['safe_regex_match'] === undefined ? {} : { regex: fields(header['safe_regex_match'])['regex'] }),
})
