import { rules } from './patch.ts'

/**
 * The longer rules of the Gateway API's definitions (https://gateway-api.sigs.k8s.io/reference/spec/, channel
 * "experimental"): each is the text that `kubectl get crd -o yaml` shows, with what the server answers.
 */

const both = (field: string): string => `(has(p1.${field}) && has(p2.${field}) && p1.${field} == p2.${field})`
const unset = (item: string, field: string, empty: string): string =>
  `(!has(${item}.${field}) || ${item}.${field} == ${empty})`
const neither = (field: string, empty: string): string =>
  `(${unset('p1', field, empty)} && ${unset('p2', field, empty)})`
const sameTarget = 'p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name'
const sameParent = `${sameTarget} && (${neither('__namespace__', "''")} || ${both('__namespace__')})`
const alike = (field: string, empty: string): string => `${unset('p1', field, empty)} == ${unset('p2', field, empty)}`

export const parentRefs = rules(
  [
    'sectionName or port must be specified when parentRefs includes 2 or more references to the same parent',
    `self.all(p1, self.all(p2, ${sameParent} ? (${alike('sectionName', "''")} && ${alike('port', '0')}): true))`,
  ],
  [
    'sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
    `self.all(p1, self.exists_one(p2, ${sameParent} && (${neither('sectionName', "''")} || ${both('sectionName')}) && (${neither('port', '0')} || ${both('port')})))`,
  ],
)

export const targetRefs = rules(
  [
    'sectionName must be specified when targetRefs includes 2 or more references to the same target',
    `self.all(p1, self.all(p2, ${sameTarget} ? (${alike('sectionName', "''")}) : true))`,
  ],
  [
    'sectionName must be unique when targetRefs includes 2 or more references to the same target',
    `self.all(p1, self.exists_one(p2, ${sameTarget} && (${neither('sectionName', "''")} || ${both('sectionName')})))`,
  ],
)

export const listeners = (protocol: (listener: string) => string) =>
  rules(
    [
      "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
      "self.all(l, l.protocol.matches('(?i)^(HTTP|TCP|UDP)$') ? !has(l.tls) : true)",
    ],
    [
      'tls mode must be Terminate for protocol HTTPS',
      "self.all(l, (l.protocol.matches('(?i)^HTTPS$') && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
    ],
    [
      'tls mode must be set for protocol TLS',
      "self.all(l, (l.protocol.matches('(?i)^TLS$') ? has(l.tls) && has(l.tls.mode) && l.tls.mode != '' : true))",
    ],
    [
      "hostname must not be specified for protocols ['TCP', 'UDP']",
      "self.all(l, l.protocol.matches('(?i)^(TCP|UDP)$')  ? (!has(l.hostname) || l.hostname == '') : true)",
    ],
    ['Listener name must be unique within the Gateway', 'self.all(l1, self.exists_one(l2, l1.name == l2.name))'],
    [
      'Combination of port, protocol and hostname must be unique for each listener',
      `self.all(l1, self.exists_one(l2, l1.port == l2.port && ${protocol('l1')} == ${protocol('l2')} && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))))`,
    ],
  )

const uniqueAddress = (type: string) =>
  [
    `${type} values must be unique`,
    `self.all(a1, a1.type == '${type}' && has(a1.value) ? self.exists_one(a2, a2.type == a1.type && has(a2.value) && a2.value == a1.value) : true )`,
  ] as const
export const addresses = rules(uniqueAddress('IPAddress'), uniqueAddress('Hostname'))

const hostname = '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'
export const specAddress = rules([
  `Hostname value must be empty or contain only valid characters (matching ${hostname})`,
  `self.type == 'Hostname' ? (!has(self.value) || self.value.matches(r"""${hostname}""")): true`,
])
export const statusAddress = rules([
  `Hostname value must only contain valid characters (matching ${hostname})`,
  `self.type == 'Hostname' ? self.value.matches(r"""${hostname}"""): true`,
])

