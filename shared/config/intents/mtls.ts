import { editsBetween } from '#shared/config/change/edits-between.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { hasLabels, type Labels } from '#shared/config/world/labels.ts'
import { hasPeerSelector, type MtlsMode, namespaceMode, peerSelector } from '#shared/config/world/mtls.ts'
import { at, items, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { callsIn, isPlain } from './callers.ts'
import { type Intent, type IntentChange, isProblem, madeByWeft, noChange, type Problem } from './intent.ts'
import type { Scene, Target } from './intent.ts'
import { apiVersionOf, freeName, nameOfRef } from './rules.ts'
import {
  labelsThatSelect,
  nameOfWorkloads,
  namesIn,
  objectAt,
  outsideMesh,
  type Workload,
  workloadAt,
  workloadsWith,
} from './scope.ts'
import { withField, withMessage } from './values.ts'

/** What is wanted of connections to a scope. Null: nothing of its own, so that what stands above it holds. */
export interface Mtls {
  mode: MtlsMode | null
  /** Exceptions, by the workload's port. */
  ports: readonly { port: number | null; mode: MtlsMode }[]
}

/** Istio docs, PeerAuthentication: workload before namespace before mesh. */
export interface MtlsScope {
  kind: 'workload' | 'namespace' | 'mesh'
  namespace: string
  selector: Labels
  /** The policy that says it: the oldest of this scope; null where none is there. */
  policy: MeshObject | null
  /** Where it stands, or would. */
  object: ObjectRef
  /** Policies of the same scope that say nothing because of it. */
  silent: readonly MeshObject[]
  /** Whom it is about. */
  workloads: readonly Workload[]
  /** What holds where nothing is said here. */
  inherited: MtlsMode
}

const group = 'security.istio.io'
const kind = 'PeerAuthentication'
const kindKey = `${group}/${kind}`
const modes = ['STRICT', 'PERMISSIVE', 'DISABLE'] as const

export const mtls: Intent<Mtls> = {
  id: 'mtls',
  on: ['namespace', 'workload'],
  read(scene, target) {
    const scope = mtlsScope(scene, target)
    if (isProblem(scope)) return scope
    return {
      model: saidBy(scope.policy),
      from: scope.policy === null ? [] : [scope.object],
      notes: notesOf(scene, scope, target),
    }
  },
  check(scene, target, { ports }) {
    const scope = mtlsScope(scene, target)
    if (isProblem(scope)) return [scope]
    const problems: Problem[] = []
    // Istio docs, PeerAuthentication, `portLevelMtls`: read only of a policy with a selector.
    if (ports.length > 0 && scope.kind !== 'workload') problems.push({ field: 'ports', code: 'portsNeedWorkload' })
    if (ports.some(({ port }) => port === null || !Number.isInteger(port) || port < 1 || port > 65_535))
      problems.push({ field: 'ports', code: 'portNumber' })
    else if (new Set(ports.map(({ port }) => port)).size < ports.length)
      problems.push({ field: 'ports', code: 'portTwice' })
    return problems
  },
  warn(scene, target, model) {
    const scope = mtlsScope(scene, target)
    return isProblem(scope) ? [] : cutOff(scene, scope, model)
  },
  write(scene, target, model) {
    const scope = mtlsScope(scene, target)
    if (isProblem(scope)) return noChange
    const { policy, object, selector } = scope
    const before = saidBy(policy)
    if (isEqual(sorted(before), sorted(model))) return noChange
    const next = withPorts(withMode(record(policy?.spec), model.mode, before.mode), model.ports, before.ports)
    if (policy === null) return { ...noChange, create: [made(scene, object, selector, next)] }
    return nothingLeft(next) && scope.silent.length === 0
      ? { ...noChange, delete: [object] }
      : edit(object, policy, next)
  },
  about: object =>
    `${refOf(object).group}/${object.kind}` === kindKey
      ? { namespace: object.metadata.namespace ?? '', rule: keyOf(refOf(object)) }
      : null,
}

/** The same by a service account's or a policy's own words: a workload, a policy that is there, a namespace, or the mesh. */
export function mtlsScope(scene: Scene, target: Target): MtlsScope | Problem {
  const { world } = scene
  const { namespace } = target
  const all = oldestFirst(world.list(kindKey, namespace))
  const named = target.workload === undefined ? objectAt(all, target) : undefined
  const above = namespaceMode(world, namespace)
  if (target.workload !== undefined || (named !== undefined && hasPeerSelector(named))) {
    const workload = target.workload === undefined ? null : workloadAt(scene, target)
    if (workload !== null && isProblem(workload)) return workload
    const fits = (candidate: MeshObject) =>
      hasPeerSelector(candidate) &&
      (workload === null
        ? isEqual(peerSelector(candidate), peerSelector(named ?? candidate))
        : hasLabels(workload.labels, peerSelector(candidate)))
    const [policy = null, ...silent] = all.filter(fits)
    const selector = policy !== null ? peerSelector(policy) : workload === null ? {} : labelsThatSelect(scene, workload)
    const fresh = { group, kind, namespace, name: target.workload ?? namespace }
    return {
      kind: 'workload',
      namespace,
      selector,
      policy,
      object: policy === null ? { ...fresh, name: freeName(world, fresh, 'mtls') } : refOf(policy),
      silent,
      workloads: workloadsWith(scene, namespace, selector),
      inherited: above.mode,
    }
  }
  const isMesh = namespace === world.settings.rootNamespace
  if (!isMesh && !scene.inventory.namespaces.some(({ name }) => name === namespace))
    return { field: null, code: 'noSuchNamespace', values: { namespace } }
  const [policy = null, ...silent] = all.filter(candidate => !hasPeerSelector(candidate))
  const fresh = { group, kind, namespace, name: 'default' }
  return {
    kind: isMesh ? 'mesh' : 'namespace',
    namespace,
    selector: {},
    policy,
    object: policy === null ? { ...fresh, name: freeName(world, fresh, 'mtls') } : refOf(policy),
    silent,
    workloads: workloadsWith(scene, isMesh ? null : namespace, {}),
    inherited: isMesh ? 'PERMISSIVE' : namespaceMode(world, world.settings.rootNamespace).mode,
  }
}

const modeIn = (written: unknown): MtlsMode | null => modes.find(mode => mode === record(written)['mode']) ?? null

function saidBy(policy: MeshObject | null): Mtls {
  const ports = Object.entries(record(policy?.spec?.['portLevelMtls'])).flatMap(([port, written]) => {
    const mode = modeIn(written)
    return mode === null || !/^\d+$/.test(port) ? [] : [{ port: Number(port), mode }]
  })
  return { mode: modeIn(policy?.spec?.['mtls']), ports }
}

const sorted = ({ mode, ports }: Mtls): Mtls => ({
  mode,
  ports: ports.toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0)),
})

