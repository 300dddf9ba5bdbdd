import { describe, expect, it } from 'vitest'
import type { KubeObject, Token } from '#lab/contract.ts'
import { authorizationPolicy, requestAuthentication } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { claimHeader } from './claims.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const issuer = 'https://login.example'
const ada: Token = {
  issuer,
  subject: 'ada',
  audiences: ['shop'],
  presenter: 'web',
  claims: { groups: ['buyers', 'staff'], tier: 'gold', scope: 'read write', realm: { roles: ['admin'] } },
  state: 'valid',
}

const back = { selector: { matchLabels: { app: 'back' } } }
const trusts = (...jwtRules: Record<string, unknown>[]) =>
  requestAuthentication('shop', 'tokens', { ...back, jwtRules })
const ours = { issuer, forwardOriginalToken: true }
const only = (source: Record<string, string[]>) =>
  authorizationPolicy('shop', 'only', { ...back, rules: [{ from: [{ source }] }] })
const when = (key: string, more: Record<string, string[]>) =>
  authorizationPolicy('shop', 'when', { ...back, rules: [{ when: [{ key, ...more }] }] })

function decided(objects: KubeObject[], more: Partial<Flow> = {}): Outcome {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, 'shop/front', 'back.shop', 8080, more))
  if (!outcome) throw new Error('no outcome')
  return outcome
}

const codeOf = (outcome: Outcome) => outcome.answer?.code ?? 200

