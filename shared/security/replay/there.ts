import { isEqual } from '#shared/mesh/equal.ts'
import type { Enforcer, Flow } from '#shared/security/flow.ts'
import { principalOf, type Workload, workloadKey } from '#shared/security/landscape.ts'

/** What runs, and what would. */
export interface Casts {
  before: ReadonlyMap<string, Workload>
  after: ReadonlyMap<string, Workload>
  /** `namespace/workload` → the namespace it goes to. */
  moves: ReadonlyMap<string, string>
  trustDomain: string
}

/** Whose call it is, to whom, as metrics name them; and who had it before it, where that is not the workload's first. */
export interface Ends {
  source: Pick<Workload, 'namespace'> & { workload: string }
  destination: Pick<Workload, 'namespace'> & { workload: string }
  enforcedBy?: Enforcer | undefined
}

/** A call as it would be made to what would be there: by whom it would come from, and to what it would meet. */
export function createThere({ before, after, moves, trustDomain }: Casts) {
  const keyOf = ({ namespace, workload: name }: Ends['source']) => workloadKey({ namespace, name })
  /** Where a workload of now would be. */
  const thereOf = (end: Ends['source']): Workload | undefined =>
    after.get(workloadKey({ namespace: moves.get(keyOf(end)) ?? end.namespace, name: end.workload }))

  return (
    flow: Flow,
    { source, destination, enforcedBy: past }: Ends,
  ): { flow: Flow; workload: Workload | undefined } => {
    const [was, workload] = [before.get(keyOf(destination)), thereOf(destination)]
    const caller = moves.has(keyOf(source)) ? thereOf(source) : undefined
    const called = caller === undefined ? flow : calledBy(flow, before.get(keyOf(source)), caller, trustDomain)
    if (workload === undefined || isAsItWas(was, workload)) return { flow: called, workload }
    // What went past a waypoint still does, as long as there is one.
    const enforcedBy = past !== undefined && workload.enforcedBy === 'waypoint' ? past : workload.enforcedBy
    const { namespace, labels } = workload
    return { flow: { ...called, destination: { ...called.destination, namespace, labels, enforcedBy } }, workload }
  }
}

function isAsItWas(was: Workload | undefined, is: Workload): boolean {
  if (was === is) return true
  return (
    was !== undefined &&
    was.namespace === is.namespace &&
    was.enforcedBy === is.enforcedBy &&
    isEqual(was.labels, is.labels)
  )
}

/** The call as it would be made from another namespace: by another name, or by none where no proxy stands there. */
function calledBy(flow: Flow, was: Workload | undefined, is: Workload, trustDomain: string): Flow {
  const { namespace } = is
  const { principal: _, ...source } = flow.source
  if (is.guarded === 0)
    return { ...flow, mtls: false, source: { ...source, namespace, serviceAccount: null, principal: null } }
  const [account, ...more] = is.serviceAccounts
  const known = more.length === 0 && account !== undefined ? account : undefined
  const named = typeof flow.source.serviceAccount === 'string' ? flow.source.serviceAccount : known
  const own = { ...source, namespace, ...(named === undefined ? {} : { serviceAccount: named }) }
  if (was !== undefined && was.guarded > 0 && flow.mtls === true && named !== undefined)
    return { ...flow, source: { ...own, principal: principalOf(trustDomain, namespace, named) } }
  // Whoever gets a proxy there sends what its destination takes.
  const { mtls: __, ...open } = flow
  return was !== undefined && was.guarded > 0 ? { ...flow, source: own } : { ...open, source: own }
}
