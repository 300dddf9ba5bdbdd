import { items, record, text, texts } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { isEqual } from '#shared/mesh/equal.ts'

/** Whom a locked namespace lets in. */
export interface Allowed {
  /** Everybody of these namespaces. */
  namespaces: readonly string[]
  /** `namespace/serviceAccount`. */
  callers: readonly string[]
  /** What anybody may read without an identity: scrapes and probes. */
  scrape: readonly Scrape[]
}

export interface Scrape {
  ports: readonly number[]
  /** Empty: every path. Only sidecars and waypoints can tell paths apart. */
  path: string
}

/** What the rules of an ALLOW policy say together, as far as the task knows it. */
export function allowedBy(policy: MeshObject | null): Allowed {
  const rules = items(policy?.spec?.['rules'])
  return {
    namespaces: [...new Set(rules.flatMap(rule => namespacesOf(rule) ?? []))],
    callers: [...new Set(rules.flatMap(rule => callersOf(rule) ?? []))],
    scrape: rules.flatMap(rule => scrapeOf(rule) ?? []),
  }
}

/** Rules that are none of the task's: they stay as they are. */
export const otherRules = (policy: MeshObject | null): Json[] =>
  items(policy?.spec?.['rules']).filter(rule => sortOf(rule) === null)

/** The rules with what is allowed now: each sort where it stood, new ones at the end. */
export function rulesWith(policy: MeshObject | null, allowed: Allowed, trustDomain: string): Json[] {
  const before = allowedBy(policy)
  const { namespaces, callers, scrape } = allowed
  const principals = callers.map(caller => principalOf(caller, trustDomain))
  const wanted: Record<Sort, Json[]> = {
    namespaces: namespaces.length === 0 ? [] : [{ from: [{ source: { namespaces: [...namespaces] } }] }],
    callers: callers.length === 0 ? [] : [{ from: [{ source: { principals } }] }],
    scrape: scrape.map(({ ports, path }) => ({
      to: [{ operation: { ports: ports.map(String), ...(path === '' ? {} : { paths: [path] }) } }],
    })),
  }
  const placed = new Set<Sort>()
  const kept = items(policy?.spec?.['rules']).flatMap((rule): Json[] => {
    const sort = sortOf(rule)
    if (sort === null || isEqual(before[sort], allowed[sort])) return [rule]
    if (placed.has(sort)) return []
    placed.add(sort)
    return wanted[sort]
  })
  const fresh = sorts.filter(sort => before[sort].length === 0 && !placed.has(sort))
  return [...kept, ...fresh.flatMap(sort => wanted[sort])]
}

const sorts = ['namespaces', 'callers', 'scrape'] as const
type Sort = (typeof sorts)[number]

function sortOf(rule: Json): Sort | null {
  if (namespacesOf(rule) !== null) return 'namespaces'
  if (callersOf(rule) !== null) return 'callers'
  return scrapeOf(rule) === null ? null : 'scrape'
}

/** The one `source` of a rule that says nothing else. */
function onlySource(rule: Json): Json | null {
  const from = items(rule['from'])
  const [first = {}] = from
  return from.length === 1 && isOnly(rule, 'from') && isOnly(first, 'source') ? record(first['source']) : null
}

const isOnly = (message: Json, ...fields: string[]): boolean => Object.keys(message).every(key => fields.includes(key))

function namespacesOf(rule: Json): string[] | null {
  const source = onlySource(rule)
  if (source === null || !isOnly(source, 'namespaces')) return null
  const names = texts(source['namespaces'])
  return names.length === 0 || names.some(name => name.includes('*')) ? null : names
}

function callersOf(rule: Json): string[] | null {
  const source = onlySource(rule)
  if (source === null || !isOnly(source, 'principals')) return null
  const callers = texts(source['principals']).map(callerIn)
  return callers.length === 0 || callers.includes(null) ? null : callers.filter(each => each !== null)
}

function scrapeOf(rule: Json): Scrape | null {
  const to = items(rule['to'])
  const [first = {}] = to
  const operation = record(first['operation'])
  if (to.length !== 1 || !isOnly(rule, 'to') || !isOnly(first, 'operation') || !isOnly(operation, 'ports', 'paths'))
    return null
  const ports = texts(operation['ports'])
  const paths = texts(operation['paths'])
  if (ports.length === 0 || paths.length > 1 || ports.some(port => !/^\d+$/.test(port))) return null
  return { ports: ports.map(Number), path: text(paths[0]) }
}

export const principalOf = (caller: string, trustDomain: string): string => {
  const [namespace = '', account = ''] = caller.split('/')
  return `${trustDomain}/ns/${namespace}/sa/${account}`
}

/** `cluster.local/ns/shop/sa/web` → `shop/web`. */
function callerIn(principal: string): string | null {
  const [, namespace = '', account = ''] = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal) ?? []
  return account === '' ? null : `${namespace}/${account}`
}