const withMode = (spec: Json, mode: MtlsMode | null, before: MtlsMode | null): Json =>
  mode === before ? spec : withMessage(spec, 'mtls', written => withField(written, 'mode', mode))

function withPorts(spec: Json, ports: Mtls['ports'], before: Mtls['ports']): Json {
  if (isEqual(ports, before)) return spec
  return withMessage(spec, 'portLevelMtls', written => {
    const gone = before.filter(({ port }) => !ports.some(each => each.port === port))
    const left = gone.reduce((rest, { port }) => withField(rest, String(port), null), written)
    return ports.reduce((rest, { port, mode }) => {
      const known = rest[String(port)]
      return modeIn(known) === mode ? rest : withField(rest, String(port), { ...record(known), mode })
    }, left)
  })
}

/** Nothing but whom it would be about. */
const nothingLeft = (spec: Json): boolean => Object.keys(spec).every(field => field === 'selector')

const edit = (object: ObjectRef, policy: MeshObject, next: Json): IntentChange => ({
  ...noChange,
  edit: [
    {
      object,
      edits:
        policy.spec === undefined
          ? [{ op: 'set', path: ['spec'], value: next }]
          : editsBetween(policy.spec, next, ['spec']),
    },
  ],
})

const made = ({ world }: Scene, { namespace, name }: ObjectRef, selector: Labels, spec: Json): MeshObject => ({
  apiVersion: apiVersionOf(world, group, kind),
  kind,
  metadata: { name, namespace, labels: { ...madeByWeft } },
  spec: Object.keys(selector).length === 0 ? spec : { selector: { matchLabels: { ...selector } }, ...spec },
})

