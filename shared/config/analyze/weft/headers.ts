import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { has, items, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { headerNeverMatches } from './messages.ts'

/** Istio docs, HTTPMatchRequest, `headers`: these keys are ignored, they are fields of their own. */
const fields = new Set(['uri', 'scheme', 'method', 'authority'])
const pseudo = new Set([':method', ':path', ':authority', ':scheme'])

/** Matches on headers that no caller can send. */
export const headers: EachAnalyzer = {
  name: 'weft.Headers',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, _, report) {
    for (const [rule, { match }] of items(virtualService.spec?.['http']).entries())
      for (const [index, wanted] of items(match).entries()) {
        const without = new Map(
          Object.entries(record(wanted['withoutHeaders'])).map(([key, word]) => [key.toLowerCase(), word]),
        )
        for (const [key, word] of Object.entries(record(wanted['headers']))) {
          const because = reason(key, record(word), without.get(key.toLowerCase()))
          if (because !== null)
            report(virtualService, headerNeverMatches, [key, because], {
              path: ['spec', 'http', rule, 'match', index, 'headers', key],
            })
        }
      }
  },
}

function reason(key: string, word: Json, without: unknown): string | null {
  const name = key.toLowerCase()
  if (fields.has(name)) return `it is ignored among headers: match ${name} itself`
  if (name === 'host') return 'proxies keep it as authority: match authority'
  const isClaim = name.startsWith('@request.auth.claims')
  // RFC 9110, 5.6.2: what a field name may be made of.
  if (!isClaim && !pseudo.has(name) && !/^[\w!#$%&'*+.^`|~-]+$/.test(key)) return 'no header can be called so'
  const value = text(word['exact'])
  if (has(word, 'exact') && (value !== value.trim() || /[\r\n\0]/.test(value)))
    return 'values have no space around them and no line ends'
  const excluded = record(without)
  if (without !== undefined && (Object.keys(excluded).length === 0 || isEqual(excluded, word)))
    return 'withoutHeaders leaves it out again'
  return null
}
