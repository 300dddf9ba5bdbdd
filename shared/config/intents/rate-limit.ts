import { milliseconds } from '#shared/config/analyze/weft/retries.ts'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import type { Edit } from '#shared/config/finding.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { hasLabels, type Labels } from '#shared/config/world/labels.ts'
import { at, items, record, text, textMap } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import {
  type Intent,
  type IntentChange,
  isProblem,
  madeByWeft,
  noChange,
  type Problem,
  type Scene,
  type Target,
} from './intent.ts'
import {
  type Bucket,
  filterName,
  isWrapped,
  type LimitConfig,
  messageIn,
  newFilter,
  otherDescriptors,
  readLimit,
  sharesOf,
  withLimit,
} from './local-rate-limit.ts'
import { apiVersionOf, freeName, nameOfRef, together, whole } from './rules.ts'
import { labelsThatSelect, nameOfWorkloads, objectAt, type Workload, workloadAt } from './scope.ts'
import { serviceAt } from './service.ts'

/** How many requests each proxy of a workload lets in. */
export interface RateLimit extends LimitConfig {
  /** Null: of all ports. The workload's port in a sidecar, the listener's in a gateway. */
  port: number | null
}

export interface RateLimitView {
  /** Whose proxies count. */
  workloads: readonly Workload[]
  pods: number
  selector: Labels
  context: 'SIDECAR_INBOUND' | 'GATEWAY'
  object: ObjectRef
  /** The patch that limits, and where it stands; null: none does yet. */
  patch: { filter: MeshObject; index: number; written: Json; typed: Json } | null
  /** All that limit just these. */
  own: readonly MeshObject[]
  /** Other local limits that these proxies are sent. */
  others: readonly MeshObject[]
}

const group = 'networking.istio.io'
const kind = 'EnvoyFilter'
const kindKey = `${group}/${kind}`
const none: RateLimit = { whole: null, paths: [], status: null, headers: [], port: null }