// https://istio.io/latest/docs/reference/config/security/request_authentication/
// https://istio.io/latest/docs/concepts/security/#request-authentication
describe('a RequestAuthentication', () => {
  it.each<[claim: string, objects: KubeObject[], token: Token | null, expected: number, details: string]>([
    ['lets a request without a token pass', [trusts(ours)], null, 200, 'via_upstream'],
    ['lets a valid token pass', [trusts(ours)], ada, 200, 'via_upstream'],
    [
      'refuses an expired one',
      [trusts(ours)],
      { ...ada, state: 'expired' },
      401,
      'jwt_authn_access_denied{Jwt_is_expired}',
    ],
    [
      'refuses one whose signature is wrong',
      [trusts(ours)],
      { ...ada, state: 'badSignature' },
      401,
      'jwt_authn_access_denied{Jwt_verification_fails}',
    ],
    [
      'refuses one of an issuer that nobody lists',
      [trusts(ours)],
      { ...ada, issuer: 'https://other.example' },
      401,
      'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
    ],
    [
      'refuses one for another audience, with 403',
      [trusts({ ...ours, audiences: ['pay'] })],
      ada,
      403,
      'jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}',
    ],
    [
      'takes any of its audiences',
      [trusts({ ...ours, audiences: ['pay', 'https://shop/'] })],
      ada,
      200,
      'via_upstream',
    ],
    ['is not there: tokens are nobody’s business', [], { ...ada, state: 'expired' }, 200, 'via_upstream'],
    [
      'of another workload does not look',
      [requestAuthentication('shop', 'x', { selector: { matchLabels: { app: 'x' } }, jwtRules: [ours] })],
      { ...ada, state: 'expired' },
      200,
      'via_upstream',
    ],
    [
      'of the root namespace is everybody’s',
      [requestAuthentication('istio-system', 'all', { jwtRules: [ours] })],
      { ...ada, state: 'expired' },
      401,
      'jwt_authn_access_denied{Jwt_is_expired}',
    ],
    [
      'is one of several, which are one list: any issuer among them is known',
      [
        trusts({ issuer: 'https://first.example' }),
        requestAuthentication('shop', 'more', { ...back, jwtRules: [ours] }),
      ],
      ada,
      200,
      'via_upstream',
    ],
    [
      'of several tells what the token’s own issuer has against it',
      [trusts({ issuer: 'https://first.example' }, ours, { issuer: 'https://last.example' })],
      { ...ada, state: 'expired' },
      401,
      'jwt_authn_access_denied{Jwt_is_expired}',
    ],
  ])('%s', (_, objects, token, expected, details) => {
    const outcome = decided(objects, { token })
    expect(codeOf(outcome)).toBe(expected)
    expect(outcome.details).toBe(details)
  })
  it.each<[claim: string, rule: Record<string, unknown>, request: Partial<Flow>, expected: number]>([
    ['Authorization is where it looks', {}, {}, 200],
    ['and the parameter access_token', {}, { path: '/items?access_token={token}' }, 200],
    ['fromHeaders names another place', { fromHeaders: [{ name: 'x-jwt' }] }, { headers: { 'X-Jwt': '{token}' } }, 200],
    ['where it does not look, no token is', { fromHeaders: [{ name: 'x-jwt' }] }, {}, 403],
    [
      'a prefix is taken off',
      { fromHeaders: [{ name: 'x-jwt', prefix: 'JWT ' }] },
      { headers: { 'x-jwt': 'JWT {token}' } },
      200,
    ],
    [
      'what is left must be the token',
      { fromHeaders: [{ name: 'x-jwt' }] },
      { headers: { 'x-jwt': 'JWT {token}' } },
      401,
    ],
    ['fromParams names a parameter', { fromParams: ['t'] }, { path: '/items?t={token}' }, 200],
    ['fromCookies names a cookie', { fromCookies: ['session'] }, { headers: { cookie: 'a=b; session={token}' } }, 200],
  ])('token places: %s', (_, rule, request, expected) => {
    const objects = [trusts({ ...ours, ...rule }), only({ requestPrincipals: ['*'] })]
    expect(codeOf(decided(objects, { token: ada, ...request }))).toBe(expected)
  })
  it('answers gRPC with status 16, and with 7 for the audience', () => {
    const grpc = (rule: Record<string, unknown>, token: Token) =>
      decided([trusts({ ...ours, ...rule })], { protocol: 'grpc', token }).answer
    expect(grpc({}, { ...ada, state: 'expired' })).toMatchObject({ code: 200, grpcStatus: 16 })
    expect(grpc({ audiences: ['pay'] }, ada)).toMatchObject({ code: 200, grpcStatus: 7 })
  })
  it('refuses before any AuthorizationPolicy counts', () => {
    expect(decided([trusts(ours), only({})], { token: { ...ada, state: 'expired' } }).rbac).toEqual([])
  })
  it('makes headers of claims, which policies see', () => {
    const rule = {
      ...ours,
      outputClaimToHeaders: [{ header: 'x-tier', claim: 'tier' }],
      outputPayloadToHeader: 'x-load',
    }
    const sees = (key: string, values: string[]) =>
      codeOf(
        decided([trusts(rule), when(`request.headers[${key}]`, { values })], {
          token: ada,
          headers: { 'X-Tier': 'mine' },
        }),
      )
    expect(sees('x-tier', ['gold'])).toBe(200)
    expect(sees('x-tier', ['mine'])).toBe(403)
    const payload = Buffer.from(JSON.stringify({ ...ada.claims, iss: issuer, sub: 'ada', aud: ['shop'], azp: 'web' }))
    expect(sees('x-load', [payload.toString('base64url')])).toBe(200)
  })
  it('keeps the token to itself unless it is to be forwarded', () => {
    const carried = (forwardOriginalToken: boolean) =>
      codeOf(
        decided(
          [trusts({ issuer, forwardOriginalToken }), when('request.headers[authorization]', { values: ['Bearer *'] })],
          {
            token: ada,
          },
        ),
      )
    expect(carried(true)).toBe(200)
    expect(carried(false)).toBe(403)
  })
})

