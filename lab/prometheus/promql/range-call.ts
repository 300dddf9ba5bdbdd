import type { Labels } from '#lab/contract.ts'
import { dropName } from '#lab/prometheus/labels.ts'
import { type RangeSource } from './select.ts'
import { type Scope, timeOf } from './scope.ts'
import { joinRows, nameless, type VectorValue, VectorBuilder } from './value.ts'

/** The samples one call of a function sees: those from `from` up to, without, `to`. */
export interface Window {
  times: Float64Array
  values: Float64Array
  from: number
  to: number
  /** Bounds of the range and the step's own time, milliseconds. */
  rangeStart: number
  rangeEnd: number
  now: number
}

/** Undefined where the samples do not suffice. `args` are the call's scalars at the step. */
export type RangeFunction = (window: Window, args: readonly number[]) => number | undefined

/** Runs a function over every series and step of a range vector. */
export function callOverRange(
  scope: Scope,
  source: RangeSource,
  run: RangeFunction,
  scalars: readonly Float64Array[],
  keepsName: boolean,
): VectorValue {
  const builder = new VectorBuilder(scope.count, source.series.length)
  const { reference, range } = source
  const argsOf = (step: number) => scalars.map(values => values[step] ?? 0)
  const window = { from: 0, to: 0, rangeStart: 0, rangeEnd: 0, now: 0 } as Window
  const argsByStep = Array.from({ length: scope.count }, (_, step) => argsOf(step))
  for (const { labels, times, values } of source.series) {
    window.times = times
    window.values = values
    window.from = 0
    window.to = 0
    for (let step = 0; step < scope.count; step++) {
      slide(window, reference.at(step), range)
      const length = window.to - window.from
      scope.budget.spend(length)
      if (length === 0) continue
      window.now = timeOf(scope, step)
      const result = run(window, argsByStep[step] ?? [])
      if (result !== undefined) builder.set(step, result)
    }
    builder.end(labels)
  }
  const vector = builder.build()
  return keepsName ? joinRows(vector, 'refuse') : nameless(vector, 'refuse')
}

/** Moves the window forward to end at `end`. Steps only ever rise, so neither bound goes back. */
function slide(window: Window, end: number, range: number): void {
  const { times } = window
  window.rangeEnd = end
  window.rangeStart = end - range
  while (window.to < times.length && (times[window.to] ?? 0) <= end) window.to++
  while (window.from < window.to && (times[window.from] ?? 0) < window.rangeStart) window.from++
}

/** 1 at every step at which no series has a sample in its window. */
export function absentOverRange(scope: Scope, source: RangeSource, labels: Labels): VectorValue {
  const { present } = callOverRange(
    scope,
    { ...source, series: source.series.map((series, index) => ({ ...series, labels: { series: String(index) } })) },
    () => 1,
    [],
    true,
  )
  const builder = new VectorBuilder(scope.count, 1)
  for (let step = 0; step < scope.count; step++) {
    let isAbsent = true
    for (let index = step; index < present.length; index += scope.count) if (present[index]) isAbsent = false
    if (isAbsent) builder.set(step, 1)
  }
  builder.end(dropName(labels))
  return builder.build()
}
