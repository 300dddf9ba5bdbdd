import { criticalPath, criticalTime } from './critical-path.ts'
import { selfTimes } from './self-time.ts'
import type { Tree } from './tree.ts'

/** What one operation of one service did in a trace. Times in microseconds. */
export interface OperationStatistics {
  service: string
  operation: string
  count: number
  errors: number
  /** Sum of durations: brothers that ran at the same time count each. */
  total: number
  self: number
  critical: number
  least: number
  most: number
}

/** By service and operation, the most of the critical path first. */
export function statisticsOf(tree: Tree): OperationStatistics[] {
  const self = selfTimes(tree)
  const critical = criticalTime(criticalPath(tree))
  const found = new Map<string, OperationStatistics>()
  for (const [index, { span, start, end }] of tree.spans.entries()) {
    const key = JSON.stringify([span.service, span.operation])
    const length = end - start
    const known = found.get(key) ?? {
      service: span.service,
      operation: span.operation,
      count: 0,
      errors: 0,
      total: 0,
      self: 0,
      critical: 0,
      least: Infinity,
      most: 0,
    }
    found.set(key, {
      ...known,
      count: known.count + 1,
      errors: known.errors + (span.isError ? 1 : 0),
      total: known.total + length,
      self: known.self + (self[index] ?? 0),
      critical: known.critical + (critical.get(index) ?? 0),
      least: Math.min(known.least, length),
      most: Math.max(known.most, length),
    })
  }
  return [...found.values()].sort((a, b) => b.critical - a.critical || b.self - a.self || b.total - a.total)
}
