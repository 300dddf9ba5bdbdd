import { number, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { type Intent, isProblem, noChange, type Problem, type Scene, type Target } from './intent.ts'
import {
  fromOf,
  nameOfRef,
  routedService,
  type RuleAt,
  ruleAt,
  ruleChange,
  ruleProblems,
  serviceNotes,
} from './rules.ts'
import { isIstioDuration, isPercent, withField, withMessage } from './values.ts'
import { ruleView, type RuleView } from './view.ts'

/** What callers meet instead of an answer; null: nothing. Percent of the requests of one rule. */
export interface Fault {
  rule: RuleAt
  delay: { percent: number; duration: string } | null
  abort: { percent: number; as: 'http' | 'grpc'; status: string } | null
}

/** gRPC docs, "Status codes": names as Istio takes them in `grpcStatus`. */
export const grpcCodes = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

export const fault: Intent<Fault> = {
  id: 'fault',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = faultView(scene, target)
    if (isProblem(view)) return view
    const { service, routing, rule } = view
    return {
      model: { rule: ruleAt(rule), ...said(rule.rule) },
      from: fromOf(rule),
      notes: [...routing.notes, ...serviceNotes(scene.world, service)],
    }
  },
  check(scene, target, { delay, abort }) {
    const view = faultView(scene, target)
    if (isProblem(view)) return [view]
    const problems: Problem[] = [...ruleProblems(view.rule)]
    const before = said(view.rule.rule)
    // What is written is not complained about: only what a hand makes of it.
    if (delay !== null && !isEqual(delay, before.delay)) {
      if (!isPercent(delay.percent)) problems.push({ field: 'delay.percent', code: 'percent' })
      if (!isIstioDuration(delay.duration)) problems.push({ field: 'delay.duration', code: 'duration' })
    }
    if (abort !== null && !isEqual(abort, before.abort)) {
      if (!isPercent(abort.percent)) problems.push({ field: 'abort.percent', code: 'percent' })
      const isKnown =
        abort.as === 'grpc' ? grpcCodes.some(code => code === abort.status) : /^[2-5]\d\d$/.test(abort.status)
      if (!isKnown) problems.push({ field: 'abort.status', code: abort.as === 'grpc' ? 'grpcStatus' : 'httpStatus' })
    }
    return problems
  },
  write(scene, target, { delay, abort }) {
    const view = faultView(scene, target)
    if (isProblem(view)) return noChange
    const { service, rule } = view
    const before = said(rule.rule)
    const next = withMessage(rule.rule, 'fault', message => {
      const delayed = isEqual(delay, before.delay)
        ? message
        : withField(message, 'delay', delay === null ? null : delayOf(record(message['delay']), delay))
      return isEqual(abort, before.abort)
        ? delayed
        : withField(delayed, 'abort', abort === null ? null : abortOf(record(message['abort']), abort))
    })
    return isEqual(delay, before.delay) && isEqual(abort, before.abort)
      ? noChange
      : ruleChange(scene, service, rule, next)
  },
  about: object => (object.kind === 'VirtualService' ? routedService(object) : null),
}

/** The Gateway API has no faults, and a VirtualService beside its routes would say nothing. */
function faultView(scene: Scene, target: Target): RuleView | Problem {
  const view = ruleView(scene, target)
  if (isProblem(view) || view.rule.api === 'istio') return view
  return {
    field: null,
    code: 'noFaults',
    values: { name: nameOfRef(view.rule.object), service: view.service.name },
  }
}

function said(rule: Json): Omit<Fault, 'rule'> {
  const written = record(rule['fault'])
  const [delay, abort] = [written['delay'], written['abort']].map(message =>
    typeof message === 'object' && message !== null ? record(message) : null,
  )
  const grpc = text(abort?.['grpcStatus'])
  return {
    delay: delay == null ? null : { percent: percentIn(delay), duration: text(delay['fixedDelay']) },
    abort:
      abort == null
        ? null
        : {
            percent: percentIn(abort),
            as: grpc === '' ? 'http' : 'grpc',
            status: grpc === '' ? String(number(abort['httpStatus']) ?? '') : grpc,
          },
  }
}

/** Istio docs, HTTPFaultInjection: `percentage` before the older `percent`; without both no request meets it. */
const percentIn = (message: Json): number =>
  number(record(message['percentage'])['value']) ?? number(message['percent']) ?? 0

function withPercent(message: Json, percent: number): Json {
  if (percentIn(message) === percent && Object.keys(message).length > 0) return message
  return withField({ ...message, percentage: { value: percent } }, 'percent', null)
}

const delayOf = (before: Json, { percent, duration }: NonNullable<Fault['delay']>): Json =>
  withPercent(withField(before, 'fixedDelay', duration), percent)

function abortOf(before: Json, { percent, as, status }: NonNullable<Fault['abort']>): Json {
  const { httpStatus: _, grpcStatus: __, ...rest } = before
  const stays = as === 'http' ? withField(before, 'grpcStatus', null) : rest
  return withPercent(
    as === 'http' ? { ...stays, httpStatus: Number(status) } : { ...stays, grpcStatus: status },
    percent,
  )
}
