import type { KubeObject } from '#lab/contract.ts'
import { askWebhooks } from '#lab/kubernetes/admission/webhook.ts'
import { suffixOf, timestamp } from '#lab/kubernetes/identity.ts'
import type { Entry } from '#lab/kubernetes/managed/entries.ts'
import { entriesOfNew, withEntries } from '#lab/kubernetes/managed/managed.ts'
import { type Fields, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { withAddresses } from './addresses.ts'
import { type Answer, answerOf, type Api } from './api.ts'
import { checkEntries, managerOf } from './managers.ts'
import type { WriteOptions } from './options.ts'
import { complete, prepare } from './prepare.ts'
import type { ResourceRequest } from './request.ts'
import { alreadyExists, badRequest, forbidden, notFound } from './status.ts'

/** What only the server may say of an object. */
const own = ['uid', 'creationTimestamp', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']

export function create(api: Api, request: ResourceRequest, body: Fields, options: WriteOptions): Answer {
  const { object, warnings } = prepare(body, request, options)
  const metadata = fieldsOf(object['metadata'])
  if (metadata['resourceVersion']) throw badRequest('resourceVersion should not be set on objects to be created')
  checkEntries(request.kind, metadata)
  const named = { ...object, metadata: { ...metadata, ...nameFrom(metadata, api.store.revision) } }
  const me = managerOf(request, options, 'Update')
  const { stored, warnings: more } = insert(api, request, named, options, whole =>
    entriesOfNew(request.kind, request.version, whole, me, timestamp(api.now())),
  )
  return answerOf(stored, request, 201, [...warnings, ...more])
}

/** Puts a new object into the store, as far as it is one that may be there. */
export function insert(
  api: Api,
  request: ResourceRequest,
  object: Fields,
  options: WriteOptions,
  entriesFor: (whole: Fields) => readonly Entry[] | null,
): { stored: KubeObject; warnings: string[] } {
  const { store } = api
  const { kind } = request
  const metadata = Object.entries(fieldsOf(object['metadata'])).filter(([key]) => !own.includes(key))
  const { status: _, ...rest } = object
  const whole = complete(kind, { ...(kind.status ? rest : object), metadata: Object.fromEntries(metadata) })
  checkRoom(api, request, whole)
  // Before admission: what it adds is nobody's.
  const entries = entriesFor(whole)
  const admitted = api.admit(initial(withEntries(whole, entries), api))
  api.access.checkWrite(request.user, kind, admitted)
  if (store.get(kind.name, request.namespace, admitted.metadata.name)) throw alreadyExists(kind, admitted.metadata.name)
  const warnings = askWebhooks(api, admitted, kind.plural, 'CREATE')
  return { stored: options.dryRun ? store.preview(admitted) : store.create(admitted), warnings }
}

/** The name, made from `generateName` where there is none. */
function nameFrom(metadata: Fields, revision: number): Fields {
  const base = textOf(metadata['generateName'])
  if (metadata['name'] || base === '') return {}
  return { name: base.slice(0, 58) + suffixOf(`${base}/${revision}`, 5) }
}

/** New objects need a namespace that is there to stay. */
function checkRoom({ store }: Api, { kind, namespace }: ResourceRequest, object: KubeObject): void {
  if (!kind.namespaced) return
  const room = store.get('namespaces', undefined, namespace ?? '')
  const namespaces = store.resources.named('namespaces')
  if (!room) throw notFound(namespaces ?? kind, namespace ?? '')
  if (!room.metadata.deletionTimestamp) return
  throw forbidden(
    kind,
    object.metadata.name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  )
}

/** What an object of its kind says of itself in its first moment. */
function initial(object: KubeObject, { store }: Api): KubeObject {
  switch (object.kind) {
    case 'Service':
      return object.apiVersion === 'v1' ? withAddresses({ ...object, status: { loadBalancer: {} } }, store) : object
    case 'Namespace':
      return { ...object, status: { phase: 'Active' } }
    case 'Pod':
      return { ...object, status: { phase: 'Pending', qosClass: 'Burstable' } }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return { ...object, status: {} }
    default:
      return object
  }
}
