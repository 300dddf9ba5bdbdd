import { PromqlError } from '#lab/prometheus/promql/error.ts'
import { parsePromql } from '#lab/prometheus/promql/parse.ts'
import { selectorsIn } from '#lab/prometheus/promql/selectors.ts'
import { instantQuery, type QueryOptions, rangeQuery } from '#lab/prometheus/promql/query.ts'
import type { Context } from './context.ts'
import { writeResult } from './json.ts'
import { durationOf, optionalTimeOf, timeOf } from './parameters.ts'
import { invalid, type Reply, success, successOf } from './reply.ts'

const maxPoints = 11_000
const defaultTimeout = 120_000

/** `/api/v1/query` */
export function answerQuery({ parameters, now, ...context }: Context): Reply {
  const time = optionalTimeOf(parameters, 'time', now)
  const options = optionsOf(context.store, parameters)
  const query = parameters.get('query') ?? ''
  try {
    parsePromql(query)
  } catch (error) {
    throw error instanceof PromqlError ? invalid('query', error.message) : error
  }
  return success(writeResult(instantQuery(query, time, options)))
}

/** `/api/v1/query_range` */
export function answerRangeQuery({ parameters, store }: Context): Reply {
  const start = timeOf(parameters, 'start')
  const end = timeOf(parameters, 'end')
  if (end < start) throw invalid('end', 'end timestamp must not be before start time')
  const step = durationOf(parameters, 'step')
  if (step <= 0)
    throw invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer')
  if ((end - start) / step > maxPoints)
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  const query = parameters.get('query') ?? ''
  return success(writeResult(rangeQuery(query, { start, end, step }, optionsOf(store, parameters))))
}

/** `/api/v1/query_exemplars`: of every selector in the query. */
export function answerExemplars({ parameters, exemplars }: Context): Reply {
  const start = timeOf(parameters, 'start')
  const end = timeOf(parameters, 'end')
  if (end < start) throw invalid('end', 'end timestamp must not be before start time')
  const found = selectorsIn(parsePromql(parameters.get('query') ?? '')).flatMap(({ matchers }) =>
    exemplars.select(matchers, start, end),
  )
  return successOf(
    found.map(({ labels, exemplars: kept }) => ({
      seriesLabels: labels,
      exemplars: kept.map(({ at, value, traceId }) => ({
        labels: { trace_id: traceId },
        value: String(value),
        timestamp: at / 1000,
      })),
    })),
  )
}

function optionsOf(store: QueryOptions['store'], parameters: URLSearchParams): QueryOptions {
  const timeout = parameters.get('timeout') ? durationOf(parameters, 'timeout') : defaultTimeout
  const deadline = performance.now() + Math.min(timeout, defaultTimeout)
  if (timeout <= 0) throw new PromqlError('timeout', 'query timed out in query execution')
  return { store, isLate: () => performance.now() > deadline }
}
