import { describe, expect, it } from 'vitest'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator, evaluate } from './evaluate.ts'
import type { Flow } from './flow.ts'
import { istioDefaults, type Settings } from './world.ts'

/** One row, one sentence, and the document that says so. */

const docs = 'https://istio.io/latest/docs'
const reference = `${docs}/reference/config/security/authorization-policy/`
const conditions = `${docs}/reference/config/security/conditions/`
const peers = `${docs}/reference/config/security/peer_authentication/`
const tokens = `${docs}/reference/config/security/request_authentication/`
const l4 = `${docs}/ambient/usage/l4-policy/`
const l7 = `${docs}/ambient/usage/l7-features/`
const concepts = `${docs}/concepts/security/`
const generator = 'https://github.com/istio/istio/blob/master/pilot/pkg/security/authz/model/generator.go'

const made = (kind: string, namespace: string, name: string, spec: Json, more: Json = {}): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name, namespace, ...more },
  spec,
})
const policy = (action: string, rules: unknown, more: Json = {}, namespace = 'pay', annotations: Json = {}) =>
  made(
    'AuthorizationPolicy',
    namespace,
    action.toLowerCase(),
    { action, ...(rules === undefined ? {} : { rules }), ...more },
    {
      annotations,
    },
  )
const allow = (...rules: unknown[]) => [policy('ALLOW', rules)]
const deny = (...rules: unknown[]) => [policy('DENY', rules)]
const from = (source: Json) => ({ from: [{ source }] })
const to = (operation: Json) => ({ to: [{ operation }] })
const when = (key: string, ...values: string[]) => ({ when: [{ key, values }] })
const whenNot = (key: string, ...notValues: string[]) => ({ when: [{ key, notValues }] })
const peer = (namespace: string, name: string, spec: Json, created = '2026-01-01T00:00:00Z') =>
  made('PeerAuthentication', namespace, name, spec, { creationTimestamp: created })
const mode = (name: string) => ({ mtls: { mode: name } })
const app = { selector: { matchLabels: { app: 'ledger' } } }
const request = (more: Json = {}) =>
  made('RequestAuthentication', 'pay', 'login', { jwtRules: [{ issuer: 'https://login', ...more }] })

interface Known {
  source?: Flow['source']
  destination?: Partial<Flow['destination']>
  http?: Flow['http']
  mtls?: Flow['mtls']
  protocol?: Flow['protocol']
  jwt?: Flow['jwt']
  sni?: Flow['sni']
}
const cart = 'cluster.local/ns/shop/sa/cart'
/** From `shop/cart` to `pay/ledger`, by mTLS; the rest as told. */
const flow = ({ source, destination, ...more }: Known = {}): Flow => ({
  id: 'one',
  source: { namespace: 'shop', serviceAccount: 'cart', ...source },
  destination: {
    namespace: 'pay',
    workload: 'ledger',
    labels: { app: 'ledger' },
    enforcedBy: 'sidecar',
    ...destination,
  },
  mtls: true,
  protocol: 'http',
  ...more,
})

type Row = [claim: string, doc: string, objects: readonly MeshObject[], known: Known, verdict: string]
const rows = (table: readonly Row[], settings: Settings = istioDefaults) =>
  it.each(table)('%s (%s)', (_, __, objects, known, said) => {
    const { verdict, missing } = evaluate(objects, [], flow(known), settings)
    expect([verdict, ...missing].join(' ')).toBe(said)
  })

const http = (method?: string, path?: string, more: Json = {}): Known => ({
  http: { ...(method === undefined ? {} : { method }), ...(path === undefined ? {} : { path }), ...more },
})
const via = (enforcedBy: Flow['destination']['enforcedBy'], more: Partial<Flow['destination']> = {}): Known => ({
  destination: { enforcedBy, ...more },
})

describe('which policies apply', () => {
  rows([
    ['where nothing is said, all may pass', concepts, [], {}, 'allow'],
    [
      'one of the root namespace is for the whole mesh',
      reference,
      [policy('DENY', [{}], {}, 'istio-system')],
      {},
      'deny',
    ],
    [
      'as far as its selector goes',
      reference,
      [policy('DENY', [{}], { selector: { matchLabels: { app: 'x' } } }, 'istio-system')],
      {},
      'allow',
    ],
    ['one of another namespace is not', reference, [policy('DENY', [{}], {}, 'shop')], {}, 'allow'],
    [
      'a selector needs all its labels',
      reference,
      [policy('DENY', [{}], { selector: { matchLabels: { app: 'ledger', version: 'v2' } } })],
      {},
      'allow',
    ],
    ['an empty selector is none', reference, [policy('DENY', [{}], { selector: {} })], {}, 'deny'],
    [
      'a target is never a sidecar’s',
      reference,
      [policy('DENY', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }] })],
      {},
      'allow',
    ],
    [
      'nor ztunnel’s',
      l4,
      [policy('DENY', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }] })],
      via('ztunnel'),
      'allow',
    ],
    [
      'a waypoint has what targets its Service',
      l7,
      [policy('DENY', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }] })],
      via('waypoint'),
      'deny',
    ],
    [
      'not what targets another',
      l7,
      [policy('DENY', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'other' }] })],
      via('waypoint'),
      'allow',
    ],
    [
      'what targets it by the older field',
      l7,
      [policy('DENY', [{}], { targetRef: { group: '', kind: 'Service', name: 'ledger' } })],
      via('waypoint'),
      'deny',
    ],
    [
      'what targets its Gateway',
      l7,
      [
        policy('DENY', [{}], {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
        }),
      ],
      via('waypoint'),
      'deny',
    ],
    [
      'of two waypoints that may be the one, which is not known',
      l7,
      [
        policy('DENY', [{}], {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
        }),
        policy('ALLOW', [{}], { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'other' }] }),
      ],
      via('waypoint'),
      'uncertain destination.waypoint',
    ],
    [
      'unless a label says so',
      l7,
      [
        policy('DENY', [{}], {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
        }),
      ],
      via('waypoint', { labels: { app: 'ledger', 'istio.io/use-waypoint': 'other' } }),
      'allow',
    ],
    [
      'the class of waypoints, in the root namespace',
      reference,
      [
        policy(
          'DENY',
          [{}],
          { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] },
          'istio-system',
        ),
      ],
      via('waypoint'),
      'deny',
    ],
    [
      'and nowhere else',
      reference,
      [
        policy('DENY', [{}], {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }],
        }),
      ],
      via('waypoint'),
      'allow',
    ],
    ['a waypoint ignores selectors', l7, [policy('DENY', [{}], app)], via('waypoint'), 'allow'],
    ['and policies for a whole namespace', l7, deny({}), via('waypoint'), 'allow'],
    [
      'a gateway has what targets it',
      reference,
      [policy('DENY', [{}], { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }] })],
      via('gateway', { labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' } }),
      'deny',
    ],
    ['and what selects it', reference, [policy('DENY', [{}], app)], via('gateway'), 'deny'],
    [
      'where no proxy stands, nothing is enforced',
      concepts,
      [...deny({}), peer('istio-system', 'default', mode('STRICT'))],
      { ...via('none'), mtls: false },
      'allow',
    ],
  ])

  it('goes by the pods that a Service selects, where it is known', () => {
    const service: MeshObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'books', namespace: 'pay' },
      spec: { selector: { app: 'ledger' } },
    }
    const attached = [policy('DENY', [{}], { targetRefs: [{ group: '', kind: 'Service', name: 'books' }] })]
    expect(evaluate(attached, [service], flow(via('waypoint'))).verdict).toBe('deny')
    expect(evaluate(attached, [service], flow(via('waypoint', { labels: { app: 'x' } }))).verdict).toBe('allow')
  })
})

