import type { ObjectStore } from '#lab/contract.ts'
import { type AuthorizationPolicy, readAttachment } from './authorization-policies.ts'
import { type Fields, fields, items, text, texts } from './read.ts'
import { createdAt } from './virtual-services.ts'

/** Istio docs, RequestAuthentication: which tokens are valid. */
export interface RequestAuthentication
  extends Pick<AuthorizationPolicy, 'namespace' | 'name' | 'selector' | 'targets'> {
  rules: JwtRule[]
}

export interface JwtRule {
  issuer: string
  /** Any of them; none = all. */
  audiences: string[]
  /** Where the token stands; nothing of the three = `Authorization: Bearer` and the parameter `access_token`. */
  fromHeaders: { name: string; prefix: string }[]
  fromParams: string[]
  fromCookies: string[]
  forwardOriginalToken: boolean
  /** Takes the payload, base64url. */
  outputPayloadToHeader: string | null
  outputClaimToHeaders: { header: string; claim: string }[]
}

/** By the namespace they were written in, oldest first. */
export function readRequestAuthentications(store: ObjectStore): Map<string, RequestAuthentication[]> {
  const found = new Map<string, RequestAuthentication[]>()
  const objects = store.list('requestauthentications.security.istio.io').toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const spec = fields(object.spec)
    const { namespace = 'default', name } = object.metadata
    const one = { namespace, name, ...readAttachment(spec), rules: items(spec['jwtRules']).map(readRule) }
    found.set(namespace, [...(found.get(namespace) ?? []), one])
  }
  return found
}

const readRule = (rule: Fields): JwtRule => ({
  issuer: text(rule['issuer']) ?? '',
  audiences: texts(rule['audiences']),
  fromHeaders: items(rule['fromHeaders']).map(header => ({
    name: (text(header['name']) ?? '').toLowerCase(),
    prefix: text(header['prefix']) ?? '',
  })),
  fromParams: texts(rule['fromParams']),
  fromCookies: texts(rule['fromCookies']),
  forwardOriginalToken: rule['forwardOriginalToken'] === true,
  outputPayloadToHeader: text(rule['outputPayloadToHeader']) ?? null,
  outputClaimToHeaders: items(rule['outputClaimToHeaders']).map(output => ({
    header: text(output['header']) ?? '',
    claim: text(output['claim']) ?? '',
  })),
})
