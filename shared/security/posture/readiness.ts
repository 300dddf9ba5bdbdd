import { groupOf, type MeshObject } from '#shared/mesh/object.ts'
import type { Change } from '#shared/security/replay/change.ts'
import type { Plaintext } from '#shared/security/denials.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { grantOf, type Matrix } from '#shared/security/matrix.ts'
import type { Caller } from '#shared/security/party.ts'
import type { MtlsMode, PolicyRef } from '#shared/security/policy.ts'
import { policiesIn } from '#shared/security/policy.ts'
import { record } from '#shared/security/read.ts'

/** What still comes without mTLS into each namespace, and what STRICT would do there. */

export interface Readiness {
  namespace: string
  workloads: number
  /** Workloads without a proxy: STRICT is for nobody there. */
  open: number
  /** Of the namespace as a whole, and where it comes from; null: Istio's default. */
  mode: Exclude<MtlsMode, 'UNSET'>
  by: PolicyRef | null
  /** Policies that say otherwise for some workloads: the switch of the namespace does not reach those. */
  exceptions: readonly { policy: PolicyRef; mode: MtlsMode }[]
  callers: readonly PlainCaller[]
  rate: number
  /** The look that saw the last that was not refused anyway; null: none within the window. */
  lastSeen: number | null
  /** Since when calls into it are told at all; null: nobody tells of any. */
  toldSince: number | null
  /** Since when none was seen; null: they still come, or nobody tells. */
  cleanSince: number | null
}

export interface PlainCaller {
  key: string
  source: Plaintext['calls'][number]['source']
  /** `unmeshed`: it has no proxy. `meshed`: it has one, and sends plaintext all the same. `outside`: nobody knows it. */
  is: 'unmeshed' | 'meshed' | 'outside' | 'hidden'
  destinations: readonly string[]
  /** All that it calls refuses it as it is: STRICT would break nothing of it. */
  isRefused: boolean
  rate: number
  count: number
  lastSeen: number
}

export interface ReadinessGiven {
  objects: readonly MeshObject[]
  workloads: readonly Workload[]
  rootNamespace: string
  plaintext: Pick<Plaintext, 'calls' | 'told' | 'at' | 'step'> | null
  /** By whom the policies of now are asked; without it nothing is known to be refused. */
  matrix?: Pick<Matrix, 'reading' | 'around' | 'waypoints'> | null
}

export function readinessOf({ objects, workloads, rootNamespace, plaintext, matrix }: ReadinessGiven): Readiness[] {
  const peers = policiesIn(objects).peer.filter(({ problems }) => problems.length === 0)
  const inPlace = Map.groupBy(peers, ({ namespace }) => namespace)
  const known = new Map(workloads.map(one => [`${one.namespace}/${one.name}`, one]))
  const into = Map.groupBy(plaintext?.calls ?? [], ({ destination }) => destination.namespace)
  const told = new Map((plaintext?.told ?? []).map(one => [one.namespace, one.since]))
  const places = Map.groupBy(
    workloads.filter(({ role }) => role !== 'waypoint'),
    ({ namespace }) => namespace,
  )
  return [...places].map(([namespace, own]): Readiness => {
    const callers = callersOf(into.get(namespace) ?? [], known, matrix ?? null)
    // What is refused today is no loss.
    const passing = callers.filter(({ isRefused }) => !isRefused)
    const lastSeen = passing.reduce<number | null>((last, one) => Math.max(last ?? 0, one.lastSeen), null)
    const toldSince = told.get(namespace) ?? null
    const isStill = plaintext !== null && lastSeen !== null && lastSeen > plaintext.at - plaintext.step * 1000
    return {
      namespace,
      workloads: own.length,
      open: own.filter(({ enforcedBy }) => enforcedBy === 'none').length,
      ...modeOf(namespace, rootNamespace, inPlace),
      exceptions: (inPlace.get(namespace) ?? [])
        .filter(({ selector, byPort }) => selector !== null || byPort.size > 0)
        .flatMap(({ kind, name, mode, byPort }) =>
          [mode, ...byPort.values()]
            .filter(each => each === 'PERMISSIVE' || each === 'DISABLE')
            .slice(0, 1)
            .map(each => ({ policy: { kind, namespace, name }, mode: each })),
        ),
      callers,
      rate: passing.reduce((sum, { rate }) => sum + rate, 0),
      lastSeen,
      toldSince,
      cleanSince: isStill ? null : (lastSeen ?? toldSince),
    }
  })
}

