import { makePattern, makeText } from './patterns.ts'
import type { Random } from './random.ts'
import { firstTime, lastTime, vocabulary } from './samples.ts'

const labelNames = Object.keys(vocabulary.labels) as (keyof typeof vocabulary.labels)[]
const metrics = [...vocabulary.counters, ...vocabulary.gauges]

const words = (text: string): string[] => text.trim().split(/\s+/)

const vectorFunctions = words(`
  abs absent ceil exp floor ln log10 log2 sgn sort sort_desc sqrt acos acosh asin asinh atan atanh cosh
  sinh tanh deg rad minute hour day_of_week day_of_month day_of_year days_in_month month year
`)
/** These make another number of a large one whose last bit differs, so they only get plain ones. */
const periodicFunctions = ['cos', 'sin', 'tan']
const counterFunctions = ['rate', 'increase', 'irate', 'resets', 'changes']
const rangeFunctions = [
  ...words(`
  avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time present_over_time
  absent_over_time stddev_over_time stdvar_over_time delta idelta deriv
`),
  ...counterFunctions,
]
const aggregations = ['sum', 'min', 'max', 'avg', 'count', 'group', 'stddev', 'stdvar']

/** Writes random queries that follow PromQL's grammar and, nearly always, its types. */
export class QueryGenerator {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  query(): string {
    const random = this.#random
    return random.weighted([
      [90, () => this.#vector(random.int(1, 4))],
      [5, () => this.#scalar(2)],
      [2, () => this.#timestamp()],
      [2, () => this.#range(1)],
      [1, () => this.#string()],
      [2, () => this.#broken()],
    ])()
  }

  /** Something Prometheus refuses: a wrong type, a wrong count, a missing piece. */
  #broken(): string {
    const random = this.#random
    return random.pick([
      () => `${random.pick([...vectorFunctions, ...periodicFunctions, ...rangeFunctions])}(${this.#scalar(1)})`,
      () => `${random.pick(rangeFunctions)}(${this.#selector()})`,
      () => `${this.#vector(1)} ${random.pick(['and', '+ on', '==', '!', '*'])}`,
      () => `(${this.#vector(2)}`,
      () => `${this.#selector()} ${this.#selector()}`,
      () => `${this.#scalar(1)} and ${this.#vector(1)}`,
      () => `${this.#scalar(1)} > ${this.#scalar(1)}`,
      () => `sum(${this.#range(1)})`,
      () => `${this.#selector()} offset 1m offset 2m`,
      () => `label_replace(${this.#selector()}, "job", "$1", "job", "(")`,
      () => `holt_winters(${this.#selector()}[5m], 2, 0.5)`,
      () => `count_values("no-name", ${this.#vector(1)})`,
      () => `topk(NaN, ${this.#vector(1)})`,
    ])()
  }

  #vector(depth: number): string {
    const random = this.#random
    if (depth <= 0) return this.#selector() + this.#modifiers()
    const inner = () => this.#vector(depth - 1)
    return random.weighted([
      [3, () => this.#selector() + this.#modifiers()],
      [5, () => this.#rangeCall(depth - 1)],
      [5, () => this.#aggregation(depth - 1)],
      [5, () => this.#binary(depth - 1)],
      [3, () => `${random.pick(vectorFunctions)}(${inner()})`],
      [1, () => `${random.pick(periodicFunctions)}(${this.#plain()})`],
      [1, () => `(${this.#plain()} % ${random.pick(['3', '0.7', '-2', '0', '1e3'])})`],
      [1, () => `(time() - ${this.#timestamp()})`],
      [2, () => this.#otherCall(depth - 1)],
      [1, () => `${random.pick(['-', '+'])}${inner()}`],
      [2, () => `(${inner()})`],
      [1, () => this.#quantileOfBuckets()],
    ])()
  }

  #scalar(depth: number): string {
    const random = this.#random
    const inner = () => this.#scalar(depth - 1)
    return random.weighted([
      [8, () => this.#number()],
      [
        depth > 0 ? 2 : 0,
        () => `${inner()} ${random.pick(['+', '-', '*', '/', '^', '== bool', '> bool', 'atan2'])} ${inner()}`,
      ],
      [depth > 0 ? 1 : 0, () => `scalar(${this.#vector(depth - 1)})`],
      [1, () => random.pick(['time()', 'pi()'])],
      [depth > 0 ? 1 : 0, () => `-${inner()}`],
    ])()
  }

  #number(): string {
    const random = this.#random
    return random.weighted([
      [6, () => String(random.int(0, 20))],
      [4, () => (random.next() * 5).toFixed(random.int(1, 6))],
      [1, () => random.pick(['Inf', 'NaN', '1e6', '0x1F', '.5', '1e-3', '0'])],
    ])()
  }

  #string(): string {
    return this.#random.pick(['"text"', "'single'", '`raw \\n`', '"a\\tb\\u00e9"', '""'])
  }

  #selector(metric = this.#random.pick(metrics) as string): string {
    const random = this.#random
    if (random.chance(0.03)) metric = 'unknown_metric'
    const matchers = random.some(labelNames, 0.08).map(name => this.#matcher(name))
    if (random.chance(0.04))
      return `{__name__=~"${random.pick(metrics).slice(0, 4)}.*"${matchers.map(text => `,${text}`).join('')}}`
    return matchers.length > 0 ? `${metric}{${matchers.join(',')}}` : metric
  }

  #matcher(name: keyof typeof vocabulary.labels): string {
    const random = this.#random
    const value = random.pick<string>(vocabulary.labels[name])
    return random.weighted([
      [4, () => `${name}="${value}"`],
      [2, () => `${name}!="${value}"`],
      [
        2,
        () =>
          `${name}=~"${value.slice(0, 2).replace('+', '\\\\+')}.*|${random.pick(['two.*', '[0-9]+', 'x?', '(?i:API)'])}"`,
      ],
      [1, () => `${name}!~"${value.slice(0, 1).replace('+', '\\\\+')}.*"`],
      [1, () => `${name}=~"${random.pick(['.+', '.*', '', '\\\\d{3}', '[^a-m]+', '(?:n|s).*', '\\\\w+:80'])}"`],
    ])()
  }

  /** Offset and @, in either order. */
  #modifiers(mayHaveAt = true): string {
    const random = this.#random
    const parts: string[] = []
    if (random.chance(0.12)) parts.push(` offset ${random.pick(['', '-'])}${this.#duration()}`)
    if (mayHaveAt && random.chance(0.08)) {
      const time = random.weighted([
        [2, () => (random.int(firstTime, lastTime) / 1000).toFixed(random.int(0, 3))],
        [1, () => random.pick(['start()', 'end()'])],
      ])()
      if (random.chance(0.5)) parts.push(` @ ${time}`)
      else parts.unshift(` @ ${time}`)
    }
    return parts.join('')
  }

  #duration(): string {
    return this.#random.pick(['1m', '30s', '2m', '5m', '10m', '37s', '1m30s', '15s', '45s500ms', '7m', '20m'])
  }

  #range(depth: number, mayHaveAt = true): string {
    const random = this.#random
    if (depth <= 0 || random.chance(0.75))
      return `${this.#selector()}[${this.#duration()}]${this.#modifiers(mayHaveAt)}`
    const inner = this.#vector(depth - 1)
    const step = random.weighted([
      [1, () => ''],
      [3, () => random.pick(['15s', '30s', '1m', '47s', '2m'])],
    ])()
    // What ends in a modifier or an operator cannot take brackets directly.
    return `(${inner})[${random.pick(['2m', '5m', '10m', '7m30s'])}:${step}]${this.#modifiers(mayHaveAt)}`
  }

  /**
   * No @ where another argument, or the function itself, depends on the step: there Prometheus 2.42 lets the range that
   * @ should hold fast move along with the steps, and cuts it at the newest sample it had loaded for the first one.
   */
  #rangeCall(depth: number): string {
    const random = this.#random
    const quantile = this.#quantile()
    return random.weighted([
      [
        4,
        () =>
          `${random.pick(counterFunctions)}(${this.#selector(random.pick(vocabulary.counters))}[${this.#duration()}]${this.#modifiers()})`,
      ],
      [5, () => `${random.pick(rangeFunctions)}(${this.#range(depth)})`],
      [1, () => `quantile_over_time(${quantile}, ${this.#range(depth, !quantile.includes('scalar'))})`],
      [1, () => `predict_linear(${this.#range(depth, false)}, ${random.int(-600, 600)})`],
      [1, () => `holt_winters(${this.#range(depth)}, 0.${random.int(1, 9)}, 0.${random.int(1, 9)})`],
    ])()
  }

  /** Not with both modifiers: then 2.42 looks at the time of @ but loads samples up to the offset only. */
  #timestamp(): string {
    const selector = this.#selector()
    return `timestamp(${this.#random.chance(0.5) ? selector + this.#modifiers(false) : `${selector} @ ${firstTime / 1000 + 3000}`})`
  }

  #quantile(): string {
    return this.#random.pick(['0.5', '0.9', '0.99', '0', '1', '-1', '2', '0.123', 'NaN', 'scalar(up)'])
  }

