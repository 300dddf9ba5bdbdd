import { criticalPath } from './critical-path.ts'
import type { Tree } from './tree.ts'

/** Where the time of many traces went, by whom it was spent. */
export interface Share {
  /** Of the service; null: nobody's, between spans. */
  service: string | null
  /** Who called it there: the nearest ancestor of another service; null for what came from outside. */
  caller: string | null
  /** Sum over the traces, microseconds. */
  time: number
  /** Of all critical time, 0–1. */
  share: number
  /** Traces in which it had a part. */
  traces: number
  /** The quantile's own duration if this had taken no time, microseconds. */
  quantileWithout: number
}

export interface Aggregate {
  traces: number
  /** The quantile of the durations as they were, microseconds. */
  quantile: number
  shares: Share[]
}

/**
 * Over traces of one root operation: the share of critical-path time by service and edge, and what the quantile would be
 * if that were instant. The estimate takes away only what was on the critical path; what would have become critical
 * instead is not guessed, so it is the most that can be won.
 */
export function aggregateOf(trees: readonly Tree[], quantile: number, by: 'service' | 'edge'): Aggregate {
  const durations = trees.map(({ duration }) => duration)
  const parts = new Map<string, { service: string | null; caller: string | null; times: Map<number, number> }>()
  for (const [index, tree] of trees.entries())
    for (const { span, start, end } of criticalPath(tree)) {
      const service = tree.spans[span]?.span.service ?? null
      const caller = by === 'edge' ? callerOf(tree, span) : null
      const key = JSON.stringify([service, caller])
      const part = parts.get(key) ?? { service, caller, times: new Map<number, number>() }
      part.times.set(index, (part.times.get(index) ?? 0) + end - start)
      parts.set(key, part)
    }
  const all = durations.reduce((sum, duration) => sum + duration, 0)
  const shares = [...parts.values()].map(({ service, caller, times }): Share => {
    const time = [...times.values()].reduce((sum, each) => sum + each, 0)
    const without = durations.map((duration, index) => duration - (times.get(index) ?? 0))
    return {
      service,
      caller,
      time,
      share: all === 0 ? 0 : time / all,
      traces: times.size,
      quantileWithout: quantileOf(without, quantile),
    }
  })
  shares.sort((a, b) => b.time - a.time)
  return { traces: trees.length, quantile: quantileOf(durations, quantile), shares }
}

function callerOf(tree: Tree, index: number): string | null {
  const own = tree.spans[index]?.span.service
  for (let at = tree.spans[index]?.parent ?? -1; at !== -1; at = tree.spans[at]?.parent ?? -1) {
    const service = tree.spans[at]?.span.service
    if (service !== undefined && service !== own) return service
  }
  return null
}

/** With linear interpolation between the two nearest; 0 of nothing. */
export function quantileOf(values: readonly number[], quantile: number): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, quantile))
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0]
  return low + (high - low) * (at - Math.floor(at))
}
