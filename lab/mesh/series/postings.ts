import type { Matcher } from '#lab/contract.ts'
import type { Cell, Cells } from './cells.ts'

/** Labels by which few cells are found among many. */
const indexed = [
  'pod',
  'source_workload',
  'destination_workload',
  'destination_service',
  'destination_service_name',
  'source_workload_namespace',
  'destination_workload_namespace',
  'destination_service_namespace',
  'namespace',
] as const

/** Cells by label value, kept up to date when it is asked. Only cells that have samples are in it. */
export interface Postings {
  /** Cells that can match; a superset of those that do. */
  candidates(matchers: readonly Matcher[]): Iterable<Cell>
}

export function createPostings(cells: Cells): Postings {
  const lists = new Map<string, Map<string, Set<Cell>>>(indexed.map(label => [label, new Map()]))
  const present: (Cell | undefined)[] = []
  const born = new Set<Cell>()
  let generation = -1
  const each = (cell: Cell, act: (list: Map<string, Set<Cell>>, value: string) => void) => {
    for (const [label, list] of lists) {
      const value = cell.labels[label]
      if (value !== undefined) act(list, value)
    }
  }
  const sync = () => {
    if (generation === cells.generation) return
    generation = cells.generation
    const size = Math.max(present.length, cells.all.length)
    for (let id = 0; id < size; id++) {
      const now = cells.all[id]
      const known = present[id]
      const next = now && now.born >= 0 ? now : undefined
      if (known === next) continue
      if (known) {
        born.delete(known)
        each(known, (list, value) => void list.get(value)?.delete(known))
      }
      if (next) {
        born.add(next)
        each(next, (list, value) => {
          const set = list.get(value)
          if (set) set.add(next)
          else list.set(value, new Set([next]))
        })
      }
      present[id] = next
    }
  }
  return {
    candidates(matchers) {
      sync()
      let best: ReadonlySet<Cell> = born
      for (const { name, op, value } of matchers) {
        if (op !== '=' || value === '') continue
        const list = lists.get(name)
        if (list === undefined) continue
        const set = list.get(value) ?? new Set<Cell>()
        if (set.size < best.size) best = set
      }
      return best
    },
  }
}
