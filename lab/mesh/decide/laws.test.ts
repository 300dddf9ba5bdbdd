import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject, RequestTree } from '#lab/contract.ts'
import { authorizationPolicy, peerAuthentication, requestAuthentication } from '#lab/mesh/testing/objects.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { flowFrom, live, snapshotWith, startedAt } from '#lab/mesh/testing/small-mesh.ts'
import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { decide } from './decide.ts'
import { judge } from './judge.ts'
import type { Flow } from './outcome.ts'

/** Policies and requests over a few words, so that they meet often. */

const text = (...values: string[]) => fc.constantFrom(...values)
const some = (arbitrary: fc.Arbitrary<string>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 })
const optional = (fields: Record<string, fc.Arbitrary<string[]>>) => fc.record(fields, { requiredKeys: [] })

const principals = some(text('*', 'cluster.local/ns/shop/sa/front', '*/sa/db', 'cluster.local/ns/amb/*'))
const namespaces = some(text('shop', 'amb', 'l*'))
const blocks = some(text('10.1.0.0/16', '203.0.113.0/24', '::/0'))
const source = optional({
  principals,
  notPrincipals: principals,
  namespaces,
  notNamespaces: namespaces,
  serviceAccounts: some(text('front', 'amb/stock')),
  ipBlocks: blocks,
  notRemoteIpBlocks: blocks,
  requestPrincipals: some(text('*', 'https://login.example/ada')),
  notRequestPrincipals: some(text('*', '*/bob')),
})
const operation = optional({
  methods: some(text('GET', 'P*')),
  notMethods: some(text('PUT')),
  paths: some(text('/items', '/a/{*}', '/a*')),
  notPaths: some(text('*s')),
  ports: some(text('9080', '9090', '10090', '8080')),
  hosts: some(text('back.shop:*', '*.amb:9090')),
})
const condition = fc.record({
  key: text(
    'source.namespace',
    'request.headers[x-role]',
    'destination.port',
    'request.auth.claims[group]',
    'remote.ip',
  ),
  values: some(text('shop', 'admin', '9080', '10.1.0.0/16')),
})
const rule = fc.record(
  {
    from: fc.array(fc.record({ source }), { minLength: 1, maxLength: 2 }),
    to: fc.array(fc.record({ operation }), { minLength: 1, maxLength: 2 }),
    when: fc.array(condition, { minLength: 1, maxLength: 1 }),
  },
  { requiredKeys: [] },
)
interface Written {
  where: string
  action: string
  rules: unknown[]
  app: string | null
  service: string | null
  dryRun: boolean
}
const written: fc.Arbitrary<Written> = fc.record({
  where: text('shop', 'amb', 'istio-system'),
  action: text('ALLOW', 'DENY', 'CUSTOM', 'AUDIT'),
  rules: fc.array(rule, { maxLength: 2 }),
  app: fc.option(text('back', 'stock', 'bare')),
  service: fc.option(text('stock'), { freq: 4 }),
  dryRun: fc.boolean(),
})
const objectOf = ({ where, action, rules, app, service, dryRun }: Written, index: number | string): KubeObject =>
  authorizationPolicy(
    where,
    `p${index}`,
    {
      ...(service ? { targetRefs: [{ group: '', kind: 'Service', name: service }] } : {}),
      ...(app && !service ? { selector: { matchLabels: { app } } } : {}),
      action,
      ...(action === 'CUSTOM' ? { provider: { name: 'ask' } } : {}),
      rules,
    },
    dryRun ? { 'istio.io/dry-run': 'true' } : {},
  )

const authorizer = meshConfigMap({
  extensionProviders: [{ name: 'ask', envoyExtAuthzGrpc: { service: 'crm.legacy.svc.cluster.local', port: 9000 } }],
})
const tokens = requestAuthentication('istio-system', 'tokens', { jwtRules: [{ issuer: 'https://login.example' }] })
const world = (policies: readonly Written[], ...more: KubeObject[]): Snapshot =>
  snapshotWith(authorizer, tokens, ...policies.map(objectOf), ...more)

const request = fc.record({
  source: text('shop/front', 'data/db', 'legacy/batch', 'amb/stock'),
  host: text('back.shop', 'stock.amb', 'bare.amb'),
  protocol: fc.constantFrom('http' as const, 'grpc' as const, 'tcp' as const),
  method: text('GET', 'PUT'),
  path: text('/items', '/a/b', '/admin'),
  headers: fc.constantFrom<Record<string, string>>({}, { 'x-role': 'admin' }, { 'x-forwarded-for': '203.0.113.9' }),
  subject: fc.option(text('ada', 'bob')),
})
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

const flowOf = (snapshot: Snapshot, { source: from, host, subject, ...more }: Request): Flow =>
  flowFrom(snapshot, from, host, host === 'back.shop' ? 8080 : 9090, {
    ...more,
    token:
      subject === null
        ? null
        : { issuer: 'https://login.example', subject, audiences: [], claims: { group: 'admin' }, state: 'valid' },
  })

const passes = (snapshot: Snapshot, asked: Request): boolean =>
  decide(snapshot, flowOf(snapshot, asked)).every(outcome => outcome.answer === null)

