import type { Health, HealthReason, Limits, Rule } from '#shared/mesh/health.ts'
import { healthRank } from '#shared/mesh/health.ts'
import { codesText } from '#shared/mesh/codes.ts'
import type { Protocol } from '#shared/mesh/node.ts'
import { holdAgainst, isNamed, verdictOf } from '#shared/mesh/tolerate.ts'
import type { Seconds } from '#shared/units.ts'
import type { ToldEnding } from './endings.ts'
import type { Rules, ThresholdName } from './rules.ts'
import type { Tally } from '#bff/mesh/tally.ts'

export interface Judgement {
  health: Health
  reason: HealthReason
}

/** A rule that has limits, and what it saw of the window. */
export interface Weighed {
  rule: Rule
  limits: Limits
  /** Null: there was nothing to see. */
  value: number | null
  seen: number
  health: Health
  origin?: HealthReason['origin']
  of?: HealthReason['of']
}

/** Some answers: summed, and by their codes for whoever speaks of those. */
export interface Answers {
  tally: Tally
  endings: () => readonly ToldEnding[]
}

/** An edge speaks of its calls, refused ones included. */
export function judgeEdge(answers: Answers, protocol: Protocol, rules: Rules, window: Seconds): Judgement {
  const { tally } = answers
  if (tally.total === 0 && tally.bytes === 0) return withWrongs(unknown('noTraffic'), rules)
  const told = rules.layers.length === 0 ? [] : answers.endings()
  const refused = tally.total > 0 ? tally.denied / tally.total : 0
  const weighed = [
    ...tolerances(told, rules, window),
    ...ownMistakes(tally, protocol, told, rules, window),
    weigh('refused', refused, rules.thresholds.refused, tally.total * window, rules),
  ]
  return withWrongs(worst(weighed.flatMap(judged)), rules)
}

export interface Served {
  requests: Answers
  connections: Answers
  /** What it asked of others: only whoever names these codes speaks of it. */
  asked: () => readonly ToldEnding[]
  /** Ready and wanted. */
  pods: { ready: number; total: number } | null
  /** Nobody of the mesh sees what it serves: a caller without a proxy, the internet, what lies outside the scope. */
  isUnobserved: boolean
  isIdle: boolean
}

/** Every rule that has limits for a node, most specific first: what its judgement is made of. */
export function weighNode({ requests, connections, asked }: Served, rules: Rules, window: Seconds): Weighed[] {
  const isSpecific = rules.layers.length > 0
  const told = isSpecific ? [requests.endings(), connections.endings()] : [[], []]
  const unseen = (weighed: Weighed): Weighed => ({ ...weighed, value: null, seen: 0, health: 'unknown' })
  const hasRequests = requests.tally.total > requests.tally.denied
  const hasConnections = connections.tally.total > connections.tally.denied || connections.tally.bytes > 0
  const ofRequests = ownMistakes(requests.tally, 'http', told[0] ?? [], rules, window)
  const ofConnections = ownMistakes(connections.tally, 'tcp', told[1] ?? [], rules, window)
  return [
    ...(isSpecific ? tolerances([...told.flat(), ...asked()], rules, window) : []),
    ...(hasRequests ? ofRequests : ofRequests.map(unseen)),
    ...(hasConnections ? ofConnections : ofConnections.map(unseen)),
  ]
}

/** A node speaks of what it serves. What policy refuses on its behalf is no error of its own, and no answer. */
export function judgeNode(served: Served, rules: Rules, window: Seconds): Judgement {
  const { pods } = served
  const weighed = weighNode(served, rules, window)
  const judgements = weighed.flatMap(judged)
  // Nobody is there to answer what still comes in: true before the counters say so, which need two scrapes.
  const isCalled = weighed.some(({ rule, value }) => rule !== 'tolerance' && value !== null)
  if (pods !== null && (pods.ready < pods.total || (isCalled && pods.ready === 0)))
    judgements.push({ health: pods.ready === 0 ? 'failing' : 'degraded', reason: podsNotReady(pods) })
  const judgement =
    judgements.length > 0
      ? worst(judgements)
      : served.isIdle
        ? unknown('noTraffic')
        : served.isUnobserved || pods === null || pods.total === 0
          ? unknown('notObserved')
          : ({ health: 'healthy', reason: podsNotReady(pods) } as const)
  return withWrongs(judgement, rules)
}

