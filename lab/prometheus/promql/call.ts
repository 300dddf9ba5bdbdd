import type { CallExpr, Expr } from './ast.ts'
import { unwrap } from './ast.ts'
import { histogramQuantile } from './functions-histogram.ts'
import { labelJoin, labelReplace } from './functions-labels.ts'
import { mathFunctions, maxOf, minOf, roundTo } from './functions-math.ts'
import { timeFunctions } from './functions-time.ts'
import { absent, clampValues, labelsOfAbsent, nothing, sortRows, toScalar, toVector } from './functions-vector.ts'
import { overTime } from './over-time.ts'
import { absentOverRange, callOverRange } from './range-call.ts'
import { rangeFunctions } from './range-functions.ts'
import { type Scope, timeOf } from './scope.ts'
import { selectInstant, selectRange } from './select.ts'
import { mapValues, nameless, type ScalarValue, type StringValue, type Value, type VectorValue } from './value.ts'

type Evaluate = (expr: Expr, scope: Scope) => Value

/** Calls a function. The types of its arguments were checked when the query was parsed. */
export function evaluateCall(expr: CallExpr, scope: Scope, evaluate: Evaluate): Value {
  const ofRange = rangeFunctions[expr.name] ?? overTime[expr.name]
  if (ofRange || expr.name === 'absent_over_time') return callRange(expr, scope, evaluate)
  const values = expr.args.map((argument, index) =>
    expr.name === 'timestamp' && index === 0 ? timestampsOf(argument, scope, evaluate) : evaluate(argument, scope),
  )
  return callOnValues(expr, scope, new Arguments(values))
}

/** Arguments by place and type. */
class Arguments {
  readonly #values: Value[]

  constructor(values: Value[]) {
    this.#values = values
  }

  get count(): number {
    return this.#values.length
  }

  vector(index: number): VectorValue {
    return this.#get(index, 'vector') as VectorValue
  }

  scalar(index: number): Float64Array {
    return (this.#get(index, 'scalar') as ScalarValue).values
  }

  text(index: number): string {
    return (this.#get(index, 'string') as StringValue).value
  }

  #get(index: number, kind: Value['kind']): Value {
    const value = this.#values[index]
    if (value?.kind !== kind) throw new Error(`argument ${index} is no ${kind}`)
    return value
  }
}

function callOnValues(expr: CallExpr, scope: Scope, args: Arguments): Value {
  const { name } = expr
  const constant = (value: number): Float64Array => new Float64Array(scope.count).fill(value)
  const math = mathFunctions[name]
  if (math) return nameless(mapValues(args.vector(0), math))
  const ofTime = timeFunctions[name]
  if (ofTime) return nameless(mapValues(args.count > 0 ? args.vector(0) : toVector(now(scope)), ofTime))
  switch (name) {
    case 'absent':
      return absent(args.vector(0), labelsOfAbsent(expr.args[0] ?? expr))
    case 'clamp':
      return nameless(
        clampValues(args.vector(0), args.scalar(1), args.scalar(2), (value, low, high) =>
          maxOf(low, minOf(high, value)),
        ),
      )
    case 'clamp_max':
      return nameless(mapBy(args.vector(0), args.scalar(1), minOf))
    case 'clamp_min':
      return nameless(mapBy(args.vector(0), args.scalar(1), maxOf))
    case 'round':
      return nameless(mapBy(args.vector(0), args.count > 1 ? args.scalar(1) : constant(1), roundTo))
    case 'histogram_count':
    case 'histogram_sum':
      return nothing(args.vector(0))
    case 'histogram_fraction':
      return nothing(args.vector(2))
    case 'histogram_quantile':
      return histogramQuantile(args.scalar(0), args.vector(1))
    case 'label_replace':
      return labelReplace(args.vector(0), args.text(1), args.text(2), args.text(3), args.text(4))
    case 'label_join': {
      const sources = Array.from({ length: args.count - 3 }, (_, index) => args.text(index + 3))
      return labelJoin(args.vector(0), args.text(1), args.text(2), sources)
    }
    case 'pi':
      return { kind: 'scalar', values: constant(Math.PI) }
    case 'scalar':
      return toScalar(args.vector(0))
    case 'sort':
      return sortRows(args.vector(0), 'up')
    case 'sort_desc':
      return sortRows(args.vector(0), 'down')
    case 'time':
      return now(scope)
    case 'timestamp':
      return nameless(args.vector(0))
    case 'vector':
      return toVector({ kind: 'scalar', values: args.scalar(0) })
    default:
      throw new Error(`nobody calls ${name}`)
  }
}

const now = (scope: Scope): ScalarValue => ({
  kind: 'scalar',
  values: Float64Array.from({ length: scope.count }, (_, step) => timeOf(scope, step) / 1000),
})

const mapBy = (
  vector: VectorValue,
  scalars: Float64Array,
  run: (value: number, scalar: number) => number,
): VectorValue => mapValues(vector, (value, step) => run(value, scalars[step] ?? 0))

/** The sample's own time for a selector; for all else the time of evaluation. */
function timestampsOf(argument: Expr, scope: Scope, evaluate: Evaluate): Value {
  const expr = unwrap(argument)
  if (expr.kind === 'selector') return selectInstant(scope, expr, 'time')
  const value = evaluate(expr, scope)
  if (value.kind !== 'vector') throw new Error(`timestamp of a ${value.kind}`)
  return mapValues(value, (_, step) => timeOf(scope, step) / 1000)
}

function callRange(expr: CallExpr, scope: Scope, evaluate: Evaluate): VectorValue {
  const { name, args } = expr
  const ranges = args.map(unwrap).filter(argument => argument.kind === 'matrix' || argument.kind === 'subquery')
  const [range] = ranges
  if (!range) throw new Error(`${name} without a range vector`)
  const source = selectRange(scope, range, (inner, subquery) => {
    const value = evaluate(subquery.expr, inner)
    if (value.kind !== 'vector') throw new Error('a subquery of something that is no vector')
    return value
  })
  if (name === 'absent_over_time') return absentOverRange(scope, source, labelsOfAbsent(range))
  const run = rangeFunctions[name] ?? overTime[name]
  if (!run) throw new Error(`nobody calls ${name}`)
  const scalars = args
    .filter(argument => unwrap(argument) !== range)
    .map(argument => (evaluate(argument, scope) as ScalarValue).values)
  return callOverRange(scope, source, run, scalars, name === 'last_over_time')
}
