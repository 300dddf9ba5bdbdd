import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { authorizationPolicy, peerAuthentication } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const back = { selector: { matchLabels: { app: 'back' } } }
const allow = (...rules: unknown[]) => authorizationPolicy('shop', 'allow', { ...back, action: 'ALLOW', rules })
const deny = (...rules: unknown[]) => authorizationPolicy('shop', 'deny', { ...back, action: 'DENY', rules })
const from = (source: Record<string, string[]>) => ({ from: [{ source }] })
const to = (operation: Record<string, string[]>) => ({ to: [{ operation }] })
const when = (key: string, values: string[]) => ({ when: [{ key, values }] })
const front = 'cluster.local/ns/shop/sa/front'

function decided(
  objects: KubeObject[],
  source = 'shop/front',
  more: Partial<Flow> = {},
  host = 'back.shop',
  port = 8080,
): Outcome {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, source, host, port, more))
  if (!outcome) throw new Error('no outcome')
  return outcome
}

// https://istio.io/latest/docs/reference/config/security/authorization-policy/
describe('an AuthorizationPolicy', () => {
  it.each<[claim: string, objects: KubeObject[], source: string, request: Partial<Flow>, passes: boolean]>([
    ['nothing written lets everybody pass', [], 'legacy/batch', {}, true],
    ['ALLOW without rules lets nobody pass', [authorizationPolicy('shop', 'none', {})], 'shop/front', {}, false],
    ['ALLOW with an empty rule lets everybody pass', [allow({})], 'legacy/batch', {}, true],
    ['DENY without rules refuses nobody', [deny()], 'shop/front', {}, true],
    ['a principal that is proven', [allow(from({ principals: [front] }))], 'shop/front', {}, true],
    ['a principal needs mutual TLS', [allow(from({ principals: ['*'] }))], 'legacy/batch', {}, false],
    ['a principal by prefix', [allow(from({ principals: ['cluster.local/ns/shop/*'] }))], 'shop/front', {}, true],
    ['a principal by suffix', [allow(from({ principals: ['*/sa/front'] }))], 'shop/front', {}, true],
    ['another principal', [allow(from({ principals: [front] }))], 'data/db', {}, false],
    ['the namespace of the certificate', [allow(from({ namespaces: ['shop'] }))], 'shop/front', {}, true],
    ['no certificate, no namespace', [allow(from({ namespaces: ['legacy'] }))], 'legacy/batch', {}, false],
    [
      'a service account with its namespace',
      [allow(from({ serviceAccounts: ['shop/front'] }))],
      'shop/front',
      {},
      true,
    ],
    [
      "a short service account is of the policy's namespace",
      [allow(from({ serviceAccounts: ['front'] }))],
      'shop/front',
      {},
      true,
    ],
    ["not of the caller's", [allow(from({ serviceAccounts: ['db'] }))], 'data/db', {}, false],
    ['notPrincipals holds over plaintext', [deny(from({ notPrincipals: [front] }))], 'legacy/batch', {}, false],
    ['notPrincipals spares the one it names', [deny(from({ notPrincipals: [front] }))], 'shop/front', {}, true],
    ['notNamespaces', [deny(from({ notNamespaces: ['shop'] }))], 'data/db', {}, false],
    ['the address of the peer', [allow(from({ ipBlocks: ['10.1.0.0/16'] }))], 'legacy/batch', {}, true],
    ['an address outside the block', [allow(from({ ipBlocks: ['10.9.0.0/16'] }))], 'legacy/batch', {}, false],
    ['notIpBlocks', [deny(from({ notIpBlocks: ['10.9.0.0/16'] }))], 'legacy/batch', {}, false],
    [
      'fields of one source hold together',
      [allow(from({ principals: [front], namespaces: ['pay'] }))],
      'shop/front',
      {},
      false,
    ],
    [
      'sources are alternatives',
      [allow({ from: [{ source: { namespaces: ['pay'] } }, { source: { namespaces: ['shop'] } }] })],
      'shop/front',
      {},
      true,
    ],
    ['a method', [allow(to({ methods: ['POST'] }))], 'shop/front', { method: 'GET' }, false],
    ['a path by prefix', [allow(to({ paths: ['/items*'] }))], 'shop/front', { path: '/items/7?x=1' }, true],
    [
      'a path template of one segment',
      [allow(to({ paths: ['/items/{*}'] }))],
      'shop/front',
      { path: '/items/7/more' },
      false,
    ],
    [
      'a path template of the rest',
      [allow(to({ paths: ['/items/{**}'] }))],
      'shop/front',
      { path: '/items/7/more' },
      true,
    ],
    ['notPaths', [deny(to({ notPaths: ['/items*'] }))], 'shop/front', { path: '/items' }, true],
    ['a host knows no case', [allow(to({ hosts: ['BACK.shop:*'] }))], 'shop/front', {}, true],
    ['a host is compared with its port', [allow(to({ hosts: ['back.shop'] }))], 'shop/front', {}, false],
    ["the port is the pod's", [allow(to({ ports: ['9080'] }))], 'shop/front', {}, true],
    ["not the Service's", [allow(to({ ports: ['8080'] }))], 'shop/front', {}, false],
    [
      'from and to hold together',
      [allow({ ...from({ principals: [front] }), ...to({ methods: ['PUT'] }) })],
      'shop/front',
      {},
      false,
    ],
    [
      'a condition on a header',
      [allow(when('request.headers[x-role]', ['admin']))],
      'shop/front',
      { headers: { 'X-Role': 'admin' } },
      true,
    ],
    ['a condition on an absent header', [allow(when('request.headers[x-role]', ['admin']))], 'shop/front', {}, false],
    ['a condition on the source namespace', [allow(when('source.namespace', ['shop']))], 'shop/front', {}, true],
    ['a condition on the port', [allow(when('destination.port', ['9080']))], 'shop/front', {}, true],
    [
      'a request without a token has no request principal',
      [allow(from({ requestPrincipals: ['*'] }))],
      'shop/front',
      {},
      false,
    ],
    [
      'DENY goes before ALLOW',
      [allow({}), deny(to({ paths: ['/admin*'] }))],
      'shop/front',
      { path: '/admin/x' },
      false,
    ],
    [
      'any of several ALLOW policies is enough',
      [allow(to({ methods: ['PUT'] })), authorizationPolicy('shop', 'more', { ...back, rules: [{}] })],
      'shop/front',
      {},
      true,
    ],
    [
      "a policy of the root namespace is everybody's",
      [authorizationPolicy('istio-system', 'all', {})],
      'shop/front',
      {},
      false,
    ],
    ['a policy of another namespace is not ours', [authorizationPolicy('data', 'all', {})], 'shop/front', {}, true],
    [
      'a selector picks its workloads',
      [authorizationPolicy('shop', 'x', { selector: { matchLabels: { app: 'x' } } })],
      'shop/front',
      {},
      true,
    ],
    [
      'AUDIT decides nothing',
      [authorizationPolicy('shop', 'a', { action: 'AUDIT', rules: [{}] })],
      'shop/front',
      {},
      true,
    ],
    [
      'a dry run refuses nobody',
      [authorizationPolicy('shop', 'dry', { action: 'DENY', rules: [{}] }, { 'istio.io/dry-run': 'true' })],
      'shop/front',
      {},
      true,
    ],
  ])('%s', (_, objects, source, request, passes) => {
    expect(decided(objects, source, request).answer?.code ?? 200).toBe(passes ? 200 : 403)
  })

  it('names what refused, and as Envoy names it', () => {
    expect(decided([deny({}, to({ paths: ['/x'] }))])).toMatchObject({
      refusedBy: 'shop/deny rule 0',
      details: 'rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]]',
    })
    expect(decided([allow(to({ methods: ['PUT'] }))])).toMatchObject({
      refusedBy: 'shop/allow: no rule matched',
      details: 'rbac_access_denied_matched_policy[none]',
    })
  })
  it('counts what it judged at the destination, and what a dry run would have done', () => {
    const dry = authorizationPolicy(
      'shop',
      'dry',
      { ...back, action: 'DENY', rules: [{}] },
      { 'istio.io/dry-run': 'true' },
    )
    expect(decided([]).rbac).toEqual([])
    expect(decided([allow({})]).rbac).toMatchObject([{ port: 9080, enforced: 'allowed', shadow: null }])
    expect(decided([deny({})]).rbac).toMatchObject([{ enforced: 'denied' }])
    expect(decided([dry]).rbac).toMatchObject([{ enforced: null, shadow: { action: 'deny', result: 'denied' } }])
  })
  it('refuses gRPC with status 7', () => {
    expect(decided([deny({})], 'shop/front', { protocol: 'grpc' }).answer).toMatchObject({ code: 200, grpcStatus: 7 })
  })
  it('knows a plaintext caller by its address where discovery is on, never by a principal', () => {
    const ledger = [allow(from({ principals: [front] }))]
    const [report] = decided(ledger, 'legacy/batch').reports
    expect(report).toMatchObject({ reporter: 'destination', sourcePrincipal: null, security: 'none' })
    expect(report?.source?.key).toBe('legacy/batch')
  })
})

