import type { FindingLevel } from '#shared/config/finding.ts'
import type { Message } from '#shared/config/analyze/analyzer.ts'

/** Istio's messages: codes, names and levels are Istio's (istio.io, "Configuration Analysis Messages"), the words ours. */

function message<Args extends readonly unknown[]>(
  code: string,
  name: string,
  level: FindingLevel,
  text: (...args: Args) => string,
): Message<Args> {
  return { code, name, level, text }
}

const list = (names: readonly (string | number)[]): string => names.join(', ')

export const deprecated = message('IST0002', 'Deprecated', 'Warning', (what: string) => what)

export const referencedResourceNotFound = message(
  'IST0101',
  'ReferencedResourceNotFound',
  'Error',
  (what: string, name: string) => `There is no ${what} "${name}".`,
)

export const namespaceNotInjected = message(
  'IST0102',
  'NamespaceNotInjected',
  'Info',
  (namespace: string) =>
    `Nothing says whether ${namespace} belongs to the mesh. Label it istio-injection=enabled to inject sidecars, or istio-injection=disabled to say that it stays outside.`,
)

export const podMissingProxy = message(
  'IST0103',
  'PodMissingProxy',
  'Warning',
  (pod: string) => `The pod ${pod} has no proxy although its namespace is injected. Restart its workload.`,
)

export const misplacedAnnotation = message(
  'IST0107',
  'MisplacedAnnotation',
  'Warning',
  (annotation: string, kinds: string) => `The annotation ${annotation} means something only on ${kinds}.`,
)

export const unknownAnnotation = message(
  'IST0108',
  'UnknownAnnotation',
  'Warning',
  (annotation: string) => `Istio knows no annotation ${annotation}.`,
)

export const conflictingMeshGatewayHosts = message(
  'IST0109',
  'ConflictingMeshGatewayVirtualServiceHosts',
  'Error',
  (names: readonly string[], host: string) =>
    `The VirtualServices ${list(names)} all route ${host} inside the mesh; which one acts is not defined. Merge them into one.`,
)

export const conflictingSidecarSelectors = message(
  'IST0110',
  'ConflictingSidecarWorkloadSelectors',
  'Error',
  (names: readonly string[], namespace: string, pod: string) =>
    `The Sidecars ${list(names)} in ${namespace} select the same pod ${pod}; which one acts is not defined.`,
)

export const multipleSidecars = message(
  'IST0111',
  'MultipleSidecarsWithoutWorkloadSelectors',
  'Error',
  (names: readonly string[], namespace: string) =>
    `The Sidecars ${list(names)} in ${namespace} select every workload; which one acts is not defined.`,
)

export const portSelectorRequired = message(
  'IST0112',
  'VirtualServiceDestinationPortSelectorRequired',
  'Error',
  (host: string, ports: readonly number[]) =>
    `${host} has several ports (${list(ports)}): the destination must name one.`,
)

export const deploymentInMultipleServices = message(
  'IST0116',
  'DeploymentAssociatedToMultipleServices',
  'Warning',
  (deployment: string, port: number, services: readonly string[]) =>
    `The Services ${list(services)} all select ${deployment} and give its port ${port} different protocols.`,
)

export const portName = message(
  'IST0118',
  'PortNameIsNotUnderNamingConvention',
  'Info',
  (name: string, port: number, targetPort: string) =>
    `The name of port ${port}${targetPort === '' ? '' : ` (targetPort ${targetPort})`}, "${name}", does not begin with a protocol: Istio has to guess what is spoken there.`,
)

export const multipleInjectionLabels = message(
  'IST0123',
  'NamespaceMultipleInjectionLabels',
  'Warning',
  (labels: readonly string[]) => `The labels ${list(labels)} contradict each other: keep one of them.`,
)

export const invalidAnnotation = message(
  'IST0125',
  'InvalidAnnotation',
  'Warning',
  (annotation: string, problem: string) => `The annotation ${annotation} is wrong: ${problem}`,
)

export const unknownServiceRegistry = message(
  'IST0126',
  'UnknownMeshNetworksServiceRegistry',
  'Error',
  (registry: string, network: string) =>
    `The network ${network} names a service registry "${registry}" that Istio does not know.`,
)

export const noMatchingWorkloads = message('IST0127', 'NoMatchingWorkloadsFound', 'Warning', (labels: string) =>
  labels === ''
    ? 'No workload of the mesh runs in this namespace.'
    : `No workload of the mesh has the labels ${labels}.`,
)

export const noServerVerification = message(
  'IST0128',
  'NoServerCertificateVerificationDestinationLevel',
  'Warning',
  (mode: string, host: string) =>
    `TLS mode ${mode} towards ${host} without caCertificates: the server's certificate is not verified.`,
)

export const noServerVerificationAtPort = message(
  'IST0129',
  'NoServerCertificateVerificationPortLevel',
  'Warning',
  (mode: string, host: string, port: string) =>
    `TLS mode ${mode} towards port ${port} of ${host} without caCertificates: the server's certificate is not verified.`,
)

