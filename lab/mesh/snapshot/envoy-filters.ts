import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { problemOf } from './envoy-types.ts'
import type { Workload } from './facts.ts'
import { type RateLimit, readRateLimit, unwrapped } from './rate-limit.ts'
import { type Fields, fields, hasLabels, items, number, text, textMap } from './read.ts'
import { createdAt } from './virtual-services.ts'

/** Istio docs, "Envoy Filter", as far as the lab acts on it: local rate limits. Everything else is stored and has no effect. */
export interface EnvoyFilters {
  /** Patches that a proxy is sent, in the order they are applied in. */
  of(workload: Workload): readonly LimitPatch[]
  /** What is written in a way that proxies reject. */
  rejected: readonly RejectedFilter[]
}

export interface RejectedFilter {
  /** `namespace/name`. */
  name: string
  /** What the proxy says. */
  problem: string
  /** What it spoils. */
  type: 'cds' | 'lds' | 'rds'
  isSentTo: (workload: Workload) => boolean
}

export type PatchContext = 'ANY' | 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND' | 'GATEWAY'

/** One configPatch about the local rate limit filter. */
export interface LimitPatch {
  /** `namespace/name#index`. */
  key: string
  context: PatchContext
  /** The filter itself, or what a route says instead of it. */
  at: { kind: 'filter'; port: number | null; isFirst: boolean; isMerge: boolean } | { kind: 'route'; match: RouteMatch }
  limit: RateLimit
  /** As it was written, for what is merged into it. */
  typed: Fields
}

/** Null: any. */
export interface RouteMatch {
  port: number | null
  vhost: string | null
  route: string | null
}

/**
 * Why proxies reject an EnvoyFilter; null where they take it. What they reject has no effect at all: they go on with
 * what they had.
 */
export function envoyFilterProblem(object: KubeObject): string | null {
  const [first] = problemsOf(object)
  return first ? `configPatches[${first.index}]: ${first.problem}` : null
}

function problemsOf(object: KubeObject): { index: number; problem: string; written: Fields }[] {
  return items(object.spec?.['configPatches']).flatMap((written, index) => {
    const problem = problemOf(text(written['applyTo']) ?? '', fields(written['patch']))
    return problem === null ? [] : [{ index, problem, written }]
  })
}

interface Bound {
  namespace: string
  selector: Record<string, string>
  targets: Fields[]
  patches: LimitPatch[]
}

export function readEnvoyFilters(store: ObjectStore, rootNamespace: string): EnvoyFilters {
  const all = store.list('envoyfilters.networking.istio.io')
  const bound = all
    .filter(object => envoyFilterProblem(object) === null)
    .map(object => ({ object, filter: readFilter(object) }))
    .filter(({ filter }) => filter.patches.length > 0)
    .toSorted(
      (a, b) =>
        Number(b.filter.namespace === rootNamespace) - Number(a.filter.namespace === rootNamespace) ||
        priority(a.object) - priority(b.object) ||
        createdAt(a.object) - createdAt(b.object),
    )
    .map(({ filter }) => filter)
  const known = new Map<string, readonly LimitPatch[]>()
  return {
    rejected: all.flatMap(object => rejectedIn(object, rootNamespace)),
    of(workload) {
      if (bound.length === 0) return []
      const found = known.get(workload.key)
      if (found) return found
      const patches = bound
        .filter(filter => isFor(filter, workload, rootNamespace))
        .flatMap(filter => filter.patches)
        .filter(patch => isIn(patch.context, workload))
      const applied = merged(patches)
      known.set(workload.key, applied)
      return applied
    },
  }
}

function rejectedIn(object: KubeObject, rootNamespace: string): RejectedFilter[] {
  const problems = problemsOf(object)
  if (problems.length === 0) return []
  const filter = readFilter(object)
  return problems.flatMap(({ problem, written }) => {
    const type = typesByPlace[text(written['applyTo']) ?? '']
    const context = contextOf(fields(written['match']))
    const isSentTo = (workload: Workload) => isFor(filter, workload, rootNamespace) && isIn(context, workload)
    return type ? [{ name: `${filter.namespace}/${object.metadata.name}`, problem, type, isSentTo }] : []
  })
}

/** Istio docs, Envoy Filter, `ApplyTo`: in which resource of a proxy each of them ends. */
const typesByPlace: Readonly<Record<string, RejectedFilter['type']>> = {
  LISTENER: 'lds',
  FILTER_CHAIN: 'lds',
  NETWORK_FILTER: 'lds',
  HTTP_FILTER: 'lds',
  LISTENER_FILTER: 'lds',
  ROUTE_CONFIGURATION: 'rds',
  VIRTUAL_HOST: 'rds',
  HTTP_ROUTE: 'rds',
  CLUSTER: 'cds',
}

