import type { Workload } from '#shared/security/landscape.ts'
import type { CellState, Matrix } from '#shared/security/matrix.ts'
import type { Caller } from '#shared/security/party.ts'
import { mostJudged } from './cells.ts'

export interface Narrowed {
  callers: readonly Caller[]
  workloads: readonly Workload[]
  /** Most that passed in any of its cells. */
  busiest: number
}

/** Rows and columns that a filter leaves: by text in either name, by a state that some cell has, by the scope. */
export function narrowed(
  matrix: Pick<Matrix, 'callers' | 'workloads' | 'cell' | 'seen'>,
  filter: { text: string; state: CellState | undefined; namespaces: readonly string[] },
): Narrowed {
  const { namespaces, state } = filter
  const text = filter.text.trim().toLowerCase()
  const has = (name: string) => name.toLowerCase().includes(text)
  const inScope = matrix.workloads.filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace))
  const own = matrix.callers.filter(caller => 'name' in caller && has(`${caller.namespace}/${caller.name}`))
  const theirs = inScope.filter(({ namespace, name }) => has(`${namespace}/${name}`))
  // A name that is found on one side only leaves the other side whole.
  let callers: readonly Caller[] = text === '' || own.length === 0 ? (theirs.length === 0 ? [] : matrix.callers) : own
  let workloads: readonly Workload[] =
    text === '' || theirs.length === 0 ? (own.length === 0 && text !== '' ? [] : inScope) : theirs
  if (state !== undefined) {
    const isSeen = state === 'used' || state === 'refused'
    const isLarge = callers.length * workloads.length > mostJudged
    if (isSeen || !isLarge) {
      const fits = (caller: Caller, workload: Workload) => {
        if (!isSeen) return matrix.cell(caller, workload).state === state
        const { passed, refused } = matrix.seen(caller, workload)
        return state === 'refused' ? refused > 0 : refused === 0 && passed > 0
      }
      const pairs = callers.flatMap(caller =>
        workloads.filter(workload => fits(caller, workload)).map(workload => ({ caller, workload })),
      )
      const [left, right] = [new Set(pairs.map(({ caller }) => caller)), new Set(pairs.map(({ workload }) => workload))]
      callers = callers.filter(caller => left.has(caller))
      workloads = workloads.filter(workload => right.has(workload))
    }
  }
  let busiest = 0
  for (const caller of callers)
    for (const workload of workloads) busiest = Math.max(busiest, matrix.seen(caller, workload).passed)
  return { callers, workloads, busiest }
}
