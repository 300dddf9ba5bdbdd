import { type Cell, type CellState, cellStates, type Matrix } from '#shared/security/matrix.ts'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { Line } from './lines.ts'

export interface Shown {
  state: CellState
  /** Granted for some requests only. */
  isPartly: boolean
  passed: number
  refused: number
}
export type CellsOf = (row: Line<Caller>, column: Line<Workload>) => Shown

/** What matters most of several cells stands for all of them. */
const weight: Record<CellState, number> = { neither: 0, granted: 1, uncertain: 2, used: 3, refused: 4 }

export function cellsOf(matrix: Matrix): CellsOf {
  const known = new Map<string, Shown>()
  return (row, column) => {
    const [caller, workload] = [row.members[0], column.members[0]]
    if (!row.isFolded && !column.isFolded && caller && workload) return matrix.cell(caller, workload)
    const key = `${row.key} > ${column.key}`
    let found = known.get(key)
    if (found === undefined) {
      const all = row.members.flatMap(from => column.members.map(to => matrix.cell(from, to)))
      known.set(
        key,
        (found = all.reduce<Shown>(together, { state: 'neither', isPartly: false, passed: 0, refused: 0 })),
      )
    }
    return found
  }
}

const together = (sum: Shown, { state, isPartly, passed, refused }: Cell): Shown => ({
  state: weight[state] > weight[sum.state] ? state : sum.state,
  isPartly: state === 'granted' ? isPartly || sum.isPartly : sum.isPartly,
  passed: sum.passed + passed,
  refused: sum.refused + refused,
})

/** More cells than these are judged as they come into sight, and not all of them for a count. */
export const mostJudged = 250_000

export type Counts = Record<CellState, number>
export const noCounts = (): Counts => Object.fromEntries(cellStates.map(state => [state, 0])) as Counts

/** Judges cells in slices, so that the page stays free to move. Ends early when it is called off. */
export async function countAll(
  { callers, workloads, cell }: Pick<Matrix, 'callers' | 'workloads' | 'cell'>,
  pause: () => Promise<void>,
  now: () => number,
  signal: AbortSignal,
): Promise<Counts | null> {
  const counts = noCounts()
  let begun = now()
  for (const caller of callers)
    for (const workload of workloads) {
      counts[cell(caller, workload).state] += 1
      if (now() - begun < 10) continue
      await pause()
      if (signal.aborted) return null
      begun = now()
    }
  return signal.aborted ? null : counts
}