type Peers = ReturnType<typeof policiesIn>['peer']

/** Istio docs, PeerAuthentication: the namespace's own, else the mesh's, else PERMISSIVE; the oldest of one scope. */
function modeOf(
  namespace: string,
  rootNamespace: string,
  inPlace: ReadonlyMap<string, Peers>,
): Pick<Readiness, 'mode' | 'by'> {
  for (const place of new Set([namespace, rootNamespace])) {
    const policy = widest(inPlace.get(place) ?? [])
    if (policy !== undefined && policy.mode !== 'UNSET')
      return { mode: policy.mode, by: { kind: policy.kind, namespace: place, name: policy.name } }
  }
  return { mode: 'PERMISSIVE', by: null }
}

const widest = (peers: Peers): Peers[number] | undefined =>
  peers
    .filter(({ selector }) => selector === null)
    .toSorted((a, b) => (`${a.createdAt} ${a.name}` < `${b.createdAt} ${b.name}` ? -1 : 1))[0]

function callersOf(
  calls: readonly Plaintext['calls'][number][],
  known: ReadonlyMap<string, Workload>,
  matrix: NonNullable<ReadinessGiven['matrix']> | null,
): PlainCaller[] {
  const groups = Map.groupBy(calls, ({ source }) =>
    JSON.stringify([source.namespace, source.workload, source.isHidden]),
  )
  return [...groups]
    .map(([key, own]): PlainCaller => {
      const [{ source }] = own as [Plaintext['calls'][number]]
      const workload = known.get(`${source.namespace}/${source.workload}`)
      return {
        key,
        source,
        is: source.isHidden
          ? 'hidden'
          : source.workload === ''
            ? 'outside'
            : workload !== undefined && workload.guarded > 0
              ? 'meshed'
              : 'unmeshed',
        destinations: [...new Set(own.map(({ destination }) => destination.workload))].sort(),
        isRefused: matrix !== null && own.every(one => isRefusedNow(one, known, matrix)),
        rate: own.reduce((sum, { rate }) => sum + rate, 0),
        count: own.reduce((sum, { count }) => sum + count, 0),
        lastSeen: Math.max(...own.map(one => one.lastSeen)),
      }
    })
    .sort((a, b) => b.rate - a.rate || b.count - a.count)
}

/** Whatever it asks for: a policy that lets some requests through is one that STRICT would take something from. */
function isRefusedNow(
  { source, destination }: Plaintext['calls'][number],
  known: ReadonlyMap<string, Workload>,
  matrix: NonNullable<ReadinessGiven['matrix']>,
): boolean {
  const workload = known.get(`${destination.namespace}/${destination.workload}`)
  if (workload === undefined || source.isHidden) return false
  const { namespace, workload: name } = source
  const caller: Caller = name === '' ? { kind: 'outside' } : { kind: 'plain', namespace, name }
  return grantOf(matrix, caller, workload).verdict === 'deny'
}

/**
 * The switch: the namespace's own policy set to STRICT, or a new one. Where the namespace has STRICT already, what is left
 * are the exceptions: those set to STRICT.
 */
export function strictIn({ namespace, mode, exceptions }: Readiness, objects: readonly MeshObject[]): Change[] {
  const there = (name: string | undefined) =>
    objects.find(
      ({ kind, apiVersion, metadata }) =>
        kind === 'PeerAuthentication' &&
        groupOf(apiVersion) === 'security.istio.io' &&
        metadata.namespace === namespace &&
        metadata.name === name,
    ) ?? null
  if (mode === 'STRICT')
    return exceptions.flatMap(({ policy }): Change[] => {
      const before = there(policy.name)
      return before === null ? [] : [{ before, after: strict(before) }]
    })
  const before = there(widest(policiesIn(objects).peer.filter(one => one.namespace === namespace))?.name)
  return [
    {
      before,
      after: before
        ? strict(before)
        : {
            apiVersion: 'security.istio.io/v1',
            kind: 'PeerAuthentication',
            metadata: { namespace, name: 'default' },
            spec: { mtls: { mode: 'STRICT' } },
          },
    },
  ]
}

function strict(object: MeshObject): MeshObject {
  const ports = Object.keys(record(object.spec?.['portLevelMtls']))
  const byPort =
    ports.length === 0 ? {} : { portLevelMtls: Object.fromEntries(ports.map(port => [port, { mode: 'STRICT' }])) }
  return { ...object, spec: { ...object.spec, mtls: { mode: 'STRICT' }, ...byPort } }
}
