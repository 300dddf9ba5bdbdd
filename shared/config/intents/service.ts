import { callable } from '#shared/config/world/hosts.ts'
import { hasLabels, type Labels } from '#shared/config/world/labels.ts'
import type { Inventory } from '#shared/config/api.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Problem, Scene, Target } from './intent.ts'

type Workload = Inventory['workloads'][number]

/** Workloads behind a service that carry one value of the version label. */
export interface Version {
  name: string
  /** What tells its pods from the others'. */
  labels: Labels
  workloads: readonly Workload[]
  pods: number
}

export interface Service {
  object: MeshObject
  namespace: string
  name: string
  host: string
  selector: Labels | null
  ports: Inventory['services'][number]['ports']
  workloads: readonly Workload[]
  /** By name, numbers in their order; empty where pods carry no version label. */
  versions: readonly Version[]
}

/** Istio docs, "Canonical service", and Kubernetes docs, "Recommended Labels": what says a version, the usual one first. */
const versionLabels = ['version', 'app.kubernetes.io/version', 'service.istio.io/canonical-revision']

export function serviceAt({ world, inventory }: Scene, { namespace, service = '' }: Target): Service | Problem {
  const object = world.get('/Service', namespace, service)
  if (object === undefined) return { field: null, code: 'noSuchService', values: { namespace, service } }
  const host = `${service}.${namespace}.svc.${world.settings.clusterDomain}`
  const { selector, ports } = callable(object, host)
  const workloads =
    selector === null
      ? []
      : inventory.workloads.filter(each => each.namespace === namespace && hasLabels(each.labels, selector))
  return {
    object,
    namespace,
    name: service,
    host,
    selector,
    ports: [...ports],
    workloads,
    versions: versionsOf(workloads),
  }
}

function versionsOf(workloads: readonly Workload[]): Version[] {
  const key =
    versionLabels.find(label => new Set(workloads.map(({ labels }) => labels[label])).size > 1) ??
    versionLabels.find(label => workloads.some(({ labels }) => labels[label] !== undefined))
  if (key === undefined) return []
  const groups = Map.groupBy(workloads, ({ labels }) => labels[key])
  return [...groups]
    .flatMap(([value, members]): Version[] =>
      value === undefined || value === ''
        ? []
        : [
            {
              name: value,
              labels: { [key]: value },
              workloads: members,
              pods: members.reduce((sum, { pods }) => sum + pods, 0),
            },
          ],
    )
    .sort((a, b) => byName(a.name, b.name))
}

/** `v2` before `v10`. */
export const byName = (a: string, b: string): number =>
  a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0)

/** Protocols whose requests the mesh reads (Istio docs, "Protocol Selection"). */
const httpLike = /^(http|https|http2|grpc|grpc-web|kubernetes\.io\/h2c|kubernetes\.io\/ws)$/i

/** Ports whose requests can be told apart: by protocol, else by the beginning of their name; a port without a name is sniffed. */
export const httpPorts = ({ ports }: Pick<Service, 'ports'>): Service['ports'] =>
  ports.filter(({ name, protocol }) => {
    if (httpLike.test(protocol)) return !/^https$/i.test(protocol)
    const [prefix = ''] = name.split('-')
    return name === '' || /^(http|http2|grpc)$/i.test(prefix) || !knownOther.test(prefix)
  })

const knownOther = /^(tcp|tls|https|mongo|mysql|redis|udp)$/i
