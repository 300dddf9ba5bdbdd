import type { Json, MeshObject } from '#shared/mesh/object.ts'
import type { Field } from './evaluate/field.ts'
import { conditionField, operationFields, sourceFields } from './evaluate/fields.ts'
import { isAbsent, isRecord, record } from './read.ts'

/**
 * What Istio's webhook and the kind's schema refuse, as far as it leaves open what a policy does. What is refused but
 * would do nothing anyway, a DENY without rules, is none of it.
 */
export function problemsOf(kind: string, { spec }: MeshObject): string[] {
  if (isAbsent(spec)) return []
  if (!isRecord(spec)) return ['spec is no object']
  const attachment = attachmentProblems(spec)
  switch (kind) {
    case 'AuthorizationPolicy':
      return [...attachment, ...authorizationProblems(spec)]
    case 'PeerAuthentication':
      return [...attachment, ...peerProblems(spec)]
    default:
      return [...attachment, ...requestProblems(spec)]
  }
}

const isOneOf = (value: unknown, known: readonly string[]): boolean =>
  typeof value === 'string' && known.includes(value)

const unknownIn = (value: Json, known: readonly string[], at: string): string[] =>
  Object.keys(value).flatMap(key => (known.includes(key) ? [] : [`${at}.${key} is no field of it`]))

/** @returns its items with their places, where it is a list of objects. */
function list(value: unknown, at: string): { items: [Json, string][]; problems: string[] } {
  if (isAbsent(value)) return { items: [], problems: [] }
  if (!Array.isArray(value)) return { items: [], problems: [`${at} is no list`] }
  return {
    items: value.flatMap((item: unknown, index) => (isRecord(item) ? [[item, `${at}[${index}]`]] : [])),
    problems: value.flatMap((item: unknown, index) => (isRecord(item) ? [] : [`${at}[${index}] is no object`])),
  }
}

const targets = [
  '/Service',
  'networking.istio.io/ServiceEntry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/GatewayClass',
]

function attachmentProblems(spec: Json): string[] {
  const { items, problems } = list(spec['targetRefs'], 'spec.targetRefs')
  const all: [Json, string][] = isRecord(spec['targetRef']) ? [[spec['targetRef'], 'spec.targetRef'], ...items] : items
  const ways = ['selector', 'targetRef', 'targetRefs'].filter(key => !isAbsent(spec[key]))
  return [
    ...problems,
    ...(ways.length > 1 ? [`it has ${ways.join(' and ')}, of which one is allowed`] : []),
    ...(items.length > 16 ? ['spec.targetRefs has more than 16'] : []),
    ...(isAbsent(spec['targetRef']) || isRecord(spec['targetRef']) ? [] : ['spec.targetRef is no object']),
    ...selectorProblems(spec['selector']),
    ...all.flatMap(([target, at]) => {
      const group = target['group'] === 'core' || isAbsent(target['group']) ? '' : target['group']
      const isKnown = typeof group === 'string' && typeof target['kind'] === 'string'
      return [
        ...unknownIn(target, ['group', 'kind', 'name', 'namespace'], at),
        ...(isKnown && targets.includes(`${group}/${String(target['kind'])}`)
          ? []
          : [`${at} is of no kind that can be a target`]),
        ...(typeof target['name'] === 'string' && target['name'] !== '' ? [] : [`${at} has no name`]),
        ...(isAbsent(target['namespace']) || target['namespace'] === '' ? [] : [`${at} is in another namespace`]),
      ]
    }),
  ]
}

function selectorProblems(selector: unknown): string[] {
  if (isAbsent(selector)) return []
  if (!isRecord(selector)) return ['spec.selector is no object']
  const labels = selector['matchLabels']
  if (!isAbsent(labels) && !isRecord(labels)) return ['spec.selector.matchLabels is no object']
  return [
    ...unknownIn(selector, ['matchLabels'], 'spec.selector'),
    ...Object.entries(record(labels)).flatMap(([key, value]) =>
      isAbsent(value) || (key !== '' && typeof value === 'string' && !`${key}${value}`.includes('*'))
        ? []
        : [`spec.selector.matchLabels.${key} is no label with a text`],
    ),
  ]
}