describe('waypoints that lead in a circle', () => {
  const use = (name: string) => ({ 'istio.io/use-waypoint': name })
  const own = 'gateway.networking.k8s.io/gateway-name'
  const at = (name: string) => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] })
  rows([
    ['are one to be asked', l7, [policy('DENY', [{}], at('one'))], via('waypoint', { labels: use('one') }), 'deny'],
    [
      'and a waypoint before itself has its own policies',
      l7,
      [policy('DENY', [{}], at('one'))],
      via('waypoint', { labels: { ...use('one'), [own]: 'one' } }),
      'deny',
    ],
    [
      'not those of the one it names',
      l7,
      [policy('DENY', [{}], at('two'))],
      via('waypoint', { labels: { ...use('two'), [own]: 'one' } }),
      'allow',
    ],
    [
      'and one that nobody made refuses nobody',
      l7,
      [policy('DENY', [{}], at('two'))],
      via('waypoint', { labels: use('gone') }),
      'allow',
    ],
  ])
})

describe('a waypoint of another namespace', () => {
  const gateway = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'shared' }] }
  const labels = { app: 'ledger', 'istio.io/use-waypoint': 'shared', 'istio.io/use-waypoint-namespace': 'gates' }
  rows([
    [
      'has what is attached to it there',
      l7,
      [policy('DENY', [{}], gateway, 'gates')],
      via('waypoint', { labels }),
      'deny',
    ],
    ['and nothing of its namesake here', l7, [policy('DENY', [{}], gateway)], via('waypoint', { labels }), 'allow'],
  ])
})

describe('hostile names', () => {
  rows([
    [
      'a label that every object seems to have selects nothing',
      reference,
      [policy('DENY', [{}], { selector: { matchLabels: { constructor: 'x' } } })],
      {},
      'allow',
    ],
    [
      'nor does one that means a prototype',
      reference,
      [policy('DENY', [{}], { selector: { matchLabels: JSON.parse('{"__proto__":"x"}') as Json } })],
      {},
      'allow',
    ],
    [
      'markup and letters of any kind are compared as they are',
      reference,
      allow(from({ principals: ['cluster.local/ns/<b>/sa/日本'] })),
      { source: { namespace: '<b>', serviceAccount: '日本' } },
      'allow',
    ],
  ])
})

describe('actions', () => {
  rows([
    [
      'ALLOW without rules matches nothing, so that nothing passes',
      reference,
      [made('AuthorizationPolicy', 'pay', 'nothing', {})],
      {},
      'deny',
    ],
    ['a list of none is the same', reference, allow(), {}, 'deny'],
    [
      'without a spec, too',
      reference,
      [{ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'x', namespace: 'pay' } }],
      {},
      'deny',
    ],
    ['an empty rule matches everything', reference, allow({}), {}, 'allow'],
    ['DENY without rules matches nothing', reference, [policy('DENY', undefined)], {}, 'allow'],
    ['DENY is stronger than ALLOW', concepts, [...allow({}), ...deny({})], {}, 'deny'],
    [
      'one ALLOW of several is enough',
      concepts,
      [...allow(to({ ports: ['1'] })), policy('ALLOW', [{}], {}, 'istio-system')],
      { destination: { port: 2 } },
      'allow',
    ],
    ['AUDIT decides nothing', reference, [policy('AUDIT', [{}])], {}, 'allow'],
    [
      'CUSTOM asks an authorizer',
      `${docs}/tasks/security/authorization/authz-custom/`,
      [policy('CUSTOM', [{}], { provider: { name: 'opa' } })],
      {},
      'uncertain answer of provider opa',
    ],
    [
      'whatever it says, a DENY refuses',
      concepts,
      [policy('CUSTOM', [{}], { provider: { name: 'opa' } }), ...deny({})],
      {},
      'deny',
    ],
    ['and so does no ALLOW', concepts, [policy('CUSTOM', [{}], { provider: { name: 'opa' } }), ...allow()], {}, 'deny'],
    [
      'it is not asked about what it does not match',
      concepts,
      [policy('CUSTOM', [to({ ports: ['1'] })], { provider: { name: 'opa' } })],
      { destination: { port: 2 } },
      'allow',
    ],
    [
      'of several, each may be asked, or what any of them would be asked is refused',
      'https://github.com/istio/istio/pull/58082',
      [
        policy('CUSTOM', [to({ ports: ['1'] })], { provider: { name: 'opa' } }),
        made('AuthorizationPolicy', 'pay', 'more', { action: 'CUSTOM', rules: [{}], provider: { name: 'ldap' } }),
      ],
      { destination: { port: 2 } },
      'uncertain answer of provider ldap whether istiod takes several providers',
    ],
    [
      'a dry run is not enforced',
      `${docs}/tasks/security/authorization/authz-dry-run/`,
      [policy('DENY', [{}], {}, 'pay', { 'istio.io/dry-run': 'true' })],
      {},
      'allow',
    ],
    [
      'a dry run of ALLOW refuses nobody',
      `${docs}/tasks/security/authorization/authz-dry-run/`,
      [policy('ALLOW', [], {}, 'pay', { 'istio.io/dry-run': 'true' })],
      {},
      'allow',
    ],
    [
      'istiod keeps dry runs from ztunnel',
      'https://istio.io/latest/news/releases/1.29.x/announcing-1.29/upgrade-notes/',
      [policy('DENY', [{}], {}, 'pay', { 'istio.io/dry-run': 'true' })],
      via('ztunnel'),
      'allow',
    ],
  ])
})

