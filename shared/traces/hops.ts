import type { Span } from '#shared/mesh/span.ts'
import { criticalPath, criticalTime } from './critical-path.ts'
import type { Tree } from './tree.ts'

/** All calls of a trace from one service to another as one. */
export interface Hop {
  /** Null: from outside. Empty: of a service that whoever asks may not see. */
  from: string | null
  /** A service; of what sends no spans, the service or host its caller names. */
  to: string
  /** By when the first of them began, from 1. */
  order: number
  calls: number
  errors: number
  /** Microseconds on the critical path in `to`, called from there; and of the whole trace, 0–1. */
  critical: number
  share: number
  /** Nothing there has sent a span: only its caller tells of it. */
  isSilent: boolean
  /** `to` is a host outside the mesh. */
  isHost: boolean
  isGrpc: boolean
  /** Index of the span to look at first: the one with most of the critical path, else the longest. */
  span: number
}

/** Where a caller says its call went. */
export interface Target {
  name: string
  isHost: boolean
}

interface Draft extends Hop {
  start: number
  /** Of `span`: on the critical path, and whole. */
  best: [number, number]
}

/**
 * The ways between services that a trace took. A call that nobody at its other end tells of is a hop to where its caller
 * says it went (`targetOf`), and has the time of its wait.
 *
 * Law: the critical time of all hops and what is nobody's sum to the trace's duration.
 */
export function hopsOf(tree: Tree, targetOf: (span: Span) => Target | null): Hop[] {
  const critical = criticalTime(criticalPath(tree))
  const callers: (string | null)[] = []
  const hops = new Map<string, Draft>()
  for (const [index, { span, parent, start, end, children }] of tree.spans.entries()) {
    const above = tree.spans[parent]?.span.service ?? null
    const isEntry = above !== span.service
    const caller = isEntry ? above : (callers[parent] ?? null)
    callers.push(caller)
    const target = span.kind === 'client' && children.length === 0 ? targetOf(span) : null
    const isSilent = target !== null && target.name !== '' && target.name !== span.service
    const [from, to] = isSilent ? [span.service, target.name] : [caller, span.service]
    const key = JSON.stringify([from, to])
    const own = critical.get(index) ?? 0
    const fresh: Draft = {
      from,
      to,
      order: 0,
      calls: 0,
      errors: 0,
      critical: 0,
      share: 0,
      isSilent,
      isHost: isSilent && target.isHost,
      isGrpc: false,
      span: index,
      start,
      best: [own, end - start],
    }
    const hop = hops.get(key) ?? fresh
    hops.set(key, hop)
    const isCall = isSilent || isEntry
    hop.calls += isCall ? 1 : 0
    hop.errors += isCall && span.isError ? 1 : 0
    hop.critical += own
    hop.isSilent &&= isSilent
    hop.isGrpc ||= span.attributes.some(
      ({ key: name }) => name === 'grpc.status_code' || name === 'rpc.grpc.status_code',
    )
    hop.start = Math.min(hop.start, start)
    if (own > hop.best[0] || (own === hop.best[0] && end - start > hop.best[1])) {
      hop.span = index
      hop.best = [own, end - start]
    }
  }
  return [...hops.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start: _start, best: _best, ...hop }, place) => ({
      ...hop,
      order: place + 1,
      share: tree.duration === 0 ? 0 : hop.critical / tree.duration,
    }))
}
