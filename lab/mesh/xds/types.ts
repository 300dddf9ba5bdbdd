import type { Workload } from '#lab/mesh/snapshot/facts.ts'

/** What istiod sends, in the words of its metrics; the URLs name it on the wire. */
export const typeUrls = {
  cds: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  eds: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  lds: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  rds: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  nds: 'type.googleapis.com/istio.networking.nds.v1.NameTable',
  wds: 'type.googleapis.com/istio.workload.Address',
  wads: 'type.googleapis.com/istio.security.Authorization',
} as const

export type XdsType = keyof typeof typeUrls

export const xdsTypes = Object.keys(typeUrls) as XdsType[]

/** Istio's names for what connects (pilot/pkg/model, NodeType). */
export type NodeType = 'sidecar' | 'router' | 'waypoint' | 'ztunnel'

/** Null: nothing in its pods asks istiod for anything. */
export function nodeTypeOf({ proxy, labels }: Pick<Workload, 'proxy' | 'labels'>): NodeType | null {
  switch (proxy) {
    case 'sidecar':
    case 'waypoint':
      return proxy
    case 'gateway':
      return 'router'
    case 'ztunnel':
      // Captured by one; its pods have none of their own.
      return null
    case 'none':
      return labels['app'] === 'ztunnel' ? 'ztunnel' : null
  }
}

/** What a proxy subscribes to. Gateways resolve no names for applications; ztunnel knows workloads and who may call them. */
export const subscribed: Readonly<Record<NodeType, readonly XdsType[]>> = {
  sidecar: ['cds', 'eds', 'lds', 'rds', 'nds'],
  router: ['cds', 'eds', 'lds', 'rds'],
  waypoint: ['cds', 'eds', 'lds', 'rds'],
  ztunnel: ['wds', 'wads'],
}