describe('sources', () => {
  rows([
    ['a principal', reference, allow(from({ principals: [cart] })), {}, 'allow'],
    [
      'made of namespace and account',
      reference,
      allow(from({ principals: ['cluster.local/ns/shop/sa/other'] })),
      {},
      'deny',
    ],
    [
      'a told principal is stronger than the two',
      reference,
      allow(from({ principals: [cart] })),
      { source: { principal: 'cluster.local/ns/x/sa/y' } },
      'deny',
    ],
    [
      'as metrics write it',
      reference,
      allow(from({ principals: [cart] })),
      { source: { principal: `spiffe://${cart}` } },
      'allow',
    ],
    ['over plaintext there is none', reference, allow(from({ principals: ['*'] })), { mtls: false }, 'deny'],
    ['so that notPrincipals matches', reference, deny(from({ notPrincipals: [cart] })), { mtls: false }, 'deny'],
    ['a namespace by a star in it', reference, allow(from({ namespaces: ['s*p'] })), {}, 'allow'],
    [
      'which is looked for in the whole identity, `/ns/shop/sa/` among it',
      generator,
      allow(from({ namespaces: ['*sa'] })),
      {},
      'allow',
    ],
    ['nor a namespace', reference, allow(from({ namespaces: ['shop'] })), { mtls: false }, 'deny'],
    ['which notNamespaces matches', reference, allow(from({ notNamespaces: ['shop'] })), { mtls: false }, 'allow'],
    [
      '`*` is any of them',
      reference,
      allow(from({ principals: ['*'] })),
      { source: { namespace: undefined } },
      'allow',
    ],
    ['a prefix', reference, allow(from({ principals: ['cluster.local/ns/shop/*'] })), {}, 'allow'],
    ['a suffix', reference, allow(from({ principals: ['*/sa/cart'] })), {}, 'allow'],
    [
      'whether it was mTLS must be known',
      reference,
      allow(from({ principals: [cart] })),
      { mtls: undefined },
      'uncertain mtls',
    ],
    [
      'unless it is another anyway',
      reference,
      allow(from({ principals: ['cluster.local/ns/x/sa/y'] })),
      { mtls: undefined },
      'deny',
    ],
    [
      'of whom nothing is known',
      reference,
      allow(from({ principals: [cart] })),
      { source: { namespace: undefined, serviceAccount: undefined } },
      'uncertain source.principal',
    ],
    [
      'of whom the namespace is known',
      reference,
      allow(from({ principals: ['cluster.local/ns/x/sa/cart'] })),
      { source: { serviceAccount: undefined } },
      'deny',
    ],
    [
      'which may be enough',
      reference,
      allow(from({ namespaces: ['shop'] })),
      { source: { serviceAccount: undefined } },
      'allow',
    ],
    [
      'or not',
      reference,
      allow(from({ principals: [cart] })),
      { source: { serviceAccount: undefined } },
      'uncertain source.principal',
    ],
    ['an account of the policy’s own namespace', reference, allow(from({ serviceAccounts: ['cart'] })), {}, 'deny'],
    ['of a named one', reference, allow(from({ serviceAccounts: ['shop/cart'] })), {}, 'allow'],
    ['notServiceAccounts', reference, deny(from({ notServiceAccounts: ['shop/cart'] })), {}, 'allow'],
    [
      'the address of the peer',
      reference,
      allow(from({ ipBlocks: ['10.0.0.0/8'] })),
      { source: { ip: '10.2.3.4' } },
      'allow',
    ],
    ['not known', reference, allow(from({ ipBlocks: ['10.0.0.0/8'] })), {}, 'uncertain source.ip'],
    ['any address is one of all', reference, allow(from({ ipBlocks: ['0.0.0.0/0', '::/0'] })), {}, 'allow'],
    ['notIpBlocks', reference, allow(from({ notIpBlocks: ['10.2.3.4'] })), { source: { ip: '10.2.3.4' } }, 'deny'],
    [
      'the other family is outside',
      reference,
      allow(from({ ipBlocks: ['::/0'] })),
      { source: { ip: '10.2.3.4' } },
      'deny',
    ],
    [
      'the client before it',
      reference,
      allow(from({ remoteIpBlocks: ['2001:db8::/32'] })),
      { source: { remoteIp: '2001:DB8::1' } },
      'allow',
    ],
    [
      'is another fact',
      reference,
      allow(from({ remoteIpBlocks: ['10.0.0.0/8'] })),
      { source: { ip: '10.2.3.4' } },
      'uncertain source.remoteIp',
    ],
    [
      'all fields of one source must hold',
      reference,
      allow(from({ principals: [cart], namespaces: ['x'] })),
      {},
      'deny',
    ],
    [
      'of several sources one',
      reference,
      allow({ from: [{ source: { namespaces: ['x'] } }, { source: { namespaces: ['shop'] } }] }),
      {},
      'allow',
    ],
  ])

  it('`cluster.local` stands for the trust domain of the mesh', () => {
    const settings = {
      rootNamespace: 'istio-system',
      trustDomain: 'new',
      trustDomainAliases: ['old'],
      pathNormalization: 'BASE' as const,
    }
    const says = (principal: string, told: string) =>
      evaluate(allow(from({ principals: [principal] })), [], flow({ source: { principal: told } }), settings).verdict
    expect(says(cart, 'new/ns/shop/sa/cart')).toBe('allow')
    expect(says(cart, 'old/ns/shop/sa/cart')).toBe('allow')
    expect(says('old/ns/shop/sa/cart', 'new/ns/shop/sa/cart')).toBe('allow')
    expect(says('other/ns/shop/sa/cart', 'new/ns/shop/sa/cart')).toBe('deny')
    // Only a whole principal names a trust domain: istiod compares a prefix as it stands.
    expect(says('cluster.local/ns/shop/*', 'new/ns/shop/sa/cart')).toBe('deny')
  })
})

describe('operations', () => {
  rows([
    ['a method', reference, allow(to({ methods: ['GET'] })), http('GET'), 'allow'],
    ['another', reference, allow(to({ methods: ['GET'] })), http('PUT'), 'deny'],
    ['in capitals', reference, allow(to({ methods: ['GET'] })), http('get'), 'allow'],
    ['gRPC has one only', reference, allow(to({ methods: ['POST'] })), { protocol: 'grpc' }, 'allow'],
    ['none is known', reference, allow(to({ methods: ['GET'] })), {}, 'uncertain http.method'],
    ['whatever it is', reference, allow(to({ methods: ['GET'] }), to({ notMethods: ['GET'] })), {}, 'allow'],
    ['`*` is any, which every request has', reference, allow(to({ methods: ['*'] })), {}, 'allow'],
    [
      'what is false elsewhere needs no method',
      reference,
      allow({ ...from({ namespaces: ['x'] }), ...to({ methods: ['GET'] }) }),
      {},
      'deny',
    ],
    ['a path', reference, allow(to({ paths: ['/a'] })), http('GET', '/a'), 'allow'],
    ['without its query', reference, allow(to({ paths: ['/a'] })), http('GET', '/a?b=c'), 'allow'],
    ['a prefix', reference, allow(to({ paths: ['/a*'] })), http('GET', '/abc'), 'allow'],
    ['a suffix', reference, allow(to({ paths: ['*/c'] })), http('GET', '/a/c'), 'allow'],
    ['stars in the middle are letters', reference, allow(to({ paths: ['/a*c'] })), http('GET', '/abc'), 'deny'],
    ['notPaths', reference, deny(to({ notPaths: ['/a'] })), http('GET', '/a'), 'allow'],
    ['{*} is one segment', reference, allow(to({ paths: ['/a/{*}/c'] })), http('GET', '/a/b/c'), 'allow'],
    ['not two', reference, allow(to({ paths: ['/a/{*}/c'] })), http('GET', '/a/b/b/c'), 'deny'],
    ['and not none', reference, allow(to({ paths: ['/a/{*}'] })), http('GET', '/a/'), 'deny'],
    ['{**} is the rest', reference, allow(to({ paths: ['/a/{**}'] })), http('GET', '/a/b/c'), 'allow'],
    ['with text behind it', reference, allow(to({ paths: ['/a/{**}/z'] })), http('GET', '/a/b/c/z'), 'allow'],
    [
      'dot segments are walked before',
      `${docs}/ops/best-practices/security/`,
      deny(to({ paths: ['/admin'] })),
      http('GET', '/a/../admin'),
      'deny',
    ],
    [
      'a port, which is text in the policy',
      reference,
      allow(to({ ports: ['8080'] })),
      { destination: { port: 8080 } },
      'allow',
    ],
    ['or in the flow', reference, allow(to({ ports: ['8080'] })), { destination: { port: '8080' } }, 'allow'],
    ['not known', reference, allow(to({ ports: ['8080'] })), {}, 'uncertain destination.port'],
    [
      'hosts know no case',
      reference,
      allow(to({ hosts: ['Ledger.Pay'] })),
      http('GET', '/', { host: 'ledger.PAY' }),
      'allow',
    ],
    [
      'but their port',
      `${docs}/ops/best-practices/security/`,
      allow(to({ hosts: ['ledger'] })),
      http('GET', '/', { host: 'ledger:8080' }),
      'deny',
    ],
    [
      'two missing facts are both told',
      reference,
      allow(to({ methods: ['GET'], paths: ['/a'] })),
      {},
      'uncertain http.method http.path',
    ],
    [
      'only those that can still change it',
      reference,
      allow(to({ methods: ['GET'], paths: ['/a'] })),
      http('PUT'),
      'deny',
    ],
    ['known to be none is no method', reference, deny(to({ notMethods: ['GET'] })), { http: null }, 'deny'],
    [
      'the header `:path` has its query, too',
      conditions,
      deny(when('request.headers[:path]', '/a?b')),
      http('GET', '/x/../a?b'),
      'deny',
    ],
    ['of the whole', conditions, deny(when('request.headers[:path]', '/a')), http('GET', '/a?b'), 'allow'],
    ['names of any letters', reference, allow(to({ paths: ['/käse/<b>'] })), http('GET', '/käse/<b>'), 'allow'],
  ])
})