/** Labels and annotations of what a Gateway makes. */
export const metadataKeys = (noun: 'Label' | 'Annotation') =>
  rules(
    [
      `${noun} keys must be in the form of an optional DNS subdomain prefix followed by a required name segment of up to 63 characters.`,
      'self.all(key, key.matches(r"""^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$"""))',
    ],
    [
      `If specified, the ${noun.toLowerCase()} key's prefix must be a DNS subdomain not longer than 253 characters in total.`,
      'self.all(key, key.split("/")[0].size() < 253)',
    ],
  )

const uniqueNames = [
  'Rule name must be unique within the route',
  'self.all(l1, !has(l1.name) || self.exists_one(l2, has(l2.name) && l1.name == l2.name))',
] as const
export const ruleNames = rules(uniqueNames)

const total = (count: (index: number) => string): string =>
  Array.from({ length: 16 }, (_, index) => `(self.size() > ${index} ? ${count(index)} : 0)`).join(' + ')
const fewMatches =
  'While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128'

export const httpRules = rules(uniqueNames, [fewMatches, `${total(at => `self[${at}].matches.size()`)} <= 128`])
export const grpcRules = rules(
  [fewMatches, `${total(at => `(has(self[${at}].matches) ? self[${at}].matches.size() : 0)`)} <= 128`],
  uniqueNames,
)

const once = (type: string) =>
  [`${type} filter cannot be repeated`, `self.filter(f, f.type == '${type}').size() <= 1`] as const

export const httpFilters = rules(
  [
    'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
    "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
  ],
  ...['CORS', 'RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'].map(once),
)
export const grpcFilters = rules(once('RequestHeaderModifier'), once('ResponseHeaderModifier'))

