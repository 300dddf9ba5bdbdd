import { type Effect, effects, type Replay, type ReplayedCall } from '#shared/security/replay/replay.ts'
import { callLine, judgementLine } from './call-text.ts'

export interface Told extends Replay {
  /** Null: the file does not say. */
  window: { seconds: number; until: string } | null
  queries: readonly { name: string; query: string; step?: number | undefined }[]
  /** Milliseconds that Prometheus took; null: it was not asked. */
  duration: number | null
  blindSpots: readonly string[]
}

const names = {
  newlyRefused: 'newly refused',
  newlyAllowed: 'newly allowed',
  stillRefused: 'still refused',
  uncertain: 'uncertain',
  unchanged: 'unchanged',
} as const satisfies Record<Effect, string>

/** Of each effect so many calls are told, those with most requests first. */
const told = 20
/** What nobody has to look at is only counted. */
const listed: readonly Effect[] = ['newlyRefused', 'newlyAllowed', 'uncertain']

export function asReplay({ calls, totals, missing, window, queries, duration, blindSpots }: Told): string {
  const requests = effects.reduce((sum, effect) => sum + totals[effect].requests, 0)
  const when = window === null ? '' : `, ${spanOf(window.seconds)} until ${window.until}`
  const lines = [
    `${calls.length} kinds of calls, ${count(requests)} requests${when}`,
    ...effects.map(effect => {
      const { requests: own, callers, calls: kinds } = totals[effect]
      return `${names[effect].padEnd(14)}${count(own)} requests of ${callers} callers, ${kinds} kinds of calls`
    }),
    ...listed.flatMap(effect => [...section(calls, effect)]),
    ...(missing.length === 0 ? [] : ['', 'what nobody knows']),
    ...missing.map(({ fact, requests: own }) => `  ${fact}: ${count(own)} requests`),
    '',
    'blind spots',
    ...blindSpots.map(spot => `  ${spot}`),
    ...(queries.length === 0 ? [] : ['', costLine(queries, duration)]),
    ...queries.map(({ name, query, step }) => `  ${name}${step === undefined ? '' : `, every ${step} s`}: ${query}`),
  ]
  return `${lines.join('\n')}\n`
}

function section(calls: readonly ReplayedCall[], effect: Effect): string[] {
  const own = calls.filter(call => call.effect === effect).toSorted((a, b) => b.requests - a.requests)
  if (own.length === 0) return []
  const more = own.length > told ? [`  and ${own.length - told} more`] : []
  return [
    '',
    names[effect],
    ...own
      .slice(0, told)
      .map(({ flow, requests, after }) => `  ${callLine(flow)}, ${count(requests)} requests: ${judgementLine(after)}`),
    ...more,
  ]
}

export function replayAsJson({ calls, totals, missing, window, queries, duration, blindSpots }: Told): string {
  const answer = {
    window,
    totals,
    missing,
    blindSpots,
    queries,
    duration,
    calls: calls.map(({ flow, requests, passed, effect, before, after }) => ({
      id: flow.id,
      effect,
      requests,
      ...(passed === undefined ? {} : { passed }),
      before,
      after,
      flow,
    })),
  }
  return `${JSON.stringify(answer, null, 2)}\n`
}

/** What reading cost, and whether rules had recorded it before. */
export function costLine(queries: Told['queries'], duration: number | null): string {
  const isRecorded = queries.some(({ step, query }) => step !== undefined && query.includes('weft:'))
  const from = isRecorded ? ', from what its rules recorded' : ''
  return `asked of Prometheus: ${queries.length} queries, ${duration ?? 0} ms${from}`
}

/** Missing is not zero: three requests an hour are told, and a part of one too. */
const count = (requests: number): string =>
  requests < 10 ? String(Math.round(requests * 100) / 100) : Math.round(requests).toLocaleString('en')

const spanOf = (seconds: number): string =>
  seconds % 86_400 === 0
    ? `${seconds / 86_400} d`
    : seconds % 3600 === 0
      ? `${seconds / 3600} h`
      : `${seconds / 60} min`
