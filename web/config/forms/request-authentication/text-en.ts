import { enAttachment } from '#web/config/forms/attachment-text.ts'
import type { Words } from '#web/config/forms/form.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const en = {
  ...enAttachment,
  rules: words(
    'Tokens',
    'A wrong token is refused; a request without one passes, unless an AuthorizationPolicy asks for it.',
  ),
  rule: words('Token issuer', 'One more issuer whose tokens are believed.'),
  ruleTitle: (number: number) => `Issuer ${number}`,
  issuer: words('Issuer', 'What the token’s iss claim has to be, letter by letter.'),
  keys: words('Keys', 'What signatures are checked with. None: keys are found by the issuer’s OpenID discovery.'),
  jwksUri: words('Key set address', 'An http or https address of the public keys, asked by istiod.'),
  jwks: words(
    'Key set in place',
    'The public keys themselves, as a JSON Web Key Set. They do not rotate by themselves.',
  ),
  jwksUriOld: words('Key set address (jwks_uri)', 'The older name of jwksUri.'),
  audiences: words(
    'Audiences',
    'The token’s aud claim has to name one of these. None: the name of the service is enough.',
  ),
  fromHeaders: words(
    'From headers',
    'Where the token is looked for. None of headers, parameters, cookies: Authorization and access_token.',
  ),
  headerTitle: (number: number) => `Header ${number}`,
  bearer: words('Authorization: Bearer', 'The usual place of a token.'),
  ownHeader: words('Another header', 'A header of your own.'),
  headerName: words('Header', 'The name of the header that carries the token.'),
  prefix: words('Prefix', 'What stands before the token and is cut off, with its blank: “Bearer ”.'),
  fromParams: words('From parameters', 'Query parameters that may carry the token.'),
  fromCookies: words('From cookies', 'Cookies that may carry the token.'),
  forward: words('Forward the token', 'The workload receives the token too; otherwise the proxy takes it out.'),
  payload: words('Payload to header', 'This header gives the workload the token’s payload, in base64url.'),
  claims: words('Claims to headers', 'Claims of a valid token that the workload receives as headers.'),
  claimToHeader: words('Claim to header', 'One more claim that becomes a header.'),
  claimTitle: (number: number) => `Claim ${number}`,
  claim: words('Claim', 'Its name; a dot leads inside: realm.role. Texts, numbers and booleans only.'),
  claimHeader: words('To header', 'The header that is written; what callers send in it is overwritten.'),
  spaced: words(
    'Claims with blanks',
    'Claims read as several words with blanks between, besides scope and permission.',
  ),
  timeout: words('Timeout', 'How long fetching the keys may take.'),
  noUrl: 'An address that begins with http:// or https:// is expected.',
  noHeader: 'This is no name of a header: no blanks, no colon.',
  noClaimHeader: 'Only letters, digits, - and _ are taken here.',
  noKeySet: 'This is no JSON Web Key Set: { "keys": [ … ] }.',
  noKeys: 'The set has no key: every token would be refused.',
  privateKey:
    'This set holds a private or secret key. Whoever may read this object could make tokens: put in public keys only.',
}
export type Texts = typeof en