describe('conditions', () => {
  const token = (claims: Json = {}, more: Partial<NonNullable<Flow['jwt']>> = {}): Known => ({
    jwt: { issuer: 'https://login', subject: 'ada', audiences: ['web'], presenter: 'cli', claims, ...more },
  })
  const withToken = (...rules: unknown[]) => [request(), ...allow(...rules)]
  rows([
    [
      'a header',
      conditions,
      allow(when('request.headers[X-Role]', 'admin')),
      { http: { headers: { 'x-role': 'admin' } } },
      'allow',
    ],
    [
      'missing from those that are known',
      conditions,
      allow(when('request.headers[X-Role]', 'admin')),
      { http: { headers: {} } },
      'deny',
    ],
    [
      'matches notValues',
      conditions,
      allow(whenNot('request.headers[X-Role]', 'admin')),
      { http: { headers: {} } },
      'allow',
    ],
    [
      'known to be none',
      conditions,
      allow(when('request.headers[x-role]', '*')),
      { http: { headers: { 'X-ROLE': null } } },
      'deny',
    ],
    ['none is known', conditions, allow(when('request.headers[x-role]', 'a*')), {}, 'uncertain http.headers[x-role]'],
    [
      'presence may miss',
      conditions,
      allow(when('request.headers[x-role]', '*')),
      {},
      'uncertain http.headers[x-role]',
    ],
    ['source.ip', conditions, allow(when('source.ip', '10.0.0.0/8')), { source: { ip: '10.1.1.1' } }, 'allow'],
    ['source.namespace', conditions, allow(when('source.namespace', 'shop')), {}, 'allow'],
    ['source.principal', conditions, allow(when('source.principal', cart)), { mtls: false }, 'deny'],
    ['destination.port', conditions, deny(whenNot('destination.port', '80')), { destination: { port: 80 } }, 'allow'],
    [
      'destination.ip',
      conditions,
      allow(when('destination.ip', '10.1.0.0/16')),
      { destination: { ip: '10.1.2.3' } },
      'allow',
    ],
    ['connection.sni', conditions, allow(when('connection.sni', 'www.*')), { sni: 'www.example.com' }, 'allow'],
    ['no SNI', conditions, allow(when('connection.sni', '*')), { sni: null }, 'deny'],
    [
      'all must hold',
      conditions,
      allow({
        when: [
          { key: 'source.namespace', values: ['shop'] },
          { key: 'destination.port', values: ['1'] },
        ],
      }),
      { destination: { port: 2 } },
      'deny',
    ],
    [
      'what Envoy’s filters write, nobody knows',
      conditions,
      allow(when('experimental.envoy.filters.a[b]', 'c')),
      {},
      'uncertain experimental.envoy.filters.a[b]',
    ],
    [
      'request.auth.principal is issuer and subject',
      conditions,
      withToken(when('request.auth.principal', 'https://login/ada')),
      token(),
      'allow',
    ],
    [
      'any audience is enough',
      conditions,
      withToken(when('request.auth.audiences', 'web')),
      token({}, { audiences: ['x', 'web'] }),
      'allow',
    ],
    ['the presenter', conditions, withToken(when('request.auth.presenter', 'page')), token(), 'deny'],
    [
      'a claim',
      conditions,
      withToken(when('request.auth.claims[group]', 'admin')),
      token({ group: ['dev', 'admin'] }),
      'allow',
    ],
    [
      'a nested one',
      conditions,
      withToken(when('request.auth.claims[realm][roles]', 'read*')),
      token({ realm: { roles: ['reader'] } }),
      'allow',
    ],
    [
      'words of a scope',
      conditions,
      withToken(when('request.auth.claims[scope]', 'write')),
      token({ scope: 'read write' }),
      'allow',
    ],
    [
      'numbers are no text',
      conditions,
      withToken(when('request.auth.claims[level]', '7')),
      token({ level: 7 }),
      'deny',
    ],
    [
      'claims that are not known',
      conditions,
      withToken(when('request.auth.claims[group]', 'admin')),
      token({}, { claims: undefined }),
      'uncertain jwt.claims[group]',
    ],
    ['no token, no claim', conditions, withToken(when('request.auth.claims[group]', 'admin')), { jwt: null }, 'deny'],
    [
      'names that every object has are no claims',
      conditions,
      withToken(when('request.auth.claims[constructor]', '*')),
      token(),
      'deny',
    ],
  ])
})

describe('tokens', () => {
  const ada = { issuer: 'https://login', subject: 'ada', audiences: ['web'] }
  const needs = from({ requestPrincipals: ['*'] })
  rows([
    ['a request without one passes', tokens, [request()], { jwt: null }, 'allow'],
    ['a valid one, too', tokens, [request()], { jwt: ada }, 'allow'],
    ['an issuer nobody knows is refused', tokens, [request()], { jwt: { ...ada, issuer: 'https://other' } }, 'deny'],
    ['where nobody looks, it is nothing', tokens, [], { jwt: { ...ada, issuer: 'https://other' } }, 'allow'],
    ['and proves nothing', reference, allow(needs), { jwt: ada }, 'deny'],
    ['“token required” is an AuthorizationPolicy', reference, [request(), ...allow(needs)], { jwt: null }, 'deny'],
    ['with one it passes', reference, [request(), ...allow(needs)], { jwt: ada }, 'allow'],
    [
      'as do those without in notRequestPrincipals',
      reference,
      [request(), ...deny(from({ notRequestPrincipals: ['*'] }))],
      { jwt: null },
      'deny',
    ],
    [
      'by issuer and subject',
      reference,
      [request(), ...allow(from({ requestPrincipals: ['https://login/bob'] }))],
      { jwt: ada },
      'deny',
    ],
    [
      'a prefix',
      reference,
      [request(), ...allow(from({ requestPrincipals: ['https://login/*'] }))],
      { jwt: ada },
      'allow',
    ],
    [
      'whose subject has slashes: the last one of a pattern parts it',
      generator,
      [request(), ...allow(from({ requestPrincipals: ['https://login/a/b'] }))],
      { jwt: { ...ada, subject: 'a/b' } },
      'deny',
    ],
    [
      'a star in front is the issuer’s',
      generator,
      [request(), ...allow(from({ requestPrincipals: ['*login/ada'] }))],
      { jwt: ada },
      'allow',
    ],
    [
      'or the subject’s, where there is no slash',
      generator,
      [request(), ...allow(from({ requestPrincipals: ['*da'] }))],
      { jwt: ada },
      'allow',
    ],
    [
      'one at the end is the subject’s',
      generator,
      [request(), ...allow(from({ requestPrincipals: ['https://log*'] }))],
      { jwt: ada },
      'deny',
    ],
    ['for another audience it is refused', tokens, [request({ audiences: ['app'] })], { jwt: ada }, 'deny'],
    ['for one of them not', tokens, [request({ audiences: ['app', 'web'] })], { jwt: ada }, 'allow'],
    ['whether there is one is not known', tokens, [request(), ...allow(needs)], {}, 'uncertain jwt'],
    ['and it may be a bad one', tokens, [request()], {}, 'uncertain jwt'],
    [
      'several policies are one list',
      tokens,
      [request(), made('RequestAuthentication', 'pay', 'more', { jwtRules: [{ issuer: 'https://other' }] })],
      { jwt: { ...ada, issuer: 'https://other' } },
      'allow',
    ],
    ['ztunnel knows none', l4, [request()], { ...via('ztunnel'), jwt: { ...ada, issuer: 'https://other' } }, 'allow'],
    ['nor does TCP', tokens, [request()], { protocol: 'tcp', jwt: { ...ada, issuer: 'https://other' } }, 'allow'],
  ])
})

