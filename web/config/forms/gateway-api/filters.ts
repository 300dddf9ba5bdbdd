import { record, text } from '#shared/config/world/read.ts'
import type { Case, Field, ListField, OneOfField } from '#web/config/forms/form.ts'
import { headerName, method, objectName, origin, path, preciseHostname } from '#web/config/forms/networking/checks.ts'
import { words } from '#web/config/forms/networking/suggestions.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import { backendFields, backendTitle, pairList } from './refs.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
type Fields = readonly Field<Texts>[]
type Tag =
  | 'RequestHeaderModifier'
  | 'ResponseHeaderModifier'
  | 'RequestMirror'
  | 'RequestRedirect'
  | 'URLRewrite'
  | 'CORS'
  | 'ExternalAuth'
  | 'ExtensionRef'

const chips = (key: 'allowHeaders' | 'exposeHeaders'): Field<Texts> => ({
  type: 'chips',
  at: [key],
  say: ({ route }) => route[key],
  of: 'text',
  check: headerName,
})

const headerChanges: Fields = [
  pairList(['set'], ({ route }) => route.set),
  pairList(['add'], ({ route }) => route.add),
  { type: 'chips', at: ['remove'], say: ({ route }) => route.remove, of: 'text', check: headerName },
]

/** Gateway API, HTTPPathModifier. */
const newPath: OneOfField<Texts> = {
  type: 'oneOf',
  at: ['path'],
  say: ({ route }) => route.newPath,
  isOptional: true,
  tag: 'type',
  cases: [
    {
      key: 'replacePrefixMatch',
      tag: 'ReplacePrefixMatch',
      say: ({ route }) => route.ReplacePrefixMatch,
      value: '/',
      fields: [{ type: 'text', at: [], say: ({ route }) => route.newPath, isEmptyKept: true }],
    },
    {
      key: 'replaceFullPath',
      tag: 'ReplaceFullPath',
      say: ({ route }) => route.ReplaceFullPath,
      value: '/',
      fields: [{ type: 'text', at: [], say: ({ route }) => route.newPath, isEmptyKept: true }],
    },
  ],
}
const newHostname: Field<Texts> = {
  type: 'text',
  at: ['hostname'],
  say: ({ route }) => route.hostname,
  check: preciseHostname,
}

const mirror: Fields = [
  ...backendFields('backendRef'),
  {
    type: 'oneOf',
    at: [],
    say: ({ route }) => route.mirrorShare,
    isOptional: true,
    cases: [
      {
        key: 'percent',
        say: ({ route }) => route.percent,
        value: 100,
        fields: [{ type: 'number', at: [], say: ({ route }) => route.mirrorShare, min: 0, max: 100, unit: '%' }],
      },
      {
        key: 'fraction',
        say: ({ route }) => route.fraction,
        value: { numerator: 1, denominator: 1000 },
        fields: [
          { type: 'number', at: ['numerator'], say: ({ route }) => route.numerator, isRequired: true, min: 0 },
          { type: 'number', at: ['denominator'], say: ({ route }) => route.denominator, min: 1, absent: 100 },
        ],
      },
    ],
  },
]

const redirect: Fields = [
  {
    type: 'choice',
    at: ['scheme'],
    say: ({ route }) => route.scheme,
    options: [
      { value: null, say: ({ route }) => route.sameScheme },
      { value: 'https', say: () => ({ label: 'https', help: 'https' }) },
      { value: 'http', say: () => ({ label: 'http', help: 'http' }) },
    ],
  },
  newHostname,
  newPath,
  { type: 'number', at: ['port'], say: ({ route }) => route.redirectPort, min: 1, max: 65_535 },
  {
    type: 'number',
    at: ['statusCode'],
    say: ({ route }) => route.statusCode,
    min: 301,
    max: 308,
    absent: 302,
    suggest: words('301', '302', '303', '307', '308'),
  },
]

