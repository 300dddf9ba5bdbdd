import { parser } from '@prometheus-io/lezer-promql'
import { HttpProblem } from '#bff/http/problem.ts'
import type { Sight } from '#bff/http/sight.ts'
import { type Series, SourceError } from '#bff/sources/source.ts'
import { limited } from '#bff/metrics/limit.ts'
import { seenSeries, seenWords } from '#bff/metrics/hosts.ts'
import { linesOf, mostLines, nameOfSeries } from '#bff/metrics/lines.ts'
import type { ReadRange } from '#bff/metrics/read.ts'
import type { ReadWords } from '#bff/metrics/words.ts'
import type { Grid } from '#shared/metrics/step.ts'
import type { Chosen, OwnChart, OwnCharts } from '#shared/metrics/own/api.ts'
import type { OwnDashboard, OwnPanel, Variable } from '#shared/metrics/own/dashboard.ts'
import { filled, type Value } from '#shared/metrics/own/fill.ts'

/** Of a variable so many values are offered; more of them are for a variable that stands before it to narrow. */
const mostOptions = 500

export interface Reading {
  grid: Grid
  isLive: boolean
  sight: Sight
  series: ReadRange['series']
  words: ReadWords
}

/** A dashboard as it is drawn: variables first, each with those before it, then all panels at once. */
export async function readOwnCharts(
  dashboard: OwnDashboard,
  chosen: Chosen,
  reading: Reading,
  signal: AbortSignal,
): Promise<OwnCharts> {
  const { grid } = reading
  const values = new Map<string, Value>([['interval', auto(grid)]])
  const variables: OwnCharts['variables'] = []
  let queries = 0
  for (const variable of dashboard.variables ?? []) {
    // oxlint-disable-next-line no-await-in-loop -- what can be chosen of one depends on those before it
    const { told, value, asked } = await chosenOf(variable, chosen, values, reading, signal)
    variables.push(told)
    values.set(variable.name, value)
    queries += asked
  }
  const panels = await Promise.all(
    dashboard.panels.map((panel, index) => readPanel(panel, `p${index}`, values, reading, signal)),
  )
  return {
    title: dashboard.title,
    description: dashboard.description ?? '',
    from: grid.from,
    to: grid.to,
    step: grid.step,
    times: grid.times,
    variables,
    panels,
    queries: queries + dashboard.panels.reduce((sum, panel) => sum + panel.queries.length, 0),
  }
}

const auto = ({ window }: Grid): Value => ({ kind: 'duration', text: `${Math.ceil(window)}s` })

async function chosenOf(
  variable: Variable,
  chosen: Chosen,
  before: ReadonlyMap<string, Value>,
  reading: Reading,
  signal: AbortSignal,
): Promise<{ told: OwnCharts['variables'][number]; value: Value; asked: number }> {
  const { name } = variable
  const wish = chosen[name]
  const allowsAll = variable.kind === 'values' && variable.allowsAll === true
  const found: { words: string[]; problem: string | null } =
    variable.kind === 'values'
      ? await optionsOf(variable, before, reading, signal)
      : { words: variable.values, problem: null }
  const options = found.words.slice(0, mostOptions)
  // What was chosen stays, also where there are more than are told.
  const picked =
    wish === null && allowsAll
      ? null
      : typeof wish === 'string' && found.words.includes(wish)
        ? wish
        : allowsAll
          ? null
          : (options[0] ?? '')
  const told = {
    name,
    options,
    more: found.words.length - options.length,
    chosen: picked,
    allowsAll,
    problem: found.problem,
  }
  return { told, value: valueOf(variable, picked, reading.grid), asked: variable.kind === 'values' ? 1 : 0 }
}

function valueOf(variable: Variable, picked: string | null, grid: Grid): Value {
  if (picked === null) return { kind: 'all' }
  if (variable.kind !== 'interval') return { kind: 'text', text: picked }
  return picked === 'auto' ? auto(grid) : { kind: 'duration', text: picked }
}

/** Values of a label, of series that whoever looks may see. */
async function optionsOf(
  { series, label }: Extract<Variable, { kind: 'values' }>,
  before: ReadonlyMap<string, Value>,
  { sight, words }: Reading,
  signal: AbortSignal,
): Promise<{ words: string[]; problem: string | null }> {
  try {
    const selector = asked(series, before, sight)
    if (!isSelector(selector)) return { words: [], problem: 'series is a selector, such as istio_requests_total{…}.' }
    const found = await words({ label, selectors: [selector] }, signal)
    return { words: seenWords(found, sight).sort(), problem: null }
  } catch (error) {
    return { words: [], problem: becauseOf(error) }
  }
}

/** Prometheus takes selectors only, and says so of anything else in words of its own. */
function isSelector(promql: string): boolean {
  const child = parser.parse(promql).topNode.firstChild
  return child?.type.name === 'VectorSelector' && child.from === 0 && child.to === promql.length
}

async function readPanel(
  panel: OwnPanel,
  id: string,
  values: ReadonlyMap<string, Value>,
  { grid, isLive, sight, series: read }: Reading,
  signal: AbortSignal,
): Promise<OwnChart> {
  const shown = {
    id,
    title: panel.title,
    unit: panel.unit,
    isWide: panel.width === 'full',
    isStacked: panel.isStacked === true,
  }
  const queries: string[] = []
  try {
    for (const { promql } of panel.queries) queries.push(asked(promql, values, sight))
    const answers = await Promise.all(queries.map(promql => read({ promql, grid, isLive }, signal)))
    const named = toldApart(
      answers.flatMap((series, query) =>
        seenSeries(series, sight).map(line => ({ line, name: nameBy(panel.queries[query]?.name, line.metric) })),
      ),
    )
    const lines = linesOf(named, grid.times, metric => metric['line'] ?? null).slice(0, mostLines)
    return { ...shown, lines, series: named.length, queries, problem: null }
  } catch (error) {
    // One panel that cannot be asked is no reason for the others to stay away. A source that is down is.
    const problem = becauseOf(error)
    return { ...shown, lines: [], series: 0, queries, problem }
  }
}

function asked(promql: string, values: ReadonlyMap<string, Value>, sight: Sight): string {
  const made = filled(promql, values)
  if ('problem' in made) throw new HttpProblem(400, made.problem)
  return limited(made.promql, sight)
}

/** Of what is wrong with a query; what is wrong with Prometheus is thrown on. */
function becauseOf(error: unknown): string {
  if (error instanceof HttpProblem) return error.problem.detail
  if (error instanceof SourceError && error.reason === 'refused') return error.message
  throw error
}

/** Each series with a name of its own: equal ones are not one line. */
function toldApart(named: readonly { line: Series; name: string }[]): Series[] {
  const seen = new Map<string, number>()
  return named.map(({ line, name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return { ...line, metric: { line: count === 1 ? name : `${name} (${count})` } }
  })
}

const nameBy = (template: string | undefined, metric: Record<string, string>): string =>
  template === undefined
    ? nameOfSeries(metric)
    : template.replaceAll(/\{\{\s*([a-zA-Z_]\w*)\s*\}\}/g, (_, label: string) => metric[label] ?? '')
