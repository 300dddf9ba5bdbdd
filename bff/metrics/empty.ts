import { parser } from '@prometheus-io/lezer-promql'
import type { Sight } from '#bff/http/sight.ts'
import { type Answer, climb } from '#bff/mesh/empty/ladder.ts'
import { range } from '#bff/sources/promql.ts'
import type { Prometheus } from '#bff/sources/source.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import type { Grid } from '#shared/metrics/step.ts'
import { limited } from './limit.ts'

/** A choice of series within somebody's query. */
export interface Selector {
  /** Null: it names no metric. */
  metric: string | null
  matchers: readonly string[]
}

/** More selectors, or matchers of one, are not looked into: the first that finds nothing is enough. */
const most = 8

/** Selectors of a query, in their order and each once. Pure. */
export function selectorsIn(promql: string): Selector[] {
  const found = new Map<string, Selector>()
  parser.parse(promql).iterate({
    enter: ({ node, type, from, to }) => {
      if (type.name !== 'VectorSelector') return
      const name = node.getChild('Identifier')
      const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(each =>
        promql.slice(each.from, each.to),
      )
      const named = matchers.map(each => /^__name__\s*=\s*"([^"]*)"$/.exec(each)?.[1]).find(each => each !== undefined)
      found.set(promql.slice(from, to), {
        metric: name === null ? (named ?? null) : promql.slice(name.from, name.to),
        matchers: matchers.filter(each => !each.startsWith('__name__')),
      })
    },
  })
  return [...found.values()].slice(0, most)
}

/** Why somebody's own query found nothing, of the series they may see. */
export async function explainQuery(
  promql: string,
  grid: Pick<Grid, 'from' | 'to'>,
  viewer: { user: string; sight: Sight },
  prometheus: Prometheus,
  signal: AbortSignal,
): Promise<Ladder> {
  const { user, sight } = viewer
  const window = Math.max(60, Math.round((grid.to - grid.from) / 1000))
  const selectors = selectorsIn(promql)
  const asking = (selector: string) => `count(count_over_time(${limited(selector, sight)}${range(window)}))`
  const isThere = async (query: string) => ((await prometheus.query(query, grid.to, signal))[0]?.value ?? 0) > 0
  return climb([
    { rung: 'rights', ask: () => rights(user, sight) },
    {
      rung: 'sourceReachable',
      ask: async () => {
        await isThere('vector(1)')
        const { url } = prometheus.state()
        return {
          state: 'holds',
          detail: [{ says: 'answersAt', facts: { source: 'prometheus', url } }],
          query: 'vector(1)',
        }
      },
    },
    {
      rung: 'metricThere',
      ask: async () => {
        for (const metric of new Set(selectors.flatMap(each => each.metric ?? []))) {
          const query = asking(metric)
          // oxlint-disable-next-line no-await-in-loop -- the first that is not there is the answer
          if (await isThere(query)) continue
          const statement: Statement =
            sight === 'everything'
              ? { says: 'noSeriesOf', facts: { metric } }
              : { says: 'noSeriesSeen', facts: { metric, user } }
          return { state: 'fails', detail: [statement], query }
        }
        return { state: 'holds', detail: [{ says: 'metricsThere', facts: {} }] }
      },
    },
    { rung: 'labelsAsExpected', ask: () => labelsOf(selectors, asking, isThere) },
    {
      rung: 'expressionLeaves',
      ask: () => ({
        state: 'fails',
        detail: [{ says: 'nothingLeft', facts: {} }],
        query: limited(promql, sight),
      }),
    },
  ])
}

const rights = (user: string, sight: Sight): Answer =>
  sight === 'everything'
    ? { state: 'holds', detail: [{ says: 'seesAll', facts: { user } }] }
    : sight.size === 0
      ? { state: 'fails', detail: [{ says: 'seesNone', facts: { user } }] }
      : { state: 'holds', detail: [{ says: 'seesOnly', facts: { user, count: sight.size } }] }

/** Which matcher finds nothing by itself; else that no series has them all. */
async function labelsOf(
  selectors: readonly Selector[],
  asking: (selector: string) => string,
  isThere: (query: string) => Promise<boolean>,
): Promise<Answer> {
  for (const { metric, matchers } of selectors) {
    const choose = (some: readonly string[]) => `${metric ?? ''}{${some.join(',')}}`
    const whole = asking(choose(matchers))
    // oxlint-disable-next-line no-await-in-loop -- the first that finds nothing is the answer
    if (matchers.length === 0 || (await isThere(whole))) continue
    for (const matcher of matchers.slice(0, most)) {
      const query = asking(choose([matcher]))
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (await isThere(query)) continue
      const statement: Statement =
        metric === null ? { says: 'noneHas', facts: { matcher } } : { says: 'noneOfHas', facts: { metric, matcher } }
      return { state: 'fails', detail: [statement], query }
    }
    const together = { matchers: [...matchers] }
    const statement: Statement =
      metric === null
        ? { says: 'noneTogether', facts: together }
        : { says: 'noneOfTogether', facts: { ...together, metric } }
    return { state: 'fails', detail: [statement], query: whole }
  }
  return { state: 'holds', detail: [{ says: 'selectorsFind', facts: {} }] }
}
