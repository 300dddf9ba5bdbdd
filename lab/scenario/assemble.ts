import type { KubeObject, Scenario } from '#lab/contract.ts'
import { cluster, namespaceLabels, namespaceOf, nodeOf, placer } from './cluster.ts'
import { loadBalancerAddress, serviceAddress, timestamp, uidOf } from './identity.ts'
import type { Plan, ServicePlan } from './plan.ts'
import { workloadObjects } from './workload.ts'

const day = 86_400_000

/** A plan becomes the objects of a cluster that has been running for weeks when `startedAt` comes. */
export function assemble(plan: Plan, startedAt: number): Scenario {
  const labelsOf = new Map(plan.namespaces.map(namespace => [namespace.name, namespaceLabels(namespace)]))
  const place = placer(plan.nodes)
  const known = (namespace: string): Record<string, string> => {
    const labels = labelsOf.get(namespace)
    if (labels === undefined) throw new Error(`The plan names namespace ${namespace} but does not hold it.`)
    return labels
  }
  return {
    preset: plan.preset,
    cluster,
    trustDomain: 'cluster.local',
    rootNamespace: 'istio-system',
    scrapeInterval: plan.scrapeInterval,
    perPodSeries: plan.perPodSeries,
    behaviours: plan.behaviours,
    externalHosts: plan.externalHosts,
    objects: [
      ...plan.namespaces.map(namespace => namespaceOf(namespace, startedAt)),
      ...Array.from({ length: plan.nodes }, (_, index) => nodeOf(index, startedAt)),
      ...serviceAccounts(plan, startedAt),
      ...plan.services.map((service, index) => serviceOf(service, index, startedAt)),
      ...plan.workloads.flatMap(workload =>
        workloadObjects(
          workload,
          known(workload.namespace),
          startedAt,
          workload.kind === 'DaemonSet' ? place.everywhere() : place.some(workload.replicas),
        ),
      ),
      ...plan.configuration.map(({ object, ageDays }) => dressed(object, startedAt - ageDays * day)),
    ],
  }
}

function serviceAccounts(plan: Plan, startedAt: number): KubeObject[] {
  const names = new Map<string, { namespace: string; name: string; ageDays: number }>()
  for (const { name, ageDays } of plan.namespaces)
    names.set(`${name}/default`, { namespace: name, name: 'default', ageDays })
  for (const { namespace, serviceAccount, ageDays } of plan.workloads)
    if (!names.has(`${namespace}/${serviceAccount}`))
      names.set(`${namespace}/${serviceAccount}`, { namespace, name: serviceAccount, ageDays })
  return [...names.values()].map(({ namespace, name, ageDays }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name,
      namespace,
      uid: uidOf(`ServiceAccount/${namespace}/${name}`),
      creationTimestamp: timestamp(startedAt - ageDays * day),
    },
  }))
}

function serviceOf(service: ServicePlan, index: number, startedAt: number): KubeObject {
  const clusterIP = serviceAddress(index)
  const type = service.type ?? 'ClusterIP'
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      uid: uidOf(`Service/${service.namespace}/${service.name}`),
      creationTimestamp: timestamp(startedAt - service.ageDays * day),
      labels: service.labels ?? service.selector,
    },
    spec: {
      type,
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      selector: service.selector,
      ports: service.ports.map((port, offset) => ({
        name: port.name,
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
        protocol: 'TCP',
        port: port.port,
        targetPort: port.targetPort ?? port.port,
        ...(type === 'LoadBalancer' ? { nodePort: 30_000 + ((index * 7 + offset) % 2700) } : {}),
      })),
    },
    status: { loadBalancer: type === 'LoadBalancer' ? { ingress: [{ ip: loadBalancerAddress }] } : {} },
  }
}

const dressed = (object: KubeObject, createdAt: number): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    uid: uidOf(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}/${object.apiVersion}`),
    creationTimestamp: timestamp(createdAt),
    ...(object.spec === undefined ? {} : { generation: 1 }),
  },
})
