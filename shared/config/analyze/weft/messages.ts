import type { Message } from '#shared/config/analyze/analyzer.ts'
import type { FindingLevel } from '#shared/config/finding.ts'

/** What only Weft says. One row a message: code, name, level, what other tools call the same, where it is documented, the sentence. */
export interface OwnMessage<Args extends readonly unknown[]> extends Message<Args> {
  /** Codes of Kiali's checks that this one answers. */
  answers: readonly string[]
  documentation: string
}

function message<Args extends readonly unknown[]>(
  code: string,
  name: string,
  level: FindingLevel,
  answers: readonly string[],
  page: string,
  text: (...args: Args) => string,
): OwnMessage<Args> {
  return {
    code,
    name,
    level,
    answers,
    documentation: page.startsWith('https:') ? page : `https://istio.io/latest/docs/${page}`,
    text,
  }
}

const list = (names: readonly (string | number)[]): string => names.join(', ')

const authorization = 'reference/config/security/authorization-policy/'
const peers = 'reference/config/security/peer_authentication/'
const rules = 'reference/config/networking/destination-rule/'
const routes = 'reference/config/networking/virtual-service/'
const gateways = 'reference/config/networking/gateway/'
const sidecars = 'reference/config/networking/sidecar/'
const entries = 'reference/config/networking/service-entry/'
const filters = 'reference/config/networking/envoy-filter/'
const waypoints = 'ambient/usage/waypoint/'
const layer7 = 'ambient/usage/l7-features/'
const gatewayApi = 'https://gateway-api.sigs.k8s.io/reference/spec/'

/* ---- what objects select, and where they are seen ---- */

export const peerAuthenticationOutranked = message(
  'WEFT0001',
  'PeerAuthenticationOutranked',
  'Error',
  ['KIA0002', 'KIA0003'],
  `${peers}#PeerAuthentication`,
  (winner: string, scope: string) =>
    `${winner} is older and speaks for ${scope} as well: this one has no effect there.`,
)
export const selectsNothing = message(
  'WEFT0003',
  'SelectsNothing',
  'Warning',
  ['KIA0004'],
  'reference/config/type/workload-selector/',
  (labels: string, where: string) => `No workload ${where} has the labels ${labels}: this does nothing.`,
)
export const exportedToNowhere = message(
  'WEFT0004',
  'ExportedToUnknownNamespace',
  'Error',
  ['KIA0005'],
  `${routes}#VirtualService-export_to`,
  (namespace: string) => `It is exported to the namespace ${namespace}, which does not exist.`,
)
export const targetNotFound = message(
  'WEFT0005',
  'TargetNotFound',
  'Error',
  [],
  'reference/config/type/workload-selector/#PolicyTargetReference',
  (kind: string, name: string) => `There is no ${kind} ${name}: the policy applies to nothing.`,
)
export const oldVersion = message(
  'WEFT0006',
  'OldApiVersion',
  'Info',
  [],
  'https://istio.io/latest/blog/2024/v1-apis/',
  (written: string, preferred: string) => `It is written in ${written}; ${preferred} says the same and stays.`,
)

/* ---- AuthorizationPolicy and RequestAuthentication ---- */

