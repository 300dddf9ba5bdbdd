import type { Evaluator, Judgement } from '#shared/security/evaluate.ts'
import { resent } from '#shared/security/evaluate/transport.ts'
import type { Flow } from '#shared/security/flow.ts'

/** Calls that were seen, judged by the policies of now and by those that would be. */

export interface SeenCall {
  flow: Flow
  /** Of the window, sampling weighed in. */
  requests: number
  /** What happened to it; absent: nobody saw. */
  passed?: boolean
}

export const effects = ['newlyRefused', 'newlyAllowed', 'stillRefused', 'uncertain', 'unchanged'] as const
export type Effect = (typeof effects)[number]

export interface ReplayedCall extends SeenCall {
  effect: Effect
  before: Judgement
  after: Judgement
}

export interface Replay {
  calls: readonly ReplayedCall[]
  /** What comes of how much, by requests and by who calls. */
  totals: Readonly<Record<Effect, { requests: number; callers: number; calls: number }>>
  /** Facts that nobody knows, with the requests that depend on them. */
  missing: readonly { fact: string; requests: number }[]
}

/** Only verdicts are asked for, and where it is known, what callers send: it follows what their servers take. */
export type Judging = Pick<Evaluator, 'judge'> & Partial<Pick<Evaluator, 'transport' | 'residue'>>

/** @param there the call as it would be made, where what calls or is called would be another */
export function replay(
  before: Judging,
  after: Judging,
  seen: readonly SeenCall[],
  there: (call: SeenCall) => Flow = ({ flow }) => flow,
): Replay {
  const calls = seen.map((call): ReplayedCall => {
    const { flow } = call
    const made = there(call)
    const sent = resent(made, before.transport?.(flow) ?? null, after.transport?.(made) ?? null)
    const [was, is] = [before.judge(flow), after.judge(sent)]
    const isAsOpen = () => before.residue?.(flow) === after.residue?.(sent)
    return { ...call, effect: effectOf(call, was, is, isAsOpen), before: was, after: is }
  })
  const missing = new Map<string, number>()
  for (const { effect, requests, after: is, before: was } of calls)
    if (effect === 'uncertain')
      for (const fact of is.missing.length > 0 ? is.missing : was.missing)
        missing.set(fact, (missing.get(fact) ?? 0) + requests)
  return {
    calls,
    totals: Object.fromEntries(effects.map(effect => [effect, totalOf(calls, effect)])) as Replay['totals'],
    missing: [...missing].map(([fact, requests]) => ({ fact, requests })).toSorted((a, b) => b.requests - a.requests),
  }
}

function totalOf(calls: readonly ReplayedCall[], effect: Effect) {
  const own = calls.filter(call => call.effect === effect)
  return {
    requests: own.reduce((sum, { requests }) => sum + requests, 0),
    callers: new Set(own.map(({ flow }) => callerOf(flow))).size,
    calls: own.length,
  }
}

/** Who calls, as far as anybody knows. */
export function callerOf({ source }: Flow): string {
  const { principal, namespace, serviceAccount, remoteIp, ip } = source
  if (typeof principal === 'string') return principal
  return [namespace, serviceAccount, remoteIp ?? ip].map(part => part ?? '').join('/')
}

/**
 * What was seen settles what the policies of now leave open. That what would be is as open as it was is no change, if the
 * same is left to ask.
 */
export function effectOf({ passed }: SeenCall, before: Judgement, after: Judgement, isAsOpen: () => boolean): Effect {
  if (after.verdict === 'uncertain') return isSame(before, after) && isAsOpen() ? 'unchanged' : 'uncertain'
  const seen = passed === undefined ? 'uncertain' : passed ? 'allow' : 'deny'
  const was = before.verdict === 'uncertain' ? seen : before.verdict
  switch (was) {
    case 'uncertain':
      return 'uncertain'
    case 'allow':
      return after.verdict === 'deny' ? 'newlyRefused' : 'unchanged'
    case 'deny':
      return after.verdict === 'allow' ? 'newlyAllowed' : 'stillRefused'
  }
}

const isSame = (a: Judgement, b: Judgement): boolean =>
  a.verdict === b.verdict && a.missing.length === b.missing.length && a.missing.every(fact => b.missing.includes(fact))
