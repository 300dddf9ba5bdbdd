import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { at, numberOf } from '#lab/kubernetes/value.ts'
import { type Answer, answerOf, type Api, plain } from './api.ts'
import type { DeleteOptions } from './options.ts'
import { listed } from './list.ts'
import type { ResourceRequest } from './request.ts'
import { conflict, detailsOf, forbidden, success } from './status.ts'
import { existing } from './update.ts'

export function remove(api: Api, request: ResourceRequest, options: DeleteOptions): Answer {
  const before = existing(api, request)
  checkPreconditions(request.kind, before, options)
  const rest = removeOne(api, request.kind, before, options)
  if (rest) return answerOf(rest, request)
  return plain(success({ ...detailsOf(request.kind, request.name), uid: before.metadata.uid }))
}

/** Deletes everything that a list with the same selectors would show. */
export function removeMany(api: Api, request: ResourceRequest, options: DeleteOptions): Answer {
  const items = listed(api, request)
  for (const item of items) removeOne(api, request.kind, item, options)
  const metadata = { resourceVersion: String(api.store.revision) }
  return { kind: 'list', of: request.kind, version: request.version, items, metadata }
}

function checkPreconditions(kind: Kind, { metadata }: KubeObject, options: DeleteOptions): void {
  const failed = (field: string, wanted: string, found: string | undefined) =>
    conflict(
      kind,
      metadata.name,
      `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${found ?? ''}`,
    )
  if (options.uid && options.uid !== metadata.uid) throw failed('UID', options.uid, metadata.uid)
  if (options.resourceVersion && options.resourceVersion !== metadata.resourceVersion)
    throw failed('ResourceVersion', options.resourceVersion, metadata.resourceVersion)
}

/** Returns what is left of the object when it goes later (or undefined when it is gone). */
function removeOne(api: Api, kind: Kind, object: KubeObject, options: DeleteOptions): KubeObject | undefined {
  const { name, namespace } = object.metadata
  if (kind.name === 'namespaces' && lasting.includes(name))
    throw forbidden(kind, name, 'this namespace may not be deleted')
  const waiting = farewell(kind, object, options, api.now())
  if (!waiting) {
    if (!options.dryRun) api.store.remove(kind.name, namespace, name)
    return undefined
  }
  return options.dryRun ? api.store.previewReplace(waiting) : api.store.replace(waiting)
}

const lasting = ['default', 'kube-system', 'kube-public']

/** The object on its way out, where something still has to happen; null where it can go at once. */
function farewell(kind: Kind, object: KubeObject, options: DeleteOptions, now: number): KubeObject | null {
  const finalizers = new Set(Array.isArray(object.metadata['finalizers']) ? object.metadata['finalizers'] : [])
  if (options.propagation === 'Foreground') finalizers.add('foregroundDeletion')
  if (options.propagation === 'Orphan') finalizers.add('orphan')
  const grace = kind.name === 'pods' ? graceOf(object, options) : 0
  if (kind.name !== 'namespaces' && finalizers.size === 0 && grace === 0) return null
  if (object.metadata.deletionTimestamp && (kind.name !== 'pods' || grace > 0)) return object
  return {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(now + grace * 1000),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.size > 0 ? { finalizers: [...finalizers] } : {}),
    },
    ...(kind.name === 'namespaces' ? { status: { ...object.status, phase: 'Terminating' } } : {}),
  }
}

/** Seconds. A pod that never ran goes at once. */
function graceOf(pod: KubeObject, options: DeleteOptions): number {
  const phase = at(pod, 'status.phase')
  if (!at(pod, 'spec.nodeName') || phase === 'Succeeded' || phase === 'Failed') return 0
  return options.gracePeriod ?? numberOf(at(pod, 'spec.terminationGracePeriodSeconds'), 30)
}
