import type { LimitPatch, RouteMatch } from '#lab/mesh/snapshot/envoy-filters.ts'
import { type Snapshot, type Workload, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { RateLimit, TokenBucket } from '#lab/mesh/snapshot/rate-limit.ts'
import { matches } from '#lab/mesh/snapshot/string-match.ts'
import { answer } from './answers.ts'
import { headerOf, withoutQuery } from './match.ts'
import type { Flow, Limit, Outcome } from './outcome.ts'
import { type Place, stopped } from './place.ts'

/** Istio docs, "Enabling Rate Limits using Envoy": local ones, where an EnvoyFilter has put them. */

/** In the caller's own proxy, before anything else is done with a request. */
export function limitedAtSource(place: Place, outcomes: Outcome[]): Outcome[] {
  const { snapshot, flow } = place
  const { source } = flow
  if (flow.protocol === 'tcp') return outcomes
  const isGateway = source.proxy === 'gateway'
  const asked = {
    port: flow.port,
    vhosts: [`${place.leg.way.target.name.host}:${flow.port}`, `${flow.host}:${flow.port}`],
  }
  return outcomes.map(outcome => {
    const limits = limitsAt(
      snapshot,
      source,
      isGateway ? 'GATEWAY' : 'SIDECAR_OUTBOUND',
      flow,
      asked,
      outcome.routeName,
    )
    if (limits.length === 0) return outcome
    const own = limits.map(({ limit, key, bucket }): Limit => {
      const stop = stopped(place, { answer: answer(flow.protocol, limit.status), flags: 'RL', end: 'source' })
      return {
        ...limitOf(key, limit, bucket, source),
        side: 'source',
        otherwise: { ...stop, details: 'local_rate_limited', routeName: outcome.routeName },
      }
    })
    return { ...outcome, limits: [...own, ...outcome.limits] }
  })
}

/** In the proxy of the pod that is reached; `ports` are those of the Service and of the pod. */
export function limitedAtDestination(
  { snapshot, flow }: Place,
  outcome: Outcome,
  ports: { service: number; target: number },
): Outcome {
  const { destination, reports } = outcome
  if (destination?.proxy !== 'sidecar' || flow.protocol === 'tcp') return outcome
  // Who could not connect never came as far as the filters.
  if (!reports.some(report => report.reporter === 'destination')) return outcome
  const asked = {
    port: ports.target,
    vhosts: [`inbound|http|${ports.service}`, `inbound|http|${ports.target}`],
  }
  const limits = limitsAt(snapshot, destination, 'SIDECAR_INBOUND', flow, asked, 'default').filter(
    ({ isFirst }) => isFirst || outcome.answer === null,
  )
  if (limits.length === 0) return outcome
  const own = limits.map(({ limit, key, bucket, isFirst }): Limit => {
    const told = answer(flow.protocol, limit.status, 1)
    return {
      ...limitOf(key, limit, bucket, destination),
      side: 'destination',
      otherwise: {
        ...outcome,
        answer: told,
        cluster: null,
        limits: [],
        refusedBy: null,
        details: 'local_rate_limited',
        rbac: isFirst ? [] : outcome.rbac,
        reports: reports.map(report => (report.reporter === 'destination' ? { ...report, flags: 'RL' } : report)),
      },
    }
  })
  return { ...outcome, limits: own }
}

const limitOf = (key: string, limit: RateLimit, bucket: TokenBucket, at: Workload) => ({
  key: `${at.key}|${key}`,
  at,
  bucket,
  enabled: limit.enabled,
  enforced: limit.enforced,
  statPrefix: limit.statPrefix,
})

interface Found {
  key: string
  limit: RateLimit
  bucket: TokenBucket
  isFirst: boolean
}

/** Each filter that a patch put there; a route's own settings stand before those of the filter. */
function limitsAt(
  snapshot: Snapshot,
  workload: Workload,
  context: LimitPatch['context'],
  flow: Flow,
  asked: { port: number; vhosts: string[] },
  routeName: string,
): Found[] {
  const patches = toldTo(snapshot, workload)
    .envoyFilters.of(workload)
    .filter(patch => patch.context === 'ANY' || patch.context === context)
  if (patches.length === 0) return []
  const ofRoute = patches.findLast(({ at }) => at.kind === 'route' && fits(at.match, asked, routeName))
  const found: Found[] = []
  for (const { at, key, limit } of patches) {
    if (at.kind !== 'filter' || (at.port !== null && at.port !== asked.port)) continue
    const rules = ofRoute?.limit ?? limit
    const chosen = bucketFor(rules, flow)
    if (chosen === null || rules.enabled === 0) continue
    const name = `${context}|${asked.port}|${ofRoute ? `${ofRoute.key}|${routeName}` : key}|${chosen.name}`
    found.push({ key: name, limit: rules, bucket: chosen.bucket, isFirst: at.isFirst })
  }
  return found
}

const fits = (match: RouteMatch, asked: { port: number; vhosts: string[] }, routeName: string): boolean =>
  (match.port === null || match.port === asked.port) &&
  (match.vhost === null || asked.vhosts.includes(match.vhost)) &&
  (match.route === null || match.route === routeName)

/** That of the first descriptor the request brings, else the common one. */
function bucketFor(limit: RateLimit, flow: Flow): { name: string; bucket: TokenBucket } | null {
  const brought = limit.actions.flatMap(actions => entriesOf(actions, flow) ?? [])
  const index = limit.descriptors.findIndex(({ entries }) =>
    entries.every(({ key, value }) =>
      brought.some(entry => entry.key === key && (value === '' || entry.value === value)),
    ),
  )
  const own = limit.descriptors[index]
  if (own !== undefined) return { name: String(index), bucket: own.bucket }
  return limit.bucket && { name: 'all', bucket: limit.bucket }
}

/** An action that has nothing to say leaves its whole list without effect. */
function entriesOf(actions: RateLimit['actions'][number], flow: Flow): { key: string; value: string }[] | null {
  const entries: { key: string; value: string }[] = []
  for (const action of actions) {
    switch (action.kind) {
      case 'header': {
        const value = valueOf(action.header, flow)
        if (value === undefined) return null
        entries.push({ key: action.key, value })
        break
      }
      case 'match': {
        const isMatch = action.headers.every(({ name, match }) => {
          const value = valueOf(name, flow)
          return value !== undefined && matches(match, value)
        })
        if (!isMatch) return null
        entries.push({ key: action.key, value: action.value })
        break
      }
      case 'generic':
        entries.push({ key: action.key, value: action.value })
        break
      case 'unknown':
        return null
    }
  }
  return entries
}

function valueOf(name: string, flow: Flow): string | undefined {
  switch (name) {
    case ':path':
      return withoutQuery(flow.path)
    case ':method':
      return flow.method
    case ':authority':
      return flow.host
    default:
      return headerOf(flow, name)
  }
}
