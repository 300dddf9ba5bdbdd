import type { Labels, Matcher } from '#lab/contract.ts'
import { compileRegex } from './regex/regex.ts'

/** Whether a label's value satisfies the matcher; an absent label has the value ''. Throws a RegexError. */
export function compileMatcher(matcher: Matcher): (value: string) => boolean {
  const { op, value: wanted } = matcher
  switch (op) {
    case '=':
      return value => value === wanted
    case '!=':
      return value => value !== wanted
    case '=~': {
      const regex = compileRegex(wanted)
      return value => regex.test(value)
    }
    case '!~': {
      const regex = compileRegex(wanted)
      return value => !regex.test(value)
    }
  }
}

/** Whether labels satisfy every matcher. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const compiled = matchers.map(matcher => ({ name: matcher.name, holds: compileMatcher(matcher) }))
  return labels => compiled.every(({ name, holds }) => holds(labels[name] ?? ''))
}

/** Prometheus refuses selectors whose every matcher would also accept a series without the label. */
export function selectsSomething(matchers: readonly Matcher[]): boolean {
  return matchers.some(matcher => !compileMatcher(matcher)(''))
}
