import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { authorizationPolicy, made } from '#lab/mesh/testing/objects.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

/** One row, one sentence, and the document that says so. */
type Row = [claim: string, doc: string, objects: KubeObject[], request: Partial<Flow>, passes: boolean]

const docs = 'https://istio.io/latest/docs'
const reference = `${docs}/reference/config/security/authorization-policy`
const conditions = `${docs}/reference/config/security/conditions/`
const best = `${docs}/ops/best-practices/security`

const back = { selector: { matchLabels: { app: 'back' } } }
const policy = (action: string, rule: unknown, name = action.toLowerCase()) =>
  authorizationPolicy('shop', name, { ...back, action, rules: [rule] })
const from = (source: Record<string, string[]>) => ({ from: [{ source }] })
const to = (operation: Record<string, string[]>) => ({ to: [{ operation }] })
const when = (key: string, more: Record<string, string[]>) => ({ when: [{ key, ...more }] })
const allow = (rule: unknown) => [policy('ALLOW', rule)]
const deny = (rule: unknown) => [policy('DENY', rule)]

function decided(objects: KubeObject[], request: Partial<Flow>, source: string, host: string, port: number): Outcome {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, source, host, port, request))
  if (!outcome) throw new Error('no outcome')
  return outcome
}
/** What a policy refuses gets an answer; what no policy refuses may still have no route. */
const check =
  (source: string, host: string, port: number) =>
  (_: string, __: string, ...[objects, request, passes]: [KubeObject[], Partial<Flow>, boolean]) => {
    const { refusedBy, answer } = decided(objects, request, source, host, port)
    expect(refusedBy === null).toBe(passes)
    if (!passes) expect(answer).not.toBeNull()
  }

const addressOf = (workload: string) => snapshotWith().workloads.get(workload)?.ready[0]?.ip ?? ''
const front = addressOf('shop/front')

describe('sources, from a sidecar to a sidecar', () => {
  it.each<Row>([
    ['ipBlocks is the address of the peer', `${reference}/#Source`, allow(from({ ipBlocks: [front] })), {}, true],
    ['also as a block', `${reference}/#Source`, allow(from({ ipBlocks: ['10.0.0.0/8'] })), {}, true],
    ['another block', `${reference}/#Source`, allow(from({ ipBlocks: ['10.0.0.0/16'] })), {}, false],
    ['notIpBlocks excludes it', `${reference}/#Source`, allow(from({ notIpBlocks: [`${front}/32`] })), {}, false],
    [
      'a block that is none voids an ALLOW rule',
      `${reference}/#Source`,
      allow(from({ ipBlocks: ['10.0.0.0/99', front] })),
      {},
      false,
    ],
    [
      'and is left out of a DENY rule',
      `${reference}/#Source`,
      deny(from({ ipBlocks: ['10.0.0.0/99', front] })),
      {},
      false,
    ],
    ['namespaces take a star anywhere', `${reference}/#Source`, allow(from({ namespaces: ['s*p'] })), {}, true],
    ['notServiceAccounts', `${reference}/#Source`, allow(from({ notServiceAccounts: ['front'] })), {}, false],
    [
      'remoteIpBlocks is the peer, where nobody tells of another client',
      `${reference}/#Source`,
      allow(from({ remoteIpBlocks: [front] })),
      {},
      true,
    ],
    [
      'remoteIpBlocks is the last address in X-Forwarded-For',
      `${docs}/tasks/security/authorization/authz-ingress/`,
      allow(from({ remoteIpBlocks: ['198.51.100.9'] })),
      { headers: { 'X-Forwarded-For': '203.0.113.1, 198.51.100.9' } },
      true,
    ],
    [
      'not an earlier one',
      `${docs}/tasks/security/authorization/authz-ingress/`,
      allow(from({ remoteIpBlocks: ['203.0.113.1'] })),
      { headers: { 'X-Forwarded-For': '203.0.113.1, 198.51.100.9' } },
      false,
    ],
    ['`*` is any principal', `${reference}/#Source`, allow(from({ principals: ['*'] })), {}, true],
    [
      '`cluster.local` stands for the trust domain of the mesh',
      `${docs}/tasks/security/authorization/authz-td-migration/`,
      [
        meshConfigMap({ trustDomain: 'new.example' }),
        ...allow(from({ principals: ['cluster.local/ns/shop/sa/front'] })),
      ],
      {},
      true,
    ],
    [
      'an alias of the trust domain means the same',
      `${docs}/tasks/security/authorization/authz-td-migration/`,
      [
        meshConfigMap({ trustDomain: 'new.example', trustDomainAliases: ['old.example'] }),
        ...allow(from({ principals: ['old.example/ns/shop/sa/front'] })),
      ],
      {},
      true,
    ],
    [
      'another trust domain does not',
      `${docs}/tasks/security/authorization/authz-td-migration/`,
      [meshConfigMap({ trustDomain: 'new.example' }), ...allow(from({ principals: ['old.example/ns/shop/sa/front'] }))],
      {},
      false,
    ],
  ])('%s (%s)', check('shop/front', 'back.shop', 8080))
})

