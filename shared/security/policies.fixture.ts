import fc from 'fast-check'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** Policies over a few words, so that they and the requests meet often; none that Istio would refuse. */

const text = (...values: string[]) => fc.constantFrom(...values)
const some = (arbitrary: fc.Arbitrary<string>) => fc.uniqueArray(arbitrary, { minLength: 1, maxLength: 2 })
/** At least one of the fields. */
const filled = (fields: Record<string, fc.Arbitrary<string[]>>) =>
  fc
    .dictionary(text(...Object.keys(fields)), fc.nat(), { minKeys: 1, maxKeys: 3 })
    .chain(chosen =>
      fc.record(Object.fromEntries(Object.keys(chosen).map(key => [key, fields[key] ?? fc.constant<string[]>([])]))),
    )

const principals = some(
  text(
    '*',
    'cluster.local/ns/shop/sa/front',
    'cluster.local/ns/amb/*',
    '*/sa/db',
    '*/ns/shop/sa/back',
    'mesh.example/ns/shop/sa/front',
    'old.example/ns/shop/sa/*',
    'cluster.local/ns/gates/sa/edge',
    'spiffe://cluster.local/ns/shop/sa/front',
  ),
)
const namespaces = some(text('shop', 'amb', 'l*', '*b', '*', 's*p', 'gates'))
const accounts = some(text('front', 'amb/stock', 'shop/front', 'gates/edge', 'back'))
const blocks = some(text('10.1.0.0/16', '10.1.0.0/17', '203.0.113.0/24', '::/0', '0.0.0.0/0', '203.0.113.5'))
const requestPrincipals = some(
  text('*', 'https://login.example/ada', '*/bob', 'https://login.example/*', 'https://other.example/ada'),
)
const methods = some(text('GET', 'PUT', 'P*', '*', '*T', 'get', 'POST'))
const paths = some(
  text(
    '/items',
    '/a/{*}',
    '/a*',
    '*s',
    '*',
    '/{**}',
    '/a/{*}/c',
    '/a/{**}/c',
    '/admin',
    '/items/',
    '/%7Ea',
    '/',
    '*/c',
  ),
)
const ports = some(text('9080', '9090', '10090', '8080', '80', '6432'))
const hosts = some(text('back.shop:8080', 'BACK.shop:*', '*.amb:9090', '*', 'www.example.com', '*:8080'))