const priority = (object: KubeObject): number => number(object.spec?.['priority']) ?? 0

/** Of the root namespace for the whole mesh; else for its own. Waypoints take none. */
function isFor({ namespace, selector, targets }: Bound, workload: Workload, rootNamespace: string): boolean {
  if (workload.proxy !== 'sidecar' && workload.proxy !== 'gateway') return false
  if (targets.length > 0)
    return targets.some(
      target =>
        target['kind'] === 'Gateway' &&
        namespace === workload.namespace &&
        workload.labels['gateway.networking.k8s.io/gateway-name'] === target['name'],
    )
  return (namespace === rootNamespace || namespace === workload.namespace) && hasLabels(workload.labels, selector)
}

/** MERGE changes filters that are there by then, and adds none. */
function merged(patches: readonly LimitPatch[]): LimitPatch[] {
  const applied: LimitPatch[] = []
  for (const patch of patches) {
    if (patch.at.kind === 'route' || !patch.at.isMerge) applied.push(patch)
    else
      for (const [index, other] of applied.entries()) {
        if (other.at.kind !== 'filter' || other.context !== patch.context) continue
        const typed = { ...unwrapped(other.typed), ...unwrapped(patch.typed) }
        const limit = readRateLimit(typed, [])
        if (limit) applied[index] = { ...other, limit, typed }
      }
  }
  return applied
}

const isIn = (context: PatchContext, { proxy }: Workload): boolean =>
  context === 'ANY' || (context === 'GATEWAY') === (proxy === 'gateway')

function readFilter(object: KubeObject): Bound {
  const namespace = object.metadata.namespace ?? 'default'
  const spec = fields(object.spec)
  return {
    namespace,
    selector: textMap(fields(spec['workloadSelector'])['labels']),
    targets: items(spec['targetRefs']),
    patches: items(spec['configPatches']).flatMap(
      (patch, index) => readPatch(patch, `${namespace}/${object.metadata.name}#${index}`) ?? [],
    ),
  }
}

const contexts = new Set<string>(['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'] satisfies PatchContext[])
const operations = new Set(['MERGE', 'ADD', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE'])

function contextOf(match: Fields): PatchContext {
  const named = text(match['context'])
  return named !== undefined && contexts.has(named) ? (named as PatchContext) : 'ANY'
}

export const filterName = 'envoy.filters.http.local_ratelimit'

function readPatch(written: Fields, key: string): LimitPatch | null {
  const match = fields(written['match'])
  const patch = fields(written['patch'])
  const operation = text(patch['operation']) ?? ''
  if (!operations.has(operation)) return null
  const context = contextOf(match)
  const value = fields(patch['value'])
  switch (written['applyTo']) {
    case 'HTTP_FILTER': {
      const limit = value['name'] === filterName ? readRateLimit(value['typed_config'], []) : null
      if (limit === null) return null
      const listener = fields(match['listener'])
      const chain = fields(fields(listener['filterChain'])['filter'])
      const port = number(listener['portNumber']) ?? null
      // Without a filter to stand beside it is the first one; beside the router it comes after all others.
      const isFirst = chain['subFilter'] === undefined || operation === 'INSERT_FIRST'
      const at = { kind: 'filter', port, isFirst, isMerge: operation === 'MERGE' } as const
      return { key, context, limit, at, typed: fields(value['typed_config']) }
    }
    case 'HTTP_ROUTE':
    case 'VIRTUAL_HOST':
    case 'ROUTE_CONFIGURATION': {
      const own = fields(value['typed_per_filter_config'] ?? value['typedPerFilterConfig'])
      const actions = items(fields(value['route'])['rate_limits'] ?? value['rate_limits'])
      const limit = readRateLimit(own[filterName], actions)
      const at = { kind: 'route', match: readMatch(fields(match['routeConfiguration'])) } as const
      return limit && { key, context, limit, at, typed: fields(own[filterName]) }
    }
    default:
      return null
  }
}

const readMatch = (route: Fields): RouteMatch => {
  const vhost = fields(route['vhost'])
  return {
    port: number(route['portNumber']) ?? null,
    vhost: text(vhost['name']) ?? null,
    route: text(fields(vhost['route'])['name']) ?? null,
  }
}