describe('on TCP', () => {
  const db = { selector: { matchLabels: { app: 'db' } } }
  const tcp = (action: string, rule: unknown) =>
    decided(
      [authorizationPolicy('data', 'p', { ...db, action, rules: [rule] })],
      'shop/front',
      { protocol: 'tcp' },
      'db.data',
      5432,
    )
  it('an ALLOW rule that needs HTTP never matches', () => {
    expect(tcp('ALLOW', to({ methods: ['GET'] })).answer).not.toBeNull()
  })
  it('a DENY rule is applied without its HTTP fields', () => {
    expect(tcp('DENY', { ...from({ principals: [front] }), ...to({ methods: ['GET'] }) }).answer).not.toBeNull()
    expect(tcp('DENY', { ...from({ principals: ['x'] }), ...to({ methods: ['GET'] }) }).answer).toBeNull()
  })
})

// https://istio.io/latest/docs/ambient/usage/l4-policy/ and /l7-features/
describe('in ambient', () => {
  const stock = (spec: Record<string, unknown>) => authorizationPolicy('amb', 'p', spec)
  const forService = { targetRefs: [{ kind: 'Service', group: '', name: 'stock' }] }
  const ask = (policy: KubeObject, source = 'shop/front', host = 'stock.amb') =>
    decided([policy], source, { protocol: 'grpc' }, host, 9090)
  it("a waypoint enforces policies that target its Service, by the client's identity", () => {
    expect(ask(stock({ ...forService, rules: [from({ principals: [front] })] })).answer).toBeNull()
    const refused = ask(stock({ ...forService, rules: [from({ principals: ['x'] })] }))
    expect(refused.answer).toMatchObject({ grpcStatus: 7 })
    expect(refused.reports.map(report => [report.reporter, report.destination?.name])).toEqual([
      ['source', 'waypoint'],
      ['waypoint', undefined],
    ])
  })
  it('a waypoint ignores selectors; behind it ztunnel sees the waypoint', () => {
    const own = { selector: { matchLabels: { app: 'stock' } } }
    expect(
      ask(stock({ ...own, rules: [from({ principals: ['cluster.local/ns/amb/sa/waypoint'] })] })).answer,
    ).toBeNull()
    const refused = ask(stock({ ...own, rules: [from({ principals: [front] })] }))
    expect(refused.answer).toMatchObject({ grpcStatus: 14 })
    expect(refused.reports.map(report => [report.reporter, report.layer, report.flags])).toEqual([
      ['source', 'http', '-'],
      ['waypoint', 'http', 'UF'],
      ['destination', 'tcp', 'DENY'],
    ])
  })
  it("ztunnel refuses by identity with DENY, and the caller's ztunnel could not connect", () => {
    const refused = ask(
      stock({ selector: { matchLabels: { app: 'bare' } }, rules: [from({ namespaces: ['pay'] })] }),
      'amb/stock',
      'bare.amb',
    )
    expect(refused.reports.map(report => [report.reporter, report.ztunnel, report.flags, report.failed])).toEqual([
      ['source', true, 'CONNECT', true],
      ['destination', true, 'DENY', true],
    ])
    expect(refused.rbac).toEqual([])
  })
  it('ztunnel drops ALLOW rules with HTTP fields', () => {
    const only = stock({ selector: { matchLabels: { app: 'bare' } }, rules: [to({ methods: ['GET'] })] })
    expect(ask(only, 'amb/stock', 'bare.amb').answer).not.toBeNull()
  })
})

