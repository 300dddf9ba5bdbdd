import type { Json } from '#shared/mesh/object.ts'
import type { Cases } from './case.ts'
import { born, gateway, pod, service, serviceEntry, virtualService } from './objects.ts'

const to = (host: string, more: Json = {}): Json => ({ destination: { host }, ...more })
const route = (...matches: Json[]): Json => ({ ...(matches.length > 0 ? { match: matches } : {}), route: [to('web')] })
const http = (...rules: Json[]): Json => ({ hosts: ['web'], http: rules })
const prefix = (value: string): Json => ({ uri: { prefix: value } })
const exact = (value: string): Json => ({ uri: { exact: value } })
const at = (...gateways: string[]): Json => ({ hosts: ['web.example.com'], gateways })

export const routing: Cases[] = [
  {
    analyzer: 'weft.UnreachableRoutes',
    rows: [
      [
        'the narrow before the wide',
        [virtualService('shop/a', http(route(exact('/a/b')), route(prefix('/a')), route()))],
        [],
      ],
      [
        'an exact path behind its prefix',
        [virtualService('shop/a', http(route(prefix('/a')), route(exact('/a/b'))))],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'a header more does not help behind the prefix',
        [
          virtualService(
            'shop/a',
            http(route(prefix('/a')), route({ ...prefix('/a/b'), headers: { x: { exact: '1' } } })),
          ),
        ],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'one of two matches is taken',
        [virtualService('shop/a', http(route(prefix('/a')), route(exact('/a/b'), exact('/c'))))],
        ['WEFT0402 VirtualService shop/a spec.http[1].match[0]'],
      ],
      [
        'each match taken by another rule',
        [virtualService('shop/a', http(route(prefix('/a')), route(prefix('/c')), route(exact('/a/b'), exact('/c'))))],
        ['WEFT0401 VirtualService shop/a spec.http[2]'],
      ],
      [
        'everything behind the root path',
        [virtualService('shop/a', http(route(prefix('/')), route({ method: { exact: 'GET' } })))],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'a rule behind one without a match is Istio’s word',
        [virtualService('shop/a', http(route(), route(prefix('/a'))))],
        [],
      ],
      ['twins are Istio’s word', [virtualService('shop/a', http(route(exact('/a')), route(exact('/a'))))], []],
      [
        'another method',
        [
          virtualService(
            'shop/a',
            http(
              route({ ...prefix('/a'), method: { exact: 'GET' } }),
              route({ ...exact('/a'), method: { exact: 'POST' } }),
            ),
          ),
        ],
        [],
      ],
      [
        'another gateway',
        [virtualService('shop/a', http(route({ ...prefix('/a'), gateways: ['mesh'] }), route(exact('/a'))))],
        [],
      ],
      [
        'other callers',
        [virtualService('shop/a', http(route({ ...prefix('/a'), sourceLabels: { app: 'x' } }), route(exact('/a'))))],
        [],
      ],
      [
        'callers among them',
        [
          virtualService(
            'shop/a',
            http(
              route({ ...prefix('/a'), sourceLabels: { app: 'x' } }),
              route({ ...exact('/a'), sourceLabels: { app: 'x', version: 'v1' } }),
            ),
          ),
        ],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'case ignored before',
        [virtualService('shop/a', http(route({ ...prefix('/A'), ignoreUriCase: true }), route(exact('/a/b'))))],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'case ignored after',
        [virtualService('shop/a', http(route(prefix('/a')), route({ ...exact('/a'), ignoreUriCase: true })))],
        [],
      ],
      [
        'regular expressions are not compared',
        [virtualService('shop/a', http(route({ uri: { regex: '/a.*' } }), route(exact('/a'))))],
        [],
      ],
      [
        'a delegate gives back what it does not take',
        [virtualService('shop/a', http({ match: [prefix('/a')], delegate: { name: 'b' } }, route(exact('/a/b'))))],
        [],
      ],
      [
        'a header is asked for before',
        [virtualService('shop/a', http(route({ headers: { x: {} } }), route({ headers: { x: { exact: '1' } } })))],
        ['WEFT0401 VirtualService shop/a spec.http[1]'],
      ],
      [
        'a name behind its wildcard',
        [
          virtualService('shop/a', {
            hosts: ['*.example.com'],
            tls: [route({ sniHosts: ['*.example.com'] }), route({ sniHosts: ['a.example.com'] })],
          }),
        ],
        ['WEFT0401 VirtualService shop/a spec.tls[1]'],
      ],
      [
        'a port behind all ports',
        [
          virtualService('shop/a', {
            hosts: ['db'],
            tcp: [route({ sourceLabels: { app: 'x' } }), route({ port: 5432, sourceLabels: { app: 'x' } })],
          }),
        ],
        ['WEFT0401 VirtualService shop/a spec.tcp[1]'],
      ],
      [
        'another port',
        [virtualService('shop/a', { hosts: ['db'], tcp: [route({ port: 5432 }), route({ port: 5433 })] })],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Weights',
    rows: [
      [
        'weights that sum to 100',
        [virtualService('shop/a', http({ route: [to('web', { weight: 90 }), to('cart', { weight: 10 })] }))],
        [],
      ],
      [
        'weights that do not',
        [virtualService('shop/a', http({ route: [to('web', { weight: 1 }), to('cart', { weight: 1 })] }))],
        ['WEFT0405 VirtualService shop/a spec.http[0].route'],
      ],
      [
        'shares that are no whole numbers',
        [virtualService('shop/a', http({ route: [to('web', { weight: 1 }), to('cart', { weight: 2 })] }))],
        ['WEFT0405 VirtualService shop/a spec.http[0].route'],
      ],
      [
        'the same of TCP',
        [
          virtualService('shop/a', {
            hosts: ['db'],
            tcp: [{ route: [to('a', { weight: 30 }), to('b', { weight: 30 })] }],
          }),
        ],
        ['WEFT0405 VirtualService shop/a spec.tcp[0].route'],
      ],
      [
        'where one has it all the number does not matter',
        [virtualService('shop/a', http({ route: [to('web', { weight: 90 }), to('cart', { weight: 0 })] }))],
        [],
      ],
      [
        'several without any weight',
        [virtualService('shop/a', http({ route: [to('web'), to('cart')] }))],
        ['WEFT0403 VirtualService shop/a spec.http[0].route'],
      ],
      [
        'one forgotten beside others',
        [virtualService('shop/a', http({ route: [to('web', { weight: 100 }), to('cart')] }))],
        ['WEFT0404 VirtualService shop/a spec.http[0].route[1]'],
      ],
      ['a single destination needs none', [virtualService('shop/a', http(route()))], []],
      ['a single destination with 100', [virtualService('shop/a', http({ route: [to('web', { weight: 100 })] }))], []],
      [
        'a single destination with a part',
        [virtualService('shop/a', http({ route: [to('web', { weight: 50 })] }))],
        ['WEFT0406 VirtualService shop/a spec.http[0].route[0].weight'],
      ],
      [
        'one destination twice',
        [
          virtualService(
            'shop/a',
            http({ route: [to('web', { weight: 50 }), to('web.shop.svc.cluster.local', { weight: 50 })] }),
          ),
        ],
        ['WEFT0407 VirtualService shop/a spec.http[0].route[1].destination'],
      ],
      [
        'one host in two subsets',
        [
          virtualService(
            'shop/a',
            http({
              route: [
                { destination: { host: 'web', subset: 'v1' }, weight: 50 },
                { destination: { host: 'web', subset: 'v2' }, weight: 50 },
              ],
            }),
          ),
        ],
        [],
      ],
      [
        'one host at two ports',
        [
          virtualService(
            'shop/a',
            http({
              route: [
                { destination: { host: 'web', port: { number: 80 } }, weight: 50 },
                { destination: { host: 'web', port: { number: 81 } }, weight: 50 },
              ],
            }),
          ),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.GatewayRoutes',
    rows: [
      [
        'different paths of one host',
        [
          virtualService('shop/a', { ...at('g'), http: [route(prefix('/a'))] }),
          virtualService('shop/b', { ...at('shop/g'), http: [route(prefix('/b'))] }),
        ],
        [],
      ],
      [
        'a path that both can take',
        [
          virtualService('shop/a', { ...at('g'), http: [route(prefix('/a'))] }),
          virtualService('shop/b', { ...at('shop/g'), http: [route(exact('/c')), route(prefix('/a/b'))] }),
        ],
        ['WEFT0408 VirtualService shop/b spec.http[1]'],
      ],
      [
        'the younger one is told',
        [
          virtualService('shop/a', { ...at('g'), http: [route()] }, born(2025)),
          virtualService('shop/b', { ...at('g'), http: [route(prefix('/b'))] }, born(2024)),
        ],
        ['WEFT0408 VirtualService shop/a spec.http[0]'],
      ],
      [
        'another method',
        [
          virtualService('shop/a', { ...at('g'), http: [route({ method: { exact: 'GET' } })] }),
          virtualService('shop/b', { ...at('g'), http: [route({ method: { exact: 'POST' } })] }),
        ],
        [],
      ],
      [
        'another gateway',
        [
          virtualService('shop/a', { ...at('g'), http: [route()] }),
          virtualService('shop/b', { ...at('h'), http: [route()] }),
        ],
        [],
      ],
      [
        'another host',
        [
          virtualService('shop/a', { ...at('g'), http: [route()] }),
          virtualService('shop/b', { hosts: ['cart.example.com'], gateways: ['g'], http: [route()] }),
        ],
        [],
      ],
      [
        'inside the mesh it is Istio’s word',
        [
          virtualService('shop/a', { hosts: ['web'], http: [route()] }),
          virtualService('shop/b', { hosts: ['web'], http: [route()] }),
        ],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Readers',
    rows: [
      [
        'a destination that everybody sees',
        [service('shop/web'), virtualService('shop/a', { hosts: ['front'], http: [route()] })],
        [],
      ],
      [
        'a destination that its own namespace alone sees',
        [
          service('shop/web', undefined, { annotations: { 'networking.istio.io/exportTo': '.' } }),
          virtualService('shop/a', { hosts: ['front'], http: [route()] }),
        ],
        ['WEFT0409 VirtualService shop/a spec.http[0].route[0].destination.host'],
      ],
      [
        'and so does the rule',
        [
          service('shop/web', undefined, { annotations: { 'networking.istio.io/exportTo': '.' } }),
          virtualService('shop/a', { hosts: ['front'], exportTo: ['.'], http: [route()] }),
        ],
        [],
      ],
      [
        'whoever cannot call the host is not sent on by it',
        [
          service('shop/web', undefined, { annotations: { 'networking.istio.io/exportTo': '.' } }),
          virtualService('shop/a', http(route())),
        ],
        [],
      ],
      [
        'one of the readers does not see it',
        [
          serviceEntry('shop/e', { hosts: ['db.example.com'], exportTo: ['.', 'bank'] }),
          virtualService('shop/a', {
            hosts: ['front'],
            exportTo: ['bank', 'hr'],
            http: [{ route: [to('db.example.com')] }],
          }),
        ],
        ['WEFT0409 VirtualService shop/a spec.http[0].route[0].destination.host'],
      ],
      [
        'the gateway’s namespace does not see it',
        [
          pod('edge/g'),
          gateway('shop/g', { selector: { app: 'g' } }),
          service('shop/web', undefined, { annotations: { 'networking.istio.io/exportTo': '.' } }),
          virtualService('shop/a', { ...at('g'), http: [route()] }),
        ],
        ['WEFT0409 VirtualService shop/a spec.http[0].route[0].destination.host'],
      ],
      [
        'the gateway’s namespace does',
        [
          pod('edge/g'),
          gateway('shop/g', { selector: { app: 'g' } }),
          service('shop/web', undefined, { annotations: { 'networking.istio.io/exportTo': '., edge' } }),
          virtualService('shop/a', { ...at('g'), http: [route()] }),
        ],
        [],
      ],
      [
        'a mirror is a destination too',
        [
          service('shop/web'),
          service('shop/copy', undefined, { annotations: { 'networking.istio.io/exportTo': '.' } }),
          virtualService('shop/a', { hosts: ['front'], http: [{ ...route(), mirror: { host: 'copy' } }] }),
        ],
        ['WEFT0409 VirtualService shop/a spec.http[0].mirror.host'],
      ],
      ['what nobody sees is Istio’s word', [virtualService('shop/a', { hosts: ['front'], http: [route()] })], []],
    ],
  },
  {
    analyzer: 'weft.MatchGateways',
    rows: [
      [
        'a match for a gateway it stands at',
        [
          virtualService('shop/a', {
            ...at('shop/g', 'mesh'),
            http: [route({ gateways: ['g'] }, { gateways: ['mesh'] })],
          }),
        ],
        [],
      ],
      [
        'a match for another gateway',
        [virtualService('shop/a', { ...at('g'), http: [route({ gateways: ['h'] })] })],
        ['WEFT0410 VirtualService shop/a spec.http[0].match[0].gateways[0]'],
      ],
      [
        'a match for the mesh where it is not',
        [virtualService('shop/a', { ...at('g'), tcp: [route({ gateways: ['g', 'mesh'] })] })],
        ['WEFT0410 VirtualService shop/a spec.tcp[0].match[0].gateways[1]'],
      ],
      ['without gateways it is in the mesh', [virtualService('shop/a', http(route({ gateways: ['mesh'] })))], []],
      [
        'a gateway by its whole DNS name',
        [gateway('shop/g'), virtualService('shop/a', at('g.shop.svc.cluster.local'))],
        ['WEFT0411 VirtualService shop/a spec.gateways[0]'],
      ],
      ['a gateway by name and namespace', [gateway('shop/g'), virtualService('shop/a', at('shop/g'))], []],
    ],
  },
  {
    analyzer: 'weft.Delegates',
    rows: [
      [
        'a VirtualService without hosts',
        [virtualService('shop/a', http({ delegate: { name: 'b' } })), virtualService('shop/b', { http: [route()] })],
        [],
      ],
      [
        'nobody of that name',
        [
          virtualService('shop/a', http({ delegate: { name: 'b', namespace: 'bank' } })),
          virtualService('shop/b', { http: [route()] }),
        ],
        ['WEFT0412 VirtualService shop/a spec.http[0].delegate.name'],
      ],
      [
        'one with hosts',
        [virtualService('shop/a', http({ delegate: { name: 'b' } })), virtualService('shop/b', http(route()))],
        ['WEFT0412 VirtualService shop/a spec.http[0].delegate.name'],
      ],
      [
        'one that delegates itself',
        [
          virtualService('shop/a', http({ delegate: { name: 'b' } })),
          virtualService('shop/b', { http: [{ delegate: { name: 'c' } }] }),
          virtualService('shop/c', { http: [route()] }),
        ],
        ['WEFT0412 VirtualService shop/a spec.http[0].delegate.name'],
      ],
      [
        'one that is kept at home',
        [
          virtualService('shop/a', http({ delegate: { name: 'b', namespace: 'bank' } })),
          virtualService('bank/b', { exportTo: ['.'], http: [route()] }),
        ],
        ['WEFT0412 VirtualService shop/a spec.http[0].delegate.name'],
      ],
    ],
  },
  {
    analyzer: 'weft.Regexes',
    rows: [
      [
        'expressions that the proxy reads',
        [
          virtualService(
            'shop/a',
            http(
              route(
                ...[
                  '/a.*',
                  '(?i)/A',
                  '^/[[:alpha:]]+$',
                  '/\\d{1,3}',
                  '(?P<id>\\w+)',
                  '\\Qa(b\\E',
                  '/a\\-b',
                  '\\p{Lu}x',
                  '(?:a|b)*?',
                ].map(regex => ({ uri: { regex } })),
              ),
            ),
          ),
        ],
        [],
      ],
      [
        'looking ahead',
        [virtualService('shop/a', http(route({ uri: { regex: '/(?!admin).*' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'looking back',
        [virtualService('shop/a', http(route({ headers: { x: { regex: '(?<=a)b' } } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].headers.x.regex'],
      ],
      [
        'a group that is not closed',
        [virtualService('shop/a', http(route({ uri: { regex: '/(a' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'referring back',
        [virtualService('shop/a', http(route({ uri: { regex: '(a)\\1' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'a quantifier of nothing',
        [virtualService('shop/a', http(route({ uri: { regex: '*.png' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'possessive',
        [virtualService('shop/a', http(route({ uri: { regex: 'a++' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'too many times',
        [virtualService('shop/a', http(route({ uri: { regex: 'a{2000}' } })))],
        ['WEFT0413 VirtualService shop/a spec.http[0].match[0].uri.regex'],
      ],
      [
        'in a rewrite as well',
        [virtualService('shop/a', http({ ...route(), rewrite: { uriRegexRewrite: { match: '/a', regex: '[' } } }))],
        ['WEFT0413 VirtualService shop/a spec.http[0].rewrite.uriRegexRewrite.regex'],
      ],
    ],
  },
  {
    analyzer: 'weft.Retries',
    rows: [
      [
        'tries that fit',
        [virtualService('shop/a', http({ ...route(), timeout: '6s', retries: { attempts: 2, perTryTimeout: '2s' } }))],
        [],
      ],
      [
        'tries that do not',
        [virtualService('shop/a', http({ ...route(), timeout: '5s', retries: { attempts: 2, perTryTimeout: '2s' } }))],
        ['WEFT0414 VirtualService shop/a spec.http[0].retries.perTryTimeout'],
      ],
      [
        'in other units',
        [
          virtualService(
            'shop/a',
            http({ ...route(), timeout: '1m', retries: { attempts: 3, perTryTimeout: '20000ms' } }),
          ),
        ],
        ['WEFT0414 VirtualService shop/a spec.http[0].retries.perTryTimeout'],
      ],
      [
        'without a timeout everything fits',
        [virtualService('shop/a', http({ ...route(), retries: { attempts: 9, perTryTimeout: '20s' } }))],
        [],
      ],
      [
        'no retries at all',
        [
          virtualService(
            'shop/a',
            http({
              ...route({ method: { exact: 'POST' } }),
              timeout: '1s',
              retries: { attempts: 0, perTryTimeout: '2s', retryOn: '5xx' },
            }),
          ),
        ],
        [],
      ],
      [
        'writes that are done twice',
        [
          virtualService(
            'shop/a',
            http({ ...route({ method: { exact: 'POST' } }), retries: { attempts: 2, retryOn: 'connect-failure,5xx' } }),
          ),
        ],
        ['WEFT0415 VirtualService shop/a spec.http[0].retries.retryOn'],
      ],
      [
        'writes that never arrived',
        [
          virtualService(
            'shop/a',
            http({
              ...route({ method: { exact: 'POST' } }),
              retries: { attempts: 2, retryOn: 'connect-failure,refused-stream' },
            }),
          ),
        ],
        [],
      ],
      [
        'reads may be done twice',
        [
          virtualService(
            'shop/a',
            http({ ...route({ method: { exact: 'GET' } }), retries: { attempts: 2, retryOn: '5xx' } }),
          ),
        ],
        [],
      ],
      [
        'a rule for all methods',
        [virtualService('shop/a', http({ ...route(), retries: { attempts: 2, retryOn: '5xx' } }))],
        [],
      ],
    ],
  },
  {
    analyzer: 'weft.Headers',
    rows: [
      [
        'headers that callers send',
        [
          virtualService(
            'shop/a',
            http(
              route({
                headers: {
                  'x-user': { exact: 'a' },
                  ':method': {},
                  'End-User': {},
                  '@request.auth.claims.group': { exact: 'x' },
                },
              }),
            ),
          ),
        ],
        [],
      ],
      [
        'a field of its own',
        [virtualService('shop/a', http(route({ headers: { method: { exact: 'GET' } } })))],
        ['WEFT0416 VirtualService shop/a spec.http[0].match[0].headers.method'],
      ],
      [
        'Host is the authority',
        [virtualService('shop/a', http(route({ headers: { Host: { exact: 'web' } } })))],
        ['WEFT0416 VirtualService shop/a spec.http[0].match[0].headers.Host'],
      ],
      [
        'a name with a space',
        [virtualService('shop/a', http(route({ headers: { 'x user': {} } })))],
        ['WEFT0416 VirtualService shop/a spec.http[0].match[0].headers["x user"]'],
      ],
      [
        'a value with space around it',
        [virtualService('shop/a', http(route({ headers: { x: { exact: ' a' } } })))],
        ['WEFT0416 VirtualService shop/a spec.http[0].match[0].headers.x'],
      ],
      [
        'wanted and not wanted',
        [virtualService('shop/a', http(route({ headers: { x: { exact: 'a' } }, withoutHeaders: { X: {} } })))],
        ['WEFT0416 VirtualService shop/a spec.http[0].match[0].headers.x'],
      ],
      [
        'wanted, but not with that value',
        [virtualService('shop/a', http(route({ headers: { x: {} }, withoutHeaders: { x: { exact: 'b' } } })))],
        [],
      ],
    ],
  },
]
