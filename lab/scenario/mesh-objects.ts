import { stringify } from 'yaml'
import { accepted, aged, type Configured, gatewayApi, objectOf } from './configured.ts'
import { peerAuthentication } from './security-objects.ts'

/** What an Istio installation leaves behind: gateway classes, mesh settings, a default Telemetry. */
export function meshWide(mode: 'STRICT' | 'PERMISSIVE'): Configured[] {
  const controllers: Record<string, string> = {
    istio: 'istio.io/gateway-controller',
    'istio-waypoint': 'istio.io/mesh-controller',
  }
  const mesh = {
    accessLogFile: '/dev/stdout',
    defaultConfig: { discoveryAddress: 'istiod.istio-system.svc:15012' },
    enableAutoMtls: true,
    enablePrometheusMerge: true,
    enableTracing: true,
    outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
  }
  return [
    ...Object.entries(controllers).map(([name, controllerName]) =>
      aged(90, {
        ...objectOf(gatewayApi, 'GatewayClass', '', name, {
          controllerName,
          description: `The ${name} class of Istio`,
        }),
        status: { conditions: [accepted('Accepted', 'Accepted')] },
      }),
    ),
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
  ]
}