describe('laws', () => {
  const source = fc.constantFrom<Record<string, string[]>[]>(
    { principals: [front] },
    { namespaces: ['shop'] },
    { namespaces: ['data'] },
    { notPrincipals: [front] },
  )
  const policy = fc.record({ action: fc.constantFrom('ALLOW', 'DENY'), sources: fc.array(source, { maxLength: 3 }) })
  const written = (policies: { action: string; sources: Record<string, string[]>[] }[]) =>
    policies.map(({ action, sources }, index) =>
      authorizationPolicy('shop', `p${index}`, { ...back, action, rules: sources.map(item => from(item)) }),
    )
  const passes = (objects: KubeObject[], caller: string) => decided(objects, caller).answer === null
  const caller = fc.constantFrom('shop/front', 'data/db', 'legacy/batch')
  it('one more DENY never lets anybody in', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), source, caller, (policies, extra, who) => {
        const before = written(policies)
        fc.pre(!passes(before, who))
        const after = [
          ...before,
          authorizationPolicy('shop', 'extra', { ...back, action: 'DENY', rules: [from(extra)] }),
        ]
        expect(passes(after, who)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
  it('the order of policies does not matter', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), caller, (policies, who) => {
        const objects = written(policies)
        expect(passes(objects.toReversed(), who)).toBe(passes(objects, who))
      }),
      { numRuns: 60 },
    )
  })
  it('a server that demands mutual TLS lets no plaintext through, whatever is allowed', () => {
    const strict = peerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } })
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const outcome = decided([strict, ...written(policies)], 'legacy/batch')
        expect(outcome.answer).not.toBeNull()
        expect(outcome.reports).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})
