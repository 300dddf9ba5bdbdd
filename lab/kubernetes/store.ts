import type { KubeObject, ObjectStore, ResourceName } from '#lab/contract.ts'
import { timestamp, uidOf } from './identity.ts'
import { builtInKinds } from './kinds/all.ts'
import { type Change, createHistory } from './history.ts'
import { apiVersionOf, createResourceTable, type Kind, type ResourceTable } from './resources.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { deepFreeze, type Fields, isEqual } from './value.ts'

/** What the API server needs beyond the lab's common contract. */
export interface KubernetesStore extends ObjectStore {
  readonly resources: ResourceTable
  subscribe(listener: (event: Change) => void): () => void
  /** The changes of a resource after a revision, or null where they are no longer (or were never) kept. */
  since(resource: ResourceName, revision: number): readonly Change[] | null
  /** The revision of the last change of a resource. */
  lastRevision(resource: ResourceName): number
  /** What `create` would store, without storing it and without a resourceVersion: for dry runs. */
  preview(object: KubeObject): KubeObject
  /** What `replace` would store. */
  previewReplace(object: KubeObject): KubeObject
}

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  now: () => number
  seed: number | string
  /** Changes kept per resource for watches that resume. */
  window?: number
  /** The kinds served at start. */
  kinds?: readonly Kind[]
}

/** A request that the store cannot follow: a mistake of the caller. */
export class StoreError extends Error {
  readonly reason: 'unknownKind' | 'exists' | 'missing' | 'invalid'
  constructor(reason: StoreError['reason'], message: string) {
    super(message)
    this.name = 'StoreError'
    this.reason = reason
  }
}

/**
 * Objects in memory, indexed by resource and namespace; lists are sorted by namespace and name and stay the same array
 * until something changes. Revisions start at the present millisecond, so that one of an earlier life of the lab is
 * older than everything and its watchers are told so (410).
 */
export function createObjectStore({ now, seed, window = 2048, kinds = builtInKinds }: StoreOptions): KubernetesStore {
  const resources = createResourceTable(kinds)
  const shelves = new Map<ResourceName, Shelf>()
  const listeners = new Set<(event: Change) => void>()
  const first = Math.floor(now())
  let revision = first
  const history = createHistory(window, first)

  const kindOf = (object: KubeObject): Kind => {
    const kind = resources.of(object.apiVersion, object.kind)
    if (kind) return kind
    throw new StoreError('unknownKind', `no kind ${object.kind} in ${object.apiVersion}`)
  }
  const shelfOf = (resource: ResourceName): Shelf => {
    const known = shelves.get(resource)
    if (known) return known
    if (!resources.named(resource)) throw new StoreError('unknownKind', `no resource ${resource}`)
    const shelf = createShelf()
    shelves.set(resource, shelf)
    return shelf
  }
  const place = (kind: Kind, object: KubeObject) => {
    const { name, namespace } = object.metadata
    if (!name) throw new StoreError('invalid', `a ${kind.kind} without metadata.name`)
    if (kind.namespaced && !namespace) throw new StoreError('invalid', `${kind.kind} ${name} without a namespace`)
    return { namespace: kind.namespaced ? (namespace ?? '') : '', name }
  }
  const tell = (change: Change): void => {
    history.add(change)
    for (const listener of listeners) listener(change)
  }

  const stampNew = (kind: Kind, object: KubeObject, next: number | undefined): KubeObject => {
    const { namespace, name } = place(kind, object)
    const { resourceVersion: _, namespace: given, ...metadata } = object.metadata
    return deepFreeze({
      ...object,
      apiVersion: apiVersionOf(kind.group, kind.storage),
      metadata: {
        ...metadata,
        ...(kind.namespaced ? { namespace: given } : {}),
        uid: metadata.uid || uidOf(`${seed}/${kind.name}/${namespace}/${name}/${revision - first}`),
        ...(next === undefined ? {} : { resourceVersion: String(next) }),
        creationTimestamp: metadata.creationTimestamp ?? timestamp(now()),
        ...(kind.counted ? { generation: metadata.generation ?? 1 } : {}),
      },
    })
  }
  /** Without `next`, as in a dry run, the resourceVersion stays what it is. */
  const stampNext = (kind: Kind, object: KubeObject, next?: number): { before: KubeObject; after: KubeObject } => {
    const { namespace, name } = place(kind, object)
    const before = shelfOf(kind.name).get(namespace, name)
    if (!before) throw new StoreError('missing', `${kind.name} "${name}" not found`)
    const { resourceVersion: _, generation: __, ...metadata } = object.metadata
    const generation = before.metadata.generation
    const after: KubeObject = {
      ...object,
      apiVersion: before.apiVersion,
      metadata: {
        ...metadata,
        uid: before.metadata.uid ?? '',
        creationTimestamp: before.metadata.creationTimestamp ?? timestamp(now()),
        resourceVersion: before.metadata.resourceVersion ?? '',
        ...(generation === undefined ? {} : { generation }),
      },
    }
    if (isEqual(before, after)) return { before, after: before }
    if (next !== undefined) after.metadata.resourceVersion = String(next)
    if (kind.counted && !isEqual(wish(before), wish(after))) after.metadata.generation = (generation ?? 0) + 1
    return { before, after: deepFreeze(after) }
  }

  return {
    resources,
    get revision() {
      return revision
    },
    list: (resource, namespace) => shelfOf(resource).list(namespace),
    get: (resource, namespace, name) => shelfOf(resource).get(namespace ?? '', name),
    create(object) {
      const kind = kindOf(object)
      const { namespace, name } = place(kind, object)
      const shelf = shelfOf(kind.name)
      if (shelf.get(namespace, name)) throw new StoreError('exists', `${kind.name} "${name}" already exists`)
      const stored = stampNew(kind, object, revision + 1)
      revision++
      shelf.put(namespace, name, stored)
      tell({ type: 'ADDED', resource: kind.name, object: stored, revision, previous: null })
      return stored
    },
    replace(object) {
      const kind = kindOf(object)
      const { before, after } = stampNext(kind, object, revision + 1)
      if (before === after) return before
      revision++
      const { namespace, name } = place(kind, after)
      shelfOf(kind.name).put(namespace, name, after)
      tell({ type: 'MODIFIED', resource: kind.name, object: after, revision, previous: before })
      return after
    },
    remove(resource, namespace, name) {
      const shelf = shelfOf(resource)
      const before = shelf.get(namespace ?? '', name)
      if (!before) return undefined
      revision++
      shelf.drop(namespace ?? '', name)
      const last = deepFreeze({ ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } })
      tell({ type: 'DELETED', resource, object: last, revision, previous: before })
      return last
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    since: history.since,
    lastRevision: history.last,
    preview: object => stampNew(kindOf(object), object, undefined),
    previewReplace: object => stampNext(kindOf(object), object).after,
  }
}

/** What the generation counts: everything but what the system says of the object. */
function wish(object: KubeObject): Fields {
  const { metadata: _, status: __, apiVersion: ___, ...rest } = object
  return rest
}
