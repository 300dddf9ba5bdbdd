import type { Labels, Matcher } from '#lab/contract.ts'
import { compileMatcher } from '#lab/prometheus/matcher.ts'
import type { Cell } from './cells.ts'
import { familyOf, type Metric, metrics, type View } from './metrics.ts'
import type { Postings } from './postings.ts'
import { boundTexts } from './shape.ts'

/** One series, or a histogram's buckets, of one cell. */
export interface Found {
  cell: Cell
  view: View
  /** One, or one per bucket; undefined where its `le` is not wanted. */
  labels: (Labels | undefined)[]
}

const byKind = {
  http: metrics.filter(metric => metric.kind === 'http'),
  tcp: metrics.filter(metric => metric.kind === 'tcp'),
}

/** Series that satisfy every matcher. Label objects are the same in every answer. */
export function* find(postings: Postings, matchers: readonly Matcher[]): Generator<Found> {
  const test = (only: (name: string) => boolean) => {
    const tests = matchers
      .filter(matcher => only(matcher.name))
      .map(matcher => ({ name: matcher.name, holds: compileMatcher(matcher) }))
    return tests
  }
  const names = test(name => name === '__name__')
  const buckets = test(name => name === 'le')
  const others = test(name => name !== '__name__' && name !== 'le')
  const isNamed = (name: string) => names.every(({ holds }) => holds(name))
  const isWanted = (le: string) => buckets.every(({ holds }) => holds(le))
  const wanted = {
    http: byKind.http.filter(metric => isNamed(metric.name)),
    tcp: byKind.tcp.filter(metric => isNamed(metric.name)),
  }
  const wantedBounds = boundTexts.map(isWanted)
  const withoutLe = isWanted('')
  for (const cell of postings.candidates(matchers)) {
    const views = cell.kind === 'http' || cell.kind === 'tcp' ? wanted[cell.kind] : null
    if (views === null ? !isNamed(cell.name) : views.length === 0) continue
    if (!others.every(({ name, holds }) => holds(cell.labels[name] ?? ''))) continue
    if (views === null) {
      if (cell.kind === 'http' || cell.kind === 'tcp' || !isWanted(cell.labels['le'] ?? '')) continue
      yield { cell, view: cell.kind, labels: labelsIn(cell, cell.name, cell.kind) }
      continue
    }
    for (const metric of views) {
      if (!hasMetric(cell, metric)) continue
      if (metric.view.endsWith('bucket')) {
        const all = labelsIn(cell, metric.name, metric.view)
        const labels = all.map((one, index) => (wantedBounds[index] ? one : undefined))
        if (labels.some(one => one !== undefined)) yield { cell, view: metric.view, labels }
      } else if (withoutLe) yield { cell, view: metric.view, labels: labelsIn(cell, metric.name, metric.view) }
    }
  }
}

export const hasMetric = (cell: Cell, metric: Metric): boolean =>
  (cell.shows === undefined || cell.shows.has(familyOf(metric.name))) &&
  (metric.only === null || (metric.only === 'grpc' ? cell.isGrpc : cell.isFailed))

function labelsIn(cell: Cell, name: string, view: View): Labels[] {
  const known = cell.views.get(name)
  if (known) return known as Labels[]
  const made: Labels[] = view.endsWith('bucket')
    ? boundTexts.map(le => ({ __name__: name, ...cell.labels, le }))
    : [{ __name__: name, ...cell.labels }]
  cell.views.set(name, made)
  return made
}