function authorizationProblems(spec: Json): string[] {
  const action = isAbsent(spec['action']) ? 'ALLOW' : spec['action']
  const { items, problems } = list(spec['rules'], 'spec.rules')
  const provider = spec['provider']
  const name = record(provider)['name']
  return [
    ...unknownIn(spec, ['selector', 'targetRef', 'targetRefs', 'rules', 'action', 'provider'], 'spec'),
    ...(isOneOf(action, ['ALLOW', 'DENY', 'CUSTOM', 'AUDIT']) ? [] : ['spec.action is none of its values']),
    ...(action === 'CUSTOM' && items.length > 0 && (typeof name !== 'string' || name === '')
      ? ['spec.provider.name is missing']
      : []),
    ...unknownIn(record(provider), ['name'], 'spec.provider'),
    ...(action !== 'CUSTOM' && !isAbsent(provider) ? ['spec.provider is for CUSTOM only'] : []),
    ...problems,
    ...(action === 'CUSTOM' ? items.flatMap(([rule, at]) => identityProblems(rule, at)) : []),
    ...items.flatMap(([rule, at]) => [
      ...unknownIn(rule, ['from', 'to', 'when'], at),
      ...partProblems(rule, at, 'from', 'source', sourceFields),
      ...partProblems(rule, at, 'to', 'operation', operationFields),
      ...conditionProblems(rule, at),
    ]),
  ]
}

/** An external authorizer is asked before anybody knows who calls. Istio docs, "External Authorization". */
function identityProblems(rule: Json, at: string): string[] {
  const sources = list(rule['from'], '').items.flatMap(([item]) => Object.entries(record(item['source'])))
  const named = sources.flatMap(([key, value]) =>
    identity.test(key) && Array.isArray(value) && value.length > 0 ? [key] : [],
  )
  const keys = list(rule['when'], '').items.map(([{ key }]) => String(key))
  const asked = keys.filter(key => /^source\.(namespace|principal|serviceAccount)$|^request\.auth\./.test(key))
  return [...named, ...asked].map(what => `${at} asks for ${what}, which CUSTOM does not know`)
}
const identity = /^(not)?(requestPrincipals|principals|namespaces|serviceAccounts)$/i

function partProblems(
  rule: Json,
  where: string,
  name: 'from' | 'to',
  part: string,
  fields: Readonly<Record<string, Field>>,
): string[] {
  const { items, problems } = list(rule[name], `${where}.${name}`)
  const known = new Map(
    Object.entries(fields).flatMap(([key, field]) => [[key, field] as const, [notOf(key), field] as const]),
  )
  return [
    ...problems,
    ...(Array.isArray(rule[name]) && rule[name].length === 0 ? [`${where}.${name} is empty`] : []),
    ...items.flatMap(([item, at]) => {
      const value = item[part]
      if (!isRecord(value)) return [`${at}.${part} is missing`]
      const inside = `${at}.${part}`
      const filled = Object.keys(value).filter(key => Array.isArray(value[key]) && value[key].length > 0)
      return [
        ...unknownIn(item, [part], at),
        ...unknownIn(value, [...known.keys()], inside),
        ...(filled.length === 0 ? [`${inside} is empty`] : []),
        ...(filled.some(key => /serviceAccounts$/i.test(key)) &&
        filled.some(key => /(principals|namespaces)$/i.test(key) && !/request/i.test(key))
          ? [`${inside} has service accounts beside principals or namespaces`]
          : []),
        ...[...known].flatMap(([key, field]) => valueProblems(value[key], field, `${inside}.${key}`)),
      ]
    }),
  ]
}

