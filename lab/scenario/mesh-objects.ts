import { stringify } from 'yaml'
import { aged, type Configured, gatewayApi, objectOf } from './configured.ts'
import { peerAuthentication } from './security-objects.ts'
import { sailObjects } from './sail-objects.ts'
import { defaultWebhook, validatorWebhook } from './webhooks.ts'

/** The classes that istiod brings, with who serves them. */
const gatewayClasses = [
  ['istio', 'istio.io/gateway-controller', 'The default Istio GatewayClass'],
  ['istio-remote', 'istio.io/unmanaged-gateway', 'Remote to this cluster. Does not deploy or affect configuration.'],
  ['istio-waypoint', 'istio.io/mesh-controller', 'The default Istio waypoint GatewayClass'],
] as const

/** What an Istio installation leaves behind: gateway classes, mesh settings, a default Telemetry. */
export function meshWide(mode: 'STRICT' | 'PERMISSIVE'): Configured[] {
  const mesh = {
    accessLogFile: '/dev/stdout',
    defaultConfig: {
      discoveryAddress: 'istiod.istio-system.svc:15012',
      tracing: { sampling: 1 },
    },
    defaultProviders: { metrics: ['prometheus'], tracing: ['jaeger'] },
    enableAutoMtls: true,
    enablePrometheusMerge: true,
    enableTracing: true,
    extensionProviders: [
      {
        name: 'lab-authorizer',
        envoyExtAuthzGrpc: { service: authorizerHost, port: 9000, timeout: '0.5s' },
      },
      {
        name: 'jaeger',
        opentelemetry: { service: 'jaeger-collector.istio-system.svc.cluster.local', port: 4317 },
      },
      { name: 'envoy', envoyFileAccessLog: { path: '/dev/stdout' } },
    ],
    outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    pathNormalization: { normalization: 'BASE' },
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
  }
  return [
    ...gatewayClasses.map(([name, controllerName, description]) =>
      aged(90, objectOf(gatewayApi, 'GatewayClass', '', name, { controllerName, description })),
    ),
    aged(90, defaultWebhook()),
    aged(90, validatorWebhook()),
    ...sailObjects(),
    aged(90, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system', labels: { 'istio.io/rev': 'default', release: 'istio' } },
      data: { mesh: stringify(mesh), meshNetworks: 'networks: {}' },
    }),
    aged(
      88,
      objectOf('telemetry.istio.io/v1', 'Telemetry', 'istio-system', 'mesh-default', {
        tracing: [{ randomSamplingPercentage: 1 }],
      }),
    ),
    peerAuthentication('istio-system', 'default', mode),
    authorizer(),
  ]
}

const authorizerHost = 'authorizer.lab.example'

/** Where the provider `lab-authorizer` is: outside, as Istio's own example has it ("External Authorization"). */
const authorizer = (): Configured =>
  aged(
    90,
    objectOf('networking.istio.io/v1', 'ServiceEntry', 'istio-system', 'lab-authorizer', {
      hosts: [authorizerHost],
      location: 'MESH_EXTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 9000, name: 'grpc', protocol: 'GRPC' }],
      endpoints: [{ address: '192.0.2.90' }],
    }),
  )
