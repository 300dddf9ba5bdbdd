import type { KubeObject } from '#lab/contract.ts'
import { suffixOf } from '#lab/kubernetes/identity.ts'
import { type Fields, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { withAddresses } from './addresses.ts'
import { type Answer, answerOf, type Api } from './api.ts'
import type { WriteOptions } from './options.ts'
import { complete, prepare } from './prepare.ts'
import type { ResourceRequest } from './request.ts'
import { alreadyExists, badRequest, forbidden, notFound } from './status.ts'

/** What only the server may say of an object. */
const own = ['uid', 'creationTimestamp', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']

export function create(api: Api, request: ResourceRequest, body: Fields, options: WriteOptions): Answer {
  const { store } = api
  const { kind } = request
  const { object, warnings } = prepare(body, request, options.fieldValidation)
  const metadata = fieldsOf(object['metadata'])
  if (metadata['resourceVersion']) throw badRequest('resourceVersion should not be set on objects to be created')
  const clean = Object.fromEntries(Object.entries(metadata).filter(([key]) => !own.includes(key)))
  const named = { ...clean, ...nameFrom(clean, store.revision) }
  const { status: _, ...rest } = object
  const whole = complete(kind, { ...(kind.status ? rest : object), metadata: named })
  checkRoom(api, request, whole)
  const admitted = api.admit(initial(whole, api))
  if (store.get(kind.name, request.namespace, admitted.metadata.name)) throw alreadyExists(kind, admitted.metadata.name)
  const stored = options.dryRun ? store.preview(admitted) : store.create(admitted)
  return answerOf(stored, request, 201, warnings)
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
