import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import type { Path } from '#shared/mesh/object.ts'
import { regexInvalid } from './messages.ts'

/** Regular expressions that the proxy cannot read. It knows RE2, which looks neither ahead nor back. */
export const regexes: EachAnalyzer = {
  name: 'weft.Regexes',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, _, report) {
    for (const protocol of ['http', 'tls', 'tcp'])
      for (const { regex, path } of regexesIn(virtualService.spec?.[protocol], ['spec', protocol])) {
        const problem = problemOf(regex)
        if (problem !== null) report(virtualService, regexInvalid, [regex, problem], { path })
      }
  },
}

function regexesIn(value: unknown, path: Path): { regex: string; path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => regexesIn(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'regex' && typeof inner === 'string'
      ? [{ regex: inner, path: [...path, key] }]
      : regexesIn(inner, [...path, key]),
  )
}

/** RE2 syntax (github.com/google/re2/wiki/Syntax) by way of JavaScript's, with what only one of them has set aside. */
export function problemOf(regex: string): string | null {
  if (/(?<!\\)(?:\\\\)*\(\?<?[=!]/.test(regex)) return 'RE2 does not look ahead or back'
  if (/(?<!\\)(?:\\\\)*\(\?>/.test(regex)) return 'RE2 has no atomic groups'
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(regex)) return 'RE2 does not refer back to groups'
  if (/(?<!\\)(?:\\\\)*[*+?}]\+/.test(regex)) return 'RE2 has no possessive quantifiers'
  const [, count] = /(?<!\\)(?:\\\\)*\{(?:\d+,)?(\d{4,})/.exec(regex) ?? []
  if (count !== undefined && Number(count) > 1000) return 'RE2 repeats at most 1000 times'
  const common = regex
    .replace(/\\Q.*?(?:\\E|$)/gs, 'q')
    .replace(/\(\?P?<(\w+)>/g, '(')
    .replace(/\(\?[imsU-]+(:)?/g, (_, colon: string | undefined) => (colon === undefined ? '(' : '(?:'))
    .replace(/\[:\^?\w+:\]/g, 'a')
    .replace(/\\[pP](?:\w|\{\^?\w+\})/g, 'p')
    .replace(/\\x\{[\da-fA-F]+\}/g, 'x')
    .replace(/\\[AzCQE]/g, '')
  try {
    RegExp(common)
    return null
  } catch (error) {
    // "Invalid regular expression: /…/: Unterminated group": the last part is the reason.
    return (error instanceof Error ? error.message : String(error)).replace(/^.*\/\w*: /s, '').toLowerCase()
  }
}