describe('a JWT rule without an issuer', () => {
  const open = (more: Json = {}) =>
    made('RequestAuthentication', 'pay', 'login', { jwtRules: [{ jwksUri: 'https://keys', ...more }] })
  const ada = { issuer: 'https://anyone', subject: 'ada', audiences: ['web'] }
  const needs = (principal: string) => allow(from({ requestPrincipals: [principal] }))
  const judged = (version: string | null, objects: readonly MeshObject[], jwt: Flow['jwt']) => {
    const evaluator = createEvaluator(objects, { ...istioDefaults, version })
    const { verdict, missing } = evaluator.judge(flow({ jwt }))
    return { said: [verdict, ...missing].join(' '), refused: evaluator.refused.map(({ problems }) => problems[0]) }
  }
  const accepted = 'https://github.com/istio/istio/pull/56158'
  it.each<[says: string, doc: string, objects: MeshObject[], jwt: Flow['jwt'], said: string]>([
    ['takes a token of anybody since Istio 1.27', accepted, [open()], ada, 'allow'],
    ['whose principal is the token’s own', accepted, [open(), ...needs('https://anyone/ada')], ada, 'allow'],
    ['and no other', accepted, [open(), ...needs('https://login/*')], ada, 'deny'],
    ['of a token without an issuer there is none', accepted, [open(), ...needs('*')], { ...ada, issuer: null }, 'deny'],
    ['which passes where none is asked for', accepted, [open()], { ...ada, issuer: null }, 'allow'],
    ['asks for its audiences all the same', accepted, [open({ audiences: ['app'] })], ada, 'deny'],
    ['whether there is one must be known', accepted, [open(), ...needs('*')], undefined, 'uncertain jwt'],
    ['without a token nothing is refused', accepted, [open()], null, 'allow'],
  ])('%s (%s)', (_, __, objects, jwt, said) => {
    expect(judged('1.27.0', objects, jwt)).toEqual({ said, refused: [] })
  })

  it('is not known where an older Istio runs, or one that nobody knows', () => {
    for (const version of ['1.26.4', null])
      expect(judged(version, [open()], ada)).toEqual({
        said: 'uncertain RequestAuthentication pay/login',
        refused: [expect.stringMatching(/issuer is missing, which Istio accepts since 1\.27, and/) as string],
      })
    // Nor is it asked where no token comes.
    expect(judged(null, [open()], null).said).toBe('allow')
  })

  it('is refused by every Istio where nothing says where its keys are', () => {
    const bare = made('RequestAuthentication', 'pay', 'login', { jwtRules: [{ jwks: '{"keys":[]}' }] })
    expect(judged('1.29.0', [bare], ada)).toEqual({
      said: 'uncertain RequestAuthentication pay/login',
      refused: ['spec.jwtRules[0].issuer is missing'],
    })
  })
})

describe('on a TCP port', () => {
  const tcp = `${docs}/tasks/security/authorization/authz-tcp/`
  const of = (known: Known = {}): Known => ({ protocol: 'tcp', ...known })
  rows([
    [
      'an ALLOW rule with an HTTP field matches nothing',
      tcp,
      allow({ ...from({ namespaces: ['shop'] }), ...to({ methods: ['GET'] }) }),
      of(),
      'deny',
    ],
    ['another rule of it may', tcp, allow(to({ methods: ['GET'] }), from({ namespaces: ['shop'] })), of(), 'allow'],
    [
      'a DENY rule is applied without it',
      tcp,
      deny({ ...from({ namespaces: ['shop'] }), ...to({ methods: ['GET'] }) }),
      of(),
      'deny',
    ],
    [
      'what it has left may spare the caller',
      tcp,
      deny({ ...from({ namespaces: ['x'] }), ...to({ paths: ['/'] }) }),
      of(),
      'allow',
    ],
    ['with nothing left it is for everybody', tcp, deny(to({ hosts: ['x'] })), of(), 'deny'],
    ['request.headers is HTTP', tcp, allow(when('request.headers[a]', 'b')), of(), 'deny'],
    ['ports are not', tcp, allow(to({ ports: ['5432'] })), of({ destination: { port: 5432 } }), 'allow'],
  ])
})

describe('an authorizer that the mesh’s own configuration', () => {
  const custom = `${docs}/tasks/security/authorization/authz-custom/`
  const missing = 'https://github.com/istio/istio/blob/master/pilot/pkg/security/authz/builder/builder.go'
  const ask = (...rules: unknown[]) => policy('CUSTOM', rules, { provider: { name: 'opa' } })
  const opa = { name: 'opa', speaks: 'grpc' } as const
  it.each<[string, string, Settings['authorizers'], readonly MeshObject[], Known, string]>([
    ['defines, is asked', custom, [opa], [ask({})], {}, 'uncertain answer of provider opa'],
    ['is not read to define, may be', custom, null, [ask({})], {}, 'uncertain answer of provider opa'],
    ['does not define, cannot: what it would be asked is refused', missing, [], [ask({})], {}, 'deny'],
    [
      'not defined, is no matter to the rest',
      missing,
      [],
      [ask(to({ ports: ['1'] }))],
      { destination: { port: 2 } },
      'allow',
    ],
    [
      'does not define, refuses whatever a DENY would be asked next',
      missing,
      [],
      [ask({}), ...allow({})],
      { source: { principal: undefined, namespace: undefined } },
      'deny',
    ],
    [
      'not defined, nobody misses in a dry run',
      missing,
      [],
      [policy('CUSTOM', [{}], { provider: { name: 'opa' } }, 'pay', { 'istio.io/dry-run': 'true' })],
      {},
      'allow',
    ],
    [
      'has speak HTTP, is not asked about TCP',
      custom,
      [{ name: 'opa', speaks: 'http' }],
      [ask({})],
      { protocol: 'tcp' },
      'allow',
    ],
    ['has speak gRPC, is', custom, [opa], [ask({})], { protocol: 'tcp' }, 'uncertain answer of provider opa'],
  ])('%s (%s)', (_, __, authorizers, objects, known, said) => {
    const { verdict, missing: facts } = evaluate(objects, [], flow(known), { ...istioDefaults, authorizers })
    expect([verdict, ...facts].join(' ')).toBe(said)
  })

  it('does not define is told in the story', () => {
    const { trail, decidedBy } = evaluate([ask({})], [], flow(), { ...istioDefaults, authorizers: [] })
    expect(decidedBy).toEqual({ kind: 'AuthorizationPolicy', namespace: 'pay', name: 'custom', rule: 0 })
    expect(trail.find(({ step }) => step === 'policy')).toMatchObject({ missingProvider: 'opa', matches: 'yes' })
  })
})

