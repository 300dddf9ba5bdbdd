import { X509Certificate } from 'node:crypto'
import { spiffeId } from '#lab/certificates/mesh.ts'
import type { PodReply, PodRequest } from '#lab/contract.ts'
import type { Pod, Service, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { proxyMetrics } from './exposition.ts'
import type { Look, Proxy } from './look.ts'
import { given, type Message } from './proto.ts'
import { json, plain } from './reply.ts'
import { ztunnelPolicies } from './ztunnel-policies.ts'

/** What a ztunnel answers: its configuration on 15000, metrics on 15020, readiness on 15021. */
export function askZtunnel(look: Look, proxy: Proxy, port: number, { path }: PodRequest): PodReply | null {
  const { pod } = proxy.connection
  switch (port) {
    case 15_000:
      return path === '/config_dump' ? json(ztunnelDump(look, proxy), 2) : plain('', 404)
    case 15_020:
      return path === '/metrics' || path === '/stats/prometheus'
        ? plain(proxyMetrics(look, pod), 200, 'text/plain; charset=utf-8')
        : plain('', 404)
    case 15_021:
      return path === '/healthz/ready'
        ? plain(pod.ready ? 'ready\n' : 'not ready\n', pod.ready ? 200 : 503)
        : plain('', 404)
    default:
      return null
  }
}

/** ztunnel's own form (src/admin.rs, src/state): every workload and service, and the certificates of its node. */
export function ztunnelDump(look: Look, { told, connection }: Proxy): Message {
  const { cluster } = told.mesh
  const policies = ztunnelPolicies(told)
  const servicesOf = new Map<string, Service[]>()
  for (const service of told.services.values())
    for (const { workload } of service.endpoints)
      servicesOf.set(workload.key, [...(servicesOf.get(workload.key) ?? []), service])
  const workloads = [...told.workloads.values()]
  const here = workloads.filter(
    ({ proxy, pods }) => proxy === 'ztunnel' && pods.some(pod => pod.node === connection.pod.node),
  )
  return {
    workloads: workloads.flatMap(workload =>
      workload.pods
        .filter(pod => pod.ip !== '')
        .map(pod => workloadOf(told, workload, pod, policies.of(workload), servicesOf.get(workload.key) ?? [])),
    ),
    services: [...told.services.values()].map(service => serviceOf(cluster, service)),
    policies: policies.all,
    certificates: certificatesOf(look, told, here),
    workloadState: Object.fromEntries(
      here.flatMap(workload =>
        workload.pods
          .filter(pod => pod.node === connection.pod.node)
          .map(pod => [
            uidOf(cluster, pod),
            {
              state: 'Up',
              info: { name: pod.name, namespace: pod.namespace, serviceAccount: workload.serviceAccount },
            },
          ]),
      ),
    ),
    version: { version: look.istioVersion },
  }
}

const uidOf = (cluster: string, { namespace, name }: Pod): string => `${cluster}//Pod/${namespace}/${name}`

const workloadOf = (
  { mesh }: Snapshot,
  workload: Workload,
  pod: Pod,
  authorizationPolicies: readonly string[],
  services: readonly Service[],
): Message => ({
  workloadIps: [pod.ip],
  protocol: workload.proxy === 'ztunnel' ? 'HBONE' : 'TCP',
  networkMode: 'Standard',
  uid: uidOf(mesh.cluster, pod),
  name: pod.name,
  namespace: pod.namespace,
  trustDomain: mesh.trustDomain,
  serviceAccount: workload.serviceAccount,
  workloadName: workload.name,
  canonicalName: workload.canonicalService,
  canonicalRevision: workload.canonicalRevision,
  node: pod.node,
  ...given({
    authorizationPolicies,
    locality: given({
      region: pod.place.region || undefined,
      zone: pod.place.zone || undefined,
      subzone: pod.place.subzone || undefined,
    }),
    services: services.map(({ namespace, host }) => `${namespace}/${host}`),
  }),
  status: pod.ready ? 'Healthy' : 'Unhealthy',
  clusterId: mesh.cluster,
  capacity: 1,
})

const scopes = { zone: ['Network', 'Region', 'Zone'], node: ['Network', 'Region', 'Zone', 'Subzone', 'Node'] } as const

const serviceOf = (cluster: string, service: Service): Message => {
  const ports = Object.fromEntries(service.ports.map(({ port, targetPort }) => [port, targetPort]))
  return {
    name: service.name,
    namespace: service.namespace,
    hostname: service.host,
    // The network, of which the lab has one without a name, and the address.
    vips: service.address === '' || service.address === 'None' ? [] : [`/${service.address}`],
    ports,
    endpoints: Object.fromEntries(
      service.endpoints.flatMap(({ pods }) =>
        pods.map(pod => [uidOf(cluster, pod), { workloadUid: uidOf(cluster, pod), port: ports, status: 'Healthy' }]),
      ),
    ),
    subjectAltNames: [],
    ...(service.waypoint
      ? {
          waypoint: {
            destination: `${service.waypoint.namespace}/${service.waypoint.name}.${service.waypoint.namespace}.svc.cluster.local`,
            hboneMtlsPort: 15_008,
          },
        }
      : {}),
    ...(service.prefers
      ? {
          loadBalancer: {
            routingPreferences: scopes[service.prefers],
            mode: 'Failover',
            healthPolicy: 'OnlyHealthy',
          },
        }
      : {}),
  }
}

/** One for each ServiceAccount that has pods on the node. */
function certificatesOf({ certificates, now }: Look, { mesh }: Snapshot, here: readonly Workload[]): Message[] {
  const identities = new Set(
    here.map(({ namespace, serviceAccount }) => spiffeId(mesh.trustDomain, namespace, serviceAccount)),
  )
  return [...identities].toSorted().map(identity => {
    const [leaf = ''] = certificates.workloadCertificate(identity, now).chain.split(/(?<=-----END CERTIFICATE-----\n)/)
    return {
      identity,
      state: 'Available',
      certChain: [certificateOf(leaf)],
      rootCerts: [certificateOf(certificates.root.pem)],
    }
  })
}

function certificateOf(pem: string): Message {
  const read = new X509Certificate(pem)
  const stamp = (date: Date) => date.toISOString().replace(/\.\d{3}Z$/, 'Z')
  return {
    pem: Buffer.from(pem).toString('base64'),
    serialNumber: BigInt(`0x${read.serialNumber}`).toString(),
    validFrom: stamp(read.validFromDate),
    expirationTime: stamp(read.validToDate),
  }
}