export const methodNeverMatches = message(
  'WEFT0101',
  'MethodNeverMatches',
  'Warning',
  ['KIA0102'],
  `${authorization}#Operation`,
  (method: string, because: string) => `No request has the method "${method}": ${because}.`,
)
export const operationHostUnknown = message(
  'WEFT0102',
  'OperationHostUnknown',
  'Error',
  ['KIA0104'],
  `${authorization}#Operation`,
  (host: string) => `Nothing in the mesh is called ${host}: no caller asks for it.`,
)
export const identityOverPlaintext = message(
  'WEFT0103',
  'IdentityOverPlaintext',
  'Error',
  ['KIA0105'],
  `${authorization}#Source`,
  (field: string, pods: string) =>
    `${field} comes from the peer's certificate, but ${pods} take plaintext only: it is always absent there.`,
)
export const serviceAccountUnknown = message(
  'WEFT0104',
  'ServiceAccountUnknown',
  'Error',
  ['KIA0106'],
  `${authorization}#Source`,
  (account: string) => `There is no ServiceAccount ${account}: nobody has this identity.`,
)
export const trustDomainUnknown = message(
  'WEFT0105',
  'TrustDomainUnknown',
  'Warning',
  ['KIA0107', 'KIA0108'],
  'tasks/security/authorization/authz-td-migration/',
  (domain: string, known: readonly string[]) =>
    `The mesh does not know the trust domain ${domain}; it knows ${list(known)}.`,
)
export const principalNeverMatches = message(
  'WEFT0106',
  'PrincipalNeverMatches',
  'Error',
  [],
  `${authorization}#Source`,
  (principal: string, because: string) => `No caller is called "${principal}": ${because}.`,
)
export const ruleNeverMatches = message(
  'WEFT0107',
  'RuleNeverMatches',
  'Warning',
  [],
  `${authorization}#Rule`,
  (rule: number, because: string) => `Rule ${rule} can never match: ${because}.`,
)
export const ruleShadowed = message(
  'WEFT0108',
  'RuleShadowed',
  'Info',
  [],
  `${authorization}#Rule`,
  (rule: number, other: number) => `Rule ${rule} adds nothing: rule ${other} takes every request that it takes.`,
)
export const allowDenied = message(
  'WEFT0109',
  'AllowIsDenied',
  'Warning',
  [],
  'concepts/security/#implicit-enablement',
  (rule: number, policy: string, other: number) =>
    `Rule ${rule} allows nothing: rule ${other} of ${policy} denies every request that it allows, and DENY goes first.`,
)
export const deniesEverything = message(
  'WEFT0110',
  'DeniesEverything',
  'Warning',
  [],
  'concepts/security/#allow-nothing-deny-all-and-allow-all-policy',
  (whom: string) => `It denies every request to ${whom}, whatever other policies allow.`,
)
export const closesMesh = message(
  'WEFT0111',
  'ClosesMesh',
  'Warning',
  [],
  'concepts/security/#allow-nothing-deny-all-and-allow-all-policy',
  (what: string) => `It stands in the root namespace and selects nobody: in the whole mesh ${what}.`,
)
export const policyDoesNothing = message(
  'WEFT0112',
  'PolicyDoesNothing',
  'Warning',
  [],
  `${authorization}#AuthorizationPolicy-Action`,
  (action: string) => `A ${action} policy without rules matches nothing and does nothing.`,
)
export const httpFieldsOnTcp = message(
  'WEFT0113',
  'HttpFieldsOnTcp',
  'Warning',
  [],
  'tasks/security/authorization/authz-tcp/',
  (action: string, fields: readonly string[], ports: readonly number[]) =>
    action === 'DENY'
      ? `On the TCP ports ${list(ports)} there is no ${list(fields)}: the rule is applied without, and denies more than it says.`
      : `On the TCP ports ${list(ports)} there is no ${list(fields)}: the rule never matches there.`,
)
export const authorizerUnknown = message(
  'WEFT0114',
  'AuthorizerUnknown',
  'Error',
  [],
  'tasks/security/authorization/authz-custom/',
  (provider: string) =>
    `meshConfig has no extension provider "${provider}": every request that this policy takes is refused.`,
)
export const pathNeverMatches = message(
  'WEFT0115',
  'PathNeverMatches',
  'Warning',
  [],
  'reference/config/security/normalization/',
  (path: string, because: string) => `No request has the path "${path}": ${because}.`,
)
export const pathsNotNormalised = message(
  'WEFT0116',
  'PathsNotNormalised',
  'Warning',
  [],
  'reference/config/security/normalization/',
  () => 'meshConfig turns off the normalisation of paths: //admin and /a/../admin pass by rules about /admin.',
)
export const tokenOptional = message(
  'WEFT0117',
  'TokenOptional',
  'Warning',
  [],
  'tasks/security/authentication/authn-policy/#require-a-valid-token',
  () =>
    'It refuses invalid tokens, but requests without any pass: no AuthorizationPolicy for the same workloads requires requestPrincipals.',
)

/* ---- mTLS and DestinationRules ---- */

