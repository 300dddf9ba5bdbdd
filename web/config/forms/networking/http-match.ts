import type { NetworkingTexts } from './text/en.ts'
import type { Around, Field, ListField } from '#web/config/forms/form.ts'
import { namespaces } from '#web/config/forms/what-exists.ts'
import { cidr, gatewayName, headerName, host, namespaceName } from './checks.ts'
import { stringMatchAt, stringMatchesAt } from './string-match.ts'
import { istioGateways, textAt, words } from './suggestions.ts'
import { httpMatch, layer4Match } from './titles.ts'

type Texts = NetworkingTexts

/** Where callers are looked for: in the namespace beside, where one is named. */
const namespacesOfCallers = ({ value }: Around): readonly string[] | 'all' => {
  const namespace = textAt(value, 'sourceNamespace')
  return namespace === '' ? 'all' : [namespace]
}

const port: Field<Texts> = { type: 'number', at: ['port'], say: ({ route }) => route.matchPort, min: 1, max: 65_535 }
const source: readonly Field<Texts>[] = [
  {
    type: 'labels',
    at: ['sourceLabels'],
    say: ({ route }) => route.sourceLabels,
    namespaces: namespacesOfCallers,
    isTucked: true,
  },
  {
    type: 'text',
    at: ['sourceNamespace'],
    say: ({ route }) => route.sourceNamespace,
    suggest: namespaces,
    check: namespaceName,
    isTucked: true,
  },
]
const gateways: Field<Texts> = {
  type: 'chips',
  at: ['gateways'],
  say: ({ route }) => route.matchGateways,
  of: 'text',
  suggest: istioGateways,
  check: gatewayName,
  isTucked: true,
}
const subnets: Field<Texts> = {
  type: 'chips',
  at: ['destinationSubnets'],
  say: ({ route }) => route.destinationSubnets,
  of: 'text',
  check: cidr,
  isTucked: true,
}

const matches = (
  item: ListField<Texts>['item'],
  title: (entry: unknown) => string,
  first: Record<string, unknown>,
  isConnection = false,
): ListField<Texts> => ({
  type: 'list',
  at: ['match'],
  say: ({ route }) => route.match,
  joined: 'or',
  isAnded: true,
  add: [{ say: ({ route }) => route.addMatch, value: first }],
  title: (entry, _, { route }) => title(entry) || (isConnection ? route.everyConnection : route.every),
  item,
})

/** Istio docs, Virtual Service, HTTPMatchRequest. */
export const httpMatches: Field<Texts> = matches(
  [
    stringMatchAt('uri', ({ route }) => route.uri),
    stringMatchAt('method', ({ route }) => route.method, {
      isTucked: true,
      suggest: words('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
    }),
    stringMatchesAt(
      'headers',
      ({ route }) => route.headers,
      ({ route }) => route.headerName,
      headerName,
    ),
    stringMatchesAt(
      'queryParams',
      ({ route }) => route.queryParams,
      ({ route }) => route.queryName,
    ),
    stringMatchesAt(
      'withoutHeaders',
      ({ route }) => route.withoutHeaders,
      ({ route }) => route.headerName,
      headerName,
    ),
    stringMatchAt('authority', ({ route }) => route.authority, { isTucked: true }),
    stringMatchAt('scheme', ({ route }) => route.scheme, { suggest: words('https', 'http'), isTucked: true }),
    { type: 'flag', at: ['ignoreUriCase'], say: ({ route }) => route.ignoreUriCase, absent: false, isTucked: true },
    { ...port, isTucked: true },
    ...source,
    gateways,
    { type: 'text', at: ['name'], say: ({ route }) => route.matchName, isTucked: true },
    { type: 'text', at: ['statPrefix'], say: ({ route }) => route.statPrefix, isTucked: true },
  ],
  httpMatch,
  { uri: { prefix: '/' } },
)

/** Istio docs, Virtual Service, TLSMatchAttributes. */
export const tlsMatches: Field<Texts> = {
  ...matches(
    [
      {
        type: 'chips',
        at: ['sniHosts'],
        say: ({ route }) => route.sniHosts,
        of: 'text',
        isRequired: true,
        check: host,
      },
      port,
      subnets,
      ...source,
      gateways,
    ],
    layer4Match,
    { sniHosts: [] },
    true,
  ),
  isRequired: true,
}

/** Istio docs, Virtual Service, L4MatchAttributes. */
export const tcpMatches: Field<Texts> = matches(
  [
    port,
    subnets,
    ...source,
    gateways,
    { type: 'text', at: ['sourceSubnet'], say: ({ route }) => route.sourceSubnet, when: () => false },
  ],
  layer4Match,
  {},
  true,
)
