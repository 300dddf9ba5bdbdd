import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { mapOf, type Patches, rules } from './patch.ts'

/**
 * What Istio's CustomResourceDefinitions say beyond types (istio/api, `kubernetes/customresourcedefinitions.gen.yaml`;
 * the rules are the `+kubebuilder:validation` marks of https://istio.io/latest/docs/reference/config/networking/ and its
 * neighbours).
 */

const nullable: Structural = { nullable: true }
const duration = rules(['must be a valid duration greater than 1ms', "duration(self) >= duration('1ms')"])
const port = rules(['port must be between 1-65535', '0 < self && self <= 65535'])
const open: Structural = { 'x-kubernetes-preserve-unknown-fields': true }

/** `**.x` for many names that get the same. */
const everywhere = (patch: Structural, ...names: string[]): Patches =>
  Object.fromEntries(names.map(name => [`**.${name}`, patch]))

const labelSelector = (place: string): Patches => ({
  [`${place}.labels{}`]: rules(['wildcard is not supported in selector', '!self.contains("*")']),
})
const matchLabels = (place: string): Patches => ({
  [`${place}.matchLabels{}`]: rules(['wildcard not allowed in label value match', '!self.contains("*")']),
  [`${place}.matchLabels`]: rules(
    ['wildcard not allowed in label key match', 'self.all(key, !key.contains("*"))'],
    ['key must not be empty', 'self.all(key, key.size() != 0)'],
  ),
})
const reference = rules(['cross namespace referencing is not currently supported', 'self.size() == 0'])
const oneTarget = rules([
  'only one of targetRefs or selector can be set',
  '(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
])
const targets: Patches = {
  'spec.targetRef.namespace': reference,
  'spec.targetRefs[].namespace': reference,
  ...matchLabels('spec.selector'),
}

const connectionPool: Patches = everywhere(
  duration,
  'http.idleTimeout',
  'tcp.connectTimeout',
  'tcp.maxConnectionDuration',
  'tcpKeepalive.interval',
  'tcpKeepalive.time',
)

const serverTls = rules(
  [
    'only one of credentialNames or tlsCertificates can be set',
    '(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1',
  ],
  [
    'only one of credentialName or credentialNames can be set',
    '(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1',
  ],
  [
    'only one of credentialName or tlsCertificates can be set',
    '(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1',
  ],
)

const addressRules = rules(
  [
    'UDS must be an absolute path or abstract socket',
    'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
  ],
  ['UDS may not be a dir', 'self.startsWith("unix://") ? !self.endsWith("/") : true'],
)
const addressRequired = ['Address is required', 'has(self.address) || has(self.network)'] as const
const socketWithoutPorts = [
  'UDS may not include ports',
  '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
] as const
const entry = (place: string): Patches => ({
  [`${place}.address`]: addressRules,
  [`${place}.ports{}`]: port,
  [`${place}.ports`]: rules([
    'port name must be valid',
    'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
  ]),
})

const virtualService: Patches = {
  ...everywhere(duration, 'timeout', 'perTryTimeout', 'corsPolicy.maxAge', 'fixedDelay', 'exponentialDelay'),
  ...everywhere(nullable, 'allowCredentials', 'mirrorPercent', 'mirror_percent', 'retryRemoteLocalities'),
}

const destinationRule: Patches = {
  ...connectionPool,
  ...everywhere(duration, 'warmup.duration', 'warmupDurationSecs', 'outlierDetection.interval', 'baseEjectionTime'),
  ...everywhere(nullable, 'localityLbSetting.enabled', 'aggression', 'minimumPercent', 'insecureSkipVerify'),
  ...everywhere(nullable, 'consecutive5xxErrors', 'consecutiveGatewayErrors', 'consecutiveLocalOriginFailures'),
  ...matchLabels('spec.workloadSelector'),
}

const serviceEntry: Patches = {
  spec: rules(
    [
      'only one of WorkloadSelector or Endpoints can be set',
      '(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1',
    ],
    [
      'CIDR addresses are allowed only for NONE/STATIC resolution types',
      '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
    ],
    [
      'NONE mode cannot set endpoints',
      '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
    ],
    [
      'DNS_ROUND_ROBIN mode cannot have multiple endpoints',
      '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true',
    ],
  ),
  'spec.hosts[]': rules(['hostname cannot be wildcard', 'self != "*"']),
  ...entry('spec.endpoints[]'),
  'spec.endpoints[]': rules(addressRequired, socketWithoutPorts),
  'spec.ports': {
    ...mapOf('name'),
    ...rules(['port number cannot be duplicated', 'self.all(l1, self.exists_one(l2, l1.number == l2.number))']),
  },
  'spec.ports[].number': port,
  'spec.ports[].targetPort': port,
  ...labelSelector('spec.workloadSelector'),
}

