import type { KubeObject, ResourceName, StoreEvent } from '#lab/contract.ts'

export interface Change extends StoreEvent {
  /** What was there before; null for ADDED. */
  previous: KubeObject | null
}

export interface History {
  add(change: Change): void
  since(resource: ResourceName, revision: number): readonly Change[] | null
  last(resource: ResourceName): number
}

interface Window {
  changes: Change[]
  /** Changes up to here are forgotten. */
  forgotten: number
}

/** The last changes of each resource, at least `size` of them. `first` is the revision of the empty store. */
export function createHistory(size: number, first: number): History {
  const windows = new Map<ResourceName, Window>()
  return {
    add(change) {
      const window = windows.get(change.resource) ?? { changes: [], forgotten: first }
      windows.set(change.resource, window)
      window.changes.push(change)
      // Twice the size, then halved: a shift at each change would move the whole array.
      if (window.changes.length < size * 2) return
      const gone = window.changes.splice(0, window.changes.length - size)
      window.forgotten = gone.at(-1)?.revision ?? window.forgotten
    },
    since(resource, revision) {
      const window = windows.get(resource)
      if (revision < (window?.forgotten ?? first)) return null
      if (!window) return []
      return window.changes.slice(firstAfter(window.changes, revision))
    },
    last: resource => windows.get(resource)?.changes.at(-1)?.revision ?? first,
  }
}

function firstAfter(changes: readonly Change[], revision: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.revision ?? 0) <= revision) low = middle + 1
    else high = middle
  }
  return low
}