export const destinationRuleOutranked = message(
  'WEFT0201',
  'DestinationRuleOutranked',
  'Warning',
  ['KIA0201'],
  'ops/common-problems/network-issues/#virtual-service-and-destination-rule-configuration-not-taking-effect',
  (what: string, winner: string, host: string) =>
    `${winner} is older and sets ${what} of ${host}: what this one says of it has no effect.`,
)
export const destinationRuleHidden = message(
  'WEFT0202',
  'DestinationRuleHidden',
  'Warning',
  ['KIA0201'],
  'ops/best-practices/traffic-management/#cross-namespace-configuration',
  (hidden: string, host: string, lost: readonly string[]) =>
    `Callers in this namespace get this rule for ${host} instead of ${hidden}, and lose its ${list(lost)}.`,
)
export const tlsDropped = message(
  'WEFT0203',
  'TlsDropped',
  'Warning',
  ['KIA0204'],
  'tasks/security/authentication/authn-policy/#auto-mutual-tls',
  (wider: string) =>
    `Its trafficPolicy has no tls and takes the place of ${wider}, which has ISTIO_MUTUAL: with auto mTLS off, calls become plaintext.`,
)
export const tlsFightsPeers = message(
  'WEFT0204',
  'TlsFightsPeerAuthentication',
  'Error',
  ['KIA0207', 'KIA0208', 'KIA0505', 'KIA0506'],
  'ops/configuration/traffic-management/tls-configuration/#sidecars',
  (tls: string, mode: string, whom: string) =>
    `Callers are told tls ${tls}, but ${whom} are in mode ${mode}: every connection fails.`,
)
export const tlsToNoProxy = message(
  'WEFT0205',
  'MutualTlsToNoProxy',
  'Error',
  [],
  'ops/configuration/traffic-management/tls-configuration/#sidecars',
  (host: string) => `Callers are told tls ISTIO_MUTUAL, but no pod behind ${host} has a proxy: every connection fails.`,
)
export const strictWithoutMutual = message(
  'WEFT0206',
  'StrictWithoutMutualTls',
  'Error',
  ['KIA0401', 'KIA0501'],
  'ops/configuration/traffic-management/tls-configuration/#auto-mtls',
  (where: string) =>
    `Auto mTLS is off and no DestinationRule tells callers of ${where} to use ISTIO_MUTUAL: they are refused.`,
)
export const subsetWithoutLabels = message(
  'WEFT0207',
  'SubsetWithoutLabels',
  'Warning',
  ['KIA0209'],
  `${rules}#Subset`,
  (subset: string) => `The subset ${subset} has no labels: it is every pod of the host.`,
)
export const subsetNotReady = message(
  'WEFT0208',
  'SubsetNotReady',
  'Warning',
  [],
  `${rules}#Subset`,
  (subset: string, pods: number) => `None of the ${pods} pods of the subset ${subset} is ready: calls to it fail.`,
)
export const failoverWithoutOutliers = message(
  'WEFT0209',
  'FailoverWithoutOutlierDetection',
  'Warning',
  [],
  'tasks/traffic-management/locality-load-balancing/failover/',
  () =>
    'Locality settings without outlierDetection: failing endpoints are never found out, so traffic does not fail over.',
)
export const portWithoutListener = message(
  'WEFT0210',
  'PortLevelOnUnknownPort',
  'Warning',
  [],
  `${peers}#PeerAuthentication`,
  (port: string, known: readonly number[]) =>
    `The selected workloads have no port ${port}${known.length > 0 ? `; they have ${list(known)}` : ''}. It is the workload's port, not the Service's.`,
)
export const portLevelIgnored = message(
  'WEFT0211',
  'PortLevelIgnored',
  'Warning',
  [],
  `${peers}#PeerAuthentication`,
  () => 'portLevelMtls needs a selector: without one it is ignored.',
)
export const strictWithPlaintext = message(
  'WEFT0212',
  'StrictWithPlaintextCallers',
  'Error',
  [],
  'tasks/security/authentication/mtls-migration/',
  (callers: readonly string[]) => `STRICT refuses callers that still come in plaintext: ${list(callers)}.`,
)
export const disableInAmbient = message(
  'WEFT0213',
  'DisableInAmbient',
  'Warning',
  [],
  `${peers}#PeerAuthentication-MutualTLS-Mode`,
  () => 'ztunnel does not follow DISABLE: between workloads in ambient mode there is always mTLS.',
)

/* ---- VirtualServices ---- */

