import { at, items, number, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { whole } from './rules.ts'
import { withField } from './values.ts'

/** Envoy docs, "Local rate limit": so many requests per time, and how many may come at once. */
export interface Bucket {
  requests: number | null
  /** `60s`. */
  per: string
  /** Null: as many as `requests`. */
  burst: number | null
}

export interface PathBucket extends Bucket {
  how: 'prefix' | 'exact'
  path: string
}

/** What the filter's configuration says, as far as the task knows it. */
export interface LimitConfig {
  /** Of all requests; null: only certain paths are limited. */
  whole: Bucket | null
  paths: readonly PathBucket[]
  /** Null: 429. */
  status: number | null
  /** Sent with a refusal. */
  headers: readonly { name: string; value: string }[]
}

export const filterName = 'envoy.filters.http.local_ratelimit'
export const filterType = 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit'
const structType = 'type.googleapis.com/udpa.type.v1.TypedStruct'
/** By this key descriptors are the task's; the value says which path. */
const pathKey = 'weft_path'

export const isWrapped = (typed: Json): boolean => text(typed['@type']).endsWith('.TypedStruct')
/** The message itself, inside of a TypedStruct or as it is. */
export const messageIn = (typed: Json): Json => (isWrapped(typed) ? record(typed['value']) : typed)

/** Protobuf reads a field by its own name and by the one it has in JSON: one keeps to what stands there. */
const inJson = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const fieldIn = (message: Json, name: string): string =>
  message[name] === undefined && message[inJson(name)] !== undefined ? inJson(name) : name
const get = (message: Json, name: string): unknown => message[fieldIn(message, name)]
const set = (message: Json, name: string, value: unknown): Json => withField(message, fieldIn(message, name), value)

export function readLimit(message: Json): LimitConfig {
  return {
    whole: bucketIn(get(message, 'token_bucket')),
    paths: items(get(message, 'descriptors')).flatMap(descriptor => pathIn(descriptor) ?? []),
    status: whole(at(message, 'status', 'code')) ?? null,
    headers: items(get(message, 'response_headers_to_add')).map(option => {
      const header = record(option['header'])
      return { name: text(header['key']), value: text(header['value']) }
    }),
  }
}

/** The message with what is said now; what is the same stays as it was written. */
export function withLimit(message: Json, limit: LimitConfig): Json {
  const before = readLimit(message)
  let next = message
  if (!isEqual(limit.whole, before.whole))
    next = set(next, 'token_bucket', limit.whole && withBucket(record(get(next, 'token_bucket')), limit.whole))
  if (limit.status !== before.status)
    next = withField(next, 'status', limit.status === null ? null : { ...record(next['status']), code: limit.status })
  if (!isEqual(limit.headers, before.headers)) next = set(next, 'response_headers_to_add', headersOf(limit.headers))
  if (!isEqual(limit.paths, before.paths)) next = withPaths(next, limit.paths)
  return next
}

/** Envoy docs, `filter_enabled`: what is not said is none of the requests, so a new one says all. */
export function newLimit(limit: LimitConfig): Json {
  const all = (runtime: string) => ({
    runtime_key: runtime,
    default_value: { numerator: 100, denominator: 'HUNDRED' },
  })
  return withLimit(
    {
      stat_prefix: 'http_local_rate_limiter',
      filter_enabled: all('local_rate_limit_enabled'),
      filter_enforced: all('local_rate_limit_enforced'),
    },
    limit,
  )
}

/** Istio docs, "Enabling Rate Limits using Envoy", local rate limit: as it is shown there. */
export const newFilter = (limit: LimitConfig): Json => ({
  name: filterName,
  typed_config: { '@type': structType, type_url: filterType, value: newLimit(limit) },
})

/** Shares of the requests that are counted, and refused, in percent. */
export function sharesOf(message: Json): { enabled: number; enforced: number } {
  const of: Record<string, number> = { HUNDRED: 1, TEN_THOUSAND: 100, MILLION: 10_000 }
  const percent = (name: string) => {
    const value = record(get(record(get(message, name)), 'default_value'))
    return (number(value['numerator']) ?? 0) / (of[text(value['denominator'])] ?? 1)
  }
  return { enabled: percent('filter_enabled'), enforced: percent('filter_enforced') }
}

/** Descriptors that are not the task's. */
export const otherDescriptors = (message: Json): number =>
  items(get(message, 'descriptors')).filter(each => pathIn(each) === null).length

function bucketIn(written: unknown): Bucket | null {
  if (typeof written !== 'object' || written === null) return null
  const bucket = record(written)
  const most = whole(get(bucket, 'max_tokens')) ?? null
  // Envoy docs, TokenBucket: one token per fill where nothing is said.
  const requests = whole(get(bucket, 'tokens_per_fill')) ?? 1
  return { requests, per: text(get(bucket, 'fill_interval')), burst: most === requests ? null : most }
}

function withBucket(written: Json, { requests, per, burst }: Bucket): Json {
  const values = { max_tokens: burst ?? requests, tokens_per_fill: requests, fill_interval: per }
  return Object.entries(values).reduce((left, [name, value]) => set(left, name, value), written)
}

const valueOf = ({ how, path }: Pick<PathBucket, 'how' | 'path'>): string => `${how} ${path}`

function pathIn(descriptor: Json): PathBucket | null {
  const entries = items(descriptor['entries'])
  const [entry = {}] = entries
  if (entries.length !== 1 || entry['key'] !== pathKey) return null
  const [, how, path = ''] = /^(prefix|exact) (.*)$/.exec(text(entry['value'])) ?? []
  const bucket = bucketIn(get(descriptor, 'token_bucket'))
  return bucket === null || (how !== 'prefix' && how !== 'exact') ? null : { how, path, ...bucket }
}

/** Each path is a descriptor with a bucket of its own, and an action that makes requests bring it. */
function withPaths(message: Json, paths: readonly PathBucket[]): Json {
  const others = items(get(message, 'descriptors')).filter(each => pathIn(each) === null)
  const known = new Map(
    items(get(message, 'descriptors')).flatMap(each => {
      const path = pathIn(each)
      return path === null ? [] : [[valueOf(path), each] as const]
    }),
  )
  const descriptors = paths.map(path => {
    const descriptor = known.get(valueOf(path)) ?? { entries: [{ key: pathKey, value: valueOf(path) }] }
    return set(descriptor, 'token_bucket', withBucket(record(get(descriptor, 'token_bucket')), path))
  })
  const isOurs = (limit: Json) => items(limit['actions']).some(action => keyIn(action) === pathKey)
  const actions = paths.map(path => ({
    actions: [
      {
        header_value_match: {
          descriptor_key: pathKey,
          descriptor_value: valueOf(path),
          headers: [{ name: ':path', string_match: { [path.how]: path.path } }],
        },
      },
    ],
  }))
  const limits = [...items(get(message, 'rate_limits')).filter(limit => !isOurs(limit)), ...actions]
  const all = [...others, ...descriptors]
  return set(
    set(message, 'descriptors', all.length === 0 ? null : all),
    'rate_limits',
    limits.length === 0 ? null : limits,
  )
}

const keyIn = (action: Json): string => {
  const match = record(get(action, 'header_value_match'))
  return text(get(match, 'descriptor_key'))
}

const headersOf = (headers: LimitConfig['headers']): Json[] | null =>
  headers.length === 0
    ? null
    : headers.map(({ name, value }) => ({
        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
        header: { key: name, value },
      }))
