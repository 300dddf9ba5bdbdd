import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { CellState, Matrix } from '#shared/security/matrix.ts'
import { type Caller, callerKey } from '#shared/security/party.ts'
import { mostJudged } from './cells.ts'

export interface Narrowed {
  callers: readonly Caller[]
  workloads: readonly Workload[]
  /** Most that passed between any two ends. */
  busiest: number
}

/** Rows and columns that a filter leaves: by text in either name, by a state that some cell has, by the scope. */
export function narrowed(
  matrix: Pick<Matrix, 'callers' | 'workloads' | 'cell' | 'pairs'>,
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
  if (state === 'used' || state === 'refused') {
    // What was seen is a short list, however many cells there are.
    const fitting = matrix.pairs.filter(({ passed, refused }) =>
      state === 'refused' ? refused > 0 : refused === 0 && passed > 0,
    )
    const [inRows, inColumns] = [keysOf(callers, callerKey), keysOf(workloads, workloadKey)]
    const both = fitting.filter(({ from, to }) => inRows.has(from) && inColumns.has(to))
    const [left, right] = [new Set(both.map(({ from }) => from)), new Set(both.map(({ to }) => to))]
    callers = callers.filter(caller => left.has(callerKey(caller)))
    workloads = workloads.filter(workload => right.has(workloadKey(workload)))
  } else if (state !== undefined && callers.length * workloads.length <= mostJudged) {
    const fits = (caller: Caller, workload: Workload) => matrix.cell(caller, workload).state === state
    const [rows, columns] = [callers, workloads]
    callers = rows.filter(caller => columns.some(workload => fits(caller, workload)))
    workloads = columns.filter(workload => rows.some(caller => fits(caller, workload)))
  }
  const busiest = matrix.pairs.reduce((most, { passed }) => Math.max(most, passed), 0)
  return { callers, workloads, busiest }
}

const keysOf = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlySet<string> => new Set(items.map(keyOf))