export const routeNeverReached = message(
  'WEFT0401',
  'RouteNeverReached',
  'Warning',
  [],
  `${routes}#HTTPRoute`,
  (rule: string, takers: readonly string[]) =>
    `Rule ${rule} never acts: ${list(takers)} before it takes all of its requests.`,
)
export const matchNeverReached = message(
  'WEFT0402',
  'MatchNeverReached',
  'Info',
  [],
  `${routes}#HTTPMatchRequest`,
  (match: number, rule: string, taker: string) =>
    `Match ${match} of rule ${rule} is never asked: ${taker} before it takes its requests.`,
)
export const weightsAreZero = message(
  'WEFT0403',
  'WeightsAreZero',
  'Error',
  [],
  `${routes}#HTTPRouteDestination`,
  () => 'None of the destinations has a weight: Istio refuses the rule.',
)
export const weightMissing = message(
  'WEFT0404',
  'WeightMissing',
  'Warning',
  [],
  `${routes}#HTTPRouteDestination`,
  (destination: string) => `${destination} has no weight beside others that have: it gets nothing.`,
)
export const weightsAreShares = message(
  'WEFT0405',
  'WeightsDoNotSumTo100',
  'Warning',
  [],
  `${routes}#HTTPRouteDestination`,
  (parts: readonly number[], sum: number, shares: readonly string[]) =>
    `The weights ${list(parts)} sum to ${sum}, not 100: they are shares, ${list(shares)}.`,
)
export const loneWeight = message(
  'WEFT0406',
  'LoneWeight',
  'Warning',
  ['KIA1104'],
  `${routes}#HTTPRouteDestination`,
  (weight: number) => `It is the only destination: it gets everything, not ${weight} %.`,
)
export const destinationTwice = message(
  'WEFT0407',
  'DestinationTwice',
  'Warning',
  ['KIA1105'],
  `${routes}#HTTPRouteDestination`,
  (destination: string) => `${destination} is a destination of this rule twice.`,
)
export const routesOverlap = message(
  'WEFT0408',
  'RoutesOverlap',
  'Warning',
  ['KIA1106'],
  'ops/best-practices/traffic-management/#split-virtual-services',
  (rule: string, other: string, theirs: number, host: string, gateway: string) =>
    `Rule ${rule} and rule ${theirs} of ${other} can take the same request to ${host} at ${gateway}; the older object goes first.`,
)
export const destinationHidden = message(
  'WEFT0409',
  'DestinationHidden',
  'Error',
  [],
  `${routes}#VirtualService-export_to`,
  (host: string, readers: readonly string[]) =>
    `${host} is not exported to ${list(readers)}, where this rule sends callers to it.`,
)
export const matchGatewayUnknown = message(
  'WEFT0410',
  'MatchGatewayUnknown',
  'Error',
  ['KIA1102'],
  `${routes}#HTTPMatchRequest`,
  (name: string, own: readonly string[]) =>
    `The match is for ${name}, but this VirtualService stands at ${list(own)}: it never acts.`,
)
export const gatewayNameForm = message(
  'WEFT0411',
  'GatewayNameForm',
  'Info',
  ['KIA1108'],
  `${routes}#VirtualService-gateways`,
  (name: string, better: string) => `Gateways are named namespace/name: ${better}, not ${name}.`,
)
export const delegateUnusable = message(
  'WEFT0412',
  'DelegateUnusable',
  'Error',
  [],
  `${routes}#Delegate`,
  (name: string, because: string) => `The VirtualService ${name} cannot be delegated to: ${because}.`,
)
export const regexInvalid = message(
  'WEFT0413',
  'RegexInvalid',
  'Error',
  [],
  `${routes}#StringMatch`,
  (regex: string, because: string) => `The proxy cannot read ${regex}: ${because}.`,
)
export const retriesBeyondTimeout = message(
  'WEFT0414',
  'RetriesBeyondTimeout',
  'Warning',
  [],
  `${routes}#HTTPRetry`,
  (tries: number, each: string, timeout: string, fit: number) =>
    `${tries} tries of ${each} do not fit into the timeout of ${timeout}: ${fit} do.`,
)
export const retriesRepeatWrites = message(
  'WEFT0415',
  'RetriesRepeatWrites',
  'Warning',
  [],
  `${routes}#HTTPRetry`,
  (methods: readonly string[], conditions: readonly string[]) =>
    `After ${list(conditions)} a ${list(methods)} may be done already: a retry does it twice.`,
)
export const headerNeverMatches = message(
  'WEFT0416',
  'HeaderNeverMatches',
  'Warning',
  [],
  `${routes}#HTTPMatchRequest`,
  (header: string, because: string) => `No request has the header "${header}" as asked: ${because}.`,
)

