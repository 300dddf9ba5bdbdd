import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differenceOf } from './conformance/compare.ts'
import { QueryGenerator } from './conformance/generator.ts'
import { type Answer, RealPrometheus } from './conformance/prometheus.ts'
import { Random } from './conformance/random.ts'
import { firstTime, lastTime, makeSamples, type TestSeries, withStaleMarkers } from './conformance/samples.ts'
import { MemoryStore } from './memory-store.ts'
import { PromqlError } from './promql/error.ts'
import { instantQuery, type QueryOptions, type QueryResult, rangeQuery } from './promql/query.ts'
import { writeResult } from './server/json.ts'

const seed = Number(process.env['WEFT_PROMQL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const queryCount = Number(process.env['WEFT_PROMQL_QUERIES'] ?? 4000)
const alsoRange = 0.25

interface Case {
  query: string
  time: number
  steps: { start: number; end: number; step: number } | undefined
}

function makeCases(random: Random, series: readonly TestSeries[], count: number): Case[] {
  const generator = new QueryGenerator(random)
  /** Anywhere, or just where a sample enters or leaves a lookback or a range: there the bounds have to be right. */
  const makeTime = () => {
    const { samples } = random.pick(series)
    const [time] = random.chance(0.5) ? random.pick(samples) : (samples.at(-1) ?? [firstTime])
    return random.chance(0.6)
      ? random.int(firstTime - 300_000, lastTime + 400_000)
      : time + random.pick([0, 30_000, 60_000, 120_000, 300_000])
  }
  return Array.from({ length: count }, () => {
    const start = makeTime()
    const step = random.pick([15_000, 30_000, 60_000, 47_000, 300_000])
    const end = start + step * random.int(1, 40) + random.int(0, step - 1)
    const steps = random.chance(alsoRange) ? { start, end, step } : undefined
    return { query: generator.query(), time: makeTime(), steps }
  })
}

/** What became of the comparisons. */
interface Tally {
  instant: number
  range: number
  errors: number
  empty: number
  ties: number
  chaotic: number
}

/** Asks both engines everything, four questions at a time. */
async function compareAll(series: readonly TestSeries[], prometheus: RealPrometheus, cases: Case[]) {
  const tally: Tally = { instant: 0, range: 0, errors: 0, empty: 0, ties: 0, chaotic: 0 }
  const differences: string[] = []
  const store = storeOf(series, value => value)
  /** With fractions changed in the twelfth digit, and with all values changed so. */
  const nudges = [1 + 1e-12, 1 - 1e-12]
  const fractionsNudged = nudges.map(nudge =>
    storeOf(series, value => (Number.isInteger(value) ? value : value * nudge)),
  )
  const allNudged = nudges.map(nudge => storeOf(series, value => value * nudge))

  async function compare(
    what: string,
    isOrdered: boolean,
    run: (options: QueryOptions) => QueryResult,
    asked: Promise<Answer>,
  ) {
    let hasTie = false
    const theirs = await asked
    const ours = answer(() => run({ store, onTie: () => (hasTie = true) }))
    if (theirs.status === 'error') tally.errors++
    else if (Array.isArray(theirs.data?.result) && theirs.data.result.length === 0) tally.empty++
    const difference = differenceOf(ours, theirs, isOrdered)
    if (difference === undefined) return
    // Two things are not mistakes of ours: which of equal elements topk keeps is not defined; and a query whose answer
    // changes when its samples change in the twelfth digit magnifies what is rounded differently: by Go's functions
    // or by another order of addition. Whole numbers are not rounded, so they can excuse a number, but not a row.
    const nudged = difference.kind === 'value' ? [...fractionsNudged, ...allNudged] : fractionsNudged
    const isChaotic = nudged.some(other =>
      differenceOf(
        ours,
        answer(() => run({ store: other })),
        isOrdered,
      ),
    )
    if (hasTie) tally.ties++
    else if (isChaotic) tally.chaotic++
    else differences.push(`${what}\n    ${difference.text}`)
  }

  async function compareCase({ query, time, steps }: Case) {
    tally.instant++
    // Between groups and after operators the order is that of a hash table.
    const isSorted = /^(?:sort|sort_desc|topk|bottomk)\(/.test(query) && !/ (?:by|without) /.test(query)
    await compare(
      `${query} at ${time}`,
      isSorted && !/ (?:and|or|unless|[-+*/%^=<>]|atan2) /.test(query),
      options => instantQuery(query, time, options),
      prometheus.query(query, time),
    )
    if (!steps) return
    tally.range++
    await compare(
      `${query} over ${JSON.stringify(steps)}`,
      true,
      options => rangeQuery(query, steps, options),
      prometheus.queryRange(query, steps),
    )
  }

  const queue = cases.values()
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const each of queue) await compareCase(each)
    }),
  )
  return { tally, differences }
}

describe('our PromQL engine', () => {
  const samples = makeSamples(seed)
  const feeds = [
    { feed: 'block', series: samples, count: queryCount },
    { feed: 'remote write', series: withStaleMarkers(samples), count: Math.round(queryCount / 4) },
  ] as const

  for (const { feed, series, count } of feeds)
    describe(`over samples that reach Prometheus by ${feed}`, () => {
      let real: RealPrometheus | undefined
      beforeAll(async () => {
        real = await RealPrometheus.start(series, feed)
      })
      afterAll(async () => real?.stop())

      it(`answers ${count} random queries as Prometheus 2.42 does`, async () => {
        if (!real) throw new Error('Prometheus was not started')
        const { tally, differences } = await compareAll(series, real, makeCases(new Random(seed + 1), series, count))
        console.log(`PromQL conformance, repeat with WEFT_PROMQL_SEED=${seed}: ${JSON.stringify(tally)}`)
        const asked = tally.instant + tally.range
        expect(differences.slice(0, 20).join('\n')).toBe('')
        expect(tally.instant).toBe(count)
        // A run in which most queries fail, are empty or are excused would prove nothing.
        expect(tally.errors).toBeLessThan(asked * 0.25)
        expect(tally.empty).toBeLessThan(asked * 0.5)
        expect(tally.chaotic).toBeLessThan(2 + asked * 0.002)
        expect(tally.ties).toBeLessThan(2 + asked * 0.005)
      })
    })
})

function storeOf(series: readonly TestSeries[], change: (value: number) => number): MemoryStore {
  const store = new MemoryStore()
  for (const { labels, samples } of series)
    for (const [time, value] of samples) store.append(labels, time, value === 'stale' ? value : change(value))
  return store
}

/** Our result in the shape of the HTTP API, through the same JSON the server sends. */
function answer(run: () => QueryResult): Answer {
  try {
    return { status: 'success', data: JSON.parse(writeResult(run())) as NonNullable<Answer['data']> }
  } catch (error) {
    if (error instanceof PromqlError) return { status: 'error', errorType: error.kind, error: error.message }
    throw error
  }
}
