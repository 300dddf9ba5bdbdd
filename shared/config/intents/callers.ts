import { callKind, callOf, type Call } from '#shared/config/world/traffic.ts'
import type { Scene } from './intent.ts'
import type { Workload } from './scope.ts'

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
