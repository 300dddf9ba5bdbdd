import type { MeshObject } from '#shared/mesh/object.ts'
import { promotionsIn } from '#shared/security/board.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { Workload } from '#shared/security/landscape.ts'
import type { Settings } from '#shared/security/world.ts'

/** Each is tried against the whole mesh: of more than these the board tells. */
const most = 10

/** Staged policies that would refuse a call which passes today, each enforced alone. */
export function stagedAgainst(
  flow: Flow,
  workload: Workload,
  objects: readonly MeshObject[],
  settings: Settings,
): { kind: string; namespace: string; name: string }[] {
  const near = promotionsIn(objects).filter(({ before }) =>
    [workload.namespace, settings.rootNamespace].includes(before?.metadata.namespace ?? ''),
  )
  if (near.length === 0 || createEvaluator(objects, settings).judge(flow).verdict === 'deny') return []
  return near.slice(0, most).flatMap(({ before, after }) => {
    if (!before || !after) return []
    const enforced = objects.map(object => (object === before ? after : object))
    if (createEvaluator(enforced, settings).judge(flow).verdict !== 'deny') return []
    return [{ kind: before.kind, namespace: before.metadata.namespace ?? '', name: before.metadata.name }]
  })
}
