import type { MetricMetadata } from '#lab/contract.ts'
import type { Cell, Cells } from './cells.ts'
import { familyOf, type Metric, metrics } from './metrics.ts'
import { hasMetric } from './select.ts'
import { bounds, boundTexts, shapeOf, sharesOf, sizeShares, width } from './shape.ts'
import { settle, simple } from './values.ts'

/** The present values in Prometheus' text format 0.0.4. */
export interface Exposition {
  pieces(): Iterable<string>
}

/** What one cell's histogram was told at the last reading: buckets only grow from there. */
interface Past {
  total: number
  sum: number
  squares: number
  running: Float64Array
}

const pieceLength = 64 * 1024

/** @param withBuckets false leaves out the histograms' buckets: a mesh of ten thousand pods has a million of them. */
export function createExposition(
  cells: Cells,
  metadata: () => Record<string, MetricMetadata>,
  withBuckets: boolean,
): Exposition {
  const pasts = new WeakMap<Cell, Past>()
  const texts = new WeakMap<Cell, string>()
  const textOf = (cell: Cell) => {
    const known = texts.get(cell)
    if (known !== undefined) return known
    const made = Object.entries(cell.labels)
      .map(([name, value]) => `${name}="${escape(value)}"`)
      .join(',')
    texts.set(cell, made)
    return made
  }
  const isShown = (cell: Cell | undefined): cell is Cell =>
    cell !== undefined &&
    cell.ended === Number.POSITIVE_INFINITY &&
    (cell.kind === 'gauge' || cells.total(cell.id) >= 1)
  function* lines(): Generator<string> {
    const known = metadata()
    const header = (family: string) => {
      const { help, type } = known[family] ?? { help: '', type: 'unknown' }
      return `# HELP ${family} ${help}\n# TYPE ${family} ${type === 'unknown' ? 'untyped' : type}\n`
    }
    const live = cells.all.filter(isShown)
    for (const family of new Set(metrics.map(metric => familyOf(metric.name)))) {
      const shown = metrics.filter(
        metric => familyOf(metric.name) === family && (withBuckets || !metric.view.endsWith('bucket')),
      )
      let told = false
      for (const cell of live) {
        if (!shown.some(metric => metric.kind === cell.kind && hasMetric(cell, metric))) continue
        if (!told) yield header(family)
        told = true
        yield standard(cell, shown)
      }
    }
    const plain = Map.groupBy(
      live.filter(cell => cell.kind === 'counter' || cell.kind === 'gauge'),
      cell => (known[cell.name] ? cell.name : familyOfPlain(cell.name)),
    )
    for (const [family, group] of plain) {
      yield header(family)
      for (const cell of group) {
        const value = simple(cell, cell.kind === 'gauge' ? 'gauge' : 'counter', cells.total(cell.id))
        yield `${cell.name}{${textOf(cell)}} ${value}\n`
      }
    }
  }
  function standard(cell: Cell, shown: readonly Metric[]): string {
    const labels = textOf(cell)
    const total = cells.total(cell.id)
    let text = ''
    for (const { name, view } of shown)
      switch (view) {
        case 'duration bucket':
        case 'duration sum': {
          if (view === 'duration sum' && withBuckets) break
          const values = durations(cell, total)
          if (withBuckets)
            for (const [index, le] of boundTexts.entries())
              text += `${name}{${labels},le="${le}"} ${values[index]?.[0]}\n`
          text += `${familyOf(name)}_sum{${labels}} ${values[bounds.length]?.[0]}\n`
          break
        }
        case 'requestBytes bucket':
        case 'responseBytes bucket': {
          const shares = sizeShares(view === 'requestBytes bucket' ? cell.sizes.request : cell.sizes.response)
          const count = Math.floor(total)
          for (const [index, le] of boundTexts.entries())
            text += `${name}{${labels},le="${le}"} ${Math.floor(count * (shares[index] ?? 0))}\n`
          break
        }
        default:
          text += `${name}{${labels}} ${simple(cell, view, total)}\n`
      }
    return text
  }
  function durations(cell: Cell, total: number): Float64Array[] {
    const past = pasts.get(cell) ?? { total: 0, sum: 0, squares: 0, running: new Float64Array(width) }
    pasts.set(cell, past)
    const { sum, squares } = cells.moments(cell.id)
    const events = total - past.total
    if (events > 0) {
      const mean = (sum - past.sum) / events
      const shares = sharesOf(shapeOf(mean, (squares - past.squares) / events - mean * mean))
      for (let index = 0; index < width; index++)
        past.running[index] = (past.running[index] ?? 0) + events * (shares[index] ?? 0)
      past.total = total
      past.sum = sum
      past.squares = squares
    }
    const values = Array.from({ length: width }, () => new Float64Array(1))
    settle(past.running, total, 0, values)
    return values
  }
  return {
    *pieces() {
      let piece = ''
      for (const line of lines()) {
        piece += line
        if (piece.length < pieceLength) continue
        yield piece
        piece = ''
      }
      if (piece !== '') yield piece
    },
  }
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** Parts of a histogram that is not one of the standard ones. */
const familyOfPlain = (name: string): string => name.replace(/_(bucket|sum|count)$/, '')
