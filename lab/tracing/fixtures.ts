import type { Marks, PodRef, ProxyTelemetry, RequestTree, SideTelemetry } from '#lab/contract.ts'
import { createPacker, type Packed } from '#lab/mesh/requests/pack.ts'

/** Requests for tests: small, and told by what differs. */

const usual: SideTelemetry = {
  accessLogs: [{ stream: 'stdout', format: { text: '' }, filter: null }],
  reportsSpans: true,
  traceShare: 0.01,
  tags: [],
  metrics: null,
}

export const telemetry = (more: Partial<SideTelemetry> = {}): ProxyTelemetry => ({
  client: { ...usual, ...more },
  server: { ...usual, ...more },
})

const standard = telemetry()

export const pod = (service: string, namespace: string, proxy: PodRef['proxy'] = 'sidecar', last = 1): PodRef => ({
  namespace,
  workload: service,
  pod: `${service}-7d9f-${last}`,
  ip: `10.64.0.${last}`,
  service,
  version: 'v1',
  serviceAccount: service,
  proxy,
  node: 'prod-eu-a-01',
  telemetry: standard,
})

export const hop = (
  source: PodRef | null,
  destination: PodRef | null,
  more: Partial<RequestTree> = {},
): RequestTree => {
  const host = `${destination?.service ?? 'nowhere'}.${destination?.namespace ?? 'shop'}.svc.cluster.local`
  return {
    source,
    destination,
    waypoint: null,
    host,
    port: 8080,
    authority: more.authority ?? (more.port === 80 ? (more.host ?? host) : `${more.host ?? host}:${more.port ?? 8080}`),
    headers: {},
    arriving: { authority: more.authority ?? `${more.host ?? host}:8080`, path: more.path ?? '/', headers: {} },
    isMirror: false,
    dryRuns: [],
    upstreamCluster: `outbound|8080||${host}`,
    protocol: 'http',
    method: 'GET',
    path: '/',
    code: 200,
    grpcStatus: null,
    flags: '-',
    destinationFlags: '-',
    mtls: true,
    requestBytes: 0,
    responseBytes: 1200,
    start: 1_795_000_000_000,
    duration: 40,
    stage: 'application',
    refusedBy: null,
    details: 'via_upstream',
    routeName: 'default',
    token: null,
    remoteAddress: null,
    attempt: 0,
    children: [],
    ...more,
  }
}

const at = (offset: number, duration: number) => ({ start: 1_795_000_000_000 + offset, duration })

const gateway = pod('web-gateway-istio', 'gateways', 'gateway', 2)
const storefront = pod('storefront', 'shop', 'sidecar', 3)
const catalog = pod('catalog', 'shop', 'sidecar', 4)
const checkout = pod('checkout', 'shop', 'sidecar', 5)
const inventory = pod('inventory', 'logistics', 'ztunnel', 6)
const waypoint = pod('waypoint', 'logistics', 'waypoint', 7)
const postgres = pod('postgres', 'data', 'sidecar', 8)

/** internet → web-gateway → storefront → catalog → postgres (TCP), and → checkout → waypoint → inventory (gRPC). */
export const purchase = (shift = 0): RequestTree =>
  hop(null, gateway, {
    host: 'www.shop.example',
    port: 80,
    path: '/products/{id}',
    ...at(shift, 100),
    children: [
      hop(gateway, storefront, {
        path: '/products/{id}',
        ...at(shift + 1, 98),
        children: [
          hop(storefront, catalog, {
            path: '/products',
            ...at(shift + 10, 20),
            children: [hop(catalog, postgres, { protocol: 'tcp', port: 5432, ...at(shift + 12, 5) })],
          }),
          hop(storefront, checkout, {
            method: 'POST',
            path: '/orders',
            ...at(shift + 35, 50),
            children: [
              hop(checkout, inventory, {
                waypoint,
                protocol: 'grpc',
                port: 9090,
                method: 'POST',
                path: '/stock.v1.Inventory/Check',
                grpcStatus: 0,
                ...at(shift + 40, 30),
              }),
            ],
          }),
        ],
      }),
    ],
  })

/** Names for a request: the same number gives the same ones. */
export const marksOf = (number: number, more: Partial<Marks> = {}): Marks => ({
  traceId: number.toString(16).padStart(32, '0af7651916cd43dd8448eb211c80319c'),
  requestId: `2f2f2f2f-0000-4000-9000-${number.toString(16).padStart(12, '0')}`,
  isTraced: true,
  before: [],
  ...more,
})

export const packed = (tree: RequestTree, number = 1): Packed => createPacker().pack(tree, marksOf(number))