const withAnswer = (snapshot: Snapshot, answer: 'allow' | 'deny'): Snapshot => ({
  ...snapshot,
  mesh: { ...snapshot.mesh, authorizers: new Map([['ask', answer]]) },
})

describe('the laws of authorization', { timeout: 60_000 }, () => {
  const policies = fc.array(written, { maxLength: 4 })
  it('one more DENY never lets anybody in', () => {
    fc.assert(
      fc.property(policies, written, request, (before, extra, asked) => {
        fc.pre(!passes(world(before), asked))
        expect(passes(world(before, objectOf({ ...extra, action: 'DENY' }, 'extra')), asked)).toBe(false)
      }),
      { numRuns: 150 },
    )
  })
  it('the order of policies and of their rules changes nothing', () => {
    fc.assert(
      fc.property(policies, request, (ordered, asked) => {
        const named = ordered.map(objectOf)
        const turned = ordered.map((policy, index) => objectOf({ ...policy, rules: policy.rules.toReversed() }, index))
        const straight = snapshotWith(authorizer, tokens, ...named)
        const reversed = snapshotWith(authorizer, tokens, ...turned.toReversed())
        expect(passes(reversed, asked)).toBe(passes(straight, asked))
      }),
      { numRuns: 150 },
    )
  })
  it('what no rule mentions never matters', () => {
    fc.assert(
      fc.property(policies, request, fc.string(), (ordered, asked, anything) => {
        const snapshot = world(ordered)
        const more = { ...asked, headers: { ...asked.headers, 'x-unmentioned': anything } }
        expect(passes(snapshot, more)).toBe(passes(snapshot, asked))
      }),
      { numRuns: 150 },
    )
  })
  it('a policy for others never matters', () => {
    fc.assert(
      fc.property(policies, written, request, (ordered, extra, asked) => {
        const other = objectOf({ ...extra, where: 'shop', app: 'nobody', service: null }, 'other')
        expect(passes(world(ordered, other), asked)).toBe(passes(world(ordered), asked))
      }),
      { numRuns: 100 },
    )
  })
  it('AUDIT and dry runs decide nothing', () => {
    fc.assert(
      fc.property(policies, written, request, (ordered, extra, asked) => {
        const idle = [objectOf({ ...extra, action: 'AUDIT' }, 'audit'), objectOf({ ...extra, dryRun: true }, 'dry')]
        expect(passes(world(ordered, ...idle), asked)).toBe(passes(world(ordered), asked))
      }),
      { numRuns: 150 },
    )
  })
  it('what is judged is what happens: denied is refused, allowed passes, custom is as the authorizer says', () => {
    const modes = text('STRICT', 'PERMISSIVE', 'DISABLE')
    fc.assert(
      fc.property(policies, modes, request, (ordered, mode, asked) => {
        const snapshot = world(ordered, peerAuthentication('shop', 'default', { mtls: { mode } }))
        const flow = flowOf(snapshot, asked)
        const [allowed, refused] = (['allow', 'deny'] as const).map(answer =>
          decide(withAnswer(snapshot, answer), flow).every(outcome => outcome.answer === null),
        )
        const [outcome] = decide(snapshot, flow)
        const service = [...snapshot.services.values()].find(
          ({ name, namespace }) => `${name}.${namespace}` === asked.host,
        )
        const workload = service?.endpoints[0]?.workload
        if (!service || !workload || !outcome) throw new Error('no such service')
        const port = service.ports[0]?.port ?? 0
        const targetPort = service.ports[0]?.targetPort ?? 0
        const { verdict, policy, rule: index, by } = judge(snapshot, flow, { service, workload, port, targetPort })
        expect(verdict).toBe(allowed ? (refused ? 'allow' : 'custom') : 'deny')
        if (verdict === 'deny' && by === 'authorization' && policy)
          expect(outcome.refusedBy).toBe(`${policy.namespace}/${policy.name} rule ${index}`)
        if (by === 'mtls') expect(outcome.refusedBy).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})

describe('refused traffic', { timeout: 60_000 }, () => {
  const walk = (tree: RequestTree): RequestTree[] => [tree, ...tree.children.flatMap(walk)]
  it('never reaches a workload: its application calls nobody, and counts nothing further on', () => {
    const closed = authorizationPolicy('shop', 'closed', { selector: { matchLabels: { app: 'back' } } })
    const living = live({}, 1, [closed])
    living.mesh.advanceTo(startedAt + 60_000)
    const refused = living.trees.flatMap(walk).filter(tree => tree.refusedBy !== null)
    expect(refused.length).toBeGreaterThan(5)
    for (const tree of refused) {
      expect(tree.code).toBe(403)
      expect(tree.children).toEqual([])
      expect(tree.details).toBe('rbac_access_denied_matched_policy[none]')
    }
    const byBack = [{ name: 'source_workload', op: '=~' as const, value: 'back-.*' }]
    const grown = living.mesh.samples
      .select(byBack, startedAt - 20 * 60_000, startedAt + 60_000)
      .filter(({ values }) => (values.at(-1) ?? 0) > (values[0] ?? 0))
    expect(grown.map(series => series.labels)).toEqual([])
  })
})
