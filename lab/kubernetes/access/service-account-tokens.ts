import { createHash, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto'
import type { User } from '#lab/kubernetes/api/request.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, fieldsOf, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { serviceAccountGroups, serviceAccountName } from './subject.ts'
import { authenticated } from './system-groups.ts'

/** The audience of the API server itself, and who signs. */
export const issuer = 'https://kubernetes.default.svc.cluster.local'

export interface TokenWish {
  namespace: string
  name: string
  uid: string
  audiences: readonly string[]
  /** Seconds. */
  lifetime: number
  /** The token dies with this pod. */
  pod?: { name: string; uid: string }
}

export type TokenFinding =
  | { kind: 'valid'; user: User; audiences: string[] }
  /** Not one of ours, or no longer: in the words of a TokenReview. */
  | { kind: 'invalid'; why: string }

/** Signs and checks tokens of ServiceAccounts: JSON Web Tokens (RFC 7519) with ES256, by a key of this lab's life. */
export interface ServiceAccountTokens {
  sign(wish: TokenWish): { token: string; expiry: number }
  /** `audiences`: for whom the token must be meant, one of them. */
  check(token: string, audiences: readonly string[]): TokenFinding
  /** The public key, for whoever checks by itself (`/openid/v1/jwks`). */
  keySet(): Fields
}

export function createServiceAccountTokens(store: KubernetesStore, now: () => number): ServiceAccountTokens {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  const header = encode({ alg: 'ES256', kid: keyId })
  /** Claims of tokens whose signature was found good; a client sends the same one with each request. */
  const signed = new Map<string, Fields>()

  function claimsOf(token: string): Fields | null {
    const known = signed.get(token)
    if (known) return known
    const parts = token.split('.')
    const [head = '', body = '', signature = ''] = parts
    if (parts.length !== 3 || decode(head)?.['kid'] !== keyId) return null
    const bytes = Buffer.from(signature, 'base64url')
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    if (bytes.length !== 64 || !verify('sha256', Buffer.from(`${head}.${body}`), key, bytes)) return null
    const claims = decode(body)
    if (!claims) return null
    const oldest = signed.keys().next().value
    if (signed.size >= 1000 && oldest !== undefined) signed.delete(oldest)
    signed.set(token, claims)
    return claims
  }

  return {
    sign({ namespace, name, uid, audiences, lifetime, pod }) {
      const issuedAt = Math.floor(now() / 1000)
      const body = encode({
        aud: audiences,
        exp: issuedAt + lifetime,
        iat: issuedAt,
        iss: issuer,
        jti: randomUUID(),
        'kubernetes.io': { namespace, ...(pod ? { pod } : {}), serviceaccount: { name, uid } },
        nbf: issuedAt,
        sub: serviceAccountName(namespace, name),
      })
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      const signature = sign('sha256', Buffer.from(`${header}.${body}`), key).toString('base64url')
      return { token: `${header}.${body}.${signature}`, expiry: (issuedAt + lifetime) * 1000 }
    },
    check(token, wanted) {
      const claims = claimsOf(token)
      if (!claims) return { kind: 'invalid', why: 'invalid bearer token' }
      const seconds = now() / 1000
      if (seconds >= numberOf(claims['exp'])) return { kind: 'invalid', why: 'service account token has expired' }
      if (seconds + 1 < numberOf(claims['nbf']))
        return { kind: 'invalid', why: 'service account token is not valid yet' }
      const meant = Array.isArray(claims['aud']) ? claims['aud'].map(String) : []
      const audiences = wanted.filter(audience => meant.includes(audience))
      if (audiences.length === 0) return { kind: 'invalid', why: audienceText(meant, wanted) }
      const own = fieldsOf(claims['kubernetes.io'])
      const namespace = textOf(own['namespace'])
      const name = textOf(at(own, 'serviceaccount.name'))
      const account = store.get('serviceaccounts', namespace, name)
      if (!account || account.metadata.uid !== at(own, 'serviceaccount.uid'))
        return { kind: 'invalid', why: 'service account token has been invalidated' }
      const pod = own['pod']
      if (isFields(pod) && store.get('pods', namespace, textOf(pod['name']))?.metadata.uid !== pod['uid'])
        return { kind: 'invalid', why: 'service account token has been invalidated' }
      return { kind: 'valid', user: userOf(claims, namespace, name), audiences }
    },
    keySet: () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', kid: keyId, use: 'sig' }] }),
  }
}

function userOf(claims: Fields, namespace: string, name: string): User {
  const own = fieldsOf(claims['kubernetes.io'])
  const pod = fieldsOf(own['pod'])
  return {
    name: serviceAccountName(namespace, name),
    uid: textOf(at(own, 'serviceaccount.uid')),
    groups: [...serviceAccountGroups(namespace), authenticated],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${textOf(claims['jti'])}`],
      ...(own['pod'] === undefined
        ? {}
        : {
            'authentication.kubernetes.io/pod-name': [textOf(pod['name'])],
            'authentication.kubernetes.io/pod-uid': [textOf(pod['uid'])],
          }),
    },
  }
}

const audienceText = (meant: readonly string[], wanted: readonly string[]): string =>
  `token audiences ${goList(meant)} is invalid for the target audiences ${goList(wanted)}`

const goList = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(' ')}]`

const encode = (value: Fields): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function decode(part: string): Fields | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isFields(value) ? value : null
  } catch {
    // Not a token of anybody: whoever asks is told that it is not valid.
    return null
  }
}
