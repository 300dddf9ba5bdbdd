import type { KubeObject, ResourceName } from '#lab/contract.ts'
import type { Change } from '#lab/kubernetes/history.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import type { OwnerIndex } from './owners.ts'
import type { Placement } from './placement.ts'

/** What every controller works with. */
export interface Cluster {
  store: KubernetesStore
  owners: OwnerIndex
  placement: Placement
  /** Milliseconds since the epoch. */
  now(): number
  /** Seconds until a new pod of a workload is ready. */
  startup(namespace: string, workload: string): number
  /** Since when something that is true of an object, but was not written down, has been so: now, unless the object is being adopted. */
  since(object: KubeObject): number
  /** Has a controller look at an object again at a time, should nothing happen to it before. */
  lookAgain(controller: string, key: string, time: number): void
  /** Tells of something that happened to an object: a core/v1 Event. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, component: string): void
}

/** Brings what is closer to what is wanted, one object at a time. Asking it again changes nothing more. */
export interface Controller {
  name: string
  /** The resources whose changes it wants to hear of; all where nothing is said. */
  watches?: readonly ResourceName[]
  /** Which objects (`namespace/name`) a change makes worth another look. */
  interests(change: Change): readonly string[]
  reconcile(namespace: string, name: string): void
  /** Lets time pass; for what is on its way only. */
  tick?(now: number): void
  close?(): void
}

export const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

export const isLeaving = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined

/** The key of an object itself, when it is of that resource. */
export const ownKey = (change: Change, resource: ResourceName): string[] =>
  change.resource === resource ? [keyOf(change.object)] : []

/** The keys of the controllers of a kind that a changed object belongs to. */
export function ownerKeys(change: Change, resource: ResourceName, ownerKind: string): string[] {
  if (change.resource !== resource) return []
  const { namespace = '', ownerReferences = [] } = change.object.metadata
  return ownerReferences
    .filter(owner => owner.kind === ownerKind && owner.controller === true)
    .map(owner => `${namespace}/${owner.name}`)
}

/** Whether what an object wishes for has changed, or only what is said of it. */
export const isWishChanged = ({ type, object, previous }: Change): boolean =>
  type !== 'MODIFIED' ||
  previous?.spec !== object.spec ||
  previous?.metadata.labels !== object.metadata.labels ||
  previous?.metadata.annotations !== object.metadata.annotations ||
  previous?.metadata.deletionTimestamp !== object.metadata.deletionTimestamp
