import type { MeshObject } from '#shared/mesh/object.ts'
import { groupOf, refOf, type ObjectRef } from '#shared/mesh/object.ts'
import { principalOf, type SeenFlow, type Workload } from '#shared/security/landscape.ts'
import { isRecord, record, records, text, texts } from '#shared/security/read.ts'

/** Who there is, as far as certificates prove it; and whose word is taken for a token. */

export interface Identity {
  /** Without `spiffe://`. */
  principal: string
  namespace: string
  account: string
  /** Workloads that run as it, `namespace/name`. */
  workloads: readonly string[]
  pods: number
  /** Pods with a proxy: only they get a certificate. */
  guarded: number
  /** Calls it was seen to make; requests, or connections of TCP. */
  calls: number
  /** What is doubtful about it: several workloads are one identity, or whatever was not told one is this one. */
  doubts: readonly ('shared' | 'default')[]
}

export function identitiesOf(
  workloads: readonly Workload[],
  flows: readonly SeenFlow[],
  trustDomain: string,
): Identity[] {
  const calls = new Map<string, number>()
  for (const { source, passed, refused } of flows)
    if (typeof source.principal === 'string')
      calls.set(source.principal, (calls.get(source.principal) ?? 0) + passed + refused)
  const found = new Map<string, { namespace: string; account: string; own: Workload[] }>()
  for (const workload of workloads)
    for (const account of workload.serviceAccounts) {
      const principal = principalOf(trustDomain, workload.namespace, account)
      const one = found.get(principal) ?? { namespace: workload.namespace, account, own: [] }
      one.own.push(workload)
      found.set(principal, one)
    }
  return [...found].map(([principal, { namespace, account, own }]) => ({
    principal,
    namespace,
    account,
    workloads: own.map(workload => `${workload.namespace}/${workload.name}`),
    pods: own.reduce((sum, { pods }) => sum + pods, 0),
    guarded: own.reduce((sum, { guarded }) => sum + guarded, 0),
    calls: calls.get(principal) ?? 0,
    // Versions of one application share an account on purpose: only different applications make it doubtful.
    doubts: [
      ...(new Set(own.map(appOf)).size > 1 ? (['shared'] as const) : []),
      ...(account === 'default' ? (['default'] as const) : []),
    ],
  }))
}

const appOf = ({ labels, name }: Workload): string => labels['app.kubernetes.io/name'] ?? labels['app'] ?? name

/** An issuer of tokens that some policy takes. */
export interface Issuer {
  issuer: string
  /** Empty: any. */
  audiences: readonly string[]
  policy: ObjectRef
  keys:
    | { kind: 'inline'; count: number }
    | { kind: 'unreadable'; because: 'json' | 'keys' | 'none' }
    /** istiod fetches them, and fetches them anew. */
    | { kind: 'fetched'; from: string }
    /** From the issuer's own OpenID configuration. */
    | { kind: 'discovered'; from: string }
}

/** Istio documentation, JWTRule: `jwks` or `jwksUri`, or without both what the issuer's OpenID configuration names. */
export const issuersIn = (objects: readonly MeshObject[]): Issuer[] =>
  objects
    .filter(({ kind, apiVersion }) => kind === 'RequestAuthentication' && groupOf(apiVersion) === 'security.istio.io')
    .flatMap(object =>
      records(record(object.spec)['jwtRules']).map(rule => ({
        issuer: text(rule['issuer']),
        audiences: texts(rule['audiences']),
        policy: refOf(object),
        keys: keysOf(rule),
      })),
    )

function keysOf(rule: Record<string, unknown>): Issuer['keys'] {
  const inline = text(rule['jwks'])
  if (inline !== '') return inlineKeys(inline)
  const uri = text(rule['jwksUri'] ?? rule['jwks_uri'])
  return uri === ''
    ? { kind: 'discovered', from: `${text(rule['issuer']).replace(/\/$/, '')}/.well-known/openid-configuration` }
    : { kind: 'fetched', from: uri }
}

/** RFC 7517 §5: an object with an array `keys`, each of them an object with a `kty`. */
function inlineKeys(jwks: string): Issuer['keys'] {
  let parsed: unknown
  try {
    parsed = JSON.parse(jwks)
  } catch {
    return { kind: 'unreadable', because: 'json' }
  }
  const keys = isRecord(parsed) ? parsed['keys'] : undefined
  if (!Array.isArray(keys) || !keys.every(key => isRecord(key) && typeof key['kty'] === 'string'))
    return { kind: 'unreadable', because: 'keys' }
  return keys.length === 0 ? { kind: 'unreadable', because: 'none' } : { kind: 'inline', count: keys.length }
}
