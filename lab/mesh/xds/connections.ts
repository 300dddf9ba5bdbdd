import type { Pod, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { hashText } from '#lab/mesh/traffic/random.ts'
import { type NodeType, nodeTypeOf } from './types.ts'

/** One proxy, and the istiod that it gets its configuration from. */
export interface Connection {
  /** Istio's name for it: `pod.namespace`. */
  id: string
  type: NodeType
  workload: Workload
  pod: Pod
  istiod: Pod
}

export interface Connections {
  /** Pods of the control plane that serve. */
  istiods: readonly Pod[]
  /** In order of their names; none while no istiod serves. */
  all: readonly Connection[]
  byId: ReadonlyMap<string, Connection>
}

const known = new WeakMap<Snapshot, Connections>()

export function connectionsOf(snapshot: Snapshot): Connections {
  let found = known.get(snapshot)
  if (found === undefined) known.set(snapshot, (found = connect(snapshot)))
  return found
}

export const istiodOf = (snapshot: Snapshot): Workload | undefined =>
  [...snapshot.workloads.values()].find(workload => workload.labels['app'] === 'istiod')

function connect(snapshot: Snapshot): Connections {
  const istiods = istiodOf(snapshot)?.ready ?? []
  const all: Connection[] = []
  for (const workload of snapshot.workloads.values()) {
    const type = nodeTypeOf(workload)
    if (type === null) continue
    for (const pod of workload.pods) {
      const id = `${pod.name}.${pod.namespace}`
      // Each proxy stays with the istiod that the Service led it to.
      const istiod = istiods[hashText(id) % Math.max(1, istiods.length)]
      if (istiod && pod.ip !== '') all.push({ id, type, workload, pod, istiod })
    }
  }
  all.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { istiods, all, byId: new Map(all.map(connection => [connection.id, connection])) }
}
