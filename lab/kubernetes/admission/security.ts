import { at, type Fields, fieldsOf, isFields, textOf } from '#lab/kubernetes/value.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, warningIf } from './findings.ts'
import { subnetErrors } from './names.ts'

/** Which kinds a policy may be tied to (Istio docs, "Authorization Policy", `targetRefs`). */
const targets = [
  '/Service',
  'networking.istio.io/ServiceEntry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/GatewayClass',
]

export function attachmentFindings(spec: Fields): Finding[] {
  const references = [...(isFields(spec['targetRef']) ? [spec['targetRef']] : []), ...itemsAt(spec, 'targetRefs')]
  return [
    ...references.flatMap(({ group, kind, name }) => {
      const place = `${textOf(group) === 'core' ? '' : textOf(group)}/${textOf(kind)}`
      return [
        ...errorIf(textOf(name) === '', 'targetRef name must be set'),
        ...errorIf(
          !targets.includes(place),
          `targetRef must be to one of [core/Service networking.istio.io/ServiceEntry gateway.networking.k8s.io/Gateway gateway.networking.k8s.io/GatewayClass] but was ${place}`,
        ),
      ]
    }),
    ...warningIf(
      isFields(spec['selector']) && Object.keys(fieldsOf(at(spec, 'selector.matchLabels'))).length === 0,
      'workload selector specified without labels',
    ),
  ]
}

const neverTriggered = (action: string): string =>
  `${action} action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request`

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export function authorizationPolicyFindings(spec: Fields, namespace: string, name: string): Finding[] {
  const action = textOf(spec['action'], 'ALLOW')
  const rules = itemsAt(spec, 'rules')
  const found = [
    ...attachmentFindings(spec),
    ...(action === 'CUSTOM' ? customFindings(spec, rules) : []),
    ...errorIf(
      has(spec, 'provider') && action !== 'CUSTOM',
      `\`provider\` must not be with non CUSTOM action, found ${action}`,
    ),
    ...errorIf(action === 'DENY' && !has(spec, 'rules'), neverTriggered('DENY')),
    ...rules.flatMap((rule, index) => ruleFindings(rule, index, action)),
  ]
  return found.map(finding =>
    finding.kind === 'error' ? error(`invalid policy ${name}.${namespace}: ${finding.text}`) : finding,
  )
}

/** What an external authorizer is never asked about. */
function customFindings(spec: Fields, rules: readonly Fields[]): Finding[] {
  const unsupported = (what: string): Finding => error(`${what} is currently not supported with CUSTOM action`)
  const sources = rules.flatMap(rule => itemsAt(rule, 'from').map(from => fieldsOf(from['source'])))
  const keys = rules.flatMap(rule => itemsAt(rule, 'when').map(when => textOf(when['key'])))
  return [
    ...(has(spec, 'rules')
      ? errorIf(!at(spec, 'provider.name'), '`provider.name` must not be empty')
      : [error(neverTriggered('CUSTOM'))]),
    ...sources.flatMap(source =>
      ['namespaces', 'notNamespaces', 'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals']
        .filter(field => textsAt(source, field).length > 0)
        .map(field => unsupported(`From.${field.charAt(0).toUpperCase()}${field.slice(1)}`)),
    ),
    ...keys.filter(key => /^(source\.(namespace|principal)$|request\.auth\.)/.test(key)).map(unsupported),
  ]
}

const addressFields = ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks']
const sourceFields = [
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'notRequestPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
  ...addressFields,
]
const operationFields = ['hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths']
/** These need no HTTP to be known. */
const tcpSourceFields = sourceFields.filter(field => !field.endsWith('equestPrincipals'))

function ruleFindings(rule: Fields, index: number, action: string): Finding[] {
  const found = `found at rule ${index}`
  const from = itemsAt(rule, 'from')
  const to = itemsAt(rule, 'to')
  const isEmptyList = (field: string): boolean => Array.isArray(rule[field]) && itemsAt(rule, field).length === 0
  const isOfTcp = (items: readonly Fields[], part: string, fields: readonly string[]): boolean =>
    items.some(item => fields.some(field => has(item, `${part}.${field}`)))
  return [
    ...errorIf(isEmptyList('from'), `\`from\` must not be empty, ${found}`),
    ...from.flatMap(item => partFindings(item, 'from', 'source', sourceFields, found)),
    ...errorIf(isEmptyList('to'), `\`to\` must not be empty, ${found}`),
    ...to.flatMap(item => partFindings(item, 'to', 'operation', operationFields, found)),
    ...itemsAt(rule, 'when').flatMap(conditionFindings),
    ...warningIf(
      action === 'DENY' &&
        ((from.length > 0 && to.length === 0 && !isOfTcp(from, 'source', tcpSourceFields)) ||
          (to.length > 0 && !isOfTcp(to, 'operation', ['ports', 'notPorts']))),
      'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port',
    ),
  ]
}

