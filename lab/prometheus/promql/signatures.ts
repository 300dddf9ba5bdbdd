import type { ValueType } from './ast.ts'

export interface Signature {
  args: readonly ValueType[]
  /** How many arguments may be left out or added at the end: 1 = the last is optional, -1 = any number more. */
  variadic: number
  returns: ValueType
}

const vector = 'instant vector'
const matrix = 'range vector'
const scalar = 'scalar'
const text = 'string'

const takes = (args: ValueType[], variadic = 0, returns: ValueType = vector): Signature => ({ args, variadic, returns })

const ofVector = [
  'abs',
  'absent',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'ceil',
  'cos',
  'cosh',
  'deg',
  'exp',
  'floor',
  'histogram_count',
  'histogram_sum',
  'ln',
  'log10',
  'log2',
  'rad',
  'sgn',
  'sin',
  'sinh',
  'sort',
  'sort_desc',
  'sqrt',
  'tan',
  'tanh',
  'timestamp',
]
const ofMatrix = [
  'absent_over_time',
  'avg_over_time',
  'changes',
  'count_over_time',
  'delta',
  'deriv',
  'idelta',
  'increase',
  'irate',
  'last_over_time',
  'max_over_time',
  'min_over_time',
  'present_over_time',
  'rate',
  'resets',
  'stddev_over_time',
  'stdvar_over_time',
  'sum_over_time',
]
const ofTime = ['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year']

/** The functions of Prometheus 2.42 with the types it checks (promql/parser/functions.go). */
export const signatures: ReadonlyMap<string, Signature> = new Map([
  ...ofVector.map(name => [name, takes([vector])] as const),
  ...ofMatrix.map(name => [name, takes([matrix])] as const),
  ...ofTime.map(name => [name, takes([vector], 1)] as const),
  ['clamp', takes([vector, scalar, scalar])],
  ['clamp_max', takes([vector, scalar])],
  ['clamp_min', takes([vector, scalar])],
  ['histogram_fraction', takes([scalar, scalar, vector])],
  ['histogram_quantile', takes([scalar, vector])],
  ['holt_winters', takes([matrix, scalar, scalar])],
  ['label_join', takes([vector, text, text, text], -1)],
  ['label_replace', takes([vector, text, text, text, text])],
  ['pi', takes([], 0, scalar)],
  ['predict_linear', takes([matrix, scalar])],
  ['quantile_over_time', takes([scalar, matrix])],
  ['round', takes([vector, scalar], 1)],
  ['scalar', takes([vector], 0, scalar)],
  ['time', takes([], 0, scalar)],
  ['vector', takes([scalar])],
])
