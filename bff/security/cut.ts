import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { SeenFlow, Workload } from '#shared/security/landscape.ts'
import { weightsTogether } from '#shared/security/weights.ts'

/** What somebody may see of flows and workloads (decision 0018). */

/**
 * Calls to what is seen. Callers of other namespaces are one caller without a name; calls to other namespaces are not
 * told at all. An end that nobody knows belongs to no namespace.
 */
export function cutFlows(flows: readonly SeenFlow[], sight: Sight): SeenFlow[] {
  if (sight === 'everything') return [...flows]
  const seen = new Map<string, SeenFlow>()
  for (const flow of flows) {
    const { source, destination } = flow
    if (destination.namespace === '' ? !isSeen(sight, source.namespace) : !isSeen(sight, destination.namespace))
      continue
    const own = isHere(source, sight) ? flow : hidden(flow)
    const before = seen.get(own.id)
    seen.set(
      own.id,
      before === undefined
        ? own
        : {
            ...before,
            passed: before.passed + own.passed,
            refused: before.refused + own.refused,
            ...weightsTogether(before, own),
          },
    )
  }
  return [...seen.values()]
}

function isHere({ namespace, principal }: SeenFlow['source'], sight: Sight): boolean {
  const [, told] = /^[^/]*\/ns\/([^/]+)\/sa\//.exec(principal ?? '') ?? []
  return (namespace === '' || isSeen(sight, namespace)) && (told === undefined || isSeen(sight, told))
}

function hidden(flow: SeenFlow): SeenFlow {
  const { destination, protocol, mtls } = flow
  return {
    ...flow,
    id: JSON.stringify(['hidden', destination.namespace, destination.workload, destination.service, protocol, mtls]),
    source: { namespace: '', workload: '', isHidden: true },
  }
}

export const cutWorkloads = (workloads: readonly Workload[], sight: Sight): Workload[] =>
  workloads.filter(({ namespace }) => isSeen(sight, namespace))
