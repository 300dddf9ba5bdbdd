import type { Json } from '#shared/mesh/object.ts'
import type { Kind } from './kinds.ts'

/** A rule of a proposed policy, and what it is there for. */
export interface LearnedRule {
  rule: Json
  why: 'seen' | 'admitted' | 'gateway' | 'prometheus' | 'probe'
  /** It says who, but not by what: nothing finer was seen often enough. */
  isWide: boolean
  sightings: number
  requests: number
}

/**
 * Kinds → rules that grant these and nothing else: callers with the same operations share a rule, methods with the same
 * paths an operation.
 */
export function rulesOf(kinds: readonly Kind[], why: 'seen' | 'admitted' = 'seen'): LearnedRule[] {
  const callers = [...Map.groupBy(kinds, ({ principal }) => principal)].map(([principal, own]) => ({
    principal,
    own,
    operations: operationsOf(own),
  }))
  return [...Map.groupBy(callers, ({ operations }) => JSON.stringify(operations)).values()]
    .map((alike): LearnedRule => {
      const [first] = alike
      const operations = first?.operations ?? null
      const all = alike.flatMap(({ own }) => own)
      return {
        rule: {
          from: [{ source: { principals: alike.map(({ principal }) => principal).toSorted() } }],
          ...(operations === null ? {} : { to: operations.map(operation => ({ operation })) }),
        },
        why,
        isWide: all.some(({ method, path, port }) => port === null && (method === null || path === null)),
        sightings: sum(all.map(({ sightings }) => sightings)),
        requests: sum(all.map(({ requests }) => requests)),
      }
    })
    .toSorted((a, b) => b.requests - a.requests)
}

/** Null: whatever the caller does. */
function operationsOf(kinds: readonly Kind[]): Json[] | null {
  if (kinds.some(({ method, path, port }) => method === null && path === null && port === null)) return null
  const ports = [...new Set(kinds.flatMap(({ port }) => (port === null ? [] : [String(port)])))].toSorted()
  const byMethod = Map.groupBy(
    kinds.filter(({ method, path }) => method !== null || path !== null),
    ({ method }) => method ?? '',
  )
  const methods = [...byMethod].map(([method, own]) => {
    const paths = own.some(({ path }) => path === null) ? [] : own.map(({ path }) => path ?? '')
    return { method, paths: [...new Set(paths)].toSorted() }
  })
  const operations = [...Map.groupBy(methods, ({ paths }) => JSON.stringify(paths)).values()].map(alike => ({
    ...(alike.some(({ method }) => method === '') ? {} : { methods: alike.map(({ method }) => method).toSorted() }),
    ...(alike[0] && alike[0].paths.length > 0 ? { paths: alike[0].paths } : {}),
  }))
  return [...(ports.length > 0 ? [{ ports }] : []), ...operations].toSorted((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  )
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
