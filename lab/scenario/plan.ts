import type { Behaviour, KubeObject, Scenario } from '#lab/contract.ts'

/** What a preset decides; `assemble` makes a cluster's objects of it. */
export interface Plan {
  preset: Scenario['preset']
  nodes: number
  scrapeInterval: number
  perPodSeries: boolean
  namespaces: NamespacePlan[]
  workloads: WorkloadPlan[]
  services: ServicePlan[]
  /** Istio's and Gateway API's objects and the mesh's ConfigMap; `assemble` fills uid and times. */
  configuration: { object: KubeObject; ageDays: number }[]
  behaviours: Behaviour[]
  externalHosts: Scenario['externalHosts']
}

export interface NamespacePlan {
  name: string
  labels: Record<string, string>
  ageDays: number
}

/** How a workload's pods come to be: an application, or one of Istio's own. */
export type WorkloadRole = 'app' | 'gateway' | 'waypoint' | 'egress' | 'control-plane'

export interface WorkloadPlan {
  namespace: string
  name: string
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  role: WorkloadRole
  /** Label `app`, and Istio's canonical service. */
  app: string
  version: string
  /** Ignored for a DaemonSet: one pod per node. */
  replicas: number
  serviceAccount: string
  image: string
  containerPorts: { name: string; containerPort: number }[]
  ageDays: number
}

export interface ServicePlan {
  namespace: string
  name: string
  selector: Record<string, string>
  type?: 'ClusterIP' | 'LoadBalancer'
  ports: { name: string; port: number; targetPort?: number | string; appProtocol?: string }[]
  labels?: Record<string, string>
  ageDays: number
}