describe('operations', () => {
  it.each<Row>([
    [
      'exact hosts are compared with the port that clients write',
      `${best}/#writing-host-match-policies`,
      allow(to({ hosts: ['back.shop:8080'] })),
      {},
      true,
    ],
    [
      'so a prefix is advised',
      `${best}/#writing-host-match-policies`,
      allow(to({ hosts: ['back.shop', 'back.shop:*'] })),
      {},
      true,
    ],
    ['notHosts', `${reference}/#Operation`, allow(to({ notHosts: ['back.shop:*'] })), {}, false],
    ['notPorts', `${reference}/#Operation`, allow(to({ notPorts: ['9080'] })), {}, false],
    ['notMethods', `${reference}/#Operation`, allow(to({ notMethods: ['GET'] })), {}, false],
    ['a suffix', `${reference}/#Operation`, allow(to({ paths: ['*/info'] })), { path: '/shop/info' }, true],
    [
      'a star on both sides is a suffix that ends with a star',
      `${reference}/#Rule`,
      allow(to({ paths: ['*shop*'] })),
      { path: '/shop/info' },
      false,
    ],
    ['`*` is any path', `${reference}/#Operation`, allow(to({ paths: ['*'] })), {}, true],
    [
      'paths are compared without the query',
      `${reference}/#Operation`,
      allow(to({ paths: ['/items'] })),
      { path: '/items?a=b' },
      true,
    ],
    ['{*} is one segment', `${reference}/#Operation`, allow(to({ paths: ['/a/{*}/c'] })), { path: '/a/b/c' }, true],
    ['and not two', `${reference}/#Operation`, allow(to({ paths: ['/a/{*}/d'] })), { path: '/a/b/c/d' }, false],
    [
      '{**} is the rest, however long',
      `${reference}/#Operation`,
      allow(to({ paths: ['/a/{**}'] })),
      { path: '/a/b/c/d' },
      true,
    ],
    [
      'text may follow it: it is the last operator only',
      `${reference}/#Operation`,
      allow(to({ paths: ['/a/{**}/d'] })),
      { path: '/a/b/c/d' },
      true,
    ],
    [
      'a template that is none voids an ALLOW rule',
      `${reference}/#Operation`,
      allow(to({ paths: ['/a/{b}', '/items'] })),
      {},
      false,
    ],
    [
      'dot segments are resolved',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      deny(to({ paths: ['/admin*'] })),
      { path: '/items/../admin' },
      false,
    ],
    [
      'a backslash is a slash',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      deny(to({ paths: ['/admin*'] })),
      { path: '\\admin' },
      false,
    ],
    [
      'double slashes stay',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      deny(to({ paths: ['/admin*'] })),
      { path: '//admin' },
      true,
    ],
    [
      'unless they are merged',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      [meshConfigMap({ pathNormalization: { normalization: 'MERGE_SLASHES' } }), ...deny(to({ paths: ['/admin*'] }))],
      { path: '//admin' },
      false,
    ],
    [
      'escaped slashes stay, too',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      [meshConfigMap({ pathNormalization: { normalization: 'MERGE_SLASHES' } }), ...deny(to({ paths: ['/a/b'] }))],
      { path: '/a%2Fb' },
      true,
    ],
    [
      'unless they are decoded',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      [
        meshConfigMap({ pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' } }),
        ...deny(to({ paths: ['/a/b'] })),
      ],
      { path: '/a%2F%5cb' },
      false,
    ],
    [
      'nothing at all is done where that is asked for',
      `${best}/#guideline-on-configuring-the-path-normalization-option`,
      [meshConfigMap({ pathNormalization: { normalization: 'NONE' } }), ...deny(to({ paths: ['/admin*'] }))],
      { path: '/items/../admin' },
      true,
    ],
  ])('%s (%s)', check('shop/front', 'back.shop', 8080))
})

describe('conditions', () => {
  const role = { headers: { 'X-Role': 'admin' } }
  it.each<Row>([
    ['request.headers', conditions, allow(when('request.headers[X-Role]', { values: ['adm*'] })), role, true],
    [
      'request.headers, excluded',
      conditions,
      allow(when('request.headers[X-Role]', { notValues: ['admin'] })),
      role,
      false,
    ],
    [
      'a header that is missing is none of notValues',
      conditions,
      allow(when('request.headers[X-Role]', { notValues: ['admin'] })),
      {},
      true,
    ],
    [
      'presence, also of an empty header',
      conditions,
      allow(when('request.headers[X-Role]', { values: ['*'] })),
      { headers: { 'x-role': '' } },
      true,
    ],
    ['source.ip', conditions, allow(when('source.ip', { values: [front] })), {}, true],
    [
      'remote.ip',
      conditions,
      allow(when('remote.ip', { values: ['198.51.100.0/24'] })),
      { headers: { 'x-forwarded-for': '198.51.100.9' } },
      true,
    ],
    ['source.namespace', conditions, allow(when('source.namespace', { values: ['shop'] })), {}, true],
    ['source.principal', conditions, allow(when('source.principal', { values: ['*/sa/front'] })), {}, true],
    ['source.serviceAccount', conditions, allow(when('source.serviceAccount', { values: ['shop/front'] })), {}, true],
    [
      'request.auth.principal needs a validated token',
      conditions,
      allow(when('request.auth.principal', { values: ['*'] })),
      {},
      false,
    ],
    ['destination.ip', conditions, allow(when('destination.ip', { values: ['10.1.0.0/16'] })), {}, true],
    ['destination.port', conditions, allow(when('destination.port', { values: ['9080'] })), {}, true],
    [
      'connection.sni is what proxies name to each other',
      conditions,
      allow(when('connection.sni', { values: ['outbound_.8080_._.back.shop.svc.cluster.local'] })),
      {},
      true,
    ],
    [
      'experimental.envoy.filters.*: no filter of the lab writes metadata',
      conditions,
      allow(when('experimental.envoy.filters.network.mysql_proxy[db.table]', { values: ['[update]'] })),
      {},
      false,
    ],
    [
      'so that it is none of notValues',
      conditions,
      allow(when('experimental.envoy.filters.network.mysql_proxy[db.table]', { notValues: ['[update]'] })),
      {},
      true,
    ],
    [
      'an unknown key voids an ALLOW rule',
      conditions,
      allow(when('source.weather', { notValues: ['rain'] })),
      {},
      false,
    ],
    ['and a DENY rule', conditions, deny(when('source.weather', { notValues: ['rain'] })), {}, true],
    [
      'all conditions must hold',
      conditions,
      allow({
        when: [
          { key: 'source.namespace', values: ['shop'] },
          { key: 'destination.port', values: ['1'] },
        ],
      }),
      {},
      false,
    ],
  ])('%s (%s)', check('shop/front', 'back.shop', 8080))
})

// https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/
describe('on a TCP port', () => {
  const tcp = `${docs}/tasks/security/authorization/authz-tcp/`
  const rule = (action: string, written: unknown) => [
    authorizationPolicy('data', 'p', { selector: { matchLabels: { app: 'db' } }, action, rules: [written] }),
  ]
  const either = { to: [{ operation: { ports: ['6432'] } }, { operation: { methods: ['GET'] } }] }
  it.each<Row>([
    ['an ALLOW rule with an HTTP field anywhere matches nothing', tcp, rule('ALLOW', either), {}, false],
    [
      'a DENY rule with nothing but HTTP fields matches everything',
      tcp,
      rule('DENY', to({ methods: ['GET'] })),
      {},
      false,
    ],
    ['a DENY rule keeps what TCP has', tcp, rule('DENY', { ...to({ methods: ['GET'], ports: ['1'] }) }), {}, true],
    ['ports', tcp, rule('ALLOW', to({ ports: ['6432'] })), {}, true],
    ['principals', tcp, rule('ALLOW', from({ principals: ['*/sa/front'] })), {}, true],
    [
      'request.headers in a DENY is left out',
      tcp,
      rule('DENY', { ...from({ namespaces: ['x'] }), ...when('request.headers[a]', { values: ['b'] }) }),
      {},
      true,
    ],
    [
      'connection.sni is seen',
      conditions,
      rule('ALLOW', when('connection.sni', { values: ['outbound_.5432_*'] })),
      {},
      true,
    ],
    ['AUDIT decides nothing', `${reference}/#AuthorizationPolicy-Action`, rule('AUDIT', {}), {}, true],
  ])('%s (%s)', (claim, doc, objects, request, passes) => {
    check('shop/front', 'db.data', 5432)(claim, doc, objects, { ...request, protocol: 'tcp' }, passes)
  })
})

// https://istio.io/latest/docs/ambient/usage/l4-policy/
describe('at ztunnel', () => {
  const l4 = `${docs}/ambient/usage/l4-policy/`
  const rule = (action: string, written: unknown, annotations: Record<string, string> = {}, more = {}) => [
    authorizationPolicy(
      'amb',
      'p',
      { selector: { matchLabels: { app: 'bare' } }, action, rules: [written], ...more },
      annotations,
    ),
  ]
  it.each<Row>([
    ['an identity', l4, rule('ALLOW', from({ principals: ['*/sa/front'] })), {}, true],
    ['another identity', l4, rule('ALLOW', from({ principals: ['*/sa/x'] })), {}, false],
    ['a port', l4, rule('DENY', to({ ports: ['10090'] })), {}, false],
    [
      'an ALLOW rule with an HTTP field anywhere is dropped, which leaves nothing allowed',
      l4,
      rule('ALLOW', { to: [{ operation: { ports: ['10090'] } }, { operation: { paths: ['/x'] } }] }),
      {},
      false,
    ],
    [
      'a DENY rule keeps only its L4 part',
      l4,
      rule('DENY', { ...from({ namespaces: ['shop'] }), ...to({ ports: ['10090'], methods: ['PUT'] }) }),
      {},
      false,
    ],
    [
      'which may spare the caller',
      l4,
      rule('DENY', { ...from({ namespaces: ['x'] }), ...to({ ports: ['10090'], methods: ['PUT'] }) }),
      {},
      true,
    ],
    [
      'and refuses nobody where nothing is left of a clause',
      'https://github.com/istio/istio/issues/61126',
      rule('DENY', { ...from({ namespaces: ['shop'] }), ...to({ methods: ['PUT'] }) }),
      {},
      true,
    ],
    [
      'one of HTTP alone, neither',
      'https://github.com/istio/istio/issues/61126',
      rule('DENY', from({ notRequestPrincipals: ['*'] })),
      {},
      true,
    ],
    [
      'a star in a namespace is at its end, or a letter',
      'https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go',
      rule('DENY', from({ namespaces: ['s*p'] })),
      {},
      true,
    ],
    ['remoteIpBlocks is HTTP to it', l4, rule('ALLOW', from({ remoteIpBlocks: ['10.0.0.0/8'] })), {}, false],
    ['connection.sni, too', l4, rule('ALLOW', when('connection.sni', { notValues: ['x'] })), {}, false],
    ['CUSTOM is not supported', l4, rule('CUSTOM', {}, {}, { provider: { name: 'nobody' } }), {}, true],
    ['AUDIT is not supported', l4, rule('AUDIT', {}), {}, true],
    [
      'a dry run does not reach it: the flag of Istio 1.29 is off',
      'https://istio.io/latest/news/releases/1.29.x/announcing-1.29/upgrade-notes/',
      rule('DENY', {}, { 'istio.io/dry-run': 'true' }),
      {},
      true,
    ],
    [
      'policies attached by targetRefs are not for it',
      l4,
      rule('DENY', {}, {}, { targetRefs: [{ group: '', kind: 'Service', name: 'bare' }] }),
      {},
      true,
    ],
    [
      'a token means nothing to it',
      l4,
      rule('DENY', from({ notRequestPrincipals: ['*'], namespaces: ['x'] })),
      {},
      true,
    ],
  ])('%s (%s)', check('shop/front', 'bare.amb', 9090))
})

// https://istio.io/latest/docs/ambient/usage/l7-features/
describe('at a waypoint', () => {
  const l7 = `${docs}/ambient/usage/l7-features/`
  const rule = (
    targetRef: Record<string, string>,
    namespace = 'amb',
    spec: Record<string, unknown> = { action: 'DENY', rules: [{}] },
  ) => [authorizationPolicy(namespace, 'p', { targetRefs: [targetRef], ...spec })]
  const gatewayApi = 'gateway.networking.k8s.io'
  it.each<Row>([
    ['a policy for the Service', l7, rule({ group: '', kind: 'Service', name: 'stock' }), {}, false],
    ['for another Service', l7, rule({ group: '', kind: 'Service', name: 'bare' }), {}, true],
    ['from another namespace', l7, rule({ group: '', kind: 'Service', name: 'stock' }, 'shop'), {}, true],
    ['for the Gateway that it is', l7, rule({ group: gatewayApi, kind: 'Gateway', name: 'waypoint' }), {}, false],
    [
      'for Istio’s own kind of Gateway',
      l7,
      rule({ group: 'networking.istio.io', kind: 'Gateway', name: 'waypoint' }),
      {},
      true,
    ],
    [
      'for the class of waypoints, in the root namespace',
      `${reference}/#AuthorizationPolicy`,
      rule({ group: gatewayApi, kind: 'GatewayClass', name: 'istio-waypoint' }, 'istio-system'),
      {},
      false,
    ],
    [
      'for the class, elsewhere',
      `${reference}/#AuthorizationPolicy`,
      rule({ group: gatewayApi, kind: 'GatewayClass', name: 'istio-waypoint' }),
      {},
      true,
    ],
    [
      'the port is that of the Service',
      l7,
      rule({ group: '', kind: 'Service', name: 'stock' }, 'amb', { action: 'DENY', rules: [to({ ports: ['9090'] })] }),
      {},
      false,
    ],
    [
      'HTTP is seen',
      l7,
      rule({ group: '', kind: 'Service', name: 'stock' }, 'amb', {
        action: 'DENY',
        rules: [to({ paths: ['/items'] })],
      }),
      {},
      false,
    ],
    [
      'the identity is the client’s',
      l7,
      rule({ group: '', kind: 'Service', name: 'stock' }, 'amb', {
        rules: [from({ principals: ['*/ns/shop/sa/front'] })],
      }),
      {},
      true,
    ],
    [
      'the address is the client’s',
      l7,
      rule({ group: '', kind: 'Service', name: 'stock' }, 'amb', { rules: [from({ ipBlocks: [front] })] }),
      {},
      true,
    ],
    [
      'policies without a target are not for it: ztunnel behind it has them, and sees the waypoint',
      l7,
      [authorizationPolicy('amb', 'p', { rules: [from({ principals: ['*/sa/waypoint'] })] })],
      {},
      true,
    ],
    [
      'and its address',
      l7,
      [authorizationPolicy('amb', 'p', { rules: [from({ ipBlocks: [addressOf('amb/waypoint')] })] })],
      {},
      true,
    ],
    [
      'so a rule on the client is none for ztunnel',
      l7,
      [authorizationPolicy('amb', 'p', { rules: [from({ principals: ['*/sa/front'] })] })],
      {},
      false,
    ],
  ])('%s (%s)', check('shop/front', 'stock.amb', 9090))
})

// https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
describe('at an ingress gateway', () => {
  const ingress = `${docs}/tasks/security/authorization/authz-ingress/`
  const attached = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }] }
  const only = (rule: unknown, action = 'ALLOW') => [
    authorizationPolicy('gates', 'p', { ...attached, action, rules: [rule] }),
  ]
  const client = { remoteAddress: '203.0.113.5' }
  it.each<Row>([
    ['ipBlocks is who connects', ingress, only(from({ ipBlocks: ['203.0.113.0/24'] })), client, true],
    [
      'and so is remoteIpBlocks, where no proxy before it is trusted',
      ingress,
      only(from({ remoteIpBlocks: ['203.0.113.0/24'] })),
      { ...client, headers: { 'X-Forwarded-For': '198.51.100.9' } },
      true,
    ],
    [
      'with one trusted proxy it is the last address of X-Forwarded-For',
      `${docs}/ops/configuration/traffic-management/network-topologies/`,
      [
        meshConfigMap({ defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } } }),
        ...only(from({ remoteIpBlocks: ['198.51.100.9'] })),
      ],
      { ...client, headers: { 'X-Forwarded-For': '192.0.2.1, 198.51.100.9' } },
      true,
    ],
    [
      'with two the one before',
      `${docs}/ops/configuration/traffic-management/network-topologies/`,
      [
        meshConfigMap({ defaultConfig: { gatewayTopology: { numTrustedProxies: 2 } } }),
        ...only(from({ remoteIpBlocks: ['192.0.2.1'] })),
      ],
      { ...client, headers: { 'X-Forwarded-For': '192.0.2.1, 198.51.100.9' } },
      true,
    ],
    [
      'where fewer are told, who connects',
      `${docs}/ops/configuration/traffic-management/network-topologies/`,
      [
        meshConfigMap({ defaultConfig: { gatewayTopology: { numTrustedProxies: 2 } } }),
        ...only(from({ remoteIpBlocks: ['203.0.113.5'] })),
      ],
      { ...client, headers: { 'X-Forwarded-For': '198.51.100.9' } },
      true,
    ],
    ['clients outside prove no identity', ingress, only(from({ principals: ['*'] })), client, false],
    [
      'the SNI is the client’s',
      conditions,
      only(when('connection.sni', { values: ['www.*'] })),
      { ...client, sni: 'www.example.com' },
      true,
    ],
    [
      'the host needs no port on port 80',
      `${best}/#writing-host-match-policies`,
      only(to({ hosts: ['www.example.com'] })),
      client,
      true,
    ],
    [
      'behind it, the client’s address is the one the gateway wrote',
      ingress,
      [
        authorizationPolicy('shop', 'p', {
          selector: { matchLabels: { app: 'front' } },
          rules: [from({ remoteIpBlocks: ['203.0.113.5'] })],
        }),
      ],
      client,
      true,
    ],
    [
      'and the peer is the gateway',
      ingress,
      [
        authorizationPolicy('shop', 'p', {
          selector: { matchLabels: { app: 'front' } },
          rules: [from({ ipBlocks: [addressOf('gates/edge')], principals: ['*/sa/edge'] })],
        }),
      ],
      client,
      true,
    ],
    [
      'a policy with a selector is for it, too',
      `${reference}/#AuthorizationPolicy`,
      [authorizationPolicy('gates', 'p', { selector: { matchLabels: { app: 'edge' } }, action: 'DENY', rules: [{}] })],
      client,
      false,
    ],
    [
      'and one of the root namespace',
      `${reference}/#AuthorizationPolicy`,
      [authorizationPolicy('istio-system', 'p', { action: 'DENY', rules: [to({ paths: ['/items'] })] })],
      client,
      false,
    ],
  ])('%s (%s)', check('gates/edge', 'www.example.com', 80))
})

