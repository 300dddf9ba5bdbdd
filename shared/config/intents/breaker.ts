import { editsBetween } from '#shared/config/change/edits-between.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { has, items, number, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { destinationRules } from './destinations.ts'
import { type Intent, isProblem, madeByWeft, noChange, type Problem, type Scene, type Target } from './intent.ts'
import { apiVersionOf, freeName, nameOfRef, serviceTarget } from './rules.ts'
import { type Service, serviceAt } from './service.ts'
import { isIstioDuration, withField, withMessage } from './values.ts'

/** Which traffic policy: the one for all of a host, or a subset's own. */
export interface PolicyAt {
  object: ObjectRef
  subset: string | null
}

/** Limits of every caller's proxy. Null: not said, so Istio's own holds. */
export interface Limits {
  maxConnections: number | null
  maxPendingRequests: number | null
  maxRequests: number | null
  maxRequestsPerConnection: number | null
}

/** When a pod is left out for a while. Null fields: Istio's defaults. */
export interface Ejection {
  consecutive5xxErrors: number | null
  interval: string
  baseEjectionTime: string
  maxEjectionPercent: number | null
}

export interface Breaker {
  policy: PolicyAt
  limits: Limits
  /** Null: no pod is ever left out. */
  ejection: Ejection | null
}

/** Istio docs, ConnectionPoolSettings: where each limit stands under `connectionPool`. */
export const limitPlaces = {
  maxConnections: ['tcp', 'maxConnections'],
  maxPendingRequests: ['http', 'http1MaxPendingRequests'],
  maxRequests: ['http', 'http2MaxRequests'],
  maxRequestsPerConnection: ['http', 'maxRequestsPerConnection'],
} as const satisfies Record<keyof Limits, readonly [string, string]>
export const limitNames = Object.keys(limitPlaces) as (keyof Limits)[]

/** Istio docs, OutlierDetection: what holds where a field is not set. */
export const ejectionDefaults = {
  consecutive5xxErrors: 5,
  interval: '10s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 10,
}

export interface BreakerView {
  service: Service
  /** The DestinationRule that rules; null: none does yet. */
  object: MeshObject | null
  policies: readonly PolicyAt[]
  policy: PolicyAt
}

export const policyKey = ({ object, subset }: PolicyAt): string => `${keyOf(object)}/${subset ?? ''}`

export const breaker: Intent<Breaker> = {
  id: 'breaker',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = breakerView(scene, target)
    if (isProblem(view)) return view
    return {
      model: { policy: view.policy, ...said(policyIn(view)) },
      from: view.object === null ? [] : [view.policy.object],
      notes: notesOf(scene, view),
    }
  },
  check(_, __, { limits, ejection }) {
    const problems: Problem[] = []
    const isCount = (value: number | null, most = 2 ** 31 - 1) =>
      value === null || (Number.isInteger(value) && value >= 0 && value <= most)
    for (const name of limitNames) if (!isCount(limits[name])) problems.push({ field: `limits.${name}`, code: 'count' })
    if (ejection === null) return problems
    if (!isCount(ejection.consecutive5xxErrors))
      problems.push({ field: 'ejection.consecutive5xxErrors', code: 'count' })
    if (!isCount(ejection.maxEjectionPercent, 100))
      problems.push({ field: 'ejection.maxEjectionPercent', code: 'percentOrNone' })
    for (const name of ['interval', 'baseEjectionTime'] as const)
      if (ejection[name] !== '' && !isIstioDuration(ejection[name]))
        problems.push({ field: `ejection.${name}`, code: 'duration' })
    return problems
  },
  write(scene, target, { limits, ejection }) {
    const view = breakerView(scene, target)
    if (isProblem(view)) return noChange
    const { object, policy, service } = view
    const before = said(policyIn(view))
    if (isEqual(before, { limits, ejection })) return noChange
    const change = (holder: Json): Json =>
      withMessage(holder, 'trafficPolicy', written =>
        withEjection(withLimits(written, limits, before.limits), ejection, before.ejection),
      )
    if (object === null) return { ...noChange, create: [newRule(scene, service, policy.object, change)] }
    const spec = record(object.spec)
    if (policy.subset === null)
      return { ...noChange, edit: [{ object: policy.object, edits: editsBetween(spec, change(spec), ['spec']) }] }
    const subsets = items(spec['subsets'])
    const index = subsets.findIndex(({ name }) => name === policy.subset)
    const path = ['spec', 'subsets', index]
    const edits = editsBetween(subsets[index], change(subsets[index] ?? {}), path)
    return { ...noChange, edit: [{ object: policy.object, edits }] }
  },
  about: object =>
    object.kind === 'DestinationRule'
      ? serviceTarget(fullHost(text(object.spec?.['host']), object.metadata.namespace ?? ''))
      : null,
}

