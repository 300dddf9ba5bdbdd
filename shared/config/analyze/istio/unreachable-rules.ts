import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { has, items, record, text } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { ineffectiveMatch, unreachableRule } from './messages.ts'

/** Rules are tried in order: what an earlier one takes, a later one never sees. */
export const unreachableRules: EachAnalyzer = {
  name: 'schema.ValidationAnalyzer.VirtualService',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, _, report) {
    for (const protocol of ['http', 'tcp', 'tls'] as const)
      lookAt(virtualService, protocol, items(virtualService.spec?.[protocol]), report)
  },
}

interface Seen {
  rule: number
  match: number
  covers: Coverage | null
}

function lookAt(object: MeshObject, protocol: 'http' | 'tcp' | 'tls', rules: Json[], report: Report): void {
  const exact = new Map<string, number>()
  const seen: Seen[] = []
  let open = -1
  for (const [rule, written] of rules.entries()) {
    const path = ['spec', protocol, rule]
    const matches = items(written['match'])
    const called = ruleName(written, rule)
    if (matches.length === 0) {
      if (open >= 0)
        report(object, unreachableRule, [called, `rule ${ruleName(rules[open], open)} takes every request`], { path })
      open = rule
      continue
    }
    if (open >= 0) {
      report(object, unreachableRule, [called, `rule ${ruleName(rules[open], open)} before it takes every request`], {
        path,
      })
      continue
    }
    let doubles = 0
    for (const [match, wanted] of matches.entries()) {
      const place = [...path, 'match', match]
      const key = canonical(wanted)
      const earlier = exact.get(key)
      const ineffective = (other: number) =>
        report(object, ineffectiveMatch, [called, matchName(wanted, match), ruleName(rules[other], other)], {
          path: place,
        })
      if (earlier !== undefined) {
        doubles++
        ineffective(earlier)
        continue
      }
      exact.set(key, rule)
      const covers = protocol === 'http' ? coverageOf(wanted) : null
      const rival = covers && seen.find(other => other.covers !== null && isCovered(other.covers, covers))
      if (rival) ineffective(rival.rule)
      seen.push({ rule, match, covers })
    }
    if (doubles === matches.length)
      report(object, unreachableRule, [called, 'earlier rules have all of its matches'], { path })
  }
}

const ruleName = (rule: Json | undefined, index: number): string =>
  text(rule?.['name']) === '' ? `#${index}` : `"${text(rule?.['name'])}"`
const matchName = ruleName

/** A match without its name, with sorted keys. */
function canonical(written: Json): string {
  const { name: _, ...match } = written
  return JSON.stringify(match, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

/** What a match by prefix takes. Of each text condition `exact`, else `prefix`, counts; none = everything. */
interface Coverage {
  prefix: string
  port: unknown
  method: string
  authority: string
  maps: Record<string, string>[]
  /** Conditions that are not compared: with any of them nothing is said. */
  rest: string
}

function coverageOf(match: Json): Coverage | null {
  const prefix = text(record(match['uri'])['prefix'])
  if (prefix === '') return null
  const { uri: _uri, name: _name, port, method, authority, headers, queryParams, withoutHeaders, ...rest } = match
  return {
    prefix,
    port: port ?? 0,
    method: wordOf(method),
    authority: wordOf(authority),
    maps: [headers, queryParams, withoutHeaders].map(wordsOf),
    rest: canonical(rest),
  }
}

const wordOf = (condition: unknown): string => {
  const written = record(condition)
  return (
    text(written['exact']) ||
    text(written['prefix']) ||
    (has(written, 'regex') ? `regex ${text(written['regex'])}` : '')
  )
}
const wordsOf = (conditions: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(record(conditions)).map(([key, condition]) => [key, wordOf(condition)]))

/** Everything the later match asks for, the earlier one takes already. */
function isCovered(earlier: Coverage, later: Coverage): boolean {
  if (!later.prefix.startsWith(earlier.prefix)) return false
  if (earlier.port !== later.port || earlier.rest !== later.rest) return false
  if (earlier.method !== '' && earlier.method !== later.method) return false
  if (earlier.authority !== '' && earlier.authority !== later.authority) return false
  return earlier.maps.every((map, index) => {
    const other = later.maps[index] ?? {}
    const keys = Object.keys(map)
    return keys.length === Object.keys(other).length && keys.every(key => other[key] === map[key])
  })
}
