import fc from 'fast-check'
import type { Token } from '#lab/contract.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { headers, paths, type Request, request } from './requests.ts'

/**
 * Policies and requests of corners that chance alone seldom meets: a few policies at a time, each about one thing, over
 * the small mesh's own addresses, names and ports.
 */

const text = (...values: string[]) => fc.constantFrom(...values)
const some = (arbitrary: fc.Arbitrary<string>, maxLength = 2) => fc.uniqueArray(arbitrary, { minLength: 1, maxLength })
const withNot = (name: string, values: fc.Arbitrary<string[]>): fc.Arbitrary<Json>[] => {
  const not = `not${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return [
    values.map(own => ({ [name]: own })),
    values.map(own => ({ [not]: own })),
    fc.tuple(values, values).map(([own, other]) => ({ [name]: own, [not]: other })),
  ]
}

const blocks = (own: readonly string[]) =>
  some(
    fc.oneof(
      text('0.0.0.0/0', '::/0', '10.1.0.0/16', '10.1.128.0/17', '203.0.113.5', '203.0.113.9/31', '2001:db8::/32'),
      fc.tuple(fc.constantFrom(...own), fc.constantFrom(8, 20, 24, 31, 32)).map(([ip, size]) => `${ip}/${size}`),
    ),
  )
const principals = some(
  text(
    '*',
    '*/ns/shop/sa/front',
    '*.example/ns/shop/sa/front',
    '*local/ns/shop/sa/front',
    'old*/ns/shop/sa/front',
    'mesh.example/ns/*/sa/front',
    'cluster.local/ns/gates/sa/edge',
    'cluster.local/ns/amb/sa/*',
    'old.example/ns/legacy/sa/batch',
    'other.example/ns/shop/sa/front',
    'front',
    '*front',
  ),
)
const namespaces = some(text('*', '**', 's*a', '*a', '*sa', 's*p', '*h*', 'shop', 'ga*', 'amb', 'shop/sa'))
const accounts = some(text('front', 'shop/front', 'amb/stock', 'gates/edge', 'edge', 'data/db'))
const requestPrincipals = some(
  text(
    '*',
    '*/ada',
    'https://login.example/*',
    'https://login.example/a*',
    'https://login.example/a/b',
    'https://log*',
    '*example/ada',
    '*da',
    '*/b',
    'ada',
    'https://login.example/',
    '*/*',
  ),
)
const templates = some(
  text(
    '/{*}',
    '/{**}',
    '/a/{*}',
    '/a/{**}',
    '/a/{*}/c',
    '/{*}/b/{**}',
    '/a/{**}/c',
    '/{*}/{*}/{*}',
    '/a//c',
    '/a/*',
    '*/c',
    '/A/b',
    '*',
    '/%7Ea',
    '/~a',
    '/a/b/',
    '/items*',
    '**',
  ),
)
const hosts = some(
  text(
    '*',
    'back.shop:8080',
    'BACK.SHOP:8080',
    'back.*',
    '*:8080',
    '*.AMB:9090',
    'www.example.com',
    'www.example.com:*',
  ),
)
const methods = some(text('GET', 'get', 'G*', '*T', '*', 'POST'))
const ports = some(text('8080', '9080', '9090', '10090', '6432', '80', '0', '65535'))

const when = (keys: Record<string, fc.Arbitrary<string[]>>): fc.Arbitrary<Json> =>
  text(...Object.keys(keys)).chain(key =>
    fc.oneof(
      fc.record({ key: fc.constant(key), values: keys[key] ?? fc.constant<string[]>([]) }),
      fc.record({ key: fc.constant(key), notValues: keys[key] ?? fc.constant<string[]>([]) }),
      fc.record({
        key: fc.constant(key),
        values: keys[key] ?? fc.constant<string[]>([]),
        notValues: keys[key] ?? fc.constant<string[]>([]),
      }),
    ),
  )
const texts = some(text('*', 'admin', 'a*', '*n', 'A*', '*', 'read', 'reader', '*er', '7', 'web', 'cli', 'ops'))
const conditions = (own: readonly string[]) =>
  when({
    'source.ip': blocks(own),
    'remote.ip': blocks(own),
    'destination.ip': blocks(own),
    'destination.port': ports,
    'source.namespace': namespaces,
    'source.principal': principals,
    'source.serviceAccount': accounts,
    'connection.sni': some(text('*', 'outbound_*', '*.local', 'outbound_.8080_._.back.shop.svc.cluster.local')),
    'request.headers[X-ROLE]': texts,
    'request.headers[x-none]': texts,
    'request.headers[:path]': templates
      .map(values => values.filter(value => !value.includes('{')))
      .filter(values => values.length > 0),
    'request.headers[Host]': hosts,
    'request.headers[:authority]': hosts,
    'request.headers[:method]': methods,
    'request.auth.principal': requestPrincipals,
    'request.auth.audiences': texts,
    'request.auth.presenter': texts,
    'request.auth.claims[iss]': some(text('https://login.example', '*example', '*')),
    'request.auth.claims[sub]': some(text('ada', 'a*', '*b')),
    'request.auth.claims[aud]': texts,
    'request.auth.claims[group]': texts,
    'request.auth.claims[scope]': texts,
    'request.auth.claims[realm][roles]': texts,
    'request.auth.claims[realm][none][x]': texts,
    'experimental.envoy.filters.a.b[c]': texts,
  })

const source = (own: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(
    ...withNot('ipBlocks', blocks(own)),
    ...withNot('remoteIpBlocks', blocks(own)),
    ...withNot('principals', principals),
    ...withNot('namespaces', namespaces),
    ...withNot('serviceAccounts', accounts),
    ...withNot('requestPrincipals', requestPrincipals),
    fc
      .tuple(
        ...withNot('ipBlocks', blocks(own)).slice(0, 2),
        withNot('remoteIpBlocks', blocks(own))[1] ?? fc.constant({}),
      )
      .map(all => Object.assign({}, ...all) as Json),
    fc.tuple(principals, namespaces).map(([one, other]) => ({ principals: one, notNamespaces: other })),
  )
const operation: fc.Arbitrary<Json> = fc.oneof(
  ...withNot('paths', templates),
  ...withNot('methods', methods),
  ...withNot('hosts', hosts),
  ...withNot('ports', ports),
  fc.tuple(ports, methods).map(([one, other]) => ({ ports: one, methods: other })),
  fc.tuple(ports, templates).map(([one, other]) => ({ notPorts: one, paths: other })),
)
const rule = (own: readonly string[]) =>
  fc.record(
    {
      from: fc.array(
        source(own).map(fields => ({ source: fields })),
        { minLength: 1, maxLength: 2 },
      ),
      to: fc.array(
        operation.map(fields => ({ operation: fields })),
        { minLength: 1, maxLength: 2 },
      ),
      when: fc.array(conditions(own), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  )

const gateway = { group: 'gateway.networking.k8s.io' }
const target = fc.constantFrom<Json>(
  { kind: 'Service', name: 'stock' },
  { group: '', kind: 'Service', name: 'bare' },
  { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'stock' },
  { ...gateway, kind: 'Gateway', name: 'waypoint' },
  { ...gateway, kind: 'Gateway', name: 'edge' },
  { ...gateway, kind: 'GatewayClass', name: 'istio-waypoint' },
)
const labels = fc.constantFrom<Record<string, string>>(
  { app: 'back' },
  { app: 'back', version: 'v1' },
  { app: 'stock' },
  { app: 'bare' },
  { app: 'db' },
  { app: 'edge' },
  { version: 'v1' },
  { app: 'back', version: 'v9' },
)
const attachment = fc.oneof<fc.Arbitrary<Json>[]>(
  fc.constant({}),
  labels.map(matchLabels => ({ selector: { matchLabels } })),
  fc.uniqueArray(target, { minLength: 1, maxLength: 3 }).map(targetRefs => ({ targetRefs })),
)
const places = text('shop', 'amb', 'amb', 'data', 'gates', 'istio-system')
const made = (kind: string, namespace: string, name: string, spec: Json, more: Json = {}): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name, namespace, ...more },
  spec,
})

/** CUSTOM asks nobody who they are. */
const isNameless = ({ from = [], when: asked = [] }: { from?: Json[]; when?: Json[] }): boolean =>
  !/"(not)?(requestPrincipals|principals|namespaces|serviceAccounts)"/i.test(JSON.stringify(from)) &&
  !/source\.(namespace|principal|serviceAccount)|request\.auth/.test(JSON.stringify(asked))

const authorization = (own: readonly string[]) =>
  fc
    .record({
      where: places,
      attached: attachment,
      action: text('ALLOW', 'ALLOW', 'DENY', 'DENY', 'CUSTOM'),
      provider: text('ask', 'ask', 'web', 'gone'),
      rules: fc.array(rule(own), { minLength: 1, maxLength: 3 }),
      dryRun: fc.option(text('true', 'True', '1', 't', 'false', 'yes', ''), { freq: 8 }),
    })
    .map(({ where, attached, action, provider, rules, dryRun }) => (name: string): MeshObject => {
      const asked = action === 'CUSTOM' ? rules.filter(isNameless) : rules
      const spec = {
        ...attached,
        action,
        rules: asked.length === 0 ? [{}] : asked,
        ...(action === 'CUSTOM' ? { provider: { name: provider } } : {}),
      }
      const annotations = dryRun === null ? {} : { annotations: { 'istio.io/dry-run': dryRun } }
      return made('AuthorizationPolicy', where, name, spec, annotations)
    })
const mode = text('STRICT', 'STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET').map(name => ({ mode: name }))
const peer = fc
  .record({
    where: places,
    selector: fc.option(labels),
    mtls: mode,
    ports: fc.dictionary(text('9080', '10090', '6432', '80'), mode, { minKeys: 1, maxKeys: 2 }),
    hasPorts: fc.boolean(),
    day: fc.nat(1),
  })
  .map(
    ({ where, selector, mtls, ports: byPort, hasPorts, day }) =>
      (name: string): MeshObject =>
        made(
          'PeerAuthentication',
          where,
          name,
          {
            ...(selector ? { selector: { matchLabels: selector } } : {}),
            ...(selector && hasPorts ? { portLevelMtls: byPort } : {}),
            mtls,
          },
          { creationTimestamp: `2026-01-0${day + 1}T00:00:00Z` },
        ),
  )
const issuer = text('https://login.example', 'https://other.example')
const audiences = some(text('web', 'app', 'https://web/', 'x'))
const token = fc
  .record({
    where: places,
    attached: attachment,
    rules: fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ issuer, audiences }, { requiredKeys: ['issuer'] }) },
        {
          weight: 1,
          arbitrary: fc.record(
            { jwksUri: fc.constant('https://keys.example'), audiences },
            { requiredKeys: ['jwksUri'] },
          ),
        },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(
    ({ where, attached, rules }) =>
      (name: string): MeshObject =>
        made('RequestAuthentication', where, name, { ...attached, jwtRules: rules }),
  )

export interface Odd {
  policies: MeshObject[]
  trustDomain: string
  normalization: string
}

/** @param own addresses of the mesh's pods */
export const odd = (own: readonly string[]): fc.Arbitrary<Odd> =>
  fc
    .record({
      authorization: fc.array(authorization(own), { minLength: 1, maxLength: 3 }),
      peers: fc.array(peer, { maxLength: 4 }),
      tokens: fc.array(token, { maxLength: 2 }),
      trustDomain: text('cluster.local', 'mesh.example'),
      normalization: text('NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'),
    })
    .map(({ authorization: rules, peers, tokens, ...mesh }) => ({
      ...mesh,
      policies: [
        ...rules.map((one, index) => one(`p${index}`)),
        ...peers.map((one, index) => one(`m${index}`)),
        ...tokens.map((one, index) => one(`t${index}`)),
      ],
    }))

const oddPaths = [
  ...paths,
  '/a/b/c/d',
  '/a//c',
  '//a/b',
  '/a/./b',
  '/a/b/..',
  '/a%2Fb/c',
  '/a%5cb',
  '\\a\\b',
  '/%7ea',
  '/A/b',
  '/a/b?x=/c',
  '/a/b/?',
  '/käse',
  '/a/../../items',
]
const oddHeaders = [...headers, { 'X-ROLE': 'ADMIN' }, { 'x-role': 'a' }, { 'x-role': 'admin,reader' }]
const claims = fc.constantFrom<Record<string, unknown>>(
  {},
  { group: ['admin', 7, 'ops'], scope: 'read  write' },
  { group: { admin: true } },
  { realm: { roles: 'reader', none: { x: ['admin'] } } },
  { realm: ['roles'], scope: ['read'] },
  { iss: 'x', aud: 'y', group: '' },
)
const oddToken: fc.Arbitrary<Token> = fc.record({
  issuer: text('https://login.example', 'https://login.example', 'https://other.example', 'https://unknown.example'),
  subject: text('ada', 'a/b', 'b', 'bob'),
  audiences: fc.constantFrom<string[]>([], ['web'], ['http://web'], ['x', 'app']),
  presenter: text('cli', 'page'),
  claims,
  state: fc.constant('valid' as const),
})

export const oddRequest: fc.Arbitrary<Request> = fc
  .record({
    asked: request,
    path: text(...oddPaths),
    headers: fc.constantFrom<Record<string, string>>(...oddHeaders),
    token: fc.option(oddToken, { freq: 2 }),
  })
  .map(({ asked, ...more }) => ({ ...asked, ...more }))