/** The worst; of equals the first. */
export function worst(judgements: readonly Judgement[]): Judgement {
  return judgements.reduce(
    (worse, one) => (healthRank[one.health] > healthRank[worse.health] ? one : worse),
    judgements[0] ?? unknown('noTraffic'),
  )
}

/** What somebody wrote limits for, that with the largest share first: of equals it says most. */
function tolerances(told: readonly ToldEnding[], rules: Rules, window: Seconds): Weighed[] {
  return holdAgainst(told, rules.layers)
    .map(({ tolerance, origin, share, rate }): Weighed => {
      const { codes, protocol, direction, degraded, failing } = tolerance
      const limits = { degraded, failing }
      return {
        rule: 'tolerance',
        limits,
        value: share,
        seen: Math.round(rate * window),
        health: share === null ? 'unknown' : verdictOf(share, limits),
        origin,
        of: { codes: protocol === 'tcp' ? '' : codesText(codes), protocol, direction },
      }
    })
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1))
}

/** What the mesh's own limits speak of: all that nobody names. Of all answers, named ones included. */
function ownMistakes(
  tally: Tally,
  protocol: Protocol,
  told: readonly ToldEnding[],
  rules: Rules,
  window: Seconds,
): Weighed[] {
  const named = told.filter(ending => isNamed(ending, rules.layers))
  const less = (all: number, verdict: ToldEnding['verdict']) =>
    Math.max(
      0,
      named.reduce((rest, ending) => (ending.verdict === verdict ? rest - ending.rate : rest), all),
    )
  // What was refused never came to whoever answers; on an edge the share is still of all calls.
  const answered = tally.total - tally.denied
  const share = (bad: number) => (answered > 0 ? bad / answered : 0)
  const { serverErrors, connectionErrors, clientErrors } = rules.thresholds
  const seen = answered * window
  const errors = share(less(tally.serverErrors, 'serverError'))
  if (protocol === 'tcp') return [weigh('connectionErrors', errors, connectionErrors, seen, rules)]
  const callers = share(less(tally.clientErrors - tally.denied, 'clientError'))
  return [
    weigh('serverErrors', errors, serverErrors, seen, rules),
    weigh('clientErrors', callers, { degraded: clientErrors.degraded, failing: null }, seen, rules),
  ]
}

/** Errors of its own degrade above their limit, not at it: the default is any at all. */
const isAbove: Record<ThresholdName, boolean> = {
  serverErrors: true,
  connectionErrors: true,
  clientErrors: false,
  refused: false,
}

function weigh(rule: ThresholdName, value: number, limits: Limits, seen: number, rules: Rules): Weighed {
  return {
    rule,
    limits,
    value,
    seen: Math.round(seen),
    health: verdictOf(value, limits, isAbove[rule]),
    ...(rules.inFile.has(rule) && { origin: { kind: 'file' } }),
  }
}

function judged({ health, value, limits, rule, seen, ...where }: Weighed): Judgement[] {
  if (value === null) return []
  const { degraded, failing } = limits
  const threshold = (health === 'failing' ? failing : (degraded ?? failing)) ?? 0
  return [{ health, reason: { rule, value, threshold, limits, seen, ...where } }]
}

const withWrongs = (judgement: Judgement, { wrongs }: Rules): Judgement =>
  wrongs.length === 0 ? judgement : { ...judgement, reason: { ...judgement.reason, wrongs: [...wrongs] } }

const unknown = (rule: 'noTraffic' | 'notObserved'): Judgement => ({
  health: 'unknown',
  reason: { rule, value: 0, threshold: 0 },
})

const podsNotReady = ({ ready, total }: { ready: number; total: number }): HealthReason => ({
  rule: 'podsNotReady',
  value: ready,
  threshold: total,
})
