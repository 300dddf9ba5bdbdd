import { problemOf } from '#shared/config/re2.ts'
import type { FormChecks } from './text/en-checks.ts'
import type { Check } from '#web/config/forms/form.ts'

/** Texts that say what is wrong with an entry. */
export interface Checked {
  check: FormChecks
}
export type Checking = Check<Checked>
type Word = Exclude<keyof FormChecks, 'regexWhy'>

/** `{{name}}` in a text becomes the value of that name. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole))

const wrong = (word: Word, entry: string, texts: Checked): string => fill(texts.check[word], { entry })

/** The first that has something to say. */
const all =
  (...checks: Checking[]): Checking =>
  (entry, texts) => {
    for (const check of checks) {
      const found = check(entry, texts)
      if (found !== null) return found
    }
    return null
  }
const like =
  (word: Word, isRight: (entry: string) => boolean): Checking =>
  (entry, texts) =>
    isRight(entry) ? null : wrong(word, entry, texts)

/* ---- names ---- */

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const anyLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const isDomain = (text: string): boolean => text.length <= 255 && text.split('.').every(label => anyLabel.test(label))
const isName = (text: string): boolean => text.length <= 253 && text.split('.').every(label => dnsLabel.test(label))

/** Kubernetes docs, "Object Names and IDs". */
export const objectName = like('name', isName)
export const namespaceName = like('label', entry => dnsLabel.test(entry))
/** Istio checks subsets' names so: RFC 1123, in any case. */
export const subsetName = like('label', entry => anyLabel.test(entry))
export const portName = like('portName', entry => dnsLabel.test(entry))

/** Istio docs, Virtual Service, `exportTo`. */
export const exportScope = like('exportTo', entry => ['.', '*', '~'].includes(entry) || dnsLabel.test(entry))

/** Istio docs, Virtual Service, `gateways`: `mesh`, `name` or `namespace/name`. */
export const gatewayName = like('gatewayName', entry => {
  const [namespace = '', name, ...more] = entry.split('/')
  return name === undefined ? isName(namespace) : more.length === 0 && dnsLabel.test(namespace) && isName(name)
})

/* ---- hosts ---- */

const isAddress4 = (text: string): boolean =>
  /^\d+(\.\d+){3}$/.test(text) && text.split('.').every(part => Number(part) <= 255 && String(Number(part)) === part)
/** RFC 4291, section 2.2: eight groups, of which one run may be left out; the last two may be written as IPv4. */
function isAddress6(text: string): boolean {
  const [, before = text, tail4] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? []
  if (tail4 !== undefined && !isAddress4(tail4)) return false
  const halves = (tail4 === undefined ? text : `${before}0:0`).split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const isWhole = halves.length === 1 ? groups.length === 8 : groups.length < 8
  return text.includes(':') && isWhole && groups.every(group => /^[\da-f]{1,4}$/i.test(group))
}
const isAddress = (text: string): boolean => isAddress4(text) || isAddress6(text)

/** `*`, `*.shop.example`; Istio also takes a wildcard before a hyphen: `*-shop.example`. */
const withoutWildcard = (entry: string): string | null =>
  entry === '*'
    ? ''
    : entry.startsWith('*.') || entry.startsWith('*-')
      ? entry.slice(2)
      : entry.includes('*')
        ? null
        : entry

const wildcardPlace = like('wildcard', entry => withoutWildcard(entry) !== null)
const domain = like('host', entry => {
  const rest = withoutWildcard(entry)
  return rest === '' ? entry === '*' : rest !== null && isDomain(rest)
})