/** Istio takes service accounts by themselves only. */
const alone = (fields: Record<string, string[]>): Record<string, string[]> => {
  const isNamed = ['serviceAccounts', 'notServiceAccounts'].some(key => key in fields)
  const { principals: _1, notPrincipals: _2, namespaces: _3, notNamespaces: _4, ...rest } = fields
  return isNamed ? rest : fields
}
const source = filled({
  principals,
  notPrincipals: principals,
  namespaces,
  notNamespaces: namespaces,
  serviceAccounts: accounts,
  notServiceAccounts: accounts,
  ipBlocks: blocks,
  notIpBlocks: blocks,
  remoteIpBlocks: blocks,
  notRemoteIpBlocks: blocks,
  requestPrincipals,
  notRequestPrincipals: requestPrincipals,
}).map(alone)
const operation = filled({
  methods,
  notMethods: methods,
  paths,
  notPaths: paths,
  ports,
  notPorts: ports,
  hosts,
  notHosts: hosts,
})
const keys: Record<string, fc.Arbitrary<string[]>> = {
  'source.ip': blocks,
  'remote.ip': blocks,
  'source.namespace': namespaces,
  'source.principal': principals,
  'source.serviceAccount': accounts,
  'destination.ip': blocks,
  'destination.port': ports,
  'connection.sni': some(text('outbound_.8080_*', '*', 'www.example.com', '*.local')),
  'request.headers[X-Role]': some(text('admin', 'a*', '*', '*n')),
  'request.headers[:method]': methods,
  'request.auth.principal': requestPrincipals,
  'request.auth.audiences': some(text('web', 'w*', 'app')),
  'request.auth.presenter': some(text('cli', '*')),
  'request.auth.claims[group]': some(text('admin', 'dev*', '*')),
  'request.auth.claims[realm][roles]': some(text('reader', '*er')),
  'request.auth.claims[scope]': some(text('read', 'write')),
}
const condition = text(...Object.keys(keys)).chain(key =>
  fc.oneof(
    fc.record({ key: fc.constant(key), values: keys[key] ?? fc.constant<string[]>([]) }),
    fc.record({ key: fc.constant(key), notValues: keys[key] ?? fc.constant<string[]>([]) }),
  ),
)
const rule = fc.record(
  {
    from: fc.array(fc.record({ source }), { minLength: 1, maxLength: 2 }),
    to: fc.array(fc.record({ operation }), { minLength: 1, maxLength: 2 }),
    when: fc.array(condition, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
)

/** CUSTOM asks nobody who they are. */
const nameless = ({ from = [], when = [], ...more }: Made<typeof rule>) => {
  const blocks = from.flatMap(({ source: fields }) => {
    const left = Object.entries(fields).filter(([key]) => /ipblocks$/i.test(key))
    return left.length === 0 ? [] : [{ source: Object.fromEntries(left) }]
  })
  const asked = when.filter(({ key }) => !/^source\.(namespace|principal|serviceAccount)$|^request\.auth\./.test(key))
  return { ...more, ...(blocks.length === 0 ? {} : { from: blocks }), ...(asked.length === 0 ? {} : { when: asked }) }
}

const targets = fc.constantFrom(
  { group: '', kind: 'Service', name: 'stock' },
  { group: '', kind: 'Service', name: 'bare' },
  { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' },
  { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' },
  { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' },
)
const selectors = fc.constantFrom<Record<string, string>>(
  { app: 'back' },
  { app: 'back', version: 'v2' },
  { app: 'stock' },
  { app: 'bare' },
  { app: 'db' },
  { app: 'edge' },
)
/** For all of a place, for some by labels, or for what it names. */
const attachment = fc.oneof(
  fc.constant({}),
  selectors.map(matchLabels => ({ selector: { matchLabels } })),
  targets.map(target => ({ targetRefs: [target] })),
)
const places = text('shop', 'shop', 'amb', 'amb', 'data', 'gates', 'istio-system')

export const authorization = fc.record({
  where: places,
  attachment,
  action: text('ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'DENY', 'CUSTOM', 'AUDIT'),
  rules: fc.array(rule, { maxLength: 3 }),
  isDryRun: fc.nat(9).map(one => one === 0),
})
const mode = text('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET').map(name => ({ mode: name }))
const peer = fc.record({
  where: places,
  selector: fc.option(selectors),
  mtls: mode,
  ports: fc.dictionary(text('9080', '10090', '6432', '80'), mode, { maxKeys: 2 }),
})
const request = fc.record({
  where: places,
  attachment,
  issuers: fc.uniqueArray(text('https://login.example', 'https://other.example'), { minLength: 1, maxLength: 2 }),
  audiences: fc.option(some(text('web', 'app'))),
})

type Made<T> = T extends fc.Arbitrary<infer V> ? V : never
export interface Written {
  authorization: Made<typeof authorization>[]
  peer: Made<typeof peer>[]
  request: Made<typeof request>[]
  trustDomain: string
}

export const written: fc.Arbitrary<Written> = fc.record({
  authorization: fc.array(authorization, { minLength: 2, maxLength: 8 }),
  peer: fc.array(peer, { maxLength: 3 }),
  request: fc.array(request, { maxLength: 2 }),
  trustDomain: text('cluster.local', 'cluster.local', 'mesh.example'),
})

const made = (kind: string, namespace: string, name: string, spec: Json, more: Json = {}): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name, namespace, ...more },
  spec,
})

export function objectsOf({ authorization: rules, peer: peers, request: requests }: Written): MeshObject[] {
  return [
    ...rules.map(authorizationOf),
    ...peers.map(({ where, selector, mtls, ports: byPort }, index) =>
      made(
        'PeerAuthentication',
        where,
        `m${index}`,
        {
          ...(selector ? { selector: { matchLabels: selector } } : {}),
          ...(selector && Object.keys(byPort).length > 0 ? { portLevelMtls: byPort } : {}),
          mtls,
        },
        { creationTimestamp: `2026-01-0${index + 1}T00:00:00Z` },
      ),
    ),
    ...requests.map(({ where, attachment: attached, issuers, audiences }, index) =>
      made('RequestAuthentication', where, `t${index}`, {
        ...attached,
        jwtRules: issuers.map(issuer => ({ issuer, ...(audiences ? { audiences } : {}) })),
      }),
    ),
  ]
}

export const authorizationOf = (
  { where, attachment: attached, action, rules, isDryRun }: Written['authorization'][number],
  index: number | string,
): MeshObject =>
  made(
    'AuthorizationPolicy',
    where,
    `p${index}`,
    {
      ...attached,
      action,
      ...(action === 'CUSTOM' ? { provider: { name: 'ask' } } : {}),
      ...(rules.length === 0 && action === 'ALLOW' ? {} : { rules: action === 'CUSTOM' ? rules.map(nameless) : rules }),
    },
    isDryRun ? { annotations: { 'istio.io/dry-run': 'true' } } : {},
  )