function conditionProblems(rule: Json, where: string): string[] {
  const { items, problems } = list(rule['when'], `${where}.when`)
  return [
    ...problems,
    ...items.flatMap(([condition, at]) => {
      const { key, values, notValues } = condition
      const field = typeof key === 'string' ? conditionField(key) : null
      if (field === null) return [`${at}.key is none that Istio knows`]
      const has = (list: unknown) => Array.isArray(list) && list.length > 0
      return [
        ...unknownIn(condition, ['key', 'values', 'notValues'], at),
        ...(has(values) || has(notValues) ? [] : [`${at} has no values`]),
        ...valueProblems(values, field, `${at}.values`),
        ...valueProblems(notValues, field, `${at}.notValues`),
      ]
    }),
  ]
}

function valueProblems(values: unknown, field: Field, at: string): string[] {
  if (isAbsent(values)) return []
  if (!Array.isArray(values)) return [`${at} is no list`]
  return values.flatMap((value: unknown, index) =>
    typeof value === 'string' && field.takes(value) ? [] : [`${at}[${index}] is no value that Istio takes`],
  )
}

export const notOf = (key: string): string => `not${key.charAt(0).toUpperCase()}${key.slice(1)}`

function peerProblems(spec: Json): string[] {
  const labels = Object.values(record(record(spec['selector'])['matchLabels']))
  const isWide = labels.every(isAbsent)
  const byPort = spec['portLevelMtls']
  const ports = Object.entries(record(byPort)).filter(([, mtls]) => !isAbsent(mtls))
  return [
    ...unknownIn(spec, ['selector', 'mtls', 'portLevelMtls'], 'spec'),
    ...modeProblems(spec['mtls'], 'spec.mtls'),
    ...(isAbsent(byPort) || (isRecord(byPort) && ports.length > 0) ? [] : ['spec.portLevelMtls names no port']),
    ...(isWide && ports.length > 0 ? ['spec.portLevelMtls needs a selector'] : []),
    ...ports.flatMap(([port, mtls]) => [
      ...modeProblems(mtls, `spec.portLevelMtls.${port}`),
      ...(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
        ? []
        : [`spec.portLevelMtls.${port} is no port`]),
    ]),
  ]
}

function modeProblems(mtls: unknown, at: string): string[] {
  if (isAbsent(mtls)) return []
  if (!isRecord(mtls)) return [`${at} is no object`]
  const { mode } = mtls
  return [
    ...unknownIn(mtls, ['mode'], at),
    ...(isAbsent(mode) || isOneOf(mode, ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'])
      ? []
      : [`${at}.mode is none of its values`]),
  ]
}

/** Istio docs, RequestAuthentication, `JWTRule`. */
const tokenFields = [
  'issuer',
  'audiences',
  'jwksUri',
  'jwks',
  'fromHeaders',
  'fromParams',
  'fromCookies',
  'outputPayloadToHeader',
  'outputClaimToHeaders',
  'forwardOriginalToken',
  'timeout',
  'spaceDelimitedClaims',
]

function requestProblems(spec: Json): string[] {
  const { items, problems } = list(spec['jwtRules'], 'spec.jwtRules')
  return [
    ...unknownIn(spec, ['selector', 'targetRef', 'targetRefs', 'jwtRules'], 'spec'),
    ...problems,
    ...items.flatMap(([rule, at]) => {
      const { issuer, audiences, jwksUri } = rule
      const isText = (value: unknown) => typeof value === 'string' && value !== ''
      return [
        ...unknownIn(rule, tokenFields, at),
        // Whether one of the two is enough is a question of the version: see `world.ts`.
        ...(isText(issuer) || (isAbsent(issuer) || issuer === '' ? isText(jwksUri) : false)
          ? []
          : [`${at}.issuer is missing`]),
        ...(isAbsent(audiences) || (Array.isArray(audiences) && audiences.every(isText))
          ? []
          : [`${at}.audiences is no list of texts`]),
      ]
    }),
  ]
}
