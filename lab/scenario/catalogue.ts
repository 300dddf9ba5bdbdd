import type { NamespacePlan, ServicePlan, WorkloadPlan } from './plan.ts'

/** How each kind of workload and its Service are usually installed; presets say only what differs. */

export interface AppOptions {
  version?: string
  replicas: number
  /** The Service's port; none where nobody calls it. */
  port?: { name: string; port: number; appProtocol?: string }
  kind?: 'Deployment' | 'StatefulSet'
  image?: string
  ageDays?: number
  /** Deployments of several versions carry the version in their names. */
  isVersioned?: boolean
}

export function app(namespace: string, name: string, options: AppOptions): WorkloadPlan {
  const version = options.version ?? 'v1'
  return {
    namespace,
    name: options.isVersioned ? `${name}-${version}` : name,
    kind: options.kind ?? 'Deployment',
    role: 'app',
    app: name,
    version,
    replicas: options.replicas,
    serviceAccount: name,
    image: options.image ?? `registry.shop.example/${namespace}/${name}:${version.slice(1)}.4.0`,
    containerPorts: options.port ? [{ name: options.port.name, containerPort: options.port.port }] : [],
    ageDays: options.ageDays ?? 32,
  }
}

export const serviceFor = (workload: WorkloadPlan, port: NonNullable<AppOptions['port']>): ServicePlan => ({
  namespace: workload.namespace,
  name: workload.app,
  selector: { app: workload.app },
  ports: [port],
  ageDays: workload.ageDays + 20,
})

export const httpPort = { name: 'http', port: 8080, appProtocol: 'http' }
export const grpcPort = { name: 'grpc', port: 9090, appProtocol: 'grpc' }

export const stores = {
  postgres: { port: { name: 'tcp-postgres', port: 5432 }, image: 'docker.io/library/postgres:17.6' },
  redis: { port: { name: 'tcp-redis', port: 6379 }, image: 'docker.io/library/redis:8.2' },
  kafka: { port: { name: 'tcp-kafka', port: 9092 }, image: 'docker.io/apache/kafka:4.1.0' },
} as const

export const sidecarNamespace = (name: string, ageDays = 90): NamespacePlan => ({
  name,
  labels: { 'istio-injection': 'enabled' },
  ageDays,
})

export const ambientNamespace = (name: string, hasWaypoint: boolean, ageDays = 60): NamespacePlan => ({
  name,
  labels: {
    'istio.io/dataplane-mode': 'ambient',
    ...(hasWaypoint ? { 'istio.io/use-waypoint': 'waypoint' } : {}),
  },
  ageDays,
})

export const plainNamespace = (name: string, ageDays = 400): NamespacePlan => ({ name, labels: {}, ageDays })
