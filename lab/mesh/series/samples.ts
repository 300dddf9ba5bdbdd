import type { Labels, Matcher, MetricMetadata, SampleSeries, SampleStore } from '#lab/contract.ts'
import { writeStale } from '#lab/prometheus/stale.ts'
import type { Cell, Cells } from './cells.ts'
import type { Exposition } from './exposition.ts'
import { createPostings } from './postings.ts'
import { find, type Found } from './select.ts'
import { valuesOf } from './values.ts'

export interface SampleStoreParts {
  cells: Cells
  exposition: Exposition
  metadata: () => Record<string, MetricMetadata>
  targets: SampleStore['targets']
  /** Milliseconds since the epoch of scrape 0. */
  firstScrape: number
  /** Seconds. */
  interval: number
}

/** What the mesh counted, as a Prometheus that scraped it would know it. Series are made when they are asked for. */
export function createSampleStore(parts: SampleStoreParts): SampleStore {
  const { cells, firstScrape, interval } = parts
  const postings = createPostings(cells)
  const step = interval * 1000
  const kept = (from: number, to: number) => ({
    first: Math.max(Math.ceil((from - firstScrape) / step), cells.last - cells.slots + 1, 0),
    last: Math.min(Math.floor((to - firstScrape) / step), cells.last),
  })
  function* within(matchers: readonly Matcher[], from: number, to: number): Generator<Span> {
    const range = kept(from, to)
    for (const found of find(postings, matchers)) {
      const first = Math.max(range.first, found.cell.born)
      const last = Math.min(range.last, found.cell.ended)
      if (first <= last) yield { found, first, last }
    }
  }
  const timesOf = () => {
    const made = new Map<number, Float64Array>()
    return (first: number, last: number) => {
      const key = first * 1_000_000 + (last - first)
      const known = made.get(key)
      if (known) return known
      const times = Float64Array.from({ length: last - first + 1 }, (_, index) => firstScrape + (first + index) * step)
      made.set(key, times)
      return times
    }
  }
  return {
    scrapeInterval: interval,
    select(matchers, from, to) {
      const times = timesOf()
      const series: SampleSeries[] = []
      for (const { found, first, last } of within(matchers, from, to)) {
        const lists = samplesOf(cells, found, first, last)
        for (const [index, labels] of found.labels.entries()) {
          const values = lists[index]
          if (labels && values) series.push({ labels, times: times(first, last), values })
        }
      }
      return series
    },
    labelNames(matchers, from, to) {
      const names = new Set<string>()
      for (const labels of labelSets(within(matchers, from, to))) for (const name in labels) names.add(name)
      return [...names].toSorted()
    },
    labelValues(name, matchers, from, to) {
      const values = new Set<string>()
      for (const labels of labelSets(within(matchers, from, to))) {
        const value = labels[name]
        if (value !== undefined) values.add(value)
      }
      return [...values].toSorted()
    },
    metadata: parts.metadata,
    exposition: () => parts.exposition.pieces(),
    targets: parts.targets,
  }
}

interface Span {
  found: Found
  first: number
  last: number
}

function* labelSets(spans: Iterable<Span>): Generator<Labels> {
  for (const { found } of spans) for (const labels of found.labels) if (labels) yield labels
}

/** Values of the scrapes; the one that ended the series is its stale marker. */
function samplesOf(cells: Cells, { cell, view }: Found, first: number, last: number): Float64Array[] {
  if (last < cell.ended) return valuesOf(cells, cell, view, first, last)
  const before = first < cell.ended ? valuesOf(cells, cell, view, first, last - 1) : emptyLists(cells, cell, view)
  return before.map(list => {
    const values = new Float64Array(last - first + 1)
    values.set(list)
    writeStale(values, last - first)
    return values
  })
}

/** As many empty lists as the view has series. */
const emptyLists = (cells: Cells, cell: Cell, view: Found['view']): Float64Array[] =>
  valuesOf(cells, cell, view, cell.born, cell.born).map(() => new Float64Array(0))
