import { number, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { type Intent, isProblem, noChange, type Problem } from './intent.ts'
import {
  fromOf,
  routedService,
  type Rule,
  type RuleAt,
  ruleAt,
  ruleChange,
  ruleProblems,
  serviceNotes,
} from './rules.ts'
import { isGatewayDuration, isIstioDuration, withField, withMessage } from './values.ts'
import { ruleView } from './view.ts'

/** How long callers wait, and how often their proxies try again. Empty and null: not said. */
export interface Timeouts {
  rule: RuleAt
  timeout: string
  perTry: string
  attempts: number | null
  /** `5xx,connect-failure`; of a Gateway API route, codes: `500,503`. */
  retryOn: string
}

export const timeouts: Intent<Timeouts> = {
  id: 'timeouts',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = ruleView(scene, target)
    if (isProblem(view)) return view
    const { service, routing, rule } = view
    return {
      model: { rule: ruleAt(rule), ...said(rule) },
      from: fromOf(rule),
      notes: [...routing.notes, ...serviceNotes(scene.world, service)],
    }
  },
  check(scene, target, { timeout, perTry, attempts, retryOn }) {
    const view = ruleView(scene, target)
    if (isProblem(view)) return [view]
    const isDuration = view.rule.api === 'istio' ? isIstioDuration : isGatewayDuration
    const problems: Problem[] = [...ruleProblems(view.rule)]
    if (timeout !== '' && !isDuration(timeout)) problems.push({ field: 'timeout', code: 'duration' })
    if (perTry !== '' && !isDuration(perTry)) problems.push({ field: 'perTry', code: 'duration' })
    if (attempts !== null && (!Number.isInteger(attempts) || attempts < 0 || attempts > 1000))
      problems.push({ field: 'attempts', code: 'attempts' })
    // Istio docs, HTTPRetry: `attempts` that is absent beside other fields is 0, which turns retries off.
    if (view.rule.api === 'istio' && attempts === null && (perTry !== '' || retryOn !== ''))
      problems.push({ field: 'attempts', code: 'attemptsNeeded' })
    if (view.rule.api === 'gateway-api' && retryOn !== '' && !/^[45]\d\d(,[45]\d\d)*$/.test(retryOn))
      problems.push({ field: 'retryOn', code: 'codes' })
    return problems
  },
  write(scene, target, { timeout, perTry, attempts, retryOn }) {
    const model: Said = { timeout, perTry, attempts, retryOn }
    const view = ruleView(scene, target)
    if (isProblem(view) || isEqual(said(view.rule), model)) return noChange
    const { service, rule } = view
    const next =
      rule.api === 'istio' ? istioRule(rule.rule, model, said(rule)) : gatewayRule(rule.rule, model, said(rule))
    return ruleChange(scene, service, rule, next)
  },
  about: routedService,
}

type Said = Omit<Timeouts, 'rule'>

function said({ api, rule }: Rule): Said {
  if (api === 'istio') {
    const retries = record(rule['retries'])
    return {
      timeout: text(rule['timeout']),
      perTry: text(retries['perTryTimeout']),
      attempts: number(retries['attempts']) ?? (Object.keys(retries).length > 0 ? 0 : null),
      retryOn: text(retries['retryOn']),
    }
  }
  const [times, retry] = [record(rule['timeouts']), record(rule['retry'])]
  const codes = Array.isArray(retry['codes']) ? retry['codes'].filter(code => typeof code === 'number') : []
  return {
    timeout: text(times['request']),
    perTry: text(times['backendRequest']),
    attempts: number(retry['attempts']) ?? null,
    retryOn: codes.join(','),
  }
}

const orNone = (value: string): string | null => (value === '' ? null : value)

function istioRule(rule: Json, model: Said, before: Said): Json {
  const timed = model.timeout === before.timeout ? rule : withField(rule, 'timeout', orNone(model.timeout))
  // Not said at all: the mesh's own retries hold, and what else stood beside them goes.
  if (model.attempts === null) return before.attempts === null ? timed : withField(timed, 'retries', null)
  const fields = { attempts: model.attempts, perTryTimeout: orNone(model.perTry), retryOn: orNone(model.retryOn) }
  const past = { attempts: before.attempts, perTryTimeout: orNone(before.perTry), retryOn: orNone(before.retryOn) }
  return withMessage(timed, 'retries', retries =>
    (['attempts', 'perTryTimeout', 'retryOn'] as const).reduce(
      (left, field) => (fields[field] === past[field] ? left : withField(left, field, fields[field])),
      retries,
    ),
  )
}

/** Gateway API docs, HTTPRouteTimeouts and HTTPRouteRetry (the latter of the experimental channel: written only where asked for). */
function gatewayRule(rule: Json, { timeout, perTry, attempts, retryOn }: Said, before: Said): Json {
  const timed = withMessage(rule, 'timeouts', times =>
    withField(withField(times, 'request', orNone(timeout)), 'backendRequest', orNone(perTry)),
  )
  if (attempts === before.attempts && retryOn === before.retryOn) return timed
  return withMessage(timed, 'retry', retry =>
    withField(withField(retry, 'attempts', attempts), 'codes', retryOn === '' ? null : retryOn.split(',').map(Number)),
  )
}