/** Hosts of a VirtualService or DestinationRule: names, wildcards, addresses. */
export const host: Checking = (entry, texts) => (isAddress(entry) ? null : all(wildcardPlace, domain)(entry, texts))
/** What is called: Istio docs, Virtual Service, `Destination`. */
export const destinationHost: Checking = all(
  like('noWildcard', entry => !entry.includes('*')),
  host,
)
/** Istio docs, Gateway, `Server.hosts`: `host` or `namespace/host`; `.` and `*` stand for namespaces too. */
export const serverHost: Checking = (entry, texts) => {
  const slash = entry.indexOf('/')
  if (slash < 0) return all(wildcardPlace, domain)(entry, texts)
  const isNamespace = ['.', '*'].includes(entry.slice(0, slash)) || dnsLabel.test(entry.slice(0, slash))
  return isNamespace && domain(entry.slice(slash + 1), texts) === null ? null : wrong('serverHost', entry, texts)
}

const hostnameCase = all(
  like('noAddress', entry => !isAddress(entry)),
  like('upperCase', entry => entry === entry.toLowerCase()),
)
/** Gateway API, `PreciseHostname`. */
export const preciseHostname: Checking = all(
  like('noWildcard', entry => !entry.includes('*')),
  hostnameCase,
  domain,
)
/** Gateway API, `Hostname`: a wildcard is a whole first label, never all there is. */
export const hostname: Checking = all(
  like('wildcard', entry => !entry.includes('*') || /^\*\.[^*]+$/.test(entry)),
  hostnameCase,
  domain,
)
export const address: Checking = like('address', entry => isAddress(entry) || isName(entry))

/** An address, alone or with a prefix length. */
export const cidr: Checking = like('cidr', entry => {
  const [base = '', length, ...more] = entry.split('/')
  const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (isAddress4(base) ? 32 : 128))
  return more.length === 0 && isAddress(base) && isLength
})

/* ---- HTTP ---- */

export const regex: Checking = (entry, texts) => {
  if (entry.length > 1024) return texts.check.regexLong
  const why = problemOf(entry)
  return why === null ? null : fill(texts.check.regex, { why: texts.check.regexWhy[why] ?? why })
}

/** A path or an expression for one: what begins like neither is a path without its slash. */
export const pathOrExpression: Checking = (entry, texts) =>
  /^[\w-]/.test(entry) ? wrong('path', entry, texts) : regex(entry, texts)

/** RFC 9110, section 5.6.2, "Tokens". */
const isToken = (entry: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(entry)
export const headerName = like('header', isToken)
export const method = like('method', isToken)
export const path = like('path', entry => entry.startsWith('/'))
export const origin = like('origin', entry => entry === '*' || /^[a-z][a-z\d+.-]*:\/\/[^/\s]+$/i.test(entry))
export const errorStatus = like('errorStatus', entry => /^[45]\d\d$/.test(entry))

/** Envoy docs, "Router", x-envoy-retry-on and x-envoy-retry-grpc-on. */
export const retryConditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
] as const
/** Istio docs, HTTPRetry, `retryOn`: conditions with commas between; status codes too. */
export const retryOn: Checking = (entry, texts) => {
  const known = (each: string) => retryConditions.some(condition => condition === each) || /^[1-5]\d\d$/.test(each)
  const unknown = entry
    .split(',')
    .map(each => each.trim())
    .find(each => !known(each))
  return unknown === undefined ? null : wrong('retryOn', unknown, texts)
}

/** gRPC docs, "Status codes and their use in gRPC". */
export const grpcStatuses = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const
export const grpcStatus = like('grpcStatus', entry => ['OK', ...grpcStatuses].includes(entry))

/* ---- localities, certificates ---- */

/** Istio docs, "Locality Load Balancing": region, zone, subzone; `*` ends one. */
export const locality = like('locality', entry => {
  const parts = entry.split('/')
  const star = parts.indexOf('*')
  return (
    parts.length <= 3 && parts.every(part => /^[^\s*]+$|^\*$/.test(part)) && (star < 0 || star === parts.length - 1)
  )
})
export const sha256 = like('sha256', entry => /^[\da-f]{64}$|^[\da-f]{2}(:[\da-f]{2}){31}$/i.test(entry))
export const base64Sha256 = like('base64', entry => /^[A-Za-z\d+/]{43}=$/.test(entry))
