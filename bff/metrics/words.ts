import { HttpProblem } from '#bff/http/problem.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import type { Sight } from '#bff/http/sight.ts'
import type { Words, WordsQuery } from '#shared/metrics/api.ts'
import { seenWords } from './hosts.ts'
import { seenSelectors } from './limit.ts'
import type { Deps } from './read.ts'

/** So many are offered; more letters choose among the others. */
const most = 50
/** What is offered was there in the last hour. */
const recent = 3_600_000

interface Question {
  label: string | null
  selectors: string[]
}

/** Words of series, asked once a minute whatever is typed meanwhile. */
export function wordReadings({ sources, now }: Deps) {
  return sharedReading<Question, string[]>({
    key: question => JSON.stringify(question),
    fresh: () => 60_000,
    now,
    read: ({ label, selectors }, signal) =>
      sources.prometheus.words(label, selectors, { start: now() - recent, end: now() }, signal),
  })
}

export type ReadWords = ReturnType<typeof wordReadings>

/** What can stand there, of the series that somebody may see. */
export async function wordsOf(
  { of, metric, label, has }: WordsQuery,
  sight: Sight,
  read: ReadWords,
  signal: AbortSignal,
): Promise<Words> {
  if (of === 'values' && label === undefined) throw new HttpProblem(400, 'Values are of a label: say which, `label=`.')
  const asked = of === 'metrics' ? '__name__' : of === 'labels' ? null : (label ?? null)
  const selectors = seenSelectors(of === 'metrics' ? undefined : metric, sight)
  const wanted = has.toLowerCase()
  const found = seenWords(await read({ label: asked, selectors }, signal), sight).filter(
    word => word !== '__name__' && word.toLowerCase().includes(wanted),
  )
  // What begins with it is what is meant.
  const rank = (word: string) => (word.toLowerCase().startsWith(wanted) ? 0 : 1)
  const sorted = found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return { words: sorted.slice(0, most), more: Math.max(0, sorted.length - most) }
}
