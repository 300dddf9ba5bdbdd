import { answer as answerOf } from '#lab/mesh/decide/answers.ts'
import type { Line, Told } from '#lab/mesh/series/lines.ts'
import { category, type Category, grpcCodes, httpCodes } from './categories.ts'
import type { PlannedFlow, PlannedOutcome } from './plan.ts'

/** What a proxy writes of a request that ended so. Metrics and traces both ask here. */
export function tell(planned: PlannedOutcome, { flow }: PlannedFlow, line: Line, end: Category): Told {
  const flags = line.report?.flags ?? '-'
  const { answer } = planned.outcome
  if (answer !== null) return { code: answer.code, grpcStatus: answer.grpcStatus, flags }
  if (end === category.timeout) return tellTimeout(planned, flow.protocol, line, flags)
  const retriedOut = planned.retries > 0 && planned.retried[end] === true && !line.perTry && isRouter(planned, line)
  return {
    code: flow.protocol === 'grpc' ? 200 : httpCodes[end],
    grpcStatus: flow.protocol === 'grpc' ? grpcCodes[end] : null,
    flags: retriedOut ? join(flags, 'URX') : flags,
  }
}

/** The proxy that gives up says UT and 504; the one behind it sees its peer hang up: DC and no code. */
function tellTimeout(planned: PlannedOutcome, protocol: 'http' | 'grpc' | 'tcp', line: Line, flags: string): Told {
  const hungUp = { code: 0, grpcStatus: null, flags: join(flags, 'DC') }
  if (!planned.limitIsRoute || line.perTry) return hungUp
  const { code, grpcStatus } = answerOf(protocol, 504)
  const gaveUp = planned.retries > 0 && planned.retried[category.timeout] === true ? 'UT,URX' : 'UT'
  return { code, grpcStatus, flags: isRouter(planned, line) ? join(flags, gaveUp) : flags }
}

const isRouter = (planned: PlannedOutcome, line: Line): boolean =>
  line.report?.reporter === (planned.outcome.waypoint ? 'waypoint' : 'source')

const join = (flags: string, more: string): string => (flags === '-' ? more : `${flags},${more}`)
