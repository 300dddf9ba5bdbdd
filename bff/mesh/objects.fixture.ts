import type { MeshObjects, ObjectView, PodView } from '#bff/sources/source.ts'

/** A small cluster for tests. A workload has a Service of the same name, unless it says otherwise. */
export interface Planned {
  /** `namespace/name`. */
  name: string
  app?: string
  version?: string
  labels?: Record<string, string>
  proxy?: 'sidecar' | 'ambient' | 'none'
  pods?: number
  ready?: number
  hasService?: boolean
}

export function cluster(planned: readonly Planned[], rest: Partial<MeshObjects> = {}): MeshObjects {
  const plans = planned.map(plan => {
    const [namespace = '', name = ''] = plan.name.split('/')
    const app = plan.app ?? name
    const labels = { app, version: plan.version ?? 'v1', ...plan.labels }
    return { ...plan, namespace, name, app, labels, pods: plan.pods ?? 1, ready: plan.ready ?? plan.pods ?? 1 }
  })
  const services = new Map(
    plans
      .filter(({ hasService }) => hasService !== false)
      .map(({ namespace, app }) => [
        `${namespace}/${app}`,
        { namespace, name: app, labels: {}, selector: { app }, type: 'ClusterIP', clusterIP: '10.0.0.1', ports: [] },
      ]),
  )
  return {
    revision: 1,
    namespaces: [...new Set(plans.map(({ namespace }) => namespace))].map(name => ({ name, labels: {} })),
    workloads: plans.map(({ namespace, name, labels, pods, ready, app }) => ({
      kind: 'Deployment',
      namespace,
      name,
      labels,
      podLabels: labels,
      serviceAccount: app,
      replicas: pods,
      readyReplicas: ready,
    })),
    pods: plans.flatMap(({ namespace, name, labels, pods, ready, proxy = 'sidecar', app }) =>
      Array.from(
        { length: pods },
        (_, index): PodView => ({
          namespace,
          name: `${name}-7c9d8f6b5-x2x4${index}`,
          labels,
          serviceAccount: app,
          ip: '10.1.0.1',
          phase: 'Running',
          isReady: index < ready,
          hasSidecar: proxy === 'sidecar',
          isAmbient: proxy === 'ambient',
          proxyVersion: null,
          workload: { kind: 'Deployment', name },
        }),
      ),
    ),
    services: [...services.values()],
    peerAuthentications: [],
    authorizationPolicies: [],
    serviceEntries: [],
    gateways: [],
    ...rest,
  }
}

export const object = (
  kind: string,
  name: string,
  spec: Record<string, unknown>,
  created = '2026-01-01',
): ObjectView => {
  const [namespace = '', own = ''] = name.split('/')
  return {
    group: 'security.istio.io',
    kind,
    namespace,
    name: own,
    labels: {},
    annotations: {},
    creationTimestamp: `${created}T00:00:00Z`,
    spec,
  }
}

export const waypointLabels = {
  'gateway.networking.k8s.io/gateway-name': 'waypoint',
  'gateway.istio.io/managed': 'istio.io-mesh-controller',
}
