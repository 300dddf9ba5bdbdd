import { isEqual } from '#shared/mesh/equal.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { castOf } from '#shared/security/cast.ts'
import { type Change, changed, moveIn } from '#shared/security/replay/change.ts'
import { identityOf } from '#shared/security/evaluate/facts.ts'
import type { Flow } from '#shared/security/flow.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { SeenCall } from '#shared/security/replay/replay.ts'
import { createThere, type Ends } from '#shared/security/replay/there.ts'
import type { Settings } from '#shared/security/world.ts'

/** What is told to run: policies alone do not say what their workloads look like. */
export const isNoPolicy = ({ apiVersion }: MeshObject): boolean => !apiVersion.startsWith('security.istio.io/')

/** Where a manifest is applied: one that names no namespace goes to the default one. */
export function placeOf(object: MeshObject): string {
  const ref = refOf(object)
  return keyOf(ref.namespace === '' && ref.kind !== 'Namespace' ? { ...ref, namespace: 'default' } : ref)
}

/** Workloads that files have in another namespace than they are in now, and in that one only. */
export function movesBetween(now: readonly MeshObject[], bundle: readonly MeshObject[]): Change[] {
  const named = ({ apiVersion, kind, metadata }: MeshObject) => JSON.stringify([apiVersion, kind, metadata.name])
  const [has, gets] = [now, bundle].map(objects => new Set(objects.map(placeOf)))
  const leaving = Map.groupBy(
    now.filter(object => !gets?.has(placeOf(object))),
    named,
  )
  const coming = Map.groupBy(
    bundle.filter(object => !has?.has(placeOf(object))),
    named,
  )
  return [...coming].flatMap(([name, all]): Change[] => {
    const [after, ...others] = all
    const [before, ...more] = leaving.get(name) ?? []
    if (after === undefined || before === undefined || others.length + more.length > 0) return []
    return moveIn({ before, after }) === null ? [] : [{ before, after }]
  })
}

/** Of what files have elsewhere too, without a word on what is there now. */
export function copied(move: Change): string {
  const { from, to } = moveIn(move) ?? { from: '', to: '' }
  return `${from} would run in ${to} too, where nobody has called it yet. With --prune it is replayed as a move.`
}

export const injected = 'Sidecars come and go with pods: calls are judged as they would be once all pods are made anew.'

/** Namespaces that would ask for sidecars otherwise than they do. */
export function asksForInjection(now: readonly MeshObject[], bundle: readonly MeshObject[]): boolean {
  const places = new Map(now.filter(({ kind }) => kind === 'Namespace').map(one => [placeOf(one), one]))
  const asked = ({ metadata: { labels } }: MeshObject) => [labels?.['istio-injection'], labels?.['istio.io/rev']]
  return bundle.some(one => {
    const was = one.kind === 'Namespace' ? places.get(placeOf(one)) : undefined
    return was !== undefined && !isEqual(asked(was), asked(one))
  })
}

export interface Between {
  now: readonly MeshObject[]
  after: readonly MeshObject[]
  moves: readonly Change[]
  /** What runs, as far as only metrics tell it. */
  told: readonly Workload[]
  /** As metrics tell them: they name who called. */
  flows: readonly SeenFlow[]
  settings: Settings
}

/** Calls as the page replays them: to what would be there, and by the name that its caller would have. */
export function thereBetween({ now, after, moves, told, flows, settings }: Between): (call: SeenCall) => Flow {
  const cast = (objects: readonly MeshObject[]) => castOf(objects.filter(isNoPolicy), settings).workloads
  const keyed = (all: readonly Workload[]) => new Map(all.map(one => [workloadKey(one), one]))
  const places = new Map(now.filter(({ kind }) => kind === 'Namespace').map(one => [placeOf(one), one]))
  const relabelled = after.flatMap((one): Change[] => {
    const was = one.kind === 'Namespace' ? places.get(placeOf(one)) : undefined
    return was === undefined ? [] : [{ before: was, after: one }]
  })
  const before = cast(now)
  const there = createThere({
    before: keyed([...told, ...before]),
    after: keyed([...changed({ objects: now, workloads: told }, relabelled).workloads, ...cast(after)]),
    moves: new Map(moves.flatMap(move => moveIn(move) ?? []).map(({ from, to }) => [from, to])),
    trustDomain: settings.trustDomain,
  })
  const leaving = new Set(moves.flatMap(move => moveIn(move)?.from ?? []))
  const seen = new Map<string | number, SeenFlow>(flows.map(flow => [flow.id, flow]))
  return ({ flow }) => {
    const known = seen.get(flow.id)
    if (known !== undefined) return there(flow, known).flow
    const { namespace } = flow.destination
    const workload = flow.destination.workload ?? ''
    const callers = callersIn(flow, before)
    const isOpen = new Set(callers.map(one => leaving.has(workloadKey(one)))).size > 1
    const [caller] = callers
    const ends: Ends = {
      source: { namespace: caller?.namespace ?? '', workload: caller?.name ?? '' },
      destination: { namespace, workload },
    }
    // Of several with one account some would move: by which name it would be called is not known.
    return there(isOpen ? { ...flow, source: {} } : flow, isOpen ? { ...ends, source: nobody } : ends).flow
  }
}

const nobody = { namespace: '', workload: '' }

/** A call that a file tells names an account: whoever has it may have called. */
function callersIn({ source }: Flow, workloads: readonly Workload[]): Workload[] {
  const told = typeof source.principal === 'string' ? identityOf(source.principal) : null
  const [namespace, account] = [told?.namespace ?? source.namespace, told?.account ?? source.serviceAccount]
  return workloads.filter(
    one => one.namespace === namespace && typeof account === 'string' && one.serviceAccounts.includes(account),
  )
}