function notesOf({ world }: Scene, scope: MtlsScope, { workload }: Target): Problem[] {
  const notes: Problem[] = scope.silent.map(other => ({
    field: null,
    code: 'olderPeer',
    values: { name: nameOfRef(scope.object), other: nameOfRef(refOf(other)) },
  }))
  const others = scope.workloads.filter(({ name }) => name !== workload)
  if (workload !== undefined && others.length > 0)
    notes.push({
      field: null,
      code: 'selectsMore',
      values: { name: nameOfRef(scope.object), others: nameOfWorkloads(others) },
    })
  // What is nearer to a workload goes before: it stays as it is, whatever is said here.
  const nearer = world
    .list(kindKey)
    .filter(({ metadata: { namespace = '' } }) => scope.kind === 'mesh' || namespace === scope.namespace)
    .filter(
      policy => hasPeerSelector(policy) || (scope.kind === 'mesh' && policy.metadata.namespace !== scope.namespace),
    )
    .filter(policy => {
      const { mode, ports } = saidBy(policy)
      return (mode !== null && mode !== 'STRICT') || ports.some(each => each.mode !== 'STRICT')
    })
  if (scope.kind !== 'workload' && nearer.length > 0)
    notes.push({
      field: null,
      code: 'nearerPeers',
      values: { names: namesIn(nearer.map(each => nameOfRef(refOf(each)))) },
    })
  return notes
}

/** Who would no longer get in, and where it would not hold. */
function cutOff(scene: Scene, scope: MtlsScope, { mode, ports }: Mtls): Problem[] {
  const warnings: Problem[] = []
  const ambient = scope.workloads.filter(({ proxy }) => proxy === 'ztunnel')
  const isDisabled = mode === 'DISABLE' || ports.some(each => each.mode === 'DISABLE')
  if (isDisabled && ambient.length > 0)
    warnings.push({ field: null, code: 'ztunnelDisable', values: { workloads: nameOfWorkloads(ambient) } })
  if ((mode ?? scope.inherited) !== 'STRICT') return warnings
  const without = scope.workloads.filter(each => outsideMesh(scene).includes(each))
  if (without.length > 0)
    warnings.push({ field: null, code: 'notGuarded', values: { workloads: nameOfWorkloads(without) } })
  const open = new Set(ports.flatMap(({ port, mode: other }) => (other === 'STRICT' || port === null ? [] : [port])))
  const guarded = new Set(
    scope.workloads.filter(each => !without.includes(each)).map(({ namespace, name }) => `${namespace}/${name}`),
  )
  const calls = callsIn(scene, scope.kind === 'mesh' ? null : scope.namespace)
  if (calls === null) {
    const outside = outsideMesh(scene).filter(each => !scope.workloads.includes(each) || scope.kind === 'mesh')
    if (outside.length > 0)
      warnings.push({ field: null, code: 'outsideUnknown', values: { workloads: nameOfWorkloads(outside) } })
  } else {
    const plain = calls.filter(
      call =>
        isPlain(scene, call) &&
        guarded.has(`${call.destination.namespace}/${call.destination.workload}`) &&
        !(call.port !== null && open.has(call.port)),
    )
    const callers = [...new Set(plain.map(({ source }) => `${source.namespace}/${source.workload}`))].toSorted()
    if (callers.length > 0)
      warnings.push({ field: null, code: 'plaintextCallers', values: { callers: namesIn(callers) } })
  }
  for (const rule of plaintextRules(scene, scope)) warnings.push({ field: null, code: 'plaintextRule', values: rule })
  return warnings
}

/** Istio docs, DestinationRule, `ClientTLSSettings`: all but ISTIO_MUTUAL speak something else than the mesh's mTLS. */
function plaintextRules({ world }: Scene, scope: MtlsScope): { name: string; mode: string }[] {
  const hosts = new Set(
    world
      .list('/Service', scope.kind === 'mesh' ? undefined : scope.namespace)
      .filter(service => {
        const selector = record(service.spec?.['selector']) as Labels
        return (
          Object.keys(selector).length > 0 &&
          scope.workloads.some(
            each => each.namespace === service.metadata.namespace && hasLabels(each.labels, selector),
          )
        )
      })
      .map(({ metadata: { name, namespace = '' } }) => fullHost(name, namespace)),
  )
  return world.list('networking.istio.io/DestinationRule').flatMap(rule => {
    if (!hosts.has(fullHost(text(rule.spec?.['host']), rule.metadata.namespace ?? ''))) return []
    const policies = [rule.spec, ...items(rule.spec?.['subsets'])].map(holder =>
      record(record(holder)['trafficPolicy']),
    )
    const written = policies
      .flatMap(policy => [policy, ...items(policy['portLevelSettings'])])
      .map(policy => text(at(policy, 'tls', 'mode')))
      .find(mode => ['DISABLE', 'SIMPLE', 'MUTUAL'].includes(mode))
    return written === undefined ? [] : [{ name: nameOfRef(refOf(rule)), mode: written }]
  })
}
