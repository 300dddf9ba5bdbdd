import { parser } from '@prometheus-io/lezer-promql'
import { HttpProblem } from '#bff/http/problem.ts'
import type { Sight } from '#bff/http/sight.ts'
import { oneOf } from '#bff/sources/promql.ts'
import { hostMatchers } from './hosts.ts'

/** Labels by which Istio's metrics name the namespaces of both ends; a series without one says nothing of it. */
const ends = ['source_workload_namespace', 'destination_workload_namespace', 'destination_service_namespace'] as const

const istioMetric = /^istio_[a-z0-9_]+$/

/**
 * The same query, of the series that somebody may see: matchers are written into every selector of its syntax tree, so
 * that no name, string or function in between can be mistaken for one. Throws a Problem where it is no PromQL.
 */
export function limited(promql: string, sight: Sight): string {
  const edits: { at: number; text: string }[] = []
  let fault: number | null = null
  parser.parse(promql).iterate({
    enter: ({ node, type, from, to }) => {
      if (type.isError && fault === null) fault = from
      if (type.name !== 'VectorSelector' || sight === 'everything') return
      const name = node.getChild('Identifier')
      const matchers = node.getChild('LabelMatchers')
      const own = matchersOf(name === null ? null : promql.slice(name.from, name.to), [...sight].sort()).join(',')
      if (matchers === null) edits.push({ at: to, text: `{${own}}` })
      else {
        const inside = promql.slice(matchers.from + 1, matchers.to - 1).trim()
        edits.push({ at: matchers.to - 1, text: inside === '' || inside.endsWith(',') ? own : `,${own}` })
      }
    },
  })
  if (fault !== null)
    throw new HttpProblem(
      400,
      `This is no PromQL: it cannot be read from character ${fault + 1} on. Mend it there and ask again.`,
    )
  return edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), promql)
}

/** Selectors that choose all somebody may see: of one metric, or of every one. */
export function seenSelectors(metric: string | undefined, sight: Sight): string[] {
  if (metric !== undefined) return [limited(metric, sight)]
  if (sight === 'everything') return ['{__name__!=""}']
  const seen = [...sight].sort()
  const named = `__name__=~"${istioMetric.source.slice(1, -1)}"`
  return [
    `{${[named, ...matchersOf('istio_any', seen)].join(',')}}`,
    `{${[named.replace('=~', '!~'), ...matchersOf(null, seen)].join(',')}}`,
  ]
}

/** Traffic of two seen ends; of all other metrics what names a seen namespace. */
function matchersOf(metric: string | null, seen: readonly string[]): string[] {
  const both = ends.map(label => oneOf(label, [...seen, 'unknown', '']))
  return metric !== null && istioMetric.test(metric)
    ? both
    : [seen.length === 0 ? 'namespace="",namespace!=""' : oneOf('namespace', seen), ...both, ...hostMatchers(seen)]
}