export const unreachableRule = message(
  'IST0130',
  'VirtualServiceUnreachableRule',
  'Warning',
  (rule: string, why: string) => `The rule ${rule} is never used: ${why}.`,
)

export const ineffectiveMatch = message(
  'IST0131',
  'VirtualServiceIneffectiveMatch',
  'Info',
  (rule: string, match: string, other: string) =>
    `The match ${match} of rule ${rule} never decides: rule ${other} takes these requests before.`,
)

export const hostNotInGateway = message(
  'IST0132',
  'VirtualServiceHostNotFoundInGateway',
  'Warning',
  (hosts: readonly string[], gateway: string) => `The Gateway ${gateway} serves none of the hosts ${list(hosts)}.`,
)

export const addressesRequired = message(
  'IST0134',
  'ServiceEntryAddressesRequired',
  'Warning',
  () =>
    'A TCP port is recognised by its address alone: this ServiceEntry needs addresses, or a protocol other than TCP.',
)

export const deprecatedAnnotation = message(
  'IST0135',
  'DeprecatedAnnotation',
  'Info',
  (annotation: string, instead: string) => `The annotation ${annotation} is deprecated${instead}.`,
)

export const alphaAnnotation = message(
  'IST0136',
  'AlphaAnnotation',
  'Info',
  (annotation: string) => `The annotation ${annotation} belongs to an alpha feature.`,
)

export const deploymentConflictingPorts = message(
  'IST0137',
  'DeploymentConflictingPorts',
  'Warning',
  (deployment: string, services: readonly string[], targetPort: string, ports: readonly number[]) =>
    `The Services ${list(services)} lead to targetPort ${targetPort} of ${deployment} by different ports (${list(ports)}).`,
)

export const duplicateCertificate = message(
  'IST0138',
  'GatewayDuplicateCertificate',
  'Warning',
  (gateways: readonly string[]) =>
    `The Gateways ${list(gateways)} share a certificate: browsers that reuse an HTTP/2 connection get 404s.`,
)

export const invalidWebhook = message('IST0139', 'InvalidWebhook', 'Error', (problem: string) => problem)

export const ingressRouteNotAffected = message(
  'IST0140',
  'IngressRouteRulesNotAffected',
  'Warning',
  (subsets: string, gateway: string) =>
    `The subsets of the VirtualService ${subsets} have no effect on what comes in through ${gateway}, which routes to the host itself.`,
)

export const invalidApplicationUid = message(
  'IST0144',
  'InvalidApplicationUID',
  'Warning',
  () => 'The user id 1337 is the proxy’s own: what it sends is not captured.',
)

export const conflictingGateways = message(
  'IST0145',
  'ConflictingGateways',
  'Error',
  (gateways: string, selector: string, port: string, hosts: string) =>
    `The Gateways ${gateways} serve the same hosts (${hosts}) on port ${port} of the same workload (${selector}).`,
)

export const imageAutoWarning = message(
  'IST0146',
  'ImageAutoWithoutInjectionWarning',
  'Warning',
  (kind: string, name: string) =>
    `${kind} ${name} waits for its image to be injected (image: auto), but no webhook selects it.`,
)

export const imageAutoError = message(
  'IST0147',
  'ImageAutoWithoutInjectionError',
  'Error',
  (kind: string, name: string) => `${kind} ${name} was created with image: auto and was not injected: it cannot start.`,
)

export const injectionByDefault = message(
  'IST0148',
  'NamespaceInjectionEnabledByDefault',
  'Info',
  () => 'Sidecars are injected here because Istio is installed with enableNamespacesByDefault.',
)

export const claimRouteWithoutAuthentication = message(
  'IST0149',
  'JwtClaimBasedRoutingWithoutRequestAuthN',
  'Error',
  (key: string, gateway: string, pod: string) =>
    `It routes by a claim (${key}), but no RequestAuthentication validates tokens at pod ${pod} of the Gateway ${gateway}.`,
)

export const externalNamePortName = message(
  'IST0150',
  'ExternalNameServiceTypeInvalidPortName',
  'Warning',
  () => 'A port of an ExternalName Service needs a name that begins with its protocol; TCP would match everything.',
)

export const relativeOperation = message(
  'IST0151',
  'EnvoyFilterUsesRelativeOperation',
  'Warning',
  () =>
    'The patch stands relative to another filter and has no priority: if that filter comes later, it is not applied.',
)

export const replaceIncorrectly = message(
  'IST0152',
  'EnvoyFilterUsesReplaceOperationIncorrectly',
  'Error',
  () => 'REPLACE works on HTTP_FILTER and NETWORK_FILTER only.',
)

export const addIncorrectly = message(
  'IST0153',
  'EnvoyFilterUsesAddOperationIncorrectly',
  'Error',
  () => 'ADD does nothing to ROUTE_CONFIGURATION and HTTP_ROUTE.',
)