const cors: Fields = [
  { type: 'chips', at: ['allowOrigins'], say: ({ route }) => route.allowOrigins, of: 'text', check: origin },
  {
    type: 'chips',
    at: ['allowMethods'],
    say: ({ route }) => route.allowMethods,
    of: 'text',
    suggest: words('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '*'),
    check: method,
  },
  chips('allowHeaders'),
  chips('exposeHeaders'),
  { type: 'number', at: ['maxAge'], say: ({ route }) => route.maxAge, min: 1, unit: 's', absent: 5 },
  { type: 'flag', at: ['allowCredentials'], say: ({ route }) => route.allowCredentials, absent: false },
]

const sentHeaders = (above: string): Field<Texts> => ({
  type: 'chips',
  at: [above, 'allowedHeaders'],
  say: ({ route }) => route.allowedHeaders,
  of: 'text',
  check: headerName,
})

const externalAuth: Fields = [
  {
    type: 'choice',
    at: ['protocol'],
    say: ({ route }) => route.protocol,
    isRequired: true,
    options: [
      { value: 'GRPC', say: ({ route }) => route.GRPC },
      { value: 'HTTP', say: ({ route }) => route.HTTP },
    ],
  },
  ...backendFields('backendRef'),
  { ...sentHeaders('grpc'), when: ({ value }) => record(value)['protocol'] === 'GRPC' },
  {
    type: 'text',
    at: ['http', 'path'],
    say: ({ route }) => route.authPath,
    check: path,
    when: ({ value }) => record(value)['protocol'] === 'HTTP',
  },
  { ...sentHeaders('http'), when: ({ value }) => record(value)['protocol'] === 'HTTP' },
  {
    type: 'chips',
    at: ['http', 'allowedResponseHeaders'],
    say: ({ route }) => route.allowedResponseHeaders,
    of: 'text',
    check: headerName,
    when: ({ value }) => record(value)['protocol'] === 'HTTP',
  },
  {
    type: 'group',
    at: ['forwardBody'],
    say: ({ route }) => route.forwardBody,
    fields: [{ type: 'number', at: ['maxSize'], say: ({ route }) => route.maxSize, min: 0, unit: 'B' }],
  },
]

const extension: Fields = [
  { type: 'text', at: ['group'], say: ({ route }) => route.extensionGroup, isRequired: true, isEmptyKept: true },
  { type: 'text', at: ['kind'], say: ({ route }) => route.extensionKind, isRequired: true },
  { type: 'text', at: ['name'], say: ({ route }) => route.extensionName, isRequired: true, check: objectName },
]

const cases: Readonly<Record<Tag, { key: string; value: Record<string, unknown>; fields: Fields }>> = {
  RequestHeaderModifier: { key: 'requestHeaderModifier', value: {}, fields: headerChanges },
  ResponseHeaderModifier: { key: 'responseHeaderModifier', value: {}, fields: headerChanges },
  URLRewrite: { key: 'urlRewrite', value: {}, fields: [newPath, newHostname] },
  RequestRedirect: { key: 'requestRedirect', value: {}, fields: redirect },
  RequestMirror: { key: 'requestMirror', value: { backendRef: { name: '' } }, fields: mirror },
  CORS: { key: 'cors', value: {}, fields: cors },
  ExternalAuth: { key: 'externalAuth', value: { protocol: 'GRPC', backendRef: { name: '' } }, fields: externalAuth },
  ExtensionRef: { key: 'extensionRef', value: { group: '', kind: '', name: '' }, fields: extension },
}

/** What a backend alone can have too; a redirect never reaches one. */
export const httpFilterTags = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'URLRewrite',
  'RequestRedirect',
  'RequestMirror',
  'CORS',
  'ExternalAuth',
  'ExtensionRef',
] as const satisfies readonly Tag[]
export const grpcFilterTags = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestMirror',
  'ExtensionRef',
] as const satisfies readonly Tag[]

/** Filters of a rule or of one backend: each says its type and has a part of that name. */
export const filters = (tags: readonly Tag[], say: Field<Texts>['say']): ListField<Texts> => ({
  type: 'list',
  at: ['filters'],
  say,
  joined: 'none',
  // External authorization is experimental: few clusters serve it. Who needs it chooses it in the entry.
  add: tags
    .filter(tag => tag !== 'ExternalAuth')
    .map(tag => ({
      say: ({ route }: Texts) => route[tag],
      value: { type: tag, [cases[tag].key]: cases[tag].value },
    })),
  title: (entry, _, texts) => filterTitle(entry, texts),
  item: [
    {
      type: 'oneOf',
      at: [],
      say: ({ route }) => route.filterType,
      tag: 'type',
      cases: tags.map((tag): Case<Texts> => ({ ...cases[tag], tag, say: ({ route }) => route[tag] })),
    },
  ],
})

/** `Mirror · reviews:9080`, `Request headers · x-tenant` */
export function filterTitle(entry: unknown, { route }: Texts): string {
  const filter = record(entry)
  const tag = Object.keys(cases).find((each): each is Tag => each === filter['type'])
  if (tag === undefined) return text(filter['type']) || '…'
  const inner = record(filter[cases[tag].key])
  const { replaceFullPath, replacePrefixMatch } = record(inner['path'])
  const names = (key: string): string[] =>
    Array.isArray(inner[key])
      ? inner[key].map(each => (typeof each === 'string' ? each : text(record(each)['name'])))
      : []
  return joined([
    route[tag].label,
    backendTitle(inner['backendRef']),
    joined([text(inner['hostname']), text(replaceFullPath) || text(replacePrefixMatch)], ''),
    [...names('set'), ...names('add'), ...names('remove').map(name => `−${name}`)].slice(0, 3).join(', '),
    tag === 'ExtensionRef' ? joined([text(inner['kind']), text(inner['name'])], ' ') : '',
  ])
}
