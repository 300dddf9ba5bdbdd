/** Istio's annotations (istio.io, "Resource Annotations"): what each may stand on, its maturity, and whether it is on its way out. */

export interface Annotation {
  on: readonly string[]
  status: 'alpha' | 'beta' | 'stable'
  deprecated: boolean
}

const rows = (on: string, status: Annotation['status'], names: string, deprecated = false): [string, Annotation][] =>
  names
    .trim()
    .split(/\s+/)
    .map(name => [name, { on: on.split(' '), status, deprecated }])

export const annotations: ReadonlyMap<string, Annotation> = new Map([
  ...rows(
    'Service',
    'alpha',
    'alpha.istio.io/canonical-serviceaccounts alpha.istio.io/kubernetes-serviceaccounts',
    true,
  ),
  ...rows('Pod', 'alpha', 'alpha.istio.io/identity', true),
  ...rows(
    'Any',
    'alpha',
    `galley.istio.io/analyze-suppress install.operator.istio.io/chart-owner
    install.operator.istio.io/owner-generation install.operator.istio.io/version`,
  ),
  ...rows(
    'WorkloadEntry',
    'alpha',
    `istio.io/autoRegistrationGroup istio.io/connectedAt istio.io/disconnectedAt istio.io/workloadController`,
  ),
  ...rows('AuthorizationPolicy', 'alpha', 'istio.io/dry-run'),
  ...rows('Ingress', 'stable', 'kubernetes.io/ingress.class'),
  ...rows('Service', 'alpha', 'networking.istio.io/exportTo traffic.istio.io/nodeSelector'),
  ...rows('Service ServiceEntry', 'beta', 'networking.istio.io/traffic-distribution'),
  ...rows('Gateway', 'stable', 'networking.istio.io/service-type networking.istio.io/address-type'),
  ...rows('Any', 'stable', 'gateway.istio.io/controller-version'),
  ...rows('Gateway', 'stable', 'gateway.istio.io/name-override gateway.istio.io/service-account'),
  ...rows('Gateway', 'alpha', 'gateway.istio.io/tls-terminate-mode'),
  ...rows('Namespace', 'alpha', 'topology.istio.io/controlPlaneClusters'),
  ...rows(
    'Pod',
    'beta',
    'proxy.istio.io/config sidecar.istio.io/nativeSidecar ambient.istio.io/redirection istio.io/rev',
  ),
  ...rows('Pod', 'beta', 'sidecar.istio.io/inject', true),
  ...rows('Gateway GatewayClass', 'alpha', 'ambient.istio.io/waypoint-inbound-binding'),
  ...rows(
    'Pod',
    'alpha',
    `ambient.istio.io/bypass-inbound-capture ambient.istio.io/dns-capture inject.istio.io/templates
    istio.io/reroute-virtual-interfaces prometheus.istio.io/merge-metrics proxy.istio.io/overrides
    readiness.status.sidecar.istio.io/applicationPorts readiness.status.sidecar.istio.io/failureThreshold
    readiness.status.sidecar.istio.io/initialDelaySeconds readiness.status.sidecar.istio.io/periodSeconds
    sidecar.istio.io/agentLogLevel sidecar.istio.io/bootstrapOverride sidecar.istio.io/componentLogLevel
    sidecar.istio.io/enableCoreDump sidecar.istio.io/extraStatTags sidecar.istio.io/interceptionMode
    sidecar.istio.io/logLevel sidecar.istio.io/proxyCPU sidecar.istio.io/proxyCPULimit sidecar.istio.io/proxyImage
    sidecar.istio.io/proxyImageType sidecar.istio.io/proxyMemory sidecar.istio.io/proxyMemoryLimit
    sidecar.istio.io/rewriteAppHTTPProbers sidecar.istio.io/statsCompression sidecar.istio.io/statsHistogramBuckets
    sidecar.istio.io/status sidecar.istio.io/userVolume sidecar.istio.io/userVolumeMount
    status.sidecar.istio.io/port traffic.sidecar.istio.io/excludeInboundPorts
    traffic.sidecar.istio.io/excludeInterfaces traffic.sidecar.istio.io/excludeOutboundIPRanges
    traffic.sidecar.istio.io/excludeOutboundPorts traffic.sidecar.istio.io/includeInboundPorts
    traffic.sidecar.istio.io/includeOutboundIPRanges traffic.sidecar.istio.io/includeOutboundPorts
    traffic.sidecar.istio.io/istioInterfaces`,
  ),
  ...rows(
    'Pod',
    'alpha',
    `sidecar.istio.io/controlPlaneAuthPolicy sidecar.istio.io/discoveryAddress
    sidecar.istio.io/statsInclusionPrefixes sidecar.istio.io/statsInclusionRegexps
    sidecar.istio.io/statsInclusionSuffixes traffic.sidecar.istio.io/kubevirtInterfaces`,
    true,
  ),
])

/** Istio's own, and the one of Kubernetes that Istio documents too. */
export const isIstios = (name: string): boolean =>
  name === 'kubernetes.io/ingress.class' || (name.split('/')[0] ?? '').endsWith('istio.io')