describe('at ztunnel', () => {
  const noMatch = 'https://github.com/istio/istio/issues/61126'
  const matches = 'https://github.com/istio/ztunnel/blob/master/src/rbac.rs'
  const converted =
    'https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go'
  const of = (known: Known = {}): Known => ({
    ...via('ztunnel', known.destination),
    ...known,
    destination: { enforcedBy: 'ztunnel', ...known.destination },
  })
  rows([
    ['an identity', l4, allow(from({ principals: [cart] })), of(), 'allow'],
    ['an ALLOW rule with an HTTP field is dropped', l4, allow(to({ methods: ['GET'] })), of(http('GET')), 'deny'],
    [
      'also where only a part of it has one',
      l4,
      allow({ to: [{ operation: { ports: ['80'] } }, { operation: { paths: ['/'] } }] }),
      of({ destination: { port: 80 } }),
      'deny',
    ],
    [
      'a DENY rule keeps what is L4 beside HTTP',
      l4,
      deny({ ...from({ namespaces: ['shop'] }), ...to({ ports: ['80'], methods: ['PUT'] }) }),
      of({ ...http('GET'), destination: { port: 80 } }),
      'deny',
    ],
    [
      'as far as that goes',
      l4,
      deny({ ...from({ namespaces: ['shop'] }), ...to({ ports: ['80'], methods: ['PUT'] }) }),
      of({ ...http('GET'), destination: { port: 81 } }),
      'allow',
    ],
    ['of HTTP alone it refuses nobody', noMatch, deny(from({ notRequestPrincipals: ['*'] })), of(), 'allow'],
    [
      'nor where one of its clauses is of HTTP alone',
      matches,
      deny({ ...from({ namespaces: ['shop'] }), ...to({ methods: ['PUT'] }) }),
      of(http('PUT')),
      'allow',
    ],
    [
      'or one of its conditions',
      matches,
      deny({ ...from({ namespaces: ['shop'] }), ...when('request.headers[a]', 'b') }),
      of(),
      'allow',
    ],
    [
      'of alternatives, those that it can see count',
      matches,
      deny({ to: [{ operation: { methods: ['PUT'] } }, { operation: { ports: ['80'] } }] }),
      of({ destination: { port: 80 } }),
      'deny',
    ],
    ['a rule for everybody is one', l4, deny({}), of(), 'deny'],
    [
      'its trust domain has no other name',
      'https://github.com/istio/ztunnel/issues/1260',
      allow(from({ principals: ['cluster.local/ns/shop/sa/cart'] })),
      of({ source: { principal: 'mesh.example/ns/shop/sa/cart' } }),
      'deny',
    ],
    ['a namespace takes a star at an end', converted, allow(from({ namespaces: ['sh*'] })), of(), 'allow'],
    ['in the middle it is a letter', converted, allow(from({ namespaces: ['s*p'] })), of(), 'deny'],
    ['CUSTOM is not supported', l4, [policy('CUSTOM', [{}], { provider: { name: 'opa' } })], of(), 'allow'],
    [
      'what sidecars know of the connection is not all there',
      l4,
      allow(when('connection.sni', '*')),
      of({ sni: 'x' }),
      'deny',
    ],
  ])
})

