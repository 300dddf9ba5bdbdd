import type { Token } from '#lab/contract.ts'
import { type Snapshot, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { JwtRule } from '#lab/mesh/snapshot/request-authentications.ts'
import { type EnforcementPoint, isAttached, keyOf, namespacesOf } from './attach.ts'
import { payloadOf } from './claims.ts'
import type { Flow } from './outcome.ts'
import { tokenAt } from './token-place.ts'

/** Istio docs, RequestAuthentication: a request without a token passes, one with a bad token does not. */

export interface Authenticated {
  /** As it goes on: with what was validated here, with headers made of claims, without a token that is not forwarded. */
  flow: Flow
  /** Null: it passes. */
  refusal: { code: 401 | 403; details: string } | null
}

/** Envoy's words for what is wrong with a token. */
const words = {
  unknownIssuer: 'Jwt_issuer_is_not_configured',
  expired: 'Jwt_is_expired',
  audience: 'Audiences_in_Jwt_are_not_allowed',
  signature: 'Jwt_verification_fails',
  malformed: 'Jwt_header_is_an_invalid_Base64url_input_or_an_invalid_JSON',
} as const

type Finding = 'valid' | 'missing' | keyof typeof words

export function authenticate(snapshot: Snapshot, point: EnforcementPoint, flow: Flow): Authenticated {
  const untouched = { flow: flow.validated === null ? flow : { ...flow, validated: null }, refusal: null }
  if (point.kind === 'ztunnel' || flow.protocol === 'tcp' || flow.token === null) return untouched
  const rules = rulesAt(snapshot, point)
  // Several of a workload's policies are one list; any rule that finds the token valid is enough.
  let worst: Exclude<Finding, 'valid'> = 'missing'
  for (const rule of rules) {
    const finding = findingOf(rule, flow, flow.token)
    if (finding === 'valid') return { flow: validated(rule, flow, flow.token), refusal: null }
    // That the issuer is another's is said only where no rule has more to say.
    if (worst === 'missing' || (worst === 'unknownIssuer' && finding !== 'missing')) worst = finding
  }
  if (worst === 'missing') return untouched
  const code = worst === 'audience' ? 403 : 401
  return { flow: untouched.flow, refusal: { code, details: `jwt_authn_access_denied{${words[worst]}}` } }
}

const found = new WeakMap<Snapshot, Map<string, JwtRule[]>>()

/** All rules of a point's policies, as one list. */
export function rulesAt(snapshot: Snapshot, point: EnforcementPoint): JwtRule[] {
  let own = found.get(snapshot)
  if (own === undefined) found.set(snapshot, (own = new Map()))
  const key = keyOf(point)
  let rules = own.get(key)
  if (rules === undefined) {
    rules = namespacesOf(snapshot, point).flatMap(namespace =>
      (toldTo(snapshot, point.workload).requestAuthentications.get(namespace) ?? [])
        .filter(policy => isAttached(snapshot, policy, point))
        .flatMap(policy => policy.rules),
    )
    own.set(key, rules)
  }
  return rules
}

/** In the order in which Envoy looks: the issuer, the time, the audience, and then the signature. */
function findingOf(rule: JwtRule, flow: Flow, token: Token): Finding {
  const place = tokenAt(rule, flow)
  if (place === null) return 'missing'
  if (!place.isWhole) return 'malformed'
  // A rule without an issuer takes any: Envoy docs, `JwtProvider.issuer`.
  if (rule.issuer !== '' && token.issuer !== rule.issuer) return 'unknownIssuer'
  if (token.state === 'expired') return 'expired'
  const allowed = new Set(rule.audiences.map(plainAudience))
  if (allowed.size > 0 && !token.audiences.some(audience => allowed.has(plainAudience(audience)))) return 'audience'
  return token.state === 'badSignature' ? 'signature' : 'valid'
}

/** Envoy compares audiences without scheme and closing slash. */
const plainAudience = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '')

function validated(rule: JwtRule, flow: Flow, token: Token): Flow {
  const headers = { ...flow.headers }
  const put = (name: string, value: string) => {
    for (const key in headers) if (key.toLowerCase() === name.toLowerCase()) delete headers[key]
    headers[name] = value
  }
  const payload = payloadOf(token)
  if (!rule.forwardOriginalToken) for (const key in headers) if (headers[key]?.includes('{token}')) delete headers[key]
  if (rule.outputPayloadToHeader !== null)
    put(rule.outputPayloadToHeader, Buffer.from(JSON.stringify(payload)).toString('base64url'))
  for (const { header, claim } of rule.outputClaimToHeaders) {
    const value = claim.split('.').reduce<unknown>((at, name) => member(at, name), payload)
    // Lists and maps stay out.
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') put(header, String(value))
  }
  return { ...flow, headers, validated: token, token: rule.forwardOriginalToken ? token : null }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
