import type { Labels } from '#lab/contract.ts'
import { dropName, keyOf, metricName } from '#lab/prometheus/labels.ts'
import { executionError } from './error.ts'

/** One number per step. */
export interface ScalarValue {
  kind: 'scalar'
  values: Float64Array
}

export interface StringValue {
  kind: 'string'
  value: string
}

/**
 * An instant vector at every step, series by series: row r has its value of step s at r * steps + s, and it exists
 * there where `present` is 1. No two rows have the same labels, and every row has a value somewhere.
 */
export interface VectorValue {
  kind: 'vector'
  steps: number
  labels: Labels[]
  values: Float64Array
  present: Uint8Array
}

export type Value = ScalarValue | StringValue | VectorValue

/** Writes rows one after the other; a row in which nothing was set is left out. */
export class VectorBuilder {
  readonly #steps: number
  readonly #labels: Labels[] = []
  #values: Float64Array
  #present: Uint8Array
  #base = 0
  #isEmpty = true

  constructor(steps: number, rows: number) {
    this.#steps = steps
    this.#values = new Float64Array(Math.max(rows, 1) * steps)
    this.#present = new Uint8Array(Math.max(rows, 1) * steps)
  }

  set(step: number, value: number): void {
    this.#values[this.#base + step] = value
    this.#present[this.#base + step] = 1
    this.#isEmpty = false
  }

  /** Ends the row. */
  end(labels: Labels): void {
    if (this.#isEmpty) return
    this.#labels.push(labels)
    this.#base += this.#steps
    this.#isEmpty = true
    if (this.#base < this.#values.length) return
    const values = new Float64Array(this.#values.length * 2)
    values.set(this.#values)
    this.#values = values
    const present = new Uint8Array(values.length)
    present.set(this.#present)
    this.#present = present
  }

  build(): VectorValue {
    return {
      kind: 'vector',
      steps: this.#steps,
      labels: this.#labels,
      values: this.#values.subarray(0, this.#base),
      present: this.#present.subarray(0, this.#base),
    }
  }
}

export const emptyVector = (steps: number): VectorValue => new VectorBuilder(steps, 0).build()

/** Each present value through a function; rows and labels stay. */
export function mapValues(vector: VectorValue, change: (value: number, step: number) => number): VectorValue {
  const { steps, present } = vector
  const values = new Float64Array(vector.values.length)
  for (let index = 0; index < values.length; index++)
    if (present[index]) values[index] = change(vector.values[index] ?? 0, index % steps)
  return { ...vector, values }
}

/** Each present value through a function that may refuse it. */
export function filterValues(
  vector: VectorValue,
  change: (value: number, step: number) => number | undefined,
): VectorValue {
  const { steps, present, values, labels } = vector
  const builder = new VectorBuilder(steps, labels.length)
  for (const [row, rowLabels] of labels.entries()) {
    for (let step = 0; step < steps; step++) {
      const index = row * steps + step
      const value = present[index] ? change(values[index] ?? 0, step) : undefined
      if (value !== undefined) builder.set(step, value)
    }
    builder.end(rowLabels)
  }
  return builder.build()
}

const sameLabelset = () => executionError('vector cannot contain metrics with the same labelset')

/**
 * Joins rows that have the same labels. Two values at one step are an error; so are, if asked, two rows at all: that is
 * how Prometheus treats functions of range vectors and signs.
 */
export function joinRows(vector: VectorValue, onTwoRows: 'join' | 'refuse' = 'join'): VectorValue {
  const { steps, labels, values, present } = vector
  const rowsByKey = Map.groupBy(labels.keys(), row => keyOf(labels[row] ?? {}))
  if (rowsByKey.size === labels.length) return vector
  if (onTwoRows === 'refuse') throw sameLabelset()
  const builder = new VectorBuilder(steps, rowsByKey.size)
  for (const rows of rowsByKey.values()) {
    for (let step = 0; step < steps; step++) {
      const present1 = rows.filter(row => present[row * steps + step])
      const [row] = present1
      if (present1.length > 1) throw sameLabelset()
      if (row !== undefined) builder.set(step, values[row * steps + step] ?? 0)
    }
    builder.end(labels[rows[0] ?? 0] ?? {})
  }
  return builder.build()
}

/** Without metric names. Rows that become the same are joined, or refused. */
export function nameless(vector: VectorValue, onTwoRows: 'join' | 'refuse' = 'join'): VectorValue {
  const name = vector.labels[0]?.[metricName]
  const changed = { ...vector, labels: vector.labels.map(dropName) }
  // Rows of one metric differ in another label, and go on doing so.
  const haveOneName = vector.labels.every(labels => labels[metricName] === name)
  return haveOneName ? changed : joinRows(changed, onTwoRows)
}

export const rowCount = (vector: VectorValue): number => vector.labels.length
