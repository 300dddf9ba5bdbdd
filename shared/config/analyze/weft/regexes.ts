import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { problemOf } from '#shared/config/re2.ts'
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