// https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
describe('a dry run', () => {
  const dry = (action: string, rules: unknown[], name = 'dry') =>
    authorizationPolicy('shop', name, { ...back, action, rules }, { 'istio.io/dry-run': 'true' })
  const shadows = (...objects: KubeObject[]) =>
    decided(objects, {}, 'shop/front', 'back.shop', 8080).rbac.map(({ enforced, shadow }) => [
      enforced,
      shadow && [shadow.action, shadow.result, shadow.policy].join(' '),
    ])
  it.each<[claim: string, objects: KubeObject[], counts: unknown[]]>([
    ['of a DENY that fits', [dry('DENY', [{}])], [[null, 'deny denied ns[shop]-policy[dry]-rule[0]']]],
    ['of a DENY that does not', [dry('DENY', [to({ paths: ['/x'] })])], [[null, 'deny allowed ']]],
    ['of an ALLOW that fits', [dry('ALLOW', [{}])], [[null, 'allow allowed ns[shop]-policy[dry]-rule[0]']]],
    ['of an ALLOW that does not', [dry('ALLOW', [])], [[null, 'allow denied ']]],
    [
      'of both is told apart, because each has a filter of its own',
      [dry('DENY', [to({ paths: ['/x'] })]), dry('ALLOW', [{}], 'more')],
      [
        [null, 'deny allowed '],
        [null, 'allow allowed ns[shop]-policy[more]-rule[0]'],
      ],
    ],
    [
      'stands beside what is enforced',
      [dry('DENY', [{}]), policy('ALLOW', {})],
      [
        [null, 'deny denied ns[shop]-policy[dry]-rule[0]'],
        ['allowed', null],
      ],
    ],
    ['of CUSTOM and AUDIT there is none', [dry('CUSTOM', [{}]), dry('AUDIT', [{}], 'more')], []],
  ])('%s', (_, objects, counts) => {
    expect(shadows(...objects)).toEqual(counts)
  })
  it('is asked for by what Go reads as true', () => {
    const marked = (value: string) =>
      decided(
        [authorizationPolicy('shop', 'p', { ...back, action: 'DENY', rules: [{}] }, { 'istio.io/dry-run': value })],
        {},
        'shop/front',
        'back.shop',
        8080,
      ).answer
    expect(marked('1')).toBeNull()
    expect(marked('yes')).not.toBeNull()
  })
})