export function breakerView(scene: Scene, target: Target): BreakerView | Problem {
  const service = serviceAt(scene, target)
  if (isProblem(service)) return service
  const [object = null] = destinationRules(scene.world, service)
  const { namespace, name } = service
  const fresh = { group: 'networking.istio.io', kind: 'DestinationRule', namespace, name }
  const ref = object === null ? { ...fresh, name: freeName(scene.world, fresh, 'in-mesh') } : refOf(object)
  const whole: PolicyAt = { object: ref, subset: null }
  const subsets = items(object?.spec?.['subsets']).map(
    (each): PolicyAt => ({ object: ref, subset: text(each['name']) }),
  )
  const policies = [whole, ...subsets]
  return { service, object, policies, policy: policies.find(each => policyKey(each) === target.rule) ?? whole }
}

function policyIn({ object, policy: { subset } }: BreakerView): Json {
  const spec = record(object?.spec)
  const holder = subset === null ? spec : (items(spec['subsets']).find(({ name }) => name === subset) ?? {})
  return record(holder['trafficPolicy'])
}

function said(policy: Json): Omit<Breaker, 'policy'> {
  const pool = record(policy['connectionPool'])
  const limit = (name: keyof Limits) => {
    const [part, field] = limitPlaces[name]
    return number(record(pool[part])[field]) ?? null
  }
  const written = policy['outlierDetection']
  const detection = record(written)
  return {
    limits: {
      maxConnections: limit('maxConnections'),
      maxPendingRequests: limit('maxPendingRequests'),
      maxRequests: limit('maxRequests'),
      maxRequestsPerConnection: limit('maxRequestsPerConnection'),
    },
    ejection:
      typeof written !== 'object' || written === null
        ? null
        : {
            consecutive5xxErrors: number(detection['consecutive5xxErrors']) ?? null,
            interval: text(detection['interval']),
            baseEjectionTime: text(detection['baseEjectionTime']),
            maxEjectionPercent: number(detection['maxEjectionPercent']) ?? null,
          },
  }
}

function withLimits(policy: Json, limits: Limits, before: Limits): Json {
  const changed = limitNames.filter(name => limits[name] !== before[name])
  if (changed.length === 0) return policy
  return withMessage(policy, 'connectionPool', pool =>
    changed.reduce((left, name) => {
      const [part, field] = limitPlaces[name]
      return withMessage(left, part, message => withField(message, field, limits[name]))
    }, pool),
  )
}

/** An empty `outlierDetection` says something: Istio's defaults. It is written as that, and taken away only where none is wanted. */
function withEjection(policy: Json, ejection: Ejection | null, before: Ejection | null): Json {
  if (isEqual(ejection, before)) return policy
  if (ejection === null) return withField(policy, 'outlierDetection', null)
  const fields = ['consecutive5xxErrors', 'interval', 'baseEjectionTime', 'maxEjectionPercent'] as const
  const detection = fields.reduce(
    (left, field) =>
      ejection[field] === before?.[field]
        ? left
        : withField(left, field, ejection[field] === '' ? null : ejection[field]),
    record(policy['outlierDetection']),
  )
  return { ...policy, outlierDetection: detection }
}

function newRule(
  { world }: Scene,
  { host, namespace }: Service,
  { group, kind, name }: ObjectRef,
  change: (spec: Json) => Json,
): MeshObject {
  return {
    apiVersion: apiVersionOf(world, group, kind),
    kind,
    metadata: { name, namespace, labels: { ...madeByWeft } },
    spec: change({ host }),
  }
}

/** What stands over the policy that is shown, or beside it. */
function notesOf({ world }: Scene, { service, object, policy }: BreakerView): Problem[] {
  if (object === null) return []
  const name = nameOfRef(refOf(object))
  const rules = [
    record(object.spec?.['trafficPolicy']),
    ...items(object.spec?.['subsets']).map(each => record(each['trafficPolicy'])),
  ]
  const own = items(object.spec?.['subsets'])
    .filter(each => ['connectionPool', 'outlierDetection'].some(field => has(record(each['trafficPolicy']), field)))
    .map(each => text(each['name']))
  const notes: Problem[] = []
  if (policy.subset === null && own.length > 0)
    notes.push({ field: null, code: 'subsetsOwn', values: { name, subsets: own.join(', ') } })
  if (rules.some(rule => items(rule['portLevelSettings']).length > 0))
    notes.push({ field: null, code: 'portsOwn', values: { name } })
  for (const other of destinationRules(world, service).slice(1))
    notes.push({ field: null, code: 'olderRule', values: { name, other: nameOfRef(refOf(other)) } })
  return notes
}