/** A filter has the part that its type names, and no other. */
const typed = (type: string) => {
  const field =
    type === 'URLRewrite' ? 'urlRewrite' : type === 'CORS' ? 'cors' : type.charAt(0).toLowerCase() + type.slice(1)
  return [
    [
      `filter.${field} must be nil if the filter.type is not ${type}`,
      `!(has(self.${field}) && self.type != '${type}')`,
    ],
    [`filter.${field} must be specified for ${type} filter.type`, `!(!has(self.${field}) && self.type == '${type}')`],
  ] as const
}
export const httpFilter = rules(
  ...[
    'CORS',
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestMirror',
    'RequestRedirect',
    'URLRewrite',
    'ExternalAuth',
    'ExtensionRef',
  ].flatMap(typed),
)
export const grpcFilter = rules(
  ...['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'ExtensionRef'].flatMap(typed),
)

const replacesPrefix = (field: string): string =>
  `has(f.${field}) && has(f.${field}.path) && f.${field}.path.type == 'ReplacePrefixMatch' && has(f.${field}.path.replacePrefixMatch)`
const onePrefix =
  "((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true) : true"
const inRule = (field: string): string =>
  `(has(self.filters) && self.filters.exists_one(f, ${replacesPrefix(field)})) ? ${onePrefix}`
const inBackend = (field: string): string =>
  `(has(self.backendRefs) && self.backendRefs.exists_one(b, (has(b.filters) && b.filters.exists_one(f, ${replacesPrefix(field)})) )) ? ${onePrefix}`
const exactlyOne = 'filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified'

export const httpRule = rules(
  [
    'RequestRedirect filter must not be used together with backendRefs',
    '(has(self.backendRefs) && size(self.backendRefs) > 0) ? (!has(self.filters) || self.filters.all(f, !has(f.requestRedirect))): true',
  ],
  [`When using RequestRedirect ${exactlyOne}`, inRule('requestRedirect')],
  [`When using URLRewrite ${exactlyOne}`, inRule('urlRewrite')],
  [`Within backendRefs, when using RequestRedirect ${exactlyOne}`, inBackend('requestRedirect')],
  [`Within backendRefs, When using URLRewrite ${exactlyOne}`, inBackend('urlRewrite')],
)

const literal = "(self.type in ['Exact','PathPrefix'])"
const contains = (text: string) =>
  [
    `must not contain '${text}' when type one of ['Exact', 'PathPrefix']`,
    `${literal} ? !self.value.contains('${text}') : true`,
  ] as const
const ends = (text: string) =>
  [
    `must not end with '${text}' when type one of ['Exact', 'PathPrefix']`,
    `${literal} ? !self.value.endsWith('${text}') : true`,
  ] as const
const pathCharacters = "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$"

export const pathMatch = rules(
  [
    "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
    `${literal} ? self.value.startsWith('/') : true`,
  ],
  ...['//', '/./', '/../', '%2f', '%2F', '#'].map(contains),
  ...['/..', '/.'].map(ends),
  [
    "type must be one of ['Exact', 'PathPrefix', 'RegularExpression']",
    "self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'",
  ],
  [
    `must only contain valid characters (matching ${pathCharacters}) for types ['Exact', 'PathPrefix']`,
    `${literal} ? self.value.matches(r"""${pathCharacters}""") : true`,
  ],
)

const modifier = (type: string, field: string) =>
  [
    [`${field} must be specified when type is set to '${type}'`, `self.type == '${type}' ? has(self.${field}) : true`],
    [`type must be '${type}' when ${field} is set`, `has(self.${field}) ? self.type == '${type}' : true`],
  ] as const
export const pathModifier = rules(
  ...modifier('ReplaceFullPath', 'replaceFullPath'),
  ...modifier('ReplacePrefixMatch', 'replacePrefixMatch'),
)

const alone = (list: string, noun: string) =>
  rules([`${list} cannot contain '*' alongside other ${noun}`, "!('*' in self && self.size() > 1)"])
export const allowOrigins = alone('AllowOrigins', 'origins')
export const allowMethods = alone('AllowMethods', 'methods')
export const allowHeaders = alone('AllowHeaders', 'methods')

const service = '^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$'
const method = '^[A-Za-z_][A-Za-z_0-9]*$'
const exact = "(!has(self.type) || self.type == 'Exact')"
export const methodMatch = rules(
  [
    "One or both of 'service' or 'method' must be specified",
    'has(self.type) ? has(self.service) || has(self.method) : true',
  ],
  [
    `service must only contain valid characters (matching ${service})`,
    `${exact} && has(self.service) ? self.service.matches(r"""${service}"""): true`,
  ],
  [
    `method must only contain valid characters (matching ${method})`,
    `${exact} && has(self.method) ? self.method.matches(r"""${method}"""): true`,
  ],
)

const authentication = (protocol: string) => {
  const field = protocol.toLowerCase()
  return [
    [
      `${field} must be specified when protocol is set to '${protocol}'`,
      `self.protocol == '${protocol}' ? has(self.${field}) : true`,
    ],
    [
      `protocol must be '${protocol}' when ${field} is set`,
      `has(self.${field}) ? self.protocol == '${protocol}' : true`,
    ],
  ] as const
}
export const externalAuth = rules(...authentication('GRPC'), ...authentication('HTTP'))

const authorities = '(has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0'
export const backendValidation = rules(
  [
    'must not contain both CACertificateRefs and WellKnownCACertificates',
    `!${authorities} && has(self.wellKnownCACertificates) && self.wellKnownCACertificates != "")`,
  ],
  [
    'must specify either CACertificateRefs or WellKnownCACertificates',
    `${authorities} || has(self.wellKnownCACertificates) && self.wellKnownCACertificates != "")`,
  ],
)

const alternativeName = (type: string, field: string) =>
  [
    [
      `SubjectAltName element must contain ${type}, if Type is set to ${type}`,
      `!(self.type == "${type}" && (!has(self.${field}) || self.${field} == ""))`,
    ],
    [
      `SubjectAltName element must not contain ${type}, if Type is not set to ${type}`,
      `!(self.type != "${type}" && has(self.${field}) && self.${field} != "")`,
    ],
  ] as const
export const subjectAltName = rules(...alternativeName('Hostname', 'hostname'), ...alternativeName('URI', 'uri'))