export const rateLimit: Intent<RateLimit> = {
  id: 'rateLimit',
  on: ['service', 'workload'],
  read(scene, target) {
    const view = rateLimitView(scene, target)
    if (isProblem(view)) return view
    return { model: saidBy(view), from: view.patch === null ? [] : [view.object], notes: notesOf(view) }
  },
  check(_, __, { whole: all, paths, status, headers, port }) {
    const problems = all === null ? [] : bucketProblems(all, 'whole')
    for (const [index, each] of paths.entries()) {
      if (!each.path.startsWith('/')) problems.push({ field: `paths.${index}.path`, code: 'slash' })
      problems.push(...bucketProblems(each, `paths.${index}`))
      // Envoy docs, `descriptors`: their buckets are filled at every so-manieth filling of the filter's own.
      const [own, base] = [milliseconds(each.per), milliseconds(all?.per ?? '')]
      if (own !== null && base !== null && base > 0 && own % base !== 0)
        problems.push({ field: `paths.${index}.per`, code: 'multiple', values: { per: all?.per ?? '' } })
    }
    const names = paths.map(({ how, path }) => `${how} ${path}`)
    const twice = names.find((name, index) => names.indexOf(name) < index)
    if (twice !== undefined) problems.push({ field: 'paths', code: 'twice', values: { what: twice } })
    // Envoy docs, `status`: below 400 it is 429.
    if (status !== null && (!Number.isInteger(status) || status < 400 || status > 599))
      problems.push({ field: 'status', code: 'errorStatus' })
    if (headers.some(({ name }) => !/^[-!#$%&'*+.^_`|~\w]+$/.test(name)))
      problems.push({ field: 'headers', code: 'headerName' })
    if (port !== null && (!Number.isInteger(port) || port < 1 || port > 65_535))
      problems.push({ field: 'port', code: 'portNumber' })
    return problems
  },
  write(scene, target, model) {
    const view = rateLimitView(scene, target)
    if (isProblem(view) || isEqual(saidBy(view), model)) return noChange
    const { patch, object } = view
    const isOff = model.whole === null && model.paths.length === 0
    if (patch === null) return isOff ? noChange : { ...noChange, create: [newObject(scene, view, model)] }
    if (isOff) return view.own.map(filter => without(filter, view.context)).reduce(together, noChange)
    const path = ['spec', 'configPatches', patch.index]
    return { ...noChange, edit: [{ object, edits: editsBetween(patch.written, changed(patch, model), path) }] }
  },
  about: object =>
    `${refOf(object).group}/${object.kind}` === kindKey && patchesIn(object).length > 0 && whoIn(object) !== null
      ? { namespace: object.metadata.namespace ?? '', ...whoIn(object), rule: keyOf(refOf(object)) }
      : null,
}

/** `app: web` is what the service, or the workload, is called, as a rule; the page says so where it is not. */
function whoIn(object: MeshObject): Pick<Target, 'service'> | null {
  const labels = textMap(at(object.spec, 'workloadSelector', 'labels'))
  const name = labels['app'] ?? labels['app.kubernetes.io/name']
  return name === undefined ? null : { service: name }
}

export function rateLimitView(scene: Scene, target: Target): RateLimitView | Problem {
  const { world, inventory } = scene
  const who = whom(scene, target)
  if (isProblem(who)) return who
  const { workloads, selector, name } = who
  if (workloads.length === 0) return { field: null, code: 'noPods', values: { service: name } }
  const isGateway = workloads.every(({ proxy }) => proxy === 'gateway')
  const withProxy = workloads.filter(({ proxy }) => proxy === 'sidecar' || proxy === 'gateway')
  // Istio docs, EnvoyFilter: neither ztunnel nor a waypoint takes one.
  if (withProxy.length === 0) return { field: null, code: 'noSidecars', values: { service: name } }
  const context = isGateway ? 'GATEWAY' : 'SIDECAR_INBOUND'
  const { namespace } = target
  const reaching = oldestFirst(
    [...new Set([world.settings.rootNamespace, namespace])].flatMap(place => world.list(kindKey, place)),
  ).filter(filter => workloads.every(({ labels }) => reaches(filter, labels)) && patchesIn(filter, context).length > 0)
  // What selects just these is theirs to change; what reaches others as well stays for the note.
  const own = reaching.filter(filter => {
    const labels = textMap(at(filter.spec, 'workloadSelector', 'labels'))
    const reached = inventory.workloads.filter(each => each.namespace === namespace && hasLabels(each.labels, labels))
    return (
      filter.metadata.namespace === namespace &&
      Object.keys(labels).length > 0 &&
      reached.every(each => workloads.includes(each))
    )
  })
  const filter = objectAt(own, target) ?? own[0]
  const [first] = filter === undefined ? [] : patchesIn(filter, context)
  const fresh = { group, kind, namespace, name: `${name}-rate-limit` }
  return {
    workloads: withProxy,
    pods: withProxy.reduce((sum, { pods }) => sum + pods, 0),
    selector,
    context,
    object: filter === undefined ? { ...fresh, name: freeName(world, fresh, 'local') } : refOf(filter),
    patch: filter === undefined || first === undefined ? null : { filter, ...first },
    own,
    others: reaching.filter(each => each !== filter),
  }
}

function whom(
  scene: Scene,
  target: Target,
): { workloads: readonly Workload[]; selector: Labels; name: string } | Problem {
  if (target.workload !== undefined) {
    const workload = workloadAt(scene, target)
    return isProblem(workload)
      ? workload
      : { workloads: [workload], selector: labelsThatSelect(scene, workload), name: workload.name }
  }
  const service = serviceAt(scene, target)
  return isProblem(service)
    ? service
    : { workloads: service.workloads, selector: service.selector ?? {}, name: service.name }
}

const reaches = (filter: MeshObject, labels: Labels): boolean =>
  items(filter.spec?.['targetRefs']).length === 0 &&
  hasLabels(labels, textMap(at(filter.spec, 'workloadSelector', 'labels')))

/** Patches that add a local rate limit to the filters of a proxy. */
function patchesIn(
  filter: MeshObject,
  context?: RateLimitView['context'],
): { index: number; written: Json; typed: Json }[] {
  return items(filter.spec?.['configPatches']).flatMap((written, index) => {
    const patch = record(written['patch'])
    const value = record(patch['value'])
    const where = text(at(written, 'match', 'context')) || 'ANY'
    const isAdded = !['', 'MERGE', 'REMOVE'].includes(text(patch['operation']))
    const isHere = context === undefined || where === 'ANY' || where === context
    return written['applyTo'] === 'HTTP_FILTER' && value['name'] === filterName && isAdded && isHere
      ? [{ index, written, typed: record(value['typed_config']) }]
      : []
  })
}

/** A filter that limits no more; what else it patches stays. */
function without(filter: MeshObject, context: RateLimitView['context']): IntentChange {
  const object = refOf(filter)
  const gone = patchesIn(filter, context).map(({ index }) => index)
  if (gone.length === items(filter.spec?.['configPatches']).length) return { ...noChange, delete: [object] }
  const edits = gone.toReversed().map((index): Edit => ({ op: 'remove', path: ['spec', 'configPatches', index] }))
  return { ...noChange, edit: [{ object, edits }] }
}

const saidBy = ({ patch }: RateLimitView): RateLimit =>
  patch === null
    ? none
    : {
        ...readLimit(messageIn(patch.typed)),
        port: whole(at(patch.written, 'match', 'listener', 'portNumber')) ?? null,
      }

function changed({ written, typed }: NonNullable<RateLimitView['patch']>, model: RateLimit): Json {
  const message = withLimit(messageIn(typed), model)
  const patch = record(written['patch'])
  const value = { ...record(patch['value']), typed_config: isWrapped(typed) ? { ...typed, value: message } : message }
  return { ...withPort(written, model.port), patch: { ...patch, value } }
}

function withPort(written: Json, port: number | null): Json {
  const match = record(written['match'])
  const { portNumber, ...listener } = record(match['listener'])
  if ((whole(portNumber) ?? null) === port) return written
  return { ...written, match: { ...match, listener: port === null ? listener : { portNumber: port, ...listener } } }
}

function newObject(
  { world }: Scene,
  { object, selector, context }: RateLimitView,
  { port, ...limit }: RateLimit,
): MeshObject {
  const filter = { name: 'envoy.filters.network.http_connection_manager' }
  return {
    apiVersion: apiVersionOf(world, group, kind),
    kind,
    metadata: { name: object.name, namespace: object.namespace, labels: { ...madeByWeft } },
    spec: {
      workloadSelector: { labels: { ...selector } },
      // A patch that stands before others says when it is made (Istio's IST0151).
      priority: 10,
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: { context, listener: { ...(port === null ? {} : { portNumber: port }), filterChain: { filter } } },
          patch: { operation: 'INSERT_BEFORE', value: newFilter(limit) },
        },
      ],
    },
  }
}

function bucketProblems({ requests, per, burst }: Bucket, field: string): Problem[] {
  const isCount = (value: number | null) => value !== null && Number.isInteger(value) && value > 0 && value < 2 ** 32
  const time = milliseconds(per)
  const problems: Problem[] = []
  if (!isCount(requests)) problems.push({ field: `${field}.requests`, code: 'positive' })
  // Envoy docs: "the fill interval must be >= 50ms"; protobuf writes durations in seconds.
  if (time === null || time < 50 || !/^\d+(\.\d{1,9})?s$/.test(per))
    problems.push({ field: `${field}.per`, code: 'fillInterval' })
  if (burst !== null && !isCount(burst)) problems.push({ field: `${field}.burst`, code: 'positive' })
  return problems
}

function notesOf({ patch, others, object, workloads }: RateLimitView): Problem[] {
  const notes: Problem[] = others.map(other => ({
    field: null,
    code: 'otherLimit',
    values: { name: nameOfRef(refOf(other)) },
  }))
  if (patch === null) return notes
  const name = nameOfRef(object)
  const message = messageIn(patch.typed)
  const { enabled, enforced } = sharesOf(message)
  if (enabled < 100 || enforced < 100)
    notes.push({ field: null, code: 'partlyEnforced', values: { name, share: Math.round(enabled * enforced) / 100 } })
  const left = otherDescriptors(message)
  if (left > 0) notes.push({ field: null, code: 'descriptorsStay', values: { name, count: left } })
  const also = patchesIn(patch.filter).length
  if (also > 1) notes.push({ field: null, code: 'morePatches', values: { name, count: also } })
  const labels = textMap(at(patch.filter.spec, 'workloadSelector', 'labels'))
  const missed = workloads.filter(each => !hasLabels(each.labels, labels))
  if (missed.length > 0)
    notes.push({ field: null, code: 'limitMisses', values: { name, workloads: nameOfWorkloads(missed) } })
  return notes
}