export const removeIncorrectly = message(
  'IST0154',
  'EnvoyFilterUsesRemoveOperationIncorrectly',
  'Error',
  () => 'REMOVE does nothing to ROUTE_CONFIGURATION and HTTP_ROUTE.',
)

export const relativeOperationWithVersion = message(
  'IST0155',
  'EnvoyFilterUsesRelativeOperationWithProxyVersion',
  'Warning',
  () =>
    'The patch stands relative to a filter that another patch brings for one proxy version only: an upgrade may lose it.',
)

export const invalidTelemetryProvider = message(
  'IST0157',
  'InvalidTelemetryProvider',
  'Warning',
  () => 'accessLogging names no provider and meshConfig has no default one: this part does nothing.',
)

export const proxyImageMismatch = message(
  'IST0158',
  'PodsIstioProxyImageMismatchInNamespace',
  'Warning',
  (pods: readonly string[]) =>
    `The proxies of ${list(pods)} run another image than injection would give them. Restart these workloads.`,
)

export const conflictingTelemetrySelectors = message(
  'IST0159',
  'ConflictingTelemetryWorkloadSelectors',
  'Error',
  (names: readonly string[], namespace: string, pod: string) =>
    `The Telemetries ${list(names)} in ${namespace} select the same pod ${pod}; which one acts is not defined.`,
)

export const multipleTelemetries = message(
  'IST0160',
  'MultipleTelemetriesWithoutWorkloadSelectors',
  'Error',
  (names: readonly string[], namespace: string) =>
    `The Telemetries ${list(names)} in ${namespace} select every workload; which one acts is not defined.`,
)

export const invalidGatewayCredential = message(
  'IST0161',
  'InvalidGatewayCredential',
  'Error',
  (secret: string, why: string) => `The credential ${secret} cannot be used: ${why}.`,
)

export const gatewayPortNotOnService = message(
  'IST0162',
  'GatewayPortNotDefinedOnService',
  'Warning',
  (port: number, selector: string) =>
    `No Service of the gateway's pods (${selector}) leads to port ${port}: it cannot be reached through one.`,
)

export const invalidExternalControlPlane = message(
  'IST0163',
  'InvalidExternalControlPlaneConfig',
  'Warning',
  (url: string, webhook: string, why: string) =>
    `The address of the webhook ${webhook}${url === '' ? '' : ` (${url})`} ${why}: the control plane cannot be reached.`,
)

export const externalControlPlaneIsAddress = message(
  'IST0164',
  'ExternalControlPlaneAddressIsNotAHostname',
  'Info',
  (url: string, webhook: string) =>
    `The webhook ${webhook} reaches the control plane by an IP address (${url}); a name survives a move.`,
)

export const referencedInternalGateway = message(
  'IST0165',
  'ReferencedInternalGateway',
  'Warning',
  (gateway: string) => `${gateway} is a Gateway that Istio keeps for itself: name the Gateway API Gateway instead.`,
)

export const ineffectiveSelector = message(
  'IST0166',
  'IneffectiveSelector',
  'Warning',
  (gateway: string) => `A selector does not reach the Gateway API Gateway ${gateway}: use targetRefs.`,
)

export const ineffectivePolicy = message(
  'IST0167',
  'IneffectivePolicy',
  'Warning',
  (why: string) => `It has no effect: ${why}.`,
)

export const negativeCondition = message(
  'IST0171',
  'NegativeConditionStatus',
  'Warning',
  (type: string, reason: string, said: string) => `The cluster says ${type} is not met (${reason}): ${said}`,
)

export const subsetSelectsNoPods = message(
  'IST0173',
  'DestinationRuleSubsetNotSelectPods',
  'Error',
  (subset: string) => `The subset ${subset} selects no pod: requests sent there fail with 503 UH.`,
)

export const unknownDestinationHost = message(
  'IST0174',
  'UnknownDestinationRuleHost',
  'Warning',
  (host: string) => `Nothing in the mesh is called ${host}.`,
)

export const jwksUnrestricted = message(
  'IST0175',
  'JwksUriFetchUnrestricted',
  'Warning',
  (count: number, names: string) =>
    `istiod fetches keys from any address that ${count} RequestAuthentication object${count === 1 ? '' : 's'} (${names}) may name: set BLOCKED_CIDRS_IN_JWKS_URIS.`,
)

export const gatewayApiTooOld = message(
  'IST0176',
  'GatewayAPICRDVersionBelowMinimum',
  'Warning',
  (crd: string, installed: string, minimum: string) =>
    `${crd} is of Gateway API ${installed}; Istio needs ${minimum} and ignores such objects until it is upgraded.`,
)

export const conflictingEntryProtocol = message(
  'IST0177',
  'ConflictingServiceEntryProtocol',
  'Warning',
  (names: string, host: string, port: number, protocols: string) =>
    `The ServiceEntries ${names} say different protocols of port ${port} of ${host}: ${protocols}.`,
)