describe('mTLS', () => {
  const atZtunnel =
    'https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go'
  const byPort = (own: string, ports: Record<number, string>) =>
    peer('pay', 'own', {
      ...app,
      ...mode(own),
      portLevelMtls: Object.fromEntries(Object.entries(ports).map(([port, name]) => [port, { mode: name }])),
    })
  const wide = (namespace: string, name: string) => peer(namespace, 'wide', mode(name))
  /** To a sidecar, and the same to ztunnel. */
  const plainTo = (port: number | undefined, enforcedBy: 'sidecar' | 'ztunnel' = 'ztunnel'): Known => ({
    mtls: false,
    destination: { enforcedBy, ...(port === undefined ? {} : { port }) },
  })
  const ztunnelRows: Row[] = (
    [
      [
        'DISABLE on a port of a workload without a mode is passed over under a STRICT mesh',
        [wide('istio-system', 'STRICT'), byPort('UNSET', { 80: 'DISABLE' })],
        80,
        'allow',
        'deny',
      ],
      [
        'and under a STRICT namespace',
        [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE' })],
        80,
        'allow',
        'deny',
      ],
      [
        'unless another port is PERMISSIVE',
        [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE', 81: 'PERMISSIVE' })],
        80,
        'allow',
        'allow',
      ],
      [
        'which leaves the rest STRICT',
        [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE', 81: 'PERMISSIVE' })],
        82,
        'deny',
        'deny',
      ],
      [
        'nor where the workload is STRICT itself',
        [wide('istio-system', 'STRICT'), byPort('STRICT', { 80: 'DISABLE' })],
        80,
        'allow',
        'allow',
      ],
      [
        'STRICT on a port of a PERMISSIVE workload counts',
        [byPort('PERMISSIVE', { 80: 'STRICT' })],
        80,
        'deny',
        'deny',
      ],
      [
        'but not under a STRICT mesh',
        [wide('istio-system', 'STRICT'), byPort('PERMISSIVE', { 80: 'STRICT' })],
        80,
        'deny',
        'allow',
      ],
      [
        'nor of a DISABLE one',
        [wide('istio-system', 'STRICT'), byPort('DISABLE', { 80: 'STRICT' })],
        80,
        'deny',
        'allow',
      ],
      [
        'nor where the namespace is UNSET',
        [wide('istio-system', 'STRICT'), wide('pay', 'UNSET'), byPort('PERMISSIVE', { 80: 'STRICT' })],
        80,
        'deny',
        'allow',
      ],
      [
        'where the namespace says something it does',
        [wide('istio-system', 'STRICT'), wide('pay', 'PERMISSIVE'), byPort('PERMISSIVE', { 80: 'STRICT' })],
        80,
        'deny',
        'deny',
      ],
      [
        'a STRICT namespace too',
        [wide('istio-system', 'STRICT'), wide('pay', 'STRICT'), byPort('PERMISSIVE', { 80: 'STRICT' })],
        80,
        'deny',
        'deny',
      ],
      [
        'a PERMISSIVE port under a STRICT mesh leaves the rest STRICT',
        [wide('istio-system', 'STRICT'), byPort('UNSET', { 81: 'PERMISSIVE' })],
        80,
        'deny',
        'deny',
      ],
      [
        'but nothing of it where the namespace is UNSET',
        [wide('istio-system', 'STRICT'), wide('pay', 'UNSET'), byPort('UNSET', { 81: 'PERMISSIVE' })],
        80,
        'deny',
        'allow',
      ],
      [
        'where the port is not known, it may be any',
        [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'PERMISSIVE' })],
        undefined,
        'uncertain destination.port',
        'uncertain destination.port',
      ],
      [
        'unless it makes no difference',
        [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE' })],
        undefined,
        'uncertain destination.port',
        'deny',
      ],
    ] as const
  ).flatMap(([says, policies, port, sidecar, ztunnel]): Row[] => [
    [`to ztunnel: ${says}`, atZtunnel, [...policies], plainTo(port), ztunnel],
    [`to a sidecar as written: ${says}`, peers, [...policies], plainTo(port, 'sidecar'), sidecar],
  ])
  rows(ztunnelRows, { ...istioDefaults, version: '1.29.0' })
  const isOpen = 'uncertain whether istiod is 1.25 or newer'
  rows([
    [
      'of an istiod that nobody knows, it is not known where it tells ztunnel otherwise than it is written',
      atZtunnel,
      [wide('istio-system', 'STRICT'), byPort('PERMISSIVE', { 80: 'STRICT' })],
      plainTo(80),
      isOpen,
    ],
    [
      'nor what becomes of DISABLE on a port',
      atZtunnel,
      [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE' })],
      plainTo(80),
      isOpen,
    ],
    [
      'and known where it does not',
      atZtunnel,
      [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'PERMISSIVE' })],
      plainTo(81),
      'deny',
    ],
    [
      'or where it makes no difference',
      atZtunnel,
      [wide('pay', 'STRICT'), byPort('UNSET', { 80: 'DISABLE' })],
      plainTo(81),
      'deny',
    ],
  ])
  const strict = (namespace = 'pay', name = 'strict', more: Json = {}, created?: string) =>
    peer(namespace, name, { ...mode('STRICT'), ...more }, created)
  const plain: Known = { mtls: false }
  rows([
    ['nothing said is PERMISSIVE', peers, [], plain, 'allow'],
    ['STRICT refuses plaintext', peers, [strict()], plain, 'deny'],
    ['not mTLS', peers, [strict()], {}, 'allow'],
    ['whether it is must be known', peers, [strict()], { mtls: undefined }, 'uncertain mtls'],
    ['unless it is refused anyway', peers, [strict(), ...deny({})], { mtls: undefined }, 'deny'],
    ['the mesh’s counts where nothing nearer does', peers, [strict('istio-system')], plain, 'deny'],
    [
      'the namespace’s before it',
      peers,
      [strict('istio-system'), peer('pay', 'open', mode('PERMISSIVE'))],
      plain,
      'allow',
    ],
    [
      'the workload’s before that',
      peers,
      [peer('pay', 'open', mode('PERMISSIVE')), strict('pay', 'own', app)],
      plain,
      'deny',
    ],
    [
      'UNSET asks the next one',
      peers,
      [strict('istio-system'), peer('pay', 'unset', mode('UNSET')), peer('pay', 'own', app)],
      plain,
      'deny',
    ],
    ['of another workload', peers, [strict('pay', 'own', { selector: { matchLabels: { app: 'x' } } })], plain, 'allow'],
    [
      'a port before all',
      peers,
      [strict('pay', 'own', { ...app, portLevelMtls: { 80: { mode: 'PERMISSIVE' } } })],
      { ...plain, destination: { port: 80 } },
      'allow',
    ],
    [
      'not another port',
      peers,
      [strict('pay', 'own', { ...app, portLevelMtls: { 80: { mode: 'PERMISSIVE' } } })],
      { ...plain, destination: { port: 81 } },
      'deny',
    ],
    [
      'which one must be known',
      peers,
      [strict('pay', 'own', { ...app, portLevelMtls: { 80: { mode: 'PERMISSIVE' } } })],
      plain,
      'uncertain destination.port',
    ],
    [
      'UNSET of a port asks its workload',
      peers,
      [strict('pay', 'own', { ...app, portLevelMtls: { 80: { mode: 'UNSET' } } })],
      { ...plain, destination: { port: 80 } },
      'deny',
    ],
    [
      'the oldest of one scope counts',
      peers,
      [strict('pay', 'b', {}, '2026-01-02T00:00:00Z'), peer('pay', 'a', mode('PERMISSIVE'), '2026-01-03T00:00:00Z')],
      plain,
      'deny',
    ],
    [
      'of the same age, for a proxy the first by name',
      'https://github.com/istio/istio/blob/master/pilot/pkg/model/config.go',
      [strict('pay', 'b'), peer('pay', 'a', mode('PERMISSIVE'))],
      plain,
      'allow',
    ],
    [
      'wherever it stands',
      'https://github.com/istio/istio/blob/master/pilot/pkg/model/config.go',
      [strict('pay', 'a'), peer('pay', 'b', mode('PERMISSIVE'))],
      plain,
      'deny',
    ],
    [
      'for ztunnel nobody knows',
      'https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go',
      [strict('pay', 'b'), peer('pay', 'a', mode('PERMISSIVE'))],
      { ...plain, ...via('ztunnel') },
      'uncertain metadata.creationTimestamp of PeerAuthentications pay/a, pay/b',
    ],
    [
      'nor for any proxy, where a file tells no age',
      peers,
      [strict('pay', 'b', {}, ''), peer('pay', 'a', mode('PERMISSIVE'), '')],
      plain,
      'uncertain metadata.creationTimestamp of PeerAuthentications pay/a, pay/b',
    ],
    ['unless they say the same', peers, [strict('pay', 'b'), strict('pay', 'a')], plain, 'deny'],
    ['or it makes no difference', peers, [strict('pay', 'b'), peer('pay', 'a', mode('PERMISSIVE'))], {}, 'allow'],
    [
      'with a selector in the root namespace it is nobody’s',
      concepts,
      [strict('istio-system', 'own', app)],
      plain,
      'allow',
    ],
    ['ztunnel honours STRICT', l4, [strict()], { ...plain, ...via('ztunnel') }, 'deny'],
    [
      'and not DISABLE, which leaves it open for both',
      l4,
      [strict(), peer('pay', 'own', { ...app, ...mode('DISABLE') })],
      { ...plain, ...via('ztunnel') },
      'allow',
    ],
    [
      'a gateway’s clients come as its servers say',
      peers,
      [strict('istio-system')],
      { ...plain, ...via('gateway') },
      'allow',
    ],
  ])

  const client = `${docs}/reference/config/networking/destination-rule/#ClientTLSSettings`
  const rule = (name: string, tls: string, more: Json = {}): MeshObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'ledger', namespace: 'pay' },
    spec: { host: name, trafficPolicy: { tls: { mode: tls } }, ...more },
  })
  const unseen: Known = { mtls: undefined }
  rows([
    [
      'a DestinationRule that disables TLS leaves plaintext',
      client,
      [strict(), rule('ledger', 'DISABLE')],
      unseen,
      'deny',
    ],
    ['by its whole name, or a wildcard', client, [strict(), rule('*.pay.svc.cluster.local', 'SIMPLE')], unseen, 'deny'],
    ['for another host it says nothing', client, [strict(), rule('other', 'DISABLE')], unseen, 'uncertain mtls'],
    [
      'ISTIO_MUTUAL is mTLS, of callers with a certificate',
      client,
      [strict(), rule('ledger', 'ISTIO_MUTUAL')],
      { mtls: undefined, source: { principal: cart } },
      'allow',
    ],
    ['others do not read it', client, [strict(), rule('ledger', 'ISTIO_MUTUAL')], unseen, 'uncertain mtls'],
    ['what was seen is stronger', client, [strict(), rule('ledger', 'DISABLE')], {}, 'allow'],
    [
      'a subset with its own leaves it open',
      client,
      [
        strict(),
        rule('ledger', 'DISABLE', { subsets: [{ name: 'a', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }] }),
      ],
      unseen,
      'uncertain mtls',
    ],
    [
      'ztunnel reads none',
      client,
      [strict(), rule('ledger', 'DISABLE')],
      { ...unseen, ...via('ztunnel') },
      'uncertain mtls',
    ],
  ])

  it('names the policy that refuses', () => {
    expect(evaluate([strict('istio-system')], [], flow(plain)).decidedBy).toEqual({
      kind: 'PeerAuthentication',
      namespace: 'istio-system',
      name: 'strict',
    })
  })
})