describe('a gateway inside', () => {
  const service = made('v1', 'Service', 'gates', 'edge', {
    selector: { app: 'edge' },
    ports: [{ port: 80, targetPort: 80 }],
  })
  const mutual = made('networking.istio.io/v1', 'DestinationRule', 'gates', 'edge', {
    host: 'edge.gates.svc.cluster.local',
    trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
  })
  const strict = made('security.istio.io/v1', 'PeerAuthentication', 'gates', 'strict', { mtls: { mode: 'STRICT' } })
  const policy = authorizationPolicy('gates', 'p', {
    selector: { matchLabels: { app: 'edge' } },
    rules: [from({ principals: ['*/sa/front'] })],
  })
  it('asks its own policies when a workload comes to it, by what the workload proves', () => {
    expect(decided([service, mutual, policy], {}, 'shop/front', 'edge.gates', 80).answer).toBeNull()
    const refused = decided([service, policy], {}, 'legacy/batch', 'edge.gates', 80)
    expect(refused.answer?.code).toBe(403)
    expect(refused.rbac).toMatchObject([{ at: { key: 'gates/edge' }, enforced: 'denied' }])
  })
  it('is not called over mTLS unless a DestinationRule says so, and STRICT is not for it', () => {
    expect(decided([service, policy], {}, 'shop/front', 'edge.gates', 80).answer?.code).toBe(403)
    expect(decided([service, strict], {}, 'shop/front', 'edge.gates', 80).answer).toBeNull()
    expect(decided([service, strict], {}, 'legacy/batch', 'edge.gates', 80).answer).toBeNull()
  })
})
