import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { covers } from './hosts.ts'
import { fields, hasLabels, items, number, text, textMap, texts } from './read.ts'
import { oldestFirst } from './virtual-services.ts'

/** Istio docs, Sidecar: what a proxy is told of, and what it does with the rest. */
export interface Sidecar {
  namespace: string
  name: string
  selector: Record<string, string> | null
  egress: readonly { port: number | null; hosts: readonly Import[] }[]
  outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY' | null
  /** Ports of its own listeners → where they lead inside the pod. */
  ingress: ReadonlyMap<number, string>
}

interface Import {
  /** `*`: any. */
  namespace: string
  host: string
}

export interface Sidecars {
  /** What applies to a workload, with what it leaves to the wider ones filled in; null: everything is imported. */
  of(workload: Workload): Sidecar | null
}

/** One that selects the workload, else its namespace's own, else the root namespace's. */
export function readSidecars(store: ObjectStore, rootNamespace: string): Sidecars {
  const byNamespace = new Map<string, Sidecar[]>()
  for (const object of oldestFirst(store.list('sidecars.networking.istio.io'))) {
    const sidecar = readSidecar(object)
    const others = byNamespace.get(sidecar.namespace)
    if (others) others.push(sidecar)
    else byNamespace.set(sidecar.namespace, [sidecar])
  }
  const wide = (namespace: string) => byNamespace.get(namespace)?.find(sidecar => sidecar.selector === null) ?? null
  const known = new Map<string, Sidecar | null>()
  return {
    of(workload) {
      const found = known.get(workload.key)
      if (found !== undefined) return found
      const own = byNamespace
        .get(workload.namespace)
        ?.find(({ selector }) => selector !== null && hasLabels(workload.labels, selector))
      const usual = wide(workload.namespace) ?? wide(rootNamespace)
      const made = own ? completed(own, usual) : usual
      known.set(workload.key, made)
      return made
    },
  }
}

/** Istio docs, Sidecar, `egress` and `outboundTrafficPolicy`: unspecified = as the namespace's or the mesh's default has it. */
const completed = (own: Sidecar, usual: Sidecar | null): Sidecar => ({
  ...own,
  egress: own.egress.length > 0 ? own.egress : (usual?.egress ?? []),
  outboundTrafficPolicy: own.outboundTrafficPolicy ?? usual?.outboundTrafficPolicy ?? null,
})

function readSidecar(object: KubeObject): Sidecar {
  const spec = fields(object.spec)
  const { namespace = 'default', name } = object.metadata
  const policy = fields(spec['outboundTrafficPolicy'])
  const mode = policy['mode']
  return {
    namespace,
    name,
    selector: spec['workloadSelector'] === undefined ? null : textMap(fields(spec['workloadSelector'])['labels']),
    egress: items(spec['egress']).map(listener => ({
      port: number(fields(listener['port'])['number']) ?? null,
      hosts: texts(listener['hosts']).flatMap(host => readImport(host, namespace)),
    })),
    // Said without a mode, it is the enum's first value.
    outboundTrafficPolicy:
      spec['outboundTrafficPolicy'] === undefined ? null : mode === 'ALLOW_ANY' ? 'ALLOW_ANY' : 'REGISTRY_ONLY',
    ingress: new Map(
      items(spec['ingress']).map(listener => [
        number(fields(listener['port'])['number']) ?? 0,
        text(listener['defaultEndpoint']) ?? '',
      ]),
    ),
  }
}

/** `ns/host`; `.` is the Sidecar's own namespace, `~` none, `*` any. */
function readImport(written: string, own: string): Import[] {
  const slash = written.indexOf('/')
  const [namespace, host] = slash < 0 ? ['*', written] : [written.slice(0, slash), written.slice(slash + 1)]
  if (namespace === '~') return []
  return [{ namespace: namespace === '.' ? own : namespace, host: host.toLowerCase() }]
}

/** Is a service with this host in this namespace imported, for calls to this port? A listener of its own port stands alone. */
export function isImported(sidecar: Sidecar | null, namespace: string, host: string, port: number): boolean {
  if (sidecar === null || sidecar.egress.length === 0) return true
  const own = sidecar.egress.filter(listener => listener.port === port)
  const listeners = own.length > 0 ? own : sidecar.egress.filter(listener => listener.port === null)
  return listeners.some(listener => listener.hosts.some(one => inNamespace(one, namespace) && covers(one.host, host)))
}

/** A VirtualService is imported with any of its hosts. */
export const isRouteImported = (sidecar: Sidecar | null, namespace: string, hosts: readonly string[]): boolean =>
  sidecar === null ||
  sidecar.egress.length === 0 ||
  sidecar.egress.some(listener =>
    listener.hosts.some(
      one => inNamespace(one, namespace) && hosts.some(host => covers(one.host, host) || covers(host, one.host)),
    ),
  )

const inNamespace = (one: Import, namespace: string): boolean => one.namespace === '*' || one.namespace === namespace