describe('what Istio would refuse', () => {
  const name = 'AuthorizationPolicy pay/allow'
  rows([
    ['a field it does not have', reference, allow(from({ principal: [cart] })), {}, `uncertain ${name}`],
    ['an action it does not have', reference, [policy('REFUSE', [{}])], {}, 'uncertain AuthorizationPolicy pay/refuse'],
    ['a condition it does not have', conditions, allow(when('source.weather', 'rain')), {}, `uncertain ${name}`],
    ['a condition without values', conditions, allow({ when: [{ key: 'source.ip' }] }), {}, `uncertain ${name}`],
    ['a port that is no text', reference, allow(to({ ports: [80] })), {}, `uncertain ${name}`],
    ['a block that is none', reference, allow(from({ ipBlocks: ['10.0.0.0/99'] })), {}, `uncertain ${name}`],
    ['a template that is none', reference, allow(to({ paths: ['/{a}'] })), {}, `uncertain ${name}`],
    ['a source that is empty', reference, allow(from({})), {}, `uncertain ${name}`],
    ['a rule that is no object', reference, allow(null), {}, `uncertain ${name}`],
    [
      'a selector beside a target',
      reference,
      [policy('ALLOW', [], { ...app, targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }] })],
      via('waypoint'),
      `uncertain ${name}`,
    ],
    [
      'a CUSTOM without a provider',
      reference,
      [policy('CUSTOM', [{}])],
      {},
      'uncertain AuthorizationPolicy pay/custom',
    ],
    [
      'a selector whose labels are no texts, which would else select all',
      reference,
      [policy('DENY', [{}], { selector: 'app=other' })],
      {},
      'uncertain AuthorizationPolicy pay/deny',
    ],
    [
      'a label with a star',
      reference,
      [policy('DENY', [{}], { selector: { matchLabels: { app: 'led*' } } })],
      {},
      'allow',
    ],
    [
      'service accounts beside principals',
      reference,
      allow(from({ serviceAccounts: ['shop/cart'], principals: ['*'] })),
      {},
      `uncertain ${name}`,
    ],
    [
      'a CUSTOM that asks who calls',
      `${docs}/tasks/security/authorization/authz-custom/`,
      [policy('CUSTOM', [from({ principals: [cart] })], { provider: { name: 'ask' } })],
      {},
      'uncertain AuthorizationPolicy pay/custom answer of provider ask',
    ],
    [
      'an action in a list',
      reference,
      [policy('DENY', [{}], { action: ['DENY'] })],
      {},
      'uncertain AuthorizationPolicy pay/deny',
    ],
    [
      'a mode in a list',
      peers,
      [peer('pay', 'own', { mtls: { mode: ['STRICT'] } })],
      { mtls: false },
      'uncertain PeerAuthentication pay/own',
    ],
    [
      'ports that are none, and with them the mode beside them',
      peers,
      [peer('pay', 'own', { ...app, portLevelMtls: {}, ...mode('STRICT') })],
      { mtls: false },
      'uncertain PeerAuthentication pay/own',
    ],
    [
      'an audience that is no text',
      tokens,
      [request({ audiences: [7] })],
      { jwt: { issuer: 'https://login', subject: 'b', audiences: ['web'] } },
      'uncertain RequestAuthentication pay/login',
    ],
    [
      'a target of null is none: the policy is for all',
      reference,
      [policy('DENY', [{}], { targetRef: null })],
      {},
      'deny',
    ],
    ['it matters only where it could', reference, [policy('ALLOW', [null], {}, 'shop')], {}, 'allow'],
    ['nor where it is refused anyway', reference, [...allow(null), ...deny({})], {}, 'deny'],
    [
      'a mode that is none',
      peers,
      [peer('pay', 'own', mode('strict')), peer('istio-system', 'all', mode('STRICT'))],
      { mtls: false },
      'deny',
    ],
    [
      'ports without a selector',
      peers,
      [peer('pay', 'own', { portLevelMtls: { 80: { mode: 'STRICT' } } }), peer('istio-system', 'all', mode('STRICT'))],
      { mtls: false },
      'deny',
    ],
    [
      'a token rule without an issuer',
      tokens,
      [made('RequestAuthentication', 'pay', 'x', { jwtRules: [{}] })],
      { jwt: { issuer: 'a', subject: 'b', audiences: [] } },
      'uncertain RequestAuthentication pay/x',
    ],
  ])
})

describe('a story', () => {
  it('tells what applies, what matches, and the first condition that does not', () => {
    const objects = [
      peer('istio-system', 'default', mode('STRICT')),
      ...allow({ ...from({ namespaces: ['shop'] }), ...to({ methods: ['GET'] }) }),
    ]
    const { trail } = evaluate(objects, [], flow(http('PUT')))
    expect(trail).toEqual([
      { step: 'enforcement', by: 'sidecar', namespace: 'pay' },
      {
        step: 'mtls',
        mode: 'STRICT',
        policy: { kind: 'PeerAuthentication', namespace: 'istio-system', name: 'default' },
        port: null,
        refuses: 'no',
      },
      {
        step: 'policy',
        policy: { kind: 'AuthorizationPolicy', namespace: 'pay', name: 'allow' },
        action: 'ALLOW',
        reach: 'namespace',
        idle: null,
        missingProvider: null,
        problems: [],
        matches: 'no',
        rules: [
          {
            rule: 0,
            matches: 'no',
            failing: {
              path: 'to[0].operation.methods',
              values: ['GET'],
              found: [{ fact: 'http.method', value: 'PUT' }],
            },
            unseen: [],
          },
        ],
        others: 0,
      },
      { step: 'no-allow', refuses: 'yes' },
      { step: 'verdict', verdict: 'deny', missing: [] },
    ])
  })

  it('stays short with five thousand rules, and right', () => {
    const rules = Array.from({ length: 5000 }, (_, index) => to({ paths: [`/p/${index}`] }))
    const { verdict, decidedBy, trail } = evaluate(allow(...rules), [], flow(http('GET', '/p/4321')))
    expect([verdict, decidedBy?.rule]).toEqual(['allow', 4321])
    expect(trail.find(step => step.step === 'policy')).toMatchObject({ others: 5000 - 21 })
    const open = evaluate(allow(...rules), [], flow())
    expect([open.verdict, open.missing]).toEqual(['uncertain', ['http.path']])
  })
})