  #quantileOfBuckets(): string {
    const random = this.#random
    const buckets = random.pick(['latency_bucket', 'rate(latency_bucket[5m])', 'increase(latency_bucket[2m])'])
    const grouped = random.pick([
      buckets,
      `sum by (le) (${buckets})`,
      `sum by (job, le) (${buckets})`,
      `sum without (instance) (${buckets})`,
    ])
    return `histogram_quantile(${this.#quantile()}, ${grouped})`
  }

  #grouping(): string {
    const random = this.#random
    return `${random.pick(['by', 'without'])} (${random.some(labelNames, 0.3).join(', ')})`
  }

  /**
   * The label of count_values comes last in the alphabet: 2.42 appends it to the sorted labels of `by` and then looks
   * for them in order, so that it overlooks one that belongs further up.
   */
  #aggregation(depth: number): string {
    const random = this.#random
    const inner = this.#vector(depth)
    const [op, args] = random.weighted<() => [string, string]>([
      [8, () => [random.pick(aggregations), inner]],
      [2, () => [random.pick(['topk', 'bottomk']), `${random.pick(['1', '2', '3', '5', '0', '-1', '100'])}, ${inner}`]],
      [1, () => ['quantile', `${this.#quantile()}, ${inner}`]],
      [1, () => ['count_values', `"zz_value", ${this.#plain()}`]],
    ])()
    return random.weighted([
      [1, () => `${op}(${args})`],
      [2, () => `${op} ${this.#grouping()} (${args})`],
      [1, () => `${op}(${args}) ${this.#grouping()}`],
    ])()
  }

  /** Without logarithms and the like, whose last bits may differ: as a label's value they would be another label. */
  #plain(): string {
    const random = this.#random
    const range = () => `${this.#selector()}[${this.#duration()}]${this.#modifiers()}`
    return random.pick([
      () => this.#selector() + this.#modifiers(),
      () => `${random.pick([...counterFunctions, 'count_over_time', 'min_over_time'])}(${range()})`,
      () => `${random.pick(['count', 'group', 'max'])} ${this.#grouping()} (${this.#selector()})`,
      () => `${this.#selector()} ${random.pick(['> bool', '*', '/', '+'])} ${random.int(0, 9)}`,
    ])()
  }

  #binary(depth: number): string {
    const random = this.#random
    const arithmetic = ['+', '-', '*', '/', '^', 'atan2']
    const comparison = ['==', '!=', '<', '<=', '>', '>=']
    const op = random.weighted([
      [5, () => random.pick(arithmetic)],
      [2, () => random.pick(comparison)],
      [2, () => `${random.pick(comparison)} bool`],
    ])()
    return random.weighted([
      [3, () => `${this.#vector(depth)} ${op} ${this.#scalar(1)}`],
      [2, () => `${this.#scalar(1)} ${op} ${this.#vector(depth)}`],
      [3, () => this.#oneToOne(op, depth)],
      [2, () => this.#grouped(op)],
      [1, () => `${this.#vector(depth)} ${op} ${this.#vector(depth)}`],
      [2, () => `${this.#vector(depth)} ${random.pick(['and', 'or', 'unless'])} ${this.#vector(depth)}`],
      [
        2,
        () =>
          `${this.#vector(depth)} ${random.pick(['and', 'or', 'unless'])} ${this.#matching()} ${this.#vector(depth)}`,
      ],
      [1, () => `${this.#vector(depth)} ${op} ${this.#matching()} ${this.#vector(depth)}`],
    ])()
  }

  #matching(): string {
    const random = this.#random
    return `${random.pick(['on', 'ignoring'])} (${random.some(labelNames, 0.35).join(', ')})`
  }

  /** Sides that have a good chance to match. */
  #oneToOne(op: string, depth: number): string {
    const random = this.#random
    const labels = random.some(['job', 'instance', 'code'] as const, 0.6).join(', ')
    const side = () => `${random.pick(aggregations)} by (${labels}) (${this.#vector(Math.max(0, depth - 1))})`
    return random.pick([
      () => `${side()} ${op} ${side()}`,
      () => `${side()} ${op} on (${labels}) ${side()}`,
      () => `rate(requests_total[5m]) ${op} ignoring (zone) rate(errors_total[5m])`,
      () => `errors_total ${op} requests_total`,
    ])()
  }

  #grouped(op: string): string {
    const random = this.#random
    const many = random.pick(['requests_total', 'rate(requests_total[2m])', 'latency_bucket', 'errors_total'])
    const one = random.pick(['build_info', 'temperature', 'up', 'queue_length', 'sum by (job) (up)'])
    const on = random.pick(['on (job, instance)', 'on (job)', 'on (instance)', 'ignoring (code, version, zone, le)'])
    const include = random.pick(['', '()', '(version)', '(zone)', '(version, zone)', '(code)'])
    return random.chance(0.5)
      ? `${many} ${op} ${on} group_left${include || ' '} ${one}`
      : `${one} ${op} ${on} group_right${include || ' '} ${many}`
  }

  #otherCall(depth: number): string {
    const random = this.#random
    const vector = this.#vector(depth)
    const number = () => this.#scalar(1)
    return random.pick([
      () => `clamp(${vector}, ${number()}, ${number()})`,
      () => `clamp_min(${vector}, ${number()})`,
      () => `clamp_max(${vector}, ${number()})`,
      () => `round(${vector})`,
      () => `round(${vector}, ${random.pick(['0.1', '5', '0.25', '100'])})`,
      () => `vector(${number()})`,
      () => `vector(time())`,
      () => `${random.pick(['hour', 'minute', 'day_of_week', 'month', 'year'])}()`,
      () =>
        `label_replace(${vector}, "${random.pick(['new', 'job', 'zone'])}", "${random.pick(['$1', 'x-$2', '${1}y', '', '$0', '$$', '$name'])}", "${random.pick(['instance', 'job', 'none'])}", "${random.pick(['(.*):(.*)', '(\\\\w+)', '(?P<name>.)(.*)', '.*', ''])}")`,
      () =>
        `label_join(${vector}, "${random.pick(['new', 'zone'])}", "${random.pick(['-', ''])}", "job", "${random.pick(['instance', 'none'])}")`,
      () =>
        `label_replace(label_replace(vector(1), "text", "${makeText(random)}", "", ""), "${random.pick(['found', 'text'])}", "<$0|$1|$name>", "text", "${makePattern(random)}")`,
      () => `absent(${this.#selector()}${this.#modifiers()})`,
      () => `absent_over_time(${this.#selector()}[${this.#duration()}])`,
    ])()
  }
}