// https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
// https://istio.io/latest/docs/reference/config/security/conditions/
describe('what a valid token says', () => {
  it.each<[claim: string, policy: KubeObject, passes: boolean]>([
    ['its principal is issuer/subject', only({ requestPrincipals: [`${issuer}/ada`] }), true],
    ['of another subject', only({ requestPrincipals: [`${issuer}/bob`] }), false],
    ['any', only({ requestPrincipals: ['*'] }), true],
    ['any subject of an issuer', only({ requestPrincipals: [`${issuer}/*`] }), true],
    ['subjects by prefix', only({ requestPrincipals: [`${issuer}/a*`] }), true],
    ['a subject of any issuer', only({ requestPrincipals: ['*/ada'] }), true],
    ['an issuer’s name alone is no principal', only({ requestPrincipals: [issuer] }), false],
    ['notRequestPrincipals excludes it', only({ notRequestPrincipals: [`${issuer}/ada`] }), false],
    ['request.auth.principal', when('request.auth.principal', { values: [`${issuer}/ada`] }), true],
    ['request.auth.audiences', when('request.auth.audiences', { values: ['shop'] }), true],
    ['request.auth.presenter', when('request.auth.presenter', { values: ['web'] }), true],
    ['a claim', when('request.auth.claims[tier]', { values: ['gold'] }), true],
    ['any item of a list', when('request.auth.claims[groups]', { values: ['staff'] }), true],
    ['no item of a list', when('request.auth.claims[groups]', { notValues: ['staff'] }), false],
    ['a nested claim', when('request.auth.claims[realm][roles]', { values: ['admin'] }), true],
    ['any word of scope', when('request.auth.claims[scope]', { values: ['write'] }), true],
    ['the registered claims, too', when('request.auth.claims[iss]', { values: ['https://login.*'] }), true],
    ['a claim that is not there', when('request.auth.claims[team]', { values: ['*'] }), false],
    ['its absence satisfies notValues', when('request.auth.claims[team]', { notValues: ['red'] }), true],
  ])('%s', (_, policy, passes) => {
    expect(codeOf(decided([trusts(ours), policy], { token: ada }))).toBe(passes ? 200 : 403)
  })
  it('is nothing where no RequestAuthentication validated it', () => {
    expect(codeOf(decided([only({ requestPrincipals: ['*'] })], { token: ada }))).toBe(403)
    expect(codeOf(decided([only({ notRequestPrincipals: ['*'] })], { token: ada }))).toBe(200)
  })
  // https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
  it('is offered to routes as headers', () => {
    expect(claimHeader('@request.auth.claims.groups', ada)).toEqual(['buyers', 'staff'])
    expect(claimHeader('@request.auth.claims[realm][roles]', ada)).toEqual(['admin'])
    expect(claimHeader('@request.auth.claims.tier', null)).toEqual([])
    expect(claimHeader('x-tier', ada)).toBeNull()
  })
})

describe('at a gateway', () => {
  const gateway = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }] }
  const atEdge = (...jwtRules: Record<string, unknown>[]) =>
    requestAuthentication('gates', 'tokens', { ...gateway, jwtRules })
  function entered(objects: KubeObject[], more: Partial<Flow> = {}): Outcome {
    const snapshot = snapshotWith(...objects)
    const [outcome] = decide(snapshot, flowFrom(snapshot, 'gates/edge', 'www.example.com', 80, { token: ada, ...more }))
    if (!outcome) throw new Error('no outcome')
    return outcome
  }
  it('a bad token ends the request there, and only the gateway tells', () => {
    const refused = entered([atEdge(ours)], { token: { ...ada, state: 'expired' } })
    expect(refused.answer?.code).toBe(401)
    expect(refused.destination).toBeNull()
    expect(refused.reports.map(report => [report.reporter, report.by.key, report.service.name])).toEqual([
      ['source', 'gates/edge', 'front'],
    ])
  })
  it('the token goes no further unless it is forwarded', () => {
    const behind = [
      requestAuthentication('shop', 'front', { jwtRules: [ours] }),
      authorizationPolicy('shop', 'front', {
        selector: { matchLabels: { app: 'front' } },
        rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }],
      }),
    ]
    expect(codeOf(entered([atEdge(ours), ...behind]))).toBe(200)
    expect(codeOf(entered([atEdge({ issuer }), ...behind]))).toBe(403)
  })
  it('a policy there may demand a token', () => {
    const demand = authorizationPolicy('gates', 'demand', {
      ...gateway,
      action: 'DENY',
      rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }], to: [{ operation: { paths: ['/account*'] } }] }],
    })
    expect(codeOf(entered([atEdge(ours), demand], { path: '/account' }))).toBe(200)
    const refused = entered([atEdge(ours), demand], { path: '/account', token: null })
    expect(codeOf(refused)).toBe(403)
    expect(refused.refusedBy).toBe('gates/demand rule 0')
    expect(refused.rbac).toMatchObject([{ at: { key: 'gates/edge' }, enforced: 'denied' }])
    expect(codeOf(entered([atEdge(ours), demand], { path: '/items', token: null }))).toBe(200)
  })
})
