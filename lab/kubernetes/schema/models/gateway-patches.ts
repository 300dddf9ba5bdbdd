import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import * as long from './gateway-rules.ts'
import { mapOf, type Patches, rules } from './patch.ts'

/**
 * What the Gateway API's definitions say beyond types, by the Go type that says it (https://gateway-api.sigs.k8s.io/reference/spec/):
 * defaults, list types and rules. `HTTPRouteRule.matches` is a field of a type.
 */

const atomic: Structural = { 'x-kubernetes-list-type': 'atomic' }
const set: Structural = { 'x-kubernetes-list-type': 'set' }
const byName = mapOf('name')
const byType = mapOf('type')
const preset = (value: unknown): Structural => ({ default: value })

const gatewayGroup = preset('gateway.networking.k8s.io')
const coreGroup = preset('')
const prefix = { path: { type: 'PathPrefix', value: '/' } }

const pending = (type: string) => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
  lastTransitionTime: '1970-01-01T00:00:00Z',
})
const pendingBoth = [pending('Accepted'), pending('Programmed')]

export const gatewayPatches: Patches = {
  'GatewayClass.status': preset({ conditions: [pending('Accepted')] }),
  // The package's validator lacks it.
  GatewayClassSpec: { properties: { description: { type: 'string', maxLength: 64 } } },
  'GatewayClassSpec.controllerName': rules(['Value is immutable', 'self == oldSelf']),
  'GatewayClassStatus.conditions': { ...byType, ...preset([pending('Accepted')]) },
  'GatewayClassStatus.supportedFeatures': byName,

  'Gateway.status': preset({ conditions: pendingBoth }),
  'GatewaySpec.listeners': { ...byName, ...long.listeners(listener => `${listener}.protocol`) },
  'GatewaySpec.addresses': { ...atomic, ...long.addresses },
  GatewaySpecAddress: long.specAddress,
  'GatewaySpecAddress.type': preset('IPAddress'),
  'GatewayInfrastructure.labels': long.metadataKeys('Label'),
  'GatewayInfrastructure.annotations': long.metadataKeys('Annotation'),
  'GatewayStatus.addresses': atomic,
  'GatewayStatus.conditions': { ...byType, ...preset(pendingBoth) },
  'GatewayStatus.listeners': byName,
  GatewayStatusAddress: long.statusAddress,
  'GatewayStatusAddress.type': preset('IPAddress'),
  'ListenerStatus.conditions': byType,
  'ListenerStatus.supportedKinds': atomic,
  'AllowedListeners.namespaces': preset({ from: 'None' }),
  'ListenerNamespaces.from': preset('None'),
  'Listener.allowedRoutes': preset({ namespaces: { from: 'Same' } }),
  'AllowedRoutes.namespaces': preset({ from: 'Same' }),
  'AllowedRoutes.kinds': atomic,
  'RouteNamespaces.from': preset('Same'),
  'RouteGroupKind.group': gatewayGroup,
  ListenerTLSConfig: rules([
    'certificateRefs or options must be specified when mode is Terminate',
    "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true",
  ]),
  'ListenerTLSConfig.mode': preset('Terminate'),
  'ListenerTLSConfig.certificateRefs': atomic,
  'FrontendTLSConfig.perPort': {
    ...mapOf('port'),
    ...rules([
      'Port for TLS configuration must be unique within the Gateway',
      'self.all(t1, self.exists_one(t2, t1.port == t2.port))',
    ]),
  },
  'FrontendTLSValidation.caCertificateRefs': atomic,
  'FrontendTLSValidation.mode': preset('AllowValidOnly'),

  'ListenerSet.status': preset({ conditions: pendingBoth }),
  'ListenerSetSpec.listeners': { ...byName, ...long.listeners(listener => `${listener}.protocol`) },
  'ListenerEntry.allowedRoutes': preset({ namespaces: { from: 'Same' } }),
  'ListenerSetStatus.conditions': { ...byType, ...preset(pendingBoth) },
  'ListenerSetStatus.listeners': byName,
  'ListenerEntryStatus.conditions': byType,
  'ListenerEntryStatus.supportedKinds': atomic,
  'ParentGatewayReference.group': gatewayGroup,
  'ParentGatewayReference.kind': preset('Gateway'),

  'CommonRouteSpec.parentRefs': { ...atomic, ...long.parentRefs },
  'ParentReference.group': gatewayGroup,
  'ParentReference.kind': preset('Gateway'),
  'RouteStatus.parents': atomic,
  'RouteParentStatus.conditions': byType,
  BackendObjectReference: rules([
    'Must have port for Service reference',
    "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
  ]),
  'BackendObjectReference.group': coreGroup,
  'BackendObjectReference.kind': preset('Service'),
  'BackendRef.weight': preset(1),
  'SecretObjectReference.group': coreGroup,
  'SecretObjectReference.kind': preset('Secret'),

  'HTTPRouteSpec.hostnames': atomic,
  'HTTPRouteSpec.rules': { ...atomic, ...preset([{ matches: [prefix] }]), ...long.httpRules },
  HTTPRouteRule: long.httpRule,
  'HTTPRouteRule.matches': { ...atomic, ...preset([prefix]) },
  'HTTPRouteRule.filters': { ...atomic, ...long.httpFilters },
  'HTTPRouteRule.backendRefs': atomic,
  'HTTPBackendRef.filters': { ...atomic, ...long.httpFilters },
  'HTTPRouteMatch.path': preset(prefix.path),
  'HTTPRouteMatch.headers': byName,
  'HTTPRouteMatch.queryParams': byName,
  HTTPPathMatch: long.pathMatch,
  'HTTPPathMatch.type': preset('PathPrefix'),
  'HTTPPathMatch.value': preset('/'),
  'HTTPHeaderMatch.type': preset('Exact'),
  'HTTPQueryParamMatch.type': preset('Exact'),
  HTTPRouteFilter: long.httpFilter,
  'HTTPRouteFilter.requestMirror': rules([
    'Only one of percent or fraction may be specified in HTTPRequestMirrorFilter',
    '!(has(self.percent) && has(self.fraction))',
  ]),
  'HTTPHeaderFilter.set': byName,
  'HTTPHeaderFilter.add': byName,
  'HTTPHeaderFilter.remove': set,
  HTTPPathModifier: long.pathModifier,
  'HTTPRequestRedirectFilter.statusCode': preset(302),
  'HTTPCORSFilter.allowOrigins': { ...set, ...long.allowOrigins },
  'HTTPCORSFilter.allowMethods': { ...set, ...long.allowMethods },
  'HTTPCORSFilter.allowHeaders': { ...set, ...long.allowHeaders },
  'HTTPCORSFilter.exposeHeaders': set,
  'HTTPCORSFilter.maxAge': preset(5),
  HTTPExternalAuthFilter: long.externalAuth,
  'GRPCAuthConfig.allowedHeaders': set,
  'HTTPAuthConfig.allowedHeaders': set,
  'HTTPAuthConfig.allowedResponseHeaders': set,
  Fraction: rules(['numerator must be less than or equal to denominator', 'self.numerator <= self.denominator']),
  'Fraction.denominator': preset(100),
  HTTPRouteTimeouts: rules([
    'backendRequest timeout cannot be longer than request timeout',
    "!(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s') && duration(self.backendRequest) > duration(self.request))",
  ]),
  'HTTPRouteRetry.codes': set,
  SessionPersistence: rules([
    'AbsoluteTimeout must be specified when cookie lifetimeType is Permanent',
    "!has(self.cookieConfig) || !has(self.cookieConfig.lifetimeType) || self.cookieConfig.lifetimeType != 'Permanent' || has(self.absoluteTimeout)",
  ]),
  'SessionPersistence.type': preset('Cookie'),
  'CookieConfig.lifetimeType': preset('Session'),

  'GRPCRouteSpec.hostnames': atomic,
  'GRPCRouteSpec.rules': { ...atomic, ...long.grpcRules },
  'GRPCRouteRule.matches': atomic,
  'GRPCRouteRule.filters': { ...atomic, ...long.grpcFilters },
  'GRPCRouteRule.backendRefs': atomic,
  'GRPCBackendRef.filters': { ...atomic, ...long.grpcFilters },
  'GRPCRouteMatch.headers': byName,
  GRPCMethodMatch: long.methodMatch,
  'GRPCMethodMatch.type': preset('Exact'),
  'GRPCHeaderMatch.type': preset('Exact'),
  GRPCRouteFilter: long.grpcFilter,

  'TLSRouteSpec.hostnames': atomic,
  'TLSRouteSpec.rules': { ...atomic, ...long.ruleNames },
  'TLSRouteRule.backendRefs': atomic,
  'TCPRouteSpec.rules': { ...atomic, ...long.ruleNames },
  'TCPRouteRule.backendRefs': atomic,
  'UDPRouteSpec.rules': { ...atomic, ...long.ruleNames },
  'UDPRouteRule.backendRefs': atomic,

  'ReferenceGrantSpec.from': atomic,
  'ReferenceGrantSpec.to': atomic,
  'BackendTLSPolicySpec.targetRefs': { ...atomic, ...long.targetRefs },
  BackendTLSPolicyValidation: long.backendValidation,
  'BackendTLSPolicyValidation.caCertificateRefs': atomic,
  'BackendTLSPolicyValidation.subjectAltNames': atomic,
  SubjectAltName: long.subjectAltName,
  'PolicyStatus.ancestors': atomic,
  'PolicyAncestorStatus.conditions': byType,
}
