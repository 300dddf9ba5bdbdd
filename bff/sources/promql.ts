import type { Seconds } from '#shared/units.ts'

/**
 * Text on its way into PromQL. Label values are text an attacker can choose (a Host header reaches
 * `destination_service`): nothing gets into a query but through here.
 */

/** A string literal. */
export const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

/** `name="a"`, or `name=~"a|b"` for several; anchored at both ends as all of Prometheus' matchers are. */
export const oneOf = (label: string, values: readonly string[]): string =>
  values.length === 1 ? `${label}=${quote(values[0] ?? '')}` : `${label}=~${quote(values.map(literal).join('|'))}`

/** A text as a regular expression (RE2) that matches it and nothing else. */
const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, character => `\\${character}`)

/** `metric{a="b",c="d"}`. */
export const select = (metric: string, matchers: readonly string[]): string =>
  matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`

/** `[60s]`, to the millisecond. */
export const range = (seconds: Seconds): string => {
  const milliseconds = Math.round(seconds * 1000)
  return milliseconds % 1000 === 0 ? `[${milliseconds / 1000}s]` : `[${milliseconds}ms]`
}

export const rate = (metric: string, matchers: readonly string[], window: Seconds): string =>
  `rate(${select(metric, matchers)}${range(window)})`

export const sumBy = (labels: readonly string[], expression: string): string =>
  `sum by (${labels.join(', ')}) (${expression})`

/** Several vectors as one answer, told apart by the label `part`. */
export const parts = (named: Record<string, string>): string =>
  Object.entries(named)
    .map(([name, expression]) => `label_replace(${expression}, "part", ${quote(name)}, "", "")`)
    .join(' or ')
