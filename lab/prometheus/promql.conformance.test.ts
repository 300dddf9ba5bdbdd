import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differenceOf } from './conformance/compare.ts'
import { QueryGenerator } from './conformance/generator.ts'
import { type Answer, RealPrometheus } from './conformance/prometheus.ts'
import { Random } from './conformance/random.ts'
import { firstTime, lastTime, makeSamples } from './conformance/samples.ts'
import { MemoryStore } from './memory-store.ts'
import { PromqlError } from './promql/error.ts'
import { instantQuery, type QueryResult, rangeQuery } from './promql/query.ts'
import { writeResult } from './server/json.ts'

const seed = Number(process.env['WEFT_PROMQL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const instantCount = Number(process.env['WEFT_PROMQL_QUERIES'] ?? 2400)
const alsoRange = 0.25

interface Case {
  query: string
  time: number
  steps: { start: number; end: number; step: number } | undefined
}

function makeCases(random: Random): Case[] {
  const generator = new QueryGenerator(random)
  return Array.from({ length: instantCount }, () => {
    const start = random.int(firstTime - 300_000, lastTime)
    const step = random.pick([15_000, 30_000, 60_000, 47_000, 300_000])
    const end = start + step * random.int(1, 40) + random.int(0, step - 1)
    const steps = random.chance(alsoRange) ? { start, end, step } : undefined
    return { query: generator.query(), time: random.int(firstTime - 60_000, lastTime + 400_000), steps }
  })
}

describe('our PromQL engine', () => {
  const series = makeSamples(seed)
  const store = new MemoryStore()
  for (const { labels, samples } of series) for (const [time, value] of samples) store.append(labels, time, value)
  let real: RealPrometheus | undefined

  beforeAll(async () => {
    console.log(`PromQL conformance: repeat this run with WEFT_PROMQL_SEED=${seed}`)
    real = await RealPrometheus.start(series)
  })
  afterAll(async () => real?.stop())

  it(`answers ${instantCount} random queries as Prometheus 2.42 does`, async () => {
    const tally = { instant: 0, range: 0, errors: 0, empty: 0, ties: 0 }
    const differences: string[] = []

    async function compare(what: string, isOrdered: boolean, run: (onTie: () => void) => QueryResult, asked: Promise<Answer>) {
      let hasTie = false
      const theirs = await asked
      const ours = answer(() => run(() => (hasTie = true)))
      if (theirs.status === 'error') tally.errors++
      else if (Array.isArray(theirs.data?.result) && theirs.data.result.length === 0) tally.empty++
      const difference = differenceOf(ours, theirs, isOrdered)
      if (difference === undefined) return
      // Which of equal elements topk keeps is not defined; anything else is a mistake of ours.
      if (hasTie) tally.ties++
      else differences.push(`${what}\n    ${difference}`)
    }

    async function compareCase(prometheus: RealPrometheus, { query, time, steps }: Case) {
      tally.instant++
      const isSorted = /^(?:sort|sort_desc|topk|bottomk)\(/.test(query)
      await compare(
        `${query} at ${time}`,
        isSorted && !/ (?:and|or|unless|[-+*/%^=<>]|atan2) /.test(query),
        onTie => instantQuery(query, time, { store, onTie }),
        prometheus.query(query, time),
      )
      if (!steps) return
      tally.range++
      await compare(
        `${query} over ${JSON.stringify(steps)}`,
        true,
        onTie => rangeQuery(query, steps, { store, onTie }),
        prometheus.queryRange(query, steps),
      )
    }

    if (!real) throw new Error('Prometheus was not started')
    const prometheus = real
    const cases = makeCases(new Random(seed + 1)).values()
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (const each of cases) await compareCase(prometheus, each)
      }),
    )

    console.log(`PromQL conformance: ${JSON.stringify(tally)}`)
    expect(differences.slice(0, 20).join('\n')).toBe('')
    expect(tally.instant).toBe(instantCount)
    // A run in which most queries fail, are empty or are excused would prove nothing.
    expect(tally.errors).toBeLessThan((tally.instant + tally.range) * 0.35)
    expect(tally.empty).toBeLessThan((tally.instant + tally.range) * 0.4)
    expect(tally.ties).toBeLessThan((tally.instant + tally.range) * 0.01)
  })
})

/** Our result in the shape of the HTTP API, through the same JSON the server sends. */
function answer(run: () => QueryResult): Answer {
  try {
    return { status: 'success', data: JSON.parse(writeResult(run())) as NonNullable<Answer['data']> }
  } catch (error) {
    if (error instanceof PromqlError) return { status: 'error', errorType: error.kind, error: error.message }
    throw error
  }
}
