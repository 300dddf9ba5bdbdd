import type { ServicePlan, WorkloadPlan } from './plan.ts'

/** What Istio itself brings: gateways, waypoints, the control plane. */

/** What Istio deploys for a Gateway of class `istio`. */
export function ingress(namespace: string, gateway: string, replicas: number): [WorkloadPlan, ServicePlan] {
  const name = `${gateway}-istio`
  return [
    { ...proxyWorkload(namespace, name, 'gateway', replicas), ageDays: 70 },
    {
      namespace,
      name,
      selector: { 'gateway.networking.k8s.io/gateway-name': gateway },
      type: 'LoadBalancer',
      labels: {
        'gateway.networking.k8s.io/gateway-name': gateway,
        'gateway.istio.io/managed': 'istio.io-gateway-controller',
      },
      ports: [
        { name: 'status-port', port: 15021, appProtocol: 'tcp' },
        { name: 'http', port: 80, appProtocol: 'http' },
        { name: 'https', port: 443, appProtocol: 'https' },
      ],
      ageDays: 70,
    },
  ]
}

/** What Istio deploys for a Gateway of class `istio-waypoint`. */
export function waypoint(namespace: string, replicas: number): [WorkloadPlan, ServicePlan] {
  return [
    { ...proxyWorkload(namespace, 'waypoint', 'waypoint', replicas), ageDays: 50 },
    {
      namespace,
      name: 'waypoint',
      selector: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' },
      labels: {
        'gateway.networking.k8s.io/gateway-name': 'waypoint',
        'gateway.istio.io/managed': 'istio.io-mesh-controller',
      },
      ports: [
        { name: 'status-port', port: 15021, appProtocol: 'tcp' },
        { name: 'mesh', port: 15008, appProtocol: 'all' },
      ],
      ageDays: 50,
    },
  ]
}

/** What Istio's `gateway` chart installs as an egress gateway. */
export function egress(namespace: string, name: string, replicas: number): [WorkloadPlan, ServicePlan] {
  return [
    { ...proxyWorkload(namespace, name, 'egress', replicas), ageDays: 64 },
    {
      namespace,
      name,
      selector: { app: name, istio: name },
      ports: [
        { name: 'status-port', port: 15021 },
        { name: 'http2', port: 80 },
        { name: 'https', port: 443 },
      ],
      ageDays: 64,
    },
  ]
}

const proxyWorkload = (
  namespace: string,
  name: string,
  role: 'gateway' | 'waypoint' | 'egress',
  replicas: number,
): WorkloadPlan => ({
  namespace,
  name,
  kind: 'Deployment',
  role,
  app: name,
  version: 'latest',
  replicas,
  serviceAccount: name,
  image: '',
  containerPorts:
    role === 'waypoint' ? [{ name: 'mesh', containerPort: 15008 }] : [{ name: 'http', containerPort: 80 }],
  ageDays: 60,
})

export function controlPlane(istiodReplicas: number): { workloads: WorkloadPlan[]; services: ServicePlan[] } {
  const part = (name: string, kind: 'Deployment' | 'DaemonSet', replicas: number, ports: [string, number][]) => ({
    namespace: 'istio-system',
    name,
    kind,
    role: 'control-plane' as const,
    app: name,
    version: 'latest',
    replicas,
    serviceAccount: name === 'istio-cni-node' ? 'istio-cni' : name,
    image: '',
    containerPorts: ports.map(([label, containerPort]) => ({ name: label, containerPort })),
    ageDays: 90,
  })
  return {
    workloads: [
      part('istiod', 'Deployment', istiodReplicas, [
        ['http-debug', 8080],
        ['grpc-xds', 15010],
        ['tls-xds', 15012],
        ['https-webhooks', 15017],
        ['http-monitoring', 15014],
      ]),
      part('ztunnel', 'DaemonSet', 0, [['ztunnel-stats', 15020]]),
      part('istio-cni-node', 'DaemonSet', 0, [['metrics', 15014]]),
    ],
    services: [
      {
        namespace: 'istio-system',
        name: 'istiod',
        selector: { app: 'istiod', istio: 'pilot' },
        labels: { app: 'istiod', istio: 'pilot', 'istio.io/rev': 'default' },
        ports: [
          { name: 'grpc-xds', port: 15010 },
          { name: 'https-dns', port: 15012 },
          { name: 'https-webhook', port: 443, targetPort: 15017 },
          { name: 'http-monitoring', port: 15014 },
        ],
        ageDays: 90,
      },
    ],
  }
}