/* ---- Gateways ---- */

export const gatewaysOverlap = message(
  'WEFT0301',
  'GatewaysOverlap',
  'Warning',
  ['KIA0301'],
  `${gateways}#Gateway`,
  (others: readonly string[], port: number) =>
    `${list(others)}, selected in other words, serves the same host on port ${port} of the same pods.`,
)
export const portProtocolsConflict = message(
  'WEFT0302',
  'PortProtocolsConflict',
  'Error',
  [],
  `${gateways}#Port`,
  (port: number, family: string, other: string) =>
    `Port ${port} is taken for another protocol by ${other}: this ${family} server is left out.`,
)
export const certificateForOthers = message(
  'WEFT0303',
  'CertificateForOthers',
  'Warning',
  [],
  `${gateways}#ServerTLSSettings`,
  (secret: string, host: string, names: readonly string[]) =>
    `The certificate ${secret} is for ${list(names)}, not for ${host}.`,
)
export const redirectMissing = message(
  'WEFT0304',
  'HttpsRedirectMissing',
  'Info',
  [],
  `${gateways}#ServerTLSSettings`,
  (host: string) => `${host} is served with TLS and, on another port, without: plaintext is not redirected.`,
)
export const hostUnrouted = message(
  'WEFT0305',
  'HostUnrouted',
  'Info',
  [],
  `${gateways}#Server`,
  (host: string) => `No VirtualService at this Gateway routes ${host}: it answers 404.`,
)

/* ---- Sidecars, ServiceEntries, EnvoyFilters ---- */

export const sidecarHostUnknown = message(
  'WEFT0501',
  'SidecarHostUnknown',
  'Warning',
  ['KIA1004'],
  `${sidecars}#IstioEgressListener`,
  (host: string) => `There is nothing that ${host} lets in.`,
)
export const rootSidecarSelects = message(
  'WEFT0502',
  'RootSidecarSelects',
  'Warning',
  ['KIA1006'],
  `${sidecars}#Sidecar`,
  () => 'The Sidecar of the root namespace is the default of all namespaces: with a selector it is not.',
)
export const outboundModeEmpty = message(
  'WEFT0503',
  'OutboundModeEmpty',
  'Info',
  ['KIA1007'],
  `${sidecars}#OutboundTrafficPolicy`,
  () => 'outboundTrafficPolicy without a mode is REGISTRY_ONLY, not the mesh’s own: say which.',
)
export const sidecarHides = message(
  'WEFT0504',
  'SidecarHidesUsedHost',
  'Warning',
  [],
  `${sidecars}#IstioEgressListener`,
  (calls: readonly string[]) => `It hides hosts that are called now: ${list(calls)}.`,
)
export const entryTwice = message(
  'WEFT0505',
  'ServiceEntryTwice',
  'Warning',
  ['KIA1211'],
  `${entries}#ServiceEntry`,
  (host: string, other: string) =>
    `${other} is about ${host} and the same port already: which one a caller gets depends on age and namespace.`,
)
export const entryOverService = message(
  'WEFT0506',
  'ServiceEntryOverService',
  'Warning',
  [],
  `${entries}#ServiceEntry`,
  (host: string) => `${host} is a Service of the cluster: the ServiceEntry and the Service take each other’s place.`,
)
export const filterVersionUnknown = message(
  'WEFT0507',
  'EnvoyFilterVersionUnknown',
  'Warning',
  [],
  `${filters}#EnvoyFilter-ProxyMatch`,
  (pattern: string, versions: readonly string[]) =>
    `No proxy has a version that ${pattern} fits; they have ${list(versions)}.`,
)
export const filterNameRetired = message(
  'WEFT0508',
  'EnvoyFilterNameRetired',
  'Warning',
  [],
  `${filters}#EnvoyFilter-ListenerMatch-FilterMatch`,
  (name: string) => `No proxy has a filter ${name} any more: the patch is not applied.`,
)
export const filterHostUnknown = message(
  'WEFT0509',
  'EnvoyFilterHostUnknown',
  'Warning',
  [],
  `${filters}#EnvoyFilter-ClusterMatch`,
  (host: string) => `No proxy knows a host ${host}: the patch is not applied.`,
)

