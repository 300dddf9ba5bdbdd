import type { MeshObject } from '#shared/mesh/object.ts'
import { bears, type Change, changed, isRulesOnly, moveIn, reachOf } from './change.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { resent } from '#shared/security/evaluate/transport.ts'
import { createEvaluator, type Evaluation, type Evaluator, type Judgement } from '#shared/security/evaluate.ts'
import { explained, fated, judged, type Reading } from '#shared/security/judge.ts'
import { isMeshObject, type Readable, type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { callerKey, callerOfSeen } from '#shared/security/party.ts'
import { type Effect, effectOf, effects, type SeenCall } from './replay.ts'
import { callsOf } from './seen.ts'
import { createThere } from './there.ts'
import type { Settings } from '#shared/security/world.ts'

/** What a replay is made of: the mesh as somebody may read it, and the calls that were seen. */
export interface Given {
  objects: readonly Record<string, unknown>[]
  workloads: readonly Workload[]
  settings: Settings
  readable: Readable
  flows: readonly SeenFlow[]
}

/** Calls that some changes do something to, or may. */
export interface ReplayRow {
  /** Of the flow, and whether it passed. */
  id: string
  effect: Exclude<Effect, 'unchanged'>
  requests: number
  passed: boolean
  /** As `callerKey` names it. */
  caller: string
  source: SeenFlow['source']
  destination: SeenFlow['destination']
  protocol: SeenFlow['protocol']
  port: number | null
  /** Where calls of one flow fare differently, what these asked for, as spans tell it; null: all of it fares alike. */
  http: { method?: string; path?: string } | null
  mtls: boolean | null
  before: Pick<Judgement, 'verdict' | 'decidedBy'>
  after: Pick<Judgement, 'verdict' | 'decidedBy'>
  /** What decides, where it is uncertain. */
  missing: readonly string[]
}

export interface Totals {
  requests: number
  callers: number
  calls: number
}

export interface Replayed {
  totals: Readonly<Record<Effect, Totals>>
  /** The heaviest first, newly refused before all others; unchanged ones are not told. */
  rows: readonly ReplayRow[]
  /** So many more. */
  more: number
  /** Facts that nobody knows, with the requests that depend on them. */
  missing: readonly { fact: string; requests: number }[]
  /** Policies of the change that Istio would refuse: what they would do is unknown. */
  refused: readonly { name: string; problem: string }[]
  /** Of all calls, those whose verdict the changes could turn. */
  looked: number
  /** Workloads behind the refusals that would be new. */
  cut: readonly { workload: string; requests: number }[]
}

export interface Replayer {
  replay(changes: readonly Change[]): Replayed
  /** How a call fares now, and how it would: by its row's id. */
  explain(changes: readonly Change[], id: string): { before: Evaluation; after: Evaluation } | null
}

const mostRows = 2000
const rank = Object.fromEntries(effects.map((effect, index) => [effect, index])) as Record<Effect, number>

interface Call extends SeenCall {
  id: string
  seen: SeenFlow
  /** As `callerKey` names it. */
  caller: string
  /** Of the calls that one flow was told apart into; null: it is all of it. */
  group: string | null
  workload: Workload | undefined
}

/** Indexed once; each replay then looks only at calls that the changes can reach. */
export function createReplayer({ objects, workloads, settings, readable, flows }: Given): Replayer {
  const now = { objects: objects.filter(isMeshObject), workloads }
  const { rootNamespace } = settings
  const readingOf = (scene: readonly MeshObject[], near?: Evaluator): Reading => ({
    evaluator: createEvaluator(scene, settings, { remembers: true, ...(near && { near }) }),
    readable,
    rootNamespace,
  })
  const before = readingOf(now.objects)
  const byKey = keyed(workloads)
  const around = surroundingsOf(now.objects, rootNamespace)
  const calls = readied(flows, { workloads, around, settings })
  const known = new Map<string, Judgement>()
  const fatedNow = ({ id, flow, workload }: Call): Judgement => {
    let found = known.get(id)
    if (found === undefined) known.set(id, (found = fated(before, flow, workload)))
    return found
  }
  const isReadWhole = readable.mesh && readable.namespaces === null

  function after(changes: readonly Change[]) {
    const then = changed(now, changes)
    const isSameScene = isRulesOnly(changes)
    const thenByKey = isSameScene ? byKey : keyed(then.workloads)
    const reading = readingOf(then.objects, before.evaluator)
    const moves = new Map(changes.flatMap(change => moveIn(change) ?? []).map(({ from, to }) => [from, to]))
    const there = createThere({ before: byKey, after: thenByKey, moves, trustDomain: settings.trustDomain })
    return {
      reading,
      /** The same call, as it would be made to what would be there. */
      of(call: Call): { flow: Call['flow']; workload: Workload | undefined } {
        if (isSameScene) return call
        const { flow, workload } = there(call.flow, call.seen)
        const has = before.evaluator.transport(call.flow)
        return { flow: resent(flow, has, reading.evaluator.transport(flow)), workload }
      },
    }
  }

  return {
    replay(changes) {
      const telling = changes.filter(bears)
      const reach = reachOf(telling, rootNamespace)
      const then = after(telling)
      const totals = Object.fromEntries(
        effects.map(effect => [effect, { requests: 0, callers: 0, calls: 0 }]),
      ) as Record<Effect, Totals>
      const callers = Object.fromEntries(effects.map(effect => [effect, new Set<string>()])) as Record<
        Effect,
        Set<string>
      >
      const found: { call: Call; effect: ReplayRow['effect']; there: ReturnType<typeof then.of> }[] = []
      const missing = new Map<string, number>()
      const cut = new Map<string, number>()
      const { evaluator } = then.reading
      // What became of the calls of one flow: where all fare alike, they are one row.
      const fates = new Map<string, Set<Effect>>()
      let looked = 0
      for (const call of calls) {
        const { seen, requests, caller } = call
        const isReached = reach === null || reach.has(seen.destination.namespace)
        const was = fatedNow(call)
        // Where the changes do not reach, what is refused stays refused, without being told line by line.
        let effect = effectOf(call, was, was, () => true)
        if (isReached) {
          looked += 1
          const there = then.of(call)
          const isAsOpen = before.evaluator.residue(call.flow) === evaluator.residue(there.flow)
          // Whom CUSTOM asks, and what unread policies may change, is no part of what is left.
          const isSame = isAsOpen && there === call && isReadWhole && was.verdict !== 'uncertain'
          const is = isSame ? was : fated(then.reading, there.flow, there.workload)
          effect = effectOf(call, was, is, () => isAsOpen)
          if (effect !== 'unchanged') found.push({ call, effect, there })
          if (effect === 'uncertain')
            for (const fact of is.missing.length > 0 ? is.missing : was.missing)
              missing.set(fact, (missing.get(fact) ?? 0) + requests)
          if (effect === 'newlyRefused') {
            const key = keyOfDestination(seen)
            cut.set(key, (cut.get(key) ?? 0) + requests)
          }
        }
        if (call.group !== null) fates.set(call.group, (fates.get(call.group) ?? new Set()).add(effect))
        totals[effect].requests += requests
        totals[effect].calls += 1
        callers[effect].add(caller)
      }
      for (const effect of effects) totals[effect].callers = callers[effect].size
      const rows = asRows(found, ({ group }) => group === null || fates.get(group)?.size === 1)
      const own = new Set(telling.map(({ after: object }) => nameOf(object)).filter(name => name !== ''))
      return {
        totals,
        rows: rows.slice(0, mostRows).map(({ call, effect, there: { flow, workload }, requests, isWhole }) => {
          const was = judged(before, call.flow, call.workload)
          const row = rowOf(call, effect, was, judged(then.reading, flow, workload))
          return { ...row, requests, http: isWhole ? null : httpOf(call) }
        }),
        more: Math.max(0, rows.length - mostRows),
        missing: [...missing].map(([fact, requests]) => ({ fact, requests })).sort((a, b) => b.requests - a.requests),
        refused: then.reading.evaluator.refused
          .map(({ policy, problems }) => ({
            name: `${policy.kind} ${policy.namespace}/${policy.name}`,
            problem: problems[0] ?? '',
          }))
          .filter(({ name }) => own.has(name)),
        looked,
        cut: [...cut].map(([workload, requests]) => ({ workload, requests })).sort((a, b) => b.requests - a.requests),
      }
    },
    explain(changes, id) {
      const call = calls.find(each => each.id === id)
      if (call === undefined) return null
      const then = after(changes.filter(bears))
      const { flow, workload } = then.of(call)
      return {
        before: explained(before, call.flow, call.workload),
        after: explained(then.reading, flow, workload),
      }
    },
  }
}

/** The heaviest first; calls of one flow that all fare alike together, as the heaviest of them. */
function asRows<Found extends { call: Call; effect: ReplayRow['effect'] }>(
  found: readonly Found[],
  faresAlike: (call: Call) => boolean,
): (Found & { requests: number; isWhole: boolean })[] {
  const rows = new Map<string, Found & { requests: number; isWhole: boolean }>()
  for (const one of found.toSorted((a, b) => b.call.requests - a.call.requests)) {
    const isWhole = faresAlike(one.call)
    const key = isWhole ? (one.call.group ?? one.call.id) : one.call.id
    const before = rows.get(key)
    if (before === undefined) rows.set(key, { ...one, requests: one.call.requests, isWhole })
    else before.requests += one.call.requests
  }
  return [...rows.values()].sort((a, b) => rank[a.effect] - rank[b.effect] || b.requests - a.requests)
}

const flowKey = ({ flow, passed }: SeenCall): string => `${String(passed)} ${flow.id}`

function httpOf({ flow }: Call): ReplayRow['http'] {
  const { method, path } = flow.http ?? {}
  return method == null && path == null ? null : { ...(method && { method }), ...(path && { path }) }
}

const keyed = (workloads: readonly Workload[]): Map<string, Workload> =>
  new Map(workloads.map(one => [workloadKey(one), one]))
const keyOfDestination = ({ destination }: SeenFlow): string =>
  workloadKey({ namespace: destination.namespace, name: destination.workload })

const nameOf = (object: MeshObject | null | undefined): string =>
  object == null ? '' : `${object.kind} ${object.metadata.namespace ?? 'default'}/${object.metadata.name}`

function readied(flows: readonly SeenFlow[], stage: Parameters<typeof callsOf>[1]): Call[] {
  const byId = new Map<string | number, SeenFlow>(flows.map(flow => [flow.id, flow]))
  const byKey = keyed(stage.workloads)
  const told = callsOf(flows, stage)
  const kinds = Map.groupBy(told, flowKey)
  return told.flatMap((call, index): Call[] => {
    const seen = byId.get(call.flow.id)
    return seen === undefined
      ? []
      : [
          {
            ...call,
            seen,
            id: `${index} ${call.flow.id}`,
            caller: callerKey(callerOfSeen(seen, byKey, stage.settings.trustDomain)),
            group: (kinds.get(flowKey(call))?.length ?? 0) > 1 ? flowKey(call) : null,
            workload: byKey.get(keyOfDestination(seen)),
          },
        ]
  })
}

const rowOf = (
  { id, seen, caller, requests, passed, flow }: Call,
  effect: ReplayRow['effect'],
  before: Judgement,
  after: Judgement,
): Omit<ReplayRow, 'http'> => ({
  id,
  effect,
  requests,
  passed: passed === true,
  caller,
  source: seen.source,
  destination: seen.destination,
  protocol: seen.protocol,
  port: seen.port,
  mtls: flow.mtls ?? null,
  before: { verdict: before.verdict, ...(before.decidedBy && { decidedBy: before.decidedBy }) },
  after: { verdict: after.verdict, ...(after.decidedBy && { decidedBy: after.decidedBy }) },
  missing: effect !== 'uncertain' ? [] : after.missing.length > 0 ? after.missing : before.missing,
})
