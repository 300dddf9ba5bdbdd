import type { Labels, Matcher } from '#lab/contract.ts'
import { compareLabels, isLabelName, jsonOf, keyOf } from '#lab/prometheus/labels.ts'
import { selectsSomething } from '#lab/prometheus/matcher.ts'
import { PromqlError } from '#lab/prometheus/promql/error.ts'
import { parseSelector } from '#lab/prometheus/promql/parse.ts'
import type { Context } from './context.ts'
import { optionalTimeOf } from './parameters.ts'
import { type Reply, success, successOf } from './reply.ts'

const emptyMatch = 'match[] must contain at least one non-empty matcher'

/** `/api/v1/series` */
export function answerSeries({ parameters, store }: Context): Reply {
  if (!parameters.has('match[]')) throw new PromqlError('bad_data', 'no match[] parameter provided')
  const { from, to } = boundsOf(parameters)
  const found = new Map<string, Labels>()
  for (const matchers of selectorsOf(parameters, 'invalid parameter "match[]": '))
    for (const { labels } of store.select(matchers, from, to)) found.set(keyOf(labels), labels)
  return success(`[${[...found.values()].sort(compareLabels).map(jsonOf).join(',')}]`)
}

/** `/api/v1/labels` */
export function answerLabels({ parameters, store }: Context): Reply {
  const { from, to } = boundsOf(parameters)
  return successOf(collect(parameters, matchers => store.labelNames(matchers, from, to)))
}

/** `/api/v1/label/‹name›/values` */
export function answerLabelValues({ parameters, store }: Context, name: string): Reply {
  if (!isLabelName(name)) throw new PromqlError('bad_data', `invalid label name: "${name}"`)
  const { from, to } = boundsOf(parameters)
  return successOf(collect(parameters, matchers => store.labelValues(name, matchers, from, to)))
}

function collect(parameters: URLSearchParams, read: (matchers: Matcher[]) => string[]): string[] {
  const selectors = selectorsOf(parameters, '')
  return [...new Set(selectors.length > 0 ? selectors.flatMap(read) : read([]))].sort()
}

function selectorsOf(parameters: URLSearchParams, prefix: string): Matcher[][] {
  return parameters.getAll('match[]').map(text => {
    try {
      const matchers = parseSelector(text)
      if (!selectsSomething(matchers)) throw new PromqlError('bad_data', emptyMatch)
      return matchers
    } catch (error) {
      throw error instanceof PromqlError ? new PromqlError('bad_data', prefix + error.message) : error
    }
  })
}

/** Ends of what a Date can say: all there is. */
const endOfTime = 8.64e15

function boundsOf(parameters: URLSearchParams): { from: number; to: number } {
  return {
    from: optionalTimeOf(parameters, 'start', -endOfTime),
    to: optionalTimeOf(parameters, 'end', endOfTime),
  }
}
