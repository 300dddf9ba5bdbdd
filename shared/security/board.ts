import { groupOf, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { Change } from './replay/change.ts'
import type { Denial } from './denials.ts'
import { attachment, type Surroundings, waypointOf } from './evaluate/attach.ts'
import { never } from './evaluate/kleene.ts'
import { type Workload, workloadKey } from './landscape.ts'
import { destinationOf } from './party.ts'
import { type AuthorizationPolicy, policiesIn } from './policy.ts'

/** AuthorizationPolicies on their way: written, counted without being enforced, enforced. */

export const stages = ['draft', 'staged', 'enforced'] as const
export type Stage = (typeof stages)[number]

export interface Draft {
  object: ObjectRef
  /** Null: what is typed cannot be read. */
  manifest: MeshObject | null
}

/** Why a policy cannot be staged. */
export type Obstacle =
  /** ztunnels before these would enforce it, or never hear of it. */
  | { is: 'ztunnel'; workloads: readonly string[] }
  | { is: 'action'; action: AuthorizationPolicy['action'] }
  /** The object of this name is enforced: staged in its place, it would be lifted. */
  | { is: 'enforced' }
  | { is: 'unreadable' }
  | { is: 'broken'; problem: string }

export interface Card {
  id: string
  stage: Stage
  ref: ObjectRef
  /** Under which name a draft is kept; of others their own. */
  typed: ObjectRef
  /** As it is written; null: it cannot be read. */
  object: MeshObject | null
  /** Of a draft: what the cluster has of that name. */
  base: MeshObject | null
  policy: AuthorizationPolicy | null
  reach: 'mesh' | 'namespace' | 'selector' | 'target'
  workloads: readonly Workload[]
  /** Whose proxies count what it does. */
  counters: readonly string[]
  obstacle: Obstacle | null
}

export const dryRun = 'istio.io/dry-run'

export interface BoardGiven {
  objects: readonly MeshObject[]
  workloads: readonly Workload[]
  drafts: readonly Draft[]
  around: Surroundings
}

const isPolicy = (object: MeshObject): boolean =>
  object.kind === 'AuthorizationPolicy' && groupOf(object.apiVersion) === 'security.istio.io'

export function boardOf({ objects, workloads, drafts, around }: BoardGiven): Card[] {
  const byNamespace = Map.groupBy(
    workloads.filter(({ role }) => role !== 'waypoint'),
    ({ namespace }) => namespace,
  )
  const near = (namespace: string): readonly Workload[] =>
    namespace === around.rootNamespace ? [...byNamespace.values()].flat() : (byNamespace.get(namespace) ?? [])
  const there = new Map(objects.filter(isPolicy).map(object => [keyOf(refOf(object)), object]))
  const of = (typed: ObjectRef, object: MeshObject | null, isDraft: boolean): Card => {
    // A draft of something new is kept under a name of its own; what it says is what it is about.
    const ref = object === null ? typed : refOf(object)
    const policy = object === null ? null : (policiesIn([object]).authorization[0] ?? null)
    const base = isDraft ? (there.get(keyOf(ref)) ?? null) : null
    const stage = isDraft ? 'draft' : policy?.isDryRun === true ? 'staged' : 'enforced'
    const found = policy === null ? nothing : reachOf(policy, near(policy.namespace), around)
    return {
      id: `${isDraft ? 'draft' : 'cluster'} ${keyOf(typed)}`,
      stage,
      ref,
      typed,
      object,
      base,
      policy,
      reach: policy === null ? 'selector' : wordOf(policy, around),
      workloads: found.workloads,
      counters: found.counters,
      obstacle: stage === 'staged' ? null : obstacleOf(policy, base, found.ztunnels),
    }
  }
  return [
    ...drafts
      .filter(({ object }) => object.kind === 'AuthorizationPolicy' && object.group === 'security.istio.io')
      .map(({ object, manifest }) => of(object, manifest, true)),
    ...[...there.values()].map(object => of(refOf(object), object, false)),
  ]
}

interface Reach {
  workloads: readonly Workload[]
  counters: readonly string[]
  /** Of them, those whose ztunnel would have it. */
  ztunnels: readonly string[]
}
const nothing: Reach = { workloads: [], counters: [], ztunnels: [] }

const wordOf = ({ targets, selector, namespace }: AuthorizationPolicy, around: Surroundings): Card['reach'] =>
  targets.length > 0
    ? 'target'
    : selector !== null
      ? 'selector'
      : namespace === around.rootNamespace
        ? 'mesh'
        : 'namespace'

function reachOf(policy: AuthorizationPolicy, near: readonly Workload[], around: Surroundings): Reach {
  const reached: Workload[] = []
  const counters = new Set<string>()
  const ztunnels: string[] = []
  for (const workload of near) {
    const { enforcedBy } = workload
    if (enforcedBy === 'none') continue
    const destination = destinationOf(workload)
    const at = (point: Workload['enforcedBy']) =>
      attachment(
        policy,
        { id: '', source: {}, destination: { ...destination, enforcedBy: point }, protocol: 'http' },
        around,
      ) !== never
    // Istio docs, ambient: a policy that is attached to no waypoint goes to the ztunnels, also of workloads behind one.
    const isAtZtunnel = (enforcedBy === 'ztunnel' || enforcedBy === 'waypoint') && at('ztunnel')
    const isAtWaypoint = enforcedBy === 'waypoint' && at('waypoint')
    const isAtOwn = enforcedBy !== 'ztunnel' && enforcedBy !== 'waypoint' && at(enforcedBy)
    if (!isAtZtunnel && !isAtWaypoint && !isAtOwn) continue
    reached.push(workload)
    if (isAtZtunnel) ztunnels.push(workloadKey(workload))
    const waypoint = isAtWaypoint ? waypointOf(destination, around) : null
    if (waypoint !== null) counters.add(waypoint)
    if (isAtZtunnel || isAtOwn) counters.add(workloadKey(workload))
  }
  return { workloads: reached, counters: [...counters], ztunnels }
}

/** Istio 1.29 upgrade notes, "dry-run AuthorizationPolicy" in ambient; Istio docs, "Dry Run": for ALLOW and DENY. */
function obstacleOf(
  policy: AuthorizationPolicy | null,
  base: MeshObject | null,
  ztunnels: readonly string[],
): Obstacle | null {
  if (policy === null) return { is: 'unreadable' }
  const [problem] = policy.problems
  if (problem !== undefined) return { is: 'broken', problem }
  if (policy.action !== 'ALLOW' && policy.action !== 'DENY') return { is: 'action', action: policy.action }
  if (base !== null && policiesIn([base]).authorization[0]?.isDryRun === false) return { is: 'enforced' }
  if (ztunnels.length > 0) return { is: 'ztunnel', workloads: ztunnels }
  return null
}

export const deeds = ['stage', 'promote', 'withdraw'] as const
export type Deed = (typeof deeds)[number]

export const deedsOn: Readonly<Record<Stage, readonly Deed[]>> = {
  draft: ['stage'],
  staged: ['promote', 'withdraw'],
  enforced: ['stage', 'withdraw'],
}

/** What a step writes; null where there is nothing to write. */
export function writtenBy({ object, base, stage }: Card, deed: Deed): Change | null {
  if (object === null) return null
  const before = stage === 'draft' ? base : object
  switch (deed) {
    case 'stage':
      return { before, after: annotated(object, 'true') }
    case 'promote':
      return { before, after: annotated(object, null) }
    case 'withdraw':
      return { before: object, after: null }
  }
}

/** What it would do if it were enforced: the annotation aside, which makes it do nothing. */
export const enforcedBy = ({ object, base, stage }: Card): Change | null =>
  object === null || stage === 'enforced'
    ? null
    : { before: stage === 'draft' ? base : object, after: annotated(object, null) }

/** Staged policies, each as it is and as it would be enforced. */
export const promotionsIn = (objects: readonly MeshObject[]): Change[] =>
  objects
    .filter(object => policiesIn([object]).authorization[0]?.isDryRun === true)
    .map(object => ({ before: object, after: annotated(object, null) }))

function annotated(object: MeshObject, value: 'true' | null): MeshObject {
  const { annotations: _, ...metadata } = object.metadata
  const { [dryRun]: _was, ...others } = object.metadata.annotations ?? {}
  const annotations = value === null ? others : { ...others, [dryRun]: value }
  return {
    ...object,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
  } as MeshObject
}

/** What proxies count of a policy, and whose else it may be. */
export interface Told {
  rate: number
  denied: number
  lastSeen: number | null
  /** Since when each of its proxies counts; null: none does. */
  since: number | null
  /** Proxies that count nothing of it. */
  silent: number
  /** Policies of the same kind that are counted together with it, and cannot be told apart. */
  sharedWith: number
  /** Of a staged ALLOW: enforced ones that let calls pass which it is counted as refusing. */
  besides: number
}

export function tellerOf(cards: readonly Card[], counts: readonly Denial[]): (card: Card) => Told | null {
  const found = new Map<string, Denial>(
    counts.map(one => [`${one.kind} ${one.action ?? ''} ${one.namespace}/${one.workload}`, one] as const),
  )
  const sharing = new Map<string, number>()
  const keyFor = (card: Card, counter: string) =>
    `${card.stage} ${card.stage === 'staged' ? (card.policy?.action ?? '') : ''} ${counter}`
  const allowing = new Map<string, number>()
  for (const card of cards) {
    if (card.stage === 'draft') continue
    for (const counter of card.counters) {
      sharing.set(keyFor(card, counter), (sharing.get(keyFor(card, counter)) ?? 0) + 1)
      if (card.stage === 'enforced' && card.policy?.action === 'ALLOW')
        allowing.set(counter, (allowing.get(counter) ?? 0) + 1)
    }
  }
  return card => {
    if (card.stage === 'draft') return null
    const own = card.counters.flatMap(counter => found.get(keyFor(card, counter)) ?? [])
    const last = own.flatMap(({ lastSeen }) => (lastSeen === null ? [] : [lastSeen]))
    const most = (of: (counter: string) => number) => card.counters.reduce((top, one) => Math.max(top, of(one)), 0)
    return {
      rate: own.reduce((sum, { rate }) => sum + rate, 0),
      denied: own.reduce((sum, { denied }) => sum + denied, 0),
      lastSeen: last.length === 0 ? null : Math.max(...last),
      since: own.length === 0 ? null : Math.max(...own.map(({ since }) => since)),
      silent: card.counters.length - own.length,
      sharedWith: Math.max(0, most(counter => sharing.get(keyFor(card, counter)) ?? 0) - 1),
      besides:
        card.stage === 'staged' && card.policy?.action === 'ALLOW' ? most(counter => allowing.get(counter) ?? 0) : 0,
    }
  }
}