const workloadGroup: Patches = {
  ...entry('spec.template'),
  'spec.template': rules(socketWithoutPorts),
  ...everywhere(port, 'grpc.port', 'httpGet.port', 'tcpSocket.port'),
  'spec.probe.httpGet.scheme': rules(['scheme must be one of [HTTP, HTTPS]', 'self in ["", "HTTP", "HTTPS"]']),
}

const envoyFilter: Patches = {
  'spec.configPatches[].patch.value': open,
  'spec.targetRefs[].namespace': reference,
  spec: rules([
    'only one of targetRefs or workloadSelector can be set',
    '(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
  ]),
  ...labelSelector('spec.workloadSelector'),
}

const wasmEnvironment = rules([
  'value may only be set when valueFrom is INLINE',
  '(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)',
])

const wasmPlugin: Patches = {
  ...targets,
  spec: oneTarget,
  'spec.pluginConfig': open,
  'spec.priority': nullable,
  'spec.match[].ports': mapOf('number'),
  'spec.vmConfig.env': mapOf('name'),
  'spec.vmConfig.env[]': wasmEnvironment,
  'spec.url': rules([
    'url must have schema one of [http, https, file, oci]',
    'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "oci", "file"]) : (isURL("http://" + self) && url("http://" + self).getScheme() in ["", "http", "https", "oci", "file"])',
  ]),
}

const authorizationPolicy: Patches = {
  ...targets,
  spec: oneTarget,
  'spec.rules[].from[].source': rules([
    'Cannot set serviceAccounts with namespaces or principals',
    '(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) && !has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true',
  ]),
}

const peerAuthentication: Patches = {
  ...matchLabels('spec.selector'),
  spec: rules([
    'portLevelMtls requires selector',
    '(has(self.selector) && has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0) || !has(self.portLevelMtls)',
  ]),
  'spec.portLevelMtls': rules(['port must be between 1-65535', 'self.all(key, 0 < int(key) && int(key) <= 65535)']),
}

const jwksUri = rules(['url must have scheme http:// or https://', 'url(self).getScheme() in ["http", "https"]'])

const requestAuthentication: Patches = {
  ...targets,
  spec: oneTarget,
  'spec.jwtRules[]': rules([
    'only one of jwks or jwksUri can be set',
    '(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1',
  ]),
  'spec.jwtRules[].jwksUri': jwksUri,
  'spec.jwtRules[].jwks_uri': jwksUri,
  'spec.jwtRules[].timeout': duration,
}

const telemetry: Patches = {
  ...targets,
  spec: oneTarget,
  ...everywhere(nullable, 'disabled', 'disableSpanReporting', 'randomSamplingPercentage'),
  'spec.metrics[].reportingInterval': duration,
  'spec.metrics[].overrides[].tagOverrides{}': rules(
    [
      'value must be set when operation is UPSERT',
      '((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true',
    ],
    [
      'value must not be set when operation is REMOVE',
      '((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true',
    ],
  ),
}

/** Every kind's status takes more than it names: the deprecated fields of Istio's own condition type. */
const status: Patches = { status: open }

export const istioPatches: Readonly<Record<string, Patches>> = {
  VirtualService: { ...virtualService, ...status },
  DestinationRule: { ...destinationRule, ...status },
  Gateway: { 'spec.servers[].tls': serverTls, ...status },
  ServiceEntry: { ...serviceEntry, ...status },
  Sidecar: {
    ...connectionPool,
    'spec.ingress[].tls': serverTls,
    ...labelSelector('spec.workloadSelector'),
    ...status,
  },
  WorkloadEntry: { ...entry('spec'), spec: rules(addressRequired, socketWithoutPorts), ...status },
  WorkloadGroup: { ...workloadGroup, ...status },
  EnvoyFilter: { ...envoyFilter, ...status },
  ProxyConfig: { ...matchLabels('spec.selector'), 'spec.concurrency': nullable, ...status },
  AuthorizationPolicy: { ...authorizationPolicy, ...status },
  PeerAuthentication: { ...peerAuthentication, ...status },
  RequestAuthentication: { ...requestAuthentication, ...status },
  Telemetry: { ...telemetry, ...status },
  WasmPlugin: { ...wasmPlugin, ...status },
}