/* ---- Services, workloads, namespaces ---- */

export const appProtocolUnknown = message(
  'WEFT0601',
  'AppProtocolUnknown',
  'Warning',
  ['KIA0602'],
  'ops/configuration/traffic-management/protocol-selection/',
  (protocol: string) => `Istio knows no appProtocol ${protocol}: it has to guess what is spoken there.`,
)
export const targetPortMissing = message(
  'WEFT0602',
  'TargetPortMissing',
  'Warning',
  ['KIA0701'],
  'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  (name: string) => `No container behind the Service calls a port ${name}: the port has no endpoints.`,
)
export const targetPortUndeclared = message(
  'WEFT0603',
  'TargetPortUndeclared',
  'Info',
  ['KIA0701'],
  'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  (port: number) => `Containers behind the Service declare ports, but not ${port}.`,
)
export const sidecarAndAmbient = message(
  'WEFT0604',
  'SidecarAndAmbient',
  'Error',
  ['KIA1311', 'KIA1314', 'KIA1315'],
  'ambient/usage/add-workloads/',
  (because: string) => `It is in two data planes, with a sidecar and in ambient mode: ${because}.`,
)
export const sidecarInAmbient = message(
  'WEFT0605',
  'SidecarInAmbientNamespace',
  'Warning',
  ['KIA1316'],
  'ambient/usage/add-workloads/',
  () => 'Its namespace is in ambient mode, but it has a sidecar, which goes first: ztunnel does not see it.',
)
export const waypointWithoutAmbient = message(
  'WEFT0606',
  'WaypointWithoutAmbient',
  'Warning',
  ['KIA1312'],
  waypoints,
  () => 'It asks for a waypoint but is not in ambient mode.',
)
export const waypointUnknown = message(
  'WEFT0607',
  'WaypointUnknown',
  'Error',
  ['KIA1313'],
  waypoints,
  (name: string) => `It asks for the waypoint ${name}, which does not exist.`,
)
export const accountShared = message(
  'WEFT0608',
  'DefaultAccountShared',
  'Info',
  [],
  'concepts/security/#istio-identity',
  (workloads: readonly string[]) =>
    `${list(workloads)} share the ServiceAccount default: no policy can tell them apart.`,
)
export const proxiesOld = message(
  'WEFT0609',
  'ProxiesTooOld',
  'Warning',
  [],
  'releases/supported-releases/#control-planedata-plane-skew',
  (pods: number, version: string) =>
    `${pods} pods have proxies more than one minor version older than istiod ${version}: restart their workloads.`,
)
export const restartNeeded = message(
  'WEFT0610',
  'RestartNeeded',
  'Warning',
  [],
  'setup/upgrade/canary/#data-plane',
  (pods: number, revision: string) =>
    `${pods} pods still have the proxy of another revision than ${revision}: restart their workloads.`,
)
export const defaultDenyAbsent = message(
  'WEFT0611',
  'DefaultDenyAbsent',
  'Info',
  [],
  'ops/best-practices/security/#use-default-deny-patterns',
  (others: readonly string[]) => `Unlike ${list(others)}, this namespace allows whatever no policy is about.`,
)
export const workloadUncovered = message(
  'WEFT0612',
  'WorkloadUncovered',
  'Info',
  ['KIA1301'],
  'concepts/security/#authorization-policies',
  () => 'No AuthorizationPolicy is about this workload: everybody may call it.',
)

/* ---- ambient mode ---- */

export const needsWaypoint = message(
  'WEFT0701',
  'NeedsWaypoint',
  'Warning',
  ['KIA0109', 'KIA0210', 'KIA1109', 'KIA1110', 'KIA1111', 'KIA1112', 'KIA1317'],
  layer7,
  (what: string, namespace: string) =>
    `${what} needs a waypoint, and ${namespace} has none: ztunnel does not enforce it.`,
)
export const boundToNoWaypoint = message(
  'WEFT0702',
  'BoundToNoWaypoint',
  'Warning',
  ['KIA0110', 'KIA1115', 'KIA1116', 'KIA1117'],
  layer7,
  (what: string) => `${what} is a waypoint’s work, and a waypoint takes only policies with targetRefs.`,
)
export const serviceNotCaptured = message(
  'WEFT0703',
  'ServiceNotCaptured',
  'Warning',
  ['KIA0211', 'KIA1113'],
  waypoints,
  (what: string, host: string) => `${what} is a waypoint’s work, but calls to ${host} go through none.`,
)
export const notInServiceNamespace = message(
  'WEFT0704',
  'NotInServiceNamespace',
  'Warning',
  ['KIA0212', 'KIA1114'],
  layer7,
  (host: string, namespace: string) =>
    `The waypoint of ${host} reads rules of ${namespace} alone, where the Service is.`,
)

