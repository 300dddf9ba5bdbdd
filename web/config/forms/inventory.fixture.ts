import type { Inventory } from '#shared/config/api.ts'

/** A small shop: what tests of suggestions count. */
export const shop: Inventory = {
  namespaces: [
    { name: 'istio-system', labels: {} },
    { name: 'shop', labels: {} },
    { name: 'logistics', labels: {} },
  ],
  services: [
    {
      namespace: 'shop',
      name: 'cart',
      hosts: ['cart.shop.svc.cluster.local'],
      ports: [
        { number: 8080, name: 'http', protocol: 'HTTP' },
        { number: 9090, name: 'grpc', protocol: 'GRPC' },
      ],
      selector: { app: 'cart' },
    },
    {
      namespace: 'logistics',
      name: 'parcels',
      hosts: ['parcels.logistics.svc.cluster.local'],
      ports: [{ number: 7070, name: 'http', protocol: 'HTTP' }],
      selector: { app: 'parcels' },
    },
  ],
  workloads: [
    workload('shop', 'cart-v1', { app: 'cart', version: 'v1' }),
    workload('logistics', 'parcels', { app: 'parcels' }),
  ],
  serviceAccounts: [
    { namespace: 'shop', name: 'cart' },
    { namespace: 'logistics', name: 'parcels' },
  ],
  subsets: [],
  gateways: [
    { group: 'gateway.networking.k8s.io', namespace: 'shop', name: 'waypoint', hosts: [] },
    { group: 'networking.istio.io', namespace: 'shop', name: 'front', hosts: ['shop.example'] },
  ],
  secrets: [{ namespace: 'shop', name: 'shop-tls' }],
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  providers: [
    { name: 'jaeger', kind: 'opentelemetry' },
    { name: 'loki', kind: 'envoyOtelAls' },
    { name: 'opa', kind: 'envoyExtAuthzGrpc' },
    { name: 'prometheus', kind: 'prometheus' },
  ],
}

function workload(namespace: string, name: string, labels: Record<string, string>): Inventory['workloads'][number] {
  return { namespace, name, kind: 'Deployment', labels, serviceAccount: labels['app'] ?? '', pods: 2, proxy: 'sidecar' }
}
