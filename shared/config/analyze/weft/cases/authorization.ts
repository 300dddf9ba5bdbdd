import type { Json } from '#shared/mesh/object.ts'
import type { Cases } from './case.ts'
import {
  authorization,
  bare,
  gateway,
  namespace,
  peers,
  pod,
  requests,
  service,
  serviceAccount,
  serviceEntry,
  virtualService,
} from './objects.ts'

const from = (source: Json): Json => ({ rules: [{ from: [{ source }] }] })
const to = (operation: Json): Json => ({ rules: [{ to: [{ operation }] }] })
const when = (condition: Json): Json => ({ rules: [{ when: [condition] }] })
const { port } = service
const registryOnly = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }
const disabled = peers('shop/off', { mtls: { mode: 'DISABLE' } })

export const authorizationCases: Cases[] = [
  {
    analyzer: 'weft.Operations',
    rows: [
      ['methods in capitals', [authorization('shop/a', to({ methods: ['GET', 'PROPFIND', '*', 'P*', '*ET'] }))], []],
      [
        'a method in small letters',
        [authorization('shop/a', to({ methods: ['GET', 'post'] }))],
        ['WEFT0101 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods[1]'],
      ],
      [
        'a gRPC method is a path',
        [authorization('shop/a', to({ notMethods: ['/shop.Cart/Add'] }))],
        ['WEFT0101 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.notMethods[0]'],
      ],
      [
        'a word that is no method',
        [authorization('shop/a', to({ methods: ['FETCH'] }))],
        ['WEFT0101 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods[0]'],
      ],
      [
        'a pattern that no method fits',
        [authorization('shop/a', to({ methods: ['get*'] }))],
        ['WEFT0101 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods[0]'],
      ],
      [
        'paths, prefixes, suffixes, templates',
        [authorization('shop/a', to({ paths: ['/a', '/a/*', '*.png', '*', '/a/{*}/b', '/{**}'] }))],
        [],
      ],
      [
        'a path without its slash',
        [authorization('shop/a', to({ paths: ['admin*'] }))],
        ['WEFT0115 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths[0]'],
      ],
      [
        'a path with a query',
        [authorization('shop/a', to({ notPaths: ['/a?b=c'] }))],
        ['WEFT0115 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.notPaths[0]'],
      ],
      [
        'a path that is resolved before',
        [authorization('shop/a', to({ paths: ['/a/../b'] }))],
        ['WEFT0115 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths[0]'],
      ],
      ['two slashes stay two', [authorization('shop/a', to({ paths: ['/a//b'] }))], []],
      [
        'unless the mesh merges them',
        [authorization('shop/a', to({ paths: ['/a//b'] }))],
        ['WEFT0115 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths[0]'],
        { pathNormalization: { normalization: 'MERGE_SLASHES' } },
      ],
      [
        'paths in a mesh that does not normalise',
        [authorization('shop/a', to({ paths: ['/a'] }))],
        ['WEFT0116 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths'],
        { pathNormalization: { normalization: 'NONE' } },
      ],
      [
        'without paths it does not matter',
        [authorization('shop/a', to({ methods: ['GET'] }))],
        [],
        { pathNormalization: { normalization: 'NONE' } },
      ],
    ],
  },
  {
    analyzer: 'weft.OperationHosts',
    rows: [
      [
        'a Service by each of its names',
        [
          service('shop/web'),
          authorization('shop/a', to({ hosts: ['web', 'web.shop', 'web.shop.svc', 'WEB.shop.svc.cluster.local:80'] })),
        ],
        [],
      ],
      [
        'a short name that is nobody’s',
        [service('bank/web'), authorization('shop/a', to({ hosts: ['web'] }))],
        ['WEFT0102 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.hosts[0]'],
      ],
      [
        'a whole name that is nobody’s',
        [authorization('shop/a', to({ hosts: ['web.shop.svc.cluster.local'] }))],
        ['WEFT0102 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.hosts[0]'],
        registryOnly,
      ],
      [
        'patterns and the world’s hosts are not judged',
        [authorization('shop/a', to({ hosts: ['*', 'web.*', 'example.com'] }))],
        [],
      ],
      [
        'a ServiceEntry’s host',
        [serviceEntry('shop/e', { hosts: ['db'] }), authorization('shop/a', to({ hosts: ['db'] }))],
        [],
      ],
      [
        'a wildcard ServiceEntry’s host',
        [
          serviceEntry('shop/e', { hosts: ['*.shop.svc.cluster.local'] }),
          authorization('shop/a', to({ hosts: ['db.shop.svc.cluster.local'] })),
        ],
        [],
      ],
      [
        'a host that a VirtualService brings',
        [virtualService('shop/v', { hosts: ['front'] }), authorization('shop/a', to({ hosts: ['front'] }))],
        [],
      ],
      [
        'a host that a Gateway serves',
        [gateway('shop/g', { servers: [{ hosts: ['./front'] }] }), authorization('shop/a', to({ hosts: ['front'] }))],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Identities',
    rows: [
      [
        'an account that exists',
        [serviceAccount('shop/web'), authorization('shop/a', from({ principals: ['cluster.local/ns/shop/sa/web'] }))],
        [],
      ],
      [
        'an account that does not',
        [serviceAccount('shop/web'), authorization('shop/a', from({ principals: ['cluster.local/ns/shop/sa/cart'] }))],
        ['WEFT0104 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[0]'],
      ],
      [
        'the account of another namespace is another',
        [
          serviceAccount('shop/web'),
          authorization('shop/a', from({ notPrincipals: ['cluster.local/ns/bank/sa/web'] })),
        ],
        ['WEFT0104 AuthorizationPolicy shop/a spec.rules[0].from[0].source.notPrincipals[0]'],
      ],
      [
        'every namespace has a default',
        [
          namespace('bank'),
          serviceAccount('shop/web'),
          authorization('shop/a', from({ principals: ['cluster.local/ns/bank/sa/default'] })),
        ],
        [],
      ],
      [
        'patterns mean what is to come',
        [
          serviceAccount('shop/web'),
          authorization('shop/a', from({ principals: ['*', 'cluster.local/ns/bank/*', '*/sa/none'] })),
        ],
        [],
      ],
      [
        'where nobody may list accounts nothing is said',
        [authorization('shop/a', from({ principals: ['cluster.local/ns/shop/sa/cart'] }))],
        [],
      ],
      [
        'the short form, here and elsewhere',
        [
          serviceAccount('shop/web'),
          serviceAccount('bank/pay'),
          authorization('shop/a', from({ serviceAccounts: ['web', 'bank/pay'] })),
        ],
        [],
      ],
      [
        'the short form of nobody',
        [
          serviceAccount('bank/web'),
          authorization('shop/a', from({ serviceAccounts: ['web'], notServiceAccounts: ['bank/pay'] })),
        ],
        [
          'WEFT0104 AuthorizationPolicy shop/a spec.rules[0].from[0].source.notServiceAccounts[0]',
          'WEFT0104 AuthorizationPolicy shop/a spec.rules[0].from[0].source.serviceAccounts[0]',
        ],
      ],
      [
        'a trust domain nobody has',
        [serviceAccount('shop/web'), authorization('shop/a', from({ principals: ['other.org/ns/shop/sa/web'] }))],
        ['WEFT0105 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[0]'],
      ],
      [
        'an alias may be another cluster’s',
        [serviceAccount('shop/web'), authorization('shop/a', from({ principals: ['other.org/ns/shop/sa/cart'] }))],
        [],
        { trustDomainAliases: ['other.org'] },
      ],
      [
        'the mesh’s own and cluster.local are one',
        [
          serviceAccount('shop/web'),
          authorization('shop/a', from({ principals: ['own.org/ns/shop/sa/web', 'cluster.local/ns/shop/sa/web'] })),
        ],
        [],
        { trustDomain: 'own.org' },
      ],
      [
        'a principal with its scheme',
        [
          serviceAccount('shop/web'),
          authorization('shop/a', from({ principals: ['spiffe://cluster.local/ns/shop/sa/web'] })),
        ],
        ['WEFT0106 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[0]'],
      ],
      [
        'a principal that is none',
        [authorization('shop/a', from({ principals: ['web'] }))],
        ['WEFT0106 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[0]'],
      ],
      [
        'a * in the middle',
        [authorization('shop/a', from({ principals: ['cluster.local/ns/*/sa/web'] }))],
        ['WEFT0106 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[0]'],
      ],
      [
        'a principal in a condition',
        [
          serviceAccount('shop/web'),
          authorization('shop/a', when({ key: 'source.principal', values: ['cluster.local/ns/shop/sa/cart'] })),
        ],
        ['WEFT0104 AuthorizationPolicy shop/a spec.rules[0].when[0].values[0]'],
      ],
    ],
  },
  {
    analyzer: 'weft.PlaintextIdentities',
    rows: [
      [
        'identities where mTLS is spoken',
        [
          pod('shop/web'),
          peers('shop/on', { mtls: { mode: 'STRICT' } }),
          authorization('shop/a', from({ namespaces: ['bank'] })),
        ],
        [],
      ],
      [
        'a namespace where mTLS is off',
        [pod('shop/web'), disabled, authorization('shop/a', from({ namespaces: ['bank'] }))],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].from[0].source.namespaces'],
      ],
      [
        'principals that are not',
        [pod('shop/web'), disabled, authorization('shop/a', from({ notPrincipals: ['x'] }))],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].from[0].source.notPrincipals'],
      ],
      [
        'conditions about who calls',
        [pod('shop/web'), disabled, authorization('shop/a', when({ key: 'source.principal', values: ['x'] }))],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].when[0].key'],
      ],
      [
        'the name asked for in TLS',
        [pod('shop/web'), disabled, authorization('shop/a', when({ key: 'connection.sni', values: ['x'] }))],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].when[0].key'],
      ],
      [
        'addresses need no certificate',
        [pod('shop/web'), disabled, authorization('shop/a', from({ ipBlocks: ['10.0.0.0/8'] }))],
        [],
      ],
      [
        'off in the whole mesh',
        [
          pod('shop/web'),
          peers('istio-system/off', { mtls: { mode: 'DISABLE' } }),
          authorization('shop/a', from({ principals: ['x'] })),
        ],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals'],
      ],
      [
        'off for other workloads',
        [
          pod('shop/web'),
          pod('shop/cart'),
          peers('shop/off', { selector: { matchLabels: { app: 'cart' } }, mtls: { mode: 'DISABLE' } }),
          authorization('shop/a', { selector: { matchLabels: { app: 'web' } }, ...from({ principals: ['x'] }) }),
        ],
        [],
      ],
      [
        'a workload’s own mode goes before its namespace’s',
        [
          pod('shop/web'),
          disabled,
          peers('shop/on', { selector: { matchLabels: { app: 'web' } }, mtls: { mode: 'STRICT' } }),
          authorization('shop/a', from({ principals: ['x'] })),
        ],
        [],
      ],
      [
        'without proxies there is nobody to ask',
        [bare('shop/web'), disabled, authorization('shop/a', from({ principals: ['x'] }))],
        [],
      ],
      [
        'auto mTLS off and nobody asks for it',
        [pod('shop/web'), authorization('shop/a', from({ principals: ['x'] }))],
        ['WEFT0103 AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals'],
        { enableAutoMtls: false },
      ],
    ],
  },
  {
    analyzer: 'weft.RuleRelations',
    rows: [
      [
        'rules about different things',
        [
          authorization('shop/a', {
            rules: [{ to: [{ operation: { methods: ['GET'] } }] }, { to: [{ operation: { paths: ['/a'] } }] }],
          }),
        ],
        [],
      ],
      [
        'what is taken is left out again',
        [authorization('shop/a', to({ methods: ['GET'], notMethods: ['*'] }))],
        ['WEFT0107 AuthorizationPolicy shop/a spec.rules[0].to'],
      ],
      ['only a part is left out', [authorization('shop/a', to({ paths: ['/a*'], notPaths: ['/a/b*'] }))], []],
      [
        'one possible source is enough',
        [
          authorization('shop/a', {
            rules: [
              { from: [{ source: { namespaces: ['a'], notNamespaces: ['a'] } }, { source: { namespaces: ['b'] } }] },
            ],
          }),
        ],
        [],
      ],
      [
        'principals of a namespace that is not asked for',
        [authorization('shop/a', from({ principals: ['cluster.local/ns/bank/sa/pay'], namespaces: ['shop'] }))],
        ['WEFT0107 AuthorizationPolicy shop/a spec.rules[0].from'],
      ],
      [
        'principals of the namespace that is',
        [authorization('shop/a', from({ principals: ['cluster.local/ns/bank/sa/pay'], namespaces: ['ba*'] }))],
        [],
      ],
      [
        'a condition against itself',
        [authorization('shop/a', when({ key: 'request.headers[x]', values: ['1'], notValues: ['1'] }))],
        ['WEFT0107 AuthorizationPolicy shop/a spec.rules[0].when[0]'],
      ],
      [
        'a rule that an earlier one has',
        [
          authorization('shop/a', {
            rules: [
              { from: [{ source: { namespaces: ['b*'] } }] },
              { from: [{ source: { namespaces: ['bank'] } }], to: [{ operation: { methods: ['GET'] } }] },
            ],
          }),
        ],
        ['WEFT0108 AuthorizationPolicy shop/a spec.rules[1]'],
      ],
      [
        'a rule that a later one has',
        [
          authorization('shop/a', {
            rules: [
              { to: [{ operation: { methods: ['GET'], paths: ['/a'] } }] },
              { to: [{ operation: { methods: ['GET'] } }] },
            ],
          }),
        ],
        ['WEFT0108 AuthorizationPolicy shop/a spec.rules[0]'],
      ],
      [
        'of twins one is enough',
        [
          authorization('shop/a', {
            rules: [{ to: [{ operation: { methods: ['GET'] } }] }, { to: [{ operation: { methods: ['GET'] } }] }],
          }),
        ],
        ['WEFT0108 AuthorizationPolicy shop/a spec.rules[1]'],
      ],
      [
        'an open rule has them all',
        [authorization('shop/a', { rules: [{ from: [{ source: { namespaces: ['a'] } }] }, {}] })],
        ['WEFT0108 AuthorizationPolicy shop/a spec.rules[0]'],
      ],
      [
        'what a DENY takes back',
        [
          authorization('shop/no', { action: 'DENY', ...from({ namespaces: ['bank'] }) }),
          authorization('shop/yes', {
            rules: [{ from: [{ source: { namespaces: ['bank'] } }], to: [{ operation: { methods: ['GET'] } }] }],
          }),
        ],
        ['WEFT0109 AuthorizationPolicy shop/yes spec.rules[0]'],
      ],
      [
        'a DENY of the root namespace as well',
        [
          authorization('istio-system/no', { action: 'DENY', ...to({ methods: ['GET'] }) }),
          authorization('shop/yes', to({ methods: ['GET'] })),
        ],
        ['WEFT0109 AuthorizationPolicy shop/yes spec.rules[0]'],
      ],
      [
        'a DENY of a part leaves the rest',
        [
          authorization('shop/no', { action: 'DENY', ...to({ paths: ['/admin*'] }) }),
          authorization('shop/yes', to({ paths: ['/*'] })),
        ],
        [],
      ],
      [
        'a DENY for other workloads',
        [
          authorization('shop/no', {
            action: 'DENY',
            selector: { matchLabels: { app: 'web' } },
            ...to({ methods: ['GET'] }),
          }),
          authorization('shop/yes', to({ methods: ['GET'] })),
        ],
        [],
      ],
      [
        'a DENY for all of them',
        [
          authorization('shop/no', {
            action: 'DENY',
            selector: { matchLabels: { app: 'web' } },
            ...to({ methods: ['GET'] }),
          }),
          authorization('shop/yes', {
            selector: { matchLabels: { app: 'web', version: 'v1' } },
            ...to({ methods: ['GET'] }),
          }),
        ],
        ['WEFT0109 AuthorizationPolicy shop/yes spec.rules[0]'],
      ],
      [
        'a DENY that is only tried',
        [
          authorization(
            'shop/no',
            { action: 'DENY', ...to({ methods: ['GET'] }) },
            { annotations: { 'istio.io/dry-run': 'true' } },
          ),
          authorization('shop/yes', to({ methods: ['GET'] })),
        ],
        [],
      ],
      [
        'a DENY of another namespace',
        [
          authorization('bank/no', { action: 'DENY', ...to({ methods: ['GET'] }) }),
          authorization('shop/yes', to({ methods: ['GET'] })),
        ],
        [],
      ],
      [
        'claims may have several values',
        [
          authorization('shop/a', {
            rules: [
              { when: [{ key: 'request.auth.claims[groups]', notValues: ['b'] }] },
              { when: [{ key: 'request.auth.claims[groups]', values: ['a'] }] },
            ],
          }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.ClosingPolicies',
    rows: [
      ['a DENY of something', [authorization('shop/a', { action: 'DENY', ...to({ methods: ['GET'] }) })], []],
      [
        'a DENY of everything',
        [authorization('shop/a', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'] } }] }, {}] })],
        ['WEFT0110 AuthorizationPolicy shop/a spec.rules[1]'],
      ],
      [
        'a DENY of everything to some',
        [authorization('shop/a', { action: 'DENY', selector: { matchLabels: { app: 'web' } }, rules: [{}] })],
        ['WEFT0110 AuthorizationPolicy shop/a spec.rules[0]'],
      ],
      [
        'a DENY that is only tried',
        [authorization('shop/a', { action: 'DENY', rules: [{}] }, { annotations: { 'istio.io/dry-run': 'true' } })],
        [],
      ],
      [
        'a DENY of nothing',
        [authorization('shop/a', { action: 'DENY' })],
        ['WEFT0112 AuthorizationPolicy shop/a spec'],
      ],
      [
        'an AUDIT of nothing',
        [authorization('shop/a', { action: 'AUDIT', rules: [] })],
        ['WEFT0112 AuthorizationPolicy shop/a spec'],
      ],
      ['a namespace that is closed by default', [authorization('shop/a', {})], []],
      [
        'a mesh that is closed by default',
        [authorization('istio-system/a', {})],
        ['WEFT0111 AuthorizationPolicy istio-system/a spec'],
      ],
      [
        'a mesh where only some come in',
        [authorization('istio-system/a', from({ namespaces: ['bank'] }))],
        ['WEFT0111 AuthorizationPolicy istio-system/a spec.rules'],
      ],
      ['a mesh that is open', [authorization('istio-system/a', { rules: [{}] })], []],
      [
        'the gateway alone',
        [authorization('istio-system/a', { selector: { matchLabels: { istio: 'ingressgateway' } } })],
        [],
      ],
      ['another root namespace', [authorization('istio-system/a', {})], [], { rootNamespace: 'mesh' }],
    ],
  },
  {
    analyzer: 'weft.HttpFieldsOnTcp',
    rows: [
      [
        'methods on an HTTP port',
        [
          pod('shop/web'),
          service('shop/web'),
          authorization('shop/a', { action: 'DENY', ...to({ methods: ['GET'] }) }),
        ],
        [],
      ],
      [
        'a DENY by method on a TCP port',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432)]),
          authorization('shop/a', { action: 'DENY', ...to({ methods: ['GET'] }) }),
        ],
        ['WEFT0113 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.methods'],
      ],
      [
        'an ALLOW by path where all ports are TCP',
        [pod('shop/db'), service('shop/db', [port('tcp', 5432)]), authorization('shop/a', to({ paths: ['/a'] }))],
        ['WEFT0113 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths'],
      ],
      [
        'an ALLOW by path where one is HTTP',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432), port('http', 80)]),
          authorization('shop/a', to({ paths: ['/a'] })),
        ],
        [],
      ],
      [
        'an ALLOW by path on the TCP port itself',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432), port('http', 80)]),
          authorization('shop/a', to({ paths: ['/a'], ports: ['5432'] })),
        ],
        ['WEFT0113 AuthorizationPolicy shop/a spec.rules[0].to[0].operation.paths'],
      ],
      [
        'a DENY that keeps to the HTTP port',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432), port('http', 80)]),
          authorization('shop/a', { action: 'DENY', ...to({ paths: ['/a'], ports: ['80'] }) }),
        ],
        [],
      ],
      [
        'the workload’s port counts',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 80, { targetPort: 5432 })]),
          authorization('shop/a', to({ paths: ['/a'], ports: ['80'] })),
        ],
        [],
      ],
      [
        'a protocol the proxy finds out',
        [
          pod('shop/db'),
          service('shop/db', [port('', 5432)]),
          authorization('shop/a', { action: 'DENY', ...to({ methods: ['GET'] }) }),
        ],
        [],
      ],
      [
        'appProtocol goes before the name',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432, { appProtocol: 'http' })]),
          authorization('shop/a', { action: 'DENY', ...to({ methods: ['GET'] }) }),
        ],
        [],
      ],
      [
        'a token on a TCP port',
        [
          pod('shop/db'),
          service('shop/db', [port('tcp', 5432)]),
          authorization('shop/a', when({ key: 'request.auth.claims[a]', values: ['b'] })),
        ],
        ['WEFT0113 AuthorizationPolicy shop/a spec.rules[0].when[0].key'],
      ],
      [
        'sources need no HTTP',
        [pod('shop/db'), service('shop/db', [port('tcp', 5432)]), authorization('shop/a', from({ principals: ['x'] }))],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Authorizers',
    rows: [
      [
        'a provider that meshConfig names',
        [authorization('shop/a', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })],
        [],
        { extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: {} }] },
      ],
      [
        'a provider that it does not',
        [authorization('shop/a', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })],
        ['WEFT0114 AuthorizationPolicy shop/a spec.provider.name'],
        { extensionProviders: [{ name: 'otel', opentelemetry: {} }] },
      ],
      [
        'a provider for something else',
        [authorization('shop/a', { action: 'CUSTOM', provider: { name: 'otel' }, rules: [{}] })],
        ['WEFT0114 AuthorizationPolicy shop/a spec.provider.name'],
        { extensionProviders: [{ name: 'otel', opentelemetry: {} }] },
      ],
      [
        'nobody gave a meshConfig',
        [authorization('shop/a', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })],
        [],
      ],
      ['other actions have none', [authorization('shop/a', { action: 'DENY', rules: [{}] })], [], { trustDomain: 'x' }],
    ],
  },
  {
    analyzer: 'weft.Tokens',
    rows: [
      [
        'tokens that nobody asks for',
        [requests('shop/a', { jwtRules: [{ issuer: 'x' }] })],
        ['WEFT0117 RequestAuthentication shop/a spec.jwtRules'],
      ],
      [
        'an ALLOW that asks',
        [
          requests('shop/a', { jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', from({ requestPrincipals: ['*'] })),
        ],
        [],
      ],
      [
        'a DENY of those without',
        [
          requests('shop/a', { jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', { action: 'DENY', ...from({ notRequestPrincipals: ['*'] }) }),
        ],
        [],
      ],
      [
        'a claim is asked for',
        [
          requests('shop/a', { jwtRules: [{ issuer: 'x' }] }),
          authorization('istio-system/b', when({ key: 'request.auth.claims[a]', values: ['b'] })),
        ],
        [],
      ],
      [
        'asked of others',
        [
          pod('shop/web'),
          requests('shop/a', { selector: { matchLabels: { app: 'web' } }, jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', {
            selector: { matchLabels: { app: 'cart' } },
            ...from({ requestPrincipals: ['*'] }),
          }),
        ],
        ['WEFT0117 RequestAuthentication shop/a spec.jwtRules'],
      ],
      [
        'asked of one of them',
        [
          pod('shop/web'),
          pod('shop/cart'),
          requests('shop/a', { jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', {
            selector: { matchLabels: { app: 'cart' } },
            ...from({ requestPrincipals: ['*'] }),
          }),
        ],
        [],
      ],
      [
        'only tried',
        [
          requests('shop/a', { jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', from({ requestPrincipals: ['*'] }), { annotations: { 'istio.io/dry-run': 'true' } }),
        ],
        ['WEFT0117 RequestAuthentication shop/a spec.jwtRules'],
      ],
      [
        'at the same waypoint',
        [
          requests('shop/a', { targetRefs: [{ kind: 'Gateway', name: 'way' }], jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', {
            targetRefs: [{ kind: 'Gateway', name: 'way' }],
            ...from({ requestPrincipals: ['*'] }),
          }),
        ],
        [],
      ],
      [
        'at another waypoint',
        [
          requests('shop/a', { targetRefs: [{ kind: 'Gateway', name: 'way' }], jwtRules: [{ issuer: 'x' }] }),
          authorization('shop/b', {
            targetRefs: [{ kind: 'Gateway', name: 'other' }],
            ...from({ requestPrincipals: ['*'] }),
          }),
        ],
        ['WEFT0117 RequestAuthentication shop/a spec.jwtRules'],
      ],
      ['it has no rules of its own', [requests('shop/a')], []],
    ],
  },
]