/* ---- Gateway API, and workloads outside Kubernetes ---- */

export const parentNotFound = message(
  'WEFT0801',
  'ParentNotFound',
  'Error',
  ['KIA1401'],
  gatewayApi,
  (kind: string, name: string) => `There is no ${kind} ${name}: the route hangs on nothing.`,
)
export const routeUnattached = message(
  'WEFT0802',
  'RouteUnattached',
  'Error',
  ['KIA1401'],
  gatewayApi,
  (gateway: string, because: string) => `${gateway} does not take this route: ${because}.`,
)
export const backendNotFound = message(
  'WEFT0803',
  'BackendNotFound',
  'Error',
  ['KIA1402'],
  gatewayApi,
  (kind: string, name: string) => `There is no ${kind} ${name}: requests sent there fail.`,
)
export const backendNotGranted = message(
  'WEFT0804',
  'BackendNotGranted',
  'Error',
  ['KIA1402'],
  'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
  (name: string) => `${name} is in another namespace, and no ReferenceGrant there lets this route send to it.`,
)
export const listenerTwice = message(
  'WEFT0805',
  'ListenerTwice',
  'Error',
  ['KIA1503'],
  gatewayApi,
  (listener: string, other: string) =>
    `The listeners ${listener} and ${other} have the same port, protocol and hostname.`,
)
export const addressShared = message(
  'WEFT0806',
  'AddressShared',
  'Warning',
  ['KIA1502'],
  gatewayApi,
  (address: string, others: readonly string[]) => `${list(others)} asks for ${address} as well: only one can have it.`,
)
export const hostInSeveralGateways = message(
  'WEFT0807',
  'HostInSeveralGateways',
  'Info',
  ['KIA1501'],
  gatewayApi,
  (host: string, others: readonly string[]) =>
    `${list(others)} serves ${host} on the same port: DNS decides which one callers reach.`,
)
export const gatewayClassUnknown = message(
  'WEFT0808',
  'GatewayClassUnknown',
  'Error',
  ['KIA1504'],
  gatewayApi,
  (name: string) => `There is no GatewayClass ${name}: nobody makes this Gateway.`,
)
export const certificateNotFound = message(
  'WEFT0809',
  'CertificateNotFound',
  'Error',
  [],
  gatewayApi,
  (name: string) => `There is no Secret ${name}: the listener does not come up.`,
)
export const certificateNotGranted = message(
  'WEFT0810',
  'CertificateNotGranted',
  'Error',
  [],
  'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
  (name: string) => `${name} is in another namespace, and no ReferenceGrant there lets this Gateway use it.`,
)
export const listenerUnused = message(
  'WEFT0811',
  'ListenerUnused',
  'Info',
  [],
  gatewayApi,
  (listener: string) => `No route hangs on the listener ${listener}: it answers 404, or nothing.`,
)
export const grantFromNowhere = message(
  'WEFT0812',
  'GrantFromUnknownNamespace',
  'Error',
  ['KIA1601'],
  'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
  (namespace: string) => `It trusts the namespace ${namespace}, which does not exist: whoever makes it is let in.`,
)
export const groupAccountUnknown = message(
  'WEFT0813',
  'GroupAccountUnknown',
  'Warning',
  ['KIA1701'],
  'reference/config/networking/workload-group/',
  (account: string) => `There is no ServiceAccount ${account}: its workloads get no identity.`,
)
export const groupsAlike = message(
  'WEFT0814',
  'GroupsAlike',
  'Warning',
  ['KIA1702'],
  'reference/config/networking/workload-group/',
  (others: readonly string[], labels: string) =>
    `${list(others)} has the labels ${labels} as well: nothing that selects can tell them apart.`,
)
