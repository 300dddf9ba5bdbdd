import { type Call, callKind, callObject, callOf } from '#shared/config/world/traffic.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Scene } from './intent.ts'
import { type Workload, workloadName } from './scope.ts'

type Seen = Pick<Call, 'isMutual'> & Record<'source' | 'destination', { namespace: string; workload: string }>

/** A scene that knows who calls whom; null: that is not known. */
export function withCalls(scene: Scene, seen: readonly Seen[] | null): Scene {
  if (seen === null) return scene
  const { world, inventory } = scene
  const labels = new Map(inventory.workloads.map(each => [workloadName(each), each.labels]))
  // The map calls a gateway's pods by their Gateway.
  const gateways = new Map(
    inventory.workloads.map(each => [
      `${each.namespace}/${each.labels['gateway.networking.k8s.io/gateway-name'] ?? ''}`,
      each.name,
    ]),
  )
  const end = ({ namespace, workload }: Seen['source']) => {
    const key = `${namespace}/${workload}`
    const name = labels.has(key) ? workload : (gateways.get(key) ?? workload)
    return { namespace, workload: name, labels: labels.get(`${namespace}/${name}`) ?? {} }
  }
  const calls = seen.map(({ source, destination, isMutual }) =>
    callObject({ source: end(source), destination: { ...end(destination), host: '' }, port: null, isMutual }),
  )
  const list: World['list'] = (kind, namespace) =>
    kind === callKind
      ? calls.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      : world.list(kind, namespace)
  return { inventory, world: { ...world, list, has: kind => kind === callKind || world.has(kind) } }
}

/** Calls into a namespace (null: into any) that were seen lately; null where no traffic is known. */
export function callsIn({ world }: Scene, namespace: string | null): readonly Call[] | null {
  if (!world.has(callKind)) return null
  return world.list(callKind, namespace ?? undefined).map(callOf)
}

export const callerOf = ({ inventory }: Scene, { source }: Call): Workload | undefined =>
  inventory.workloads.find(({ namespace, name }) => namespace === source.namespace && name === source.workload)

/** Plaintext was reported, or nothing was and the caller has no proxy that could do better. */
export function isPlain(scene: Scene, call: Call): boolean {
  if (call.isMutual !== null) return !call.isMutual
  return callerOf(scene, call)?.proxy === 'none'
}