function partFindings(item: Fields, list: string, part: string, fields: readonly string[], found: string): Finding[] {
  const value = item[part]
  if (!isFields(value)) return [error(`\`${list}.${part}\` must not be nil, ${found}`)]
  const filled = fields.filter(field => textsAt(value, field).length > 0)
  if (filled.length === 0) return [error(`\`${list}.${part}\` must not be empty, ${found}`)]
  return filled.flatMap(field =>
    textsAt(value, field).flatMap(text => {
      if (text === '') return [error(`\`${field.charAt(0).toUpperCase()}${field.slice(1)}\` must not have empty value`)]
      if (addressFields.includes(field)) return subnetErrors(text)
      if (field.endsWith('orts'))
        return errorIf(!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 65_535, `invalid port ${text}`)
      return field.endsWith('aths') ? templateFindings(text) : []
    }),
  )
}

/** Paths may have `{*}` for one part and, once and last, `{**}` for many. */
function templateFindings(path: string): Finding[] {
  if (!/[{}]/.test(path)) return []
  const parts = path.split('/')
  const isWrong = parts.some(part => /[{}]/.test(part) && part !== '{*}' && part !== '{**}')
  if (isWrong || parts.some(part => part === '*'))
    return [error(`invalid or unsupported path ${path}. Contains '{' or '}' beyond a supported path template`)]
  const many = parts.flatMap((part, index) => (part === '{**}' ? [index] : []))
  return errorIf(
    many.length > 1 || (many[0] !== undefined && parts.slice(many[0] + 1).includes('{*}')),
    `invalid or unsupported path ${path}. {**} is not the last operator`,
  )
}

/** The attributes that conditions know (https://istio.io/latest/docs/reference/config/security/conditions/). */
const isAttribute = (key: string): boolean =>
  [
    'source.ip',
    'remote.ip',
    'source.namespace',
    'source.principal',
    'source.serviceAccount',
    'request.auth.principal',
    'request.auth.audiences',
    'request.auth.presenter',
    'destination.ip',
    'destination.port',
    'connection.sni',
  ].includes(key) ||
  /^request\.(headers|auth\.claims)\[.+\]$/.test(key) ||
  key.startsWith('experimental.envoy.filters.')

function conditionFindings(condition: Fields): Finding[] {
  const key = textOf(condition['key'])
  const lists = { value: textsAt(condition, 'values'), notValue: textsAt(condition, 'notValues') }
  if (key === '') return [error('`key` must not be empty')]
  if (lists.value.length + lists.notValue.length === 0)
    return [error(`at least one of \`values\` or \`notValues\` must be set for key ${key}`)]
  return Object.entries(lists).flatMap(([noun, values]) => {
    const wrong = (why: string): Finding => error(`invalid \`${noun}\` for \`key\` ${key}: ${why}`)
    if (!isAttribute(key)) return [wrong(`unknown attribute: ${key}`)]
    if (['source.ip', 'remote.ip', 'destination.ip'].includes(key))
      return values.flatMap(subnetErrors).map(({ text }) => wrong(text))
    if (key !== 'destination.port') return []
    return values
      .filter(value => !/^\d+$/.test(value) || Number(value) > 65_535)
      .map(value => wrong(`invalid port ${value}`))
  })
}

/** https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export function peerAuthenticationFindings(spec: Fields): Finding[] {
  const isWide = Object.keys(fieldsOf(at(spec, 'selector.matchLabels'))).length === 0
  return [
    ...errorIf(
      isWide && Object.keys(fieldsOf(spec['portLevelMtls'])).length > 0,
      'mesh/namespace peer authentication cannot have port level mTLS',
    ),
    ...attachmentFindings(spec),
  ]
}

/** https://istio.io/latest/docs/reference/config/security/request_authentication/ */
export const requestAuthenticationFindings = (spec: Fields): Finding[] => [
  ...attachmentFindings(spec),
  ...itemsAt(spec, 'jwtRules').flatMap(rule => [
    // Either is enough since Istio 1.27.
    ...errorIf(
      textOf(rule['issuer']) === '' && textOf(rule['jwksUri']) === '',
      'issuer or jwksUri must be non-empty string',
    ),
    ...keySetFindings(textOf(rule['jwks'])),
  ]),
]

function keySetFindings(jwks: string): Finding[] {
  if (jwks === '') return []
  try {
    const keys = at(JSON.parse(jwks), 'keys')
    return errorIf(!Array.isArray(keys), 'jwks parse error: failed to unmarshal JWK set: no keys')
  } catch (failure) {
    return [error(`jwks parse error: failed to unmarshal JWK set: ${failure instanceof Error ? failure.message : ''}`)]
  }
}
