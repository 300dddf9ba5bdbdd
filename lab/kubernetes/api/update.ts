import type { KubeObject } from '#lab/contract.ts'
import { askWebhooks } from '#lab/kubernetes/admission/webhook.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Entry, isSameManaged } from '#lab/kubernetes/managed/entries.ts'
import { entriesAfter, entriesOf, plain, withEntries } from '#lab/kubernetes/managed/managed.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { at, type Fields, fieldsOf, isEqual, textOf, shown } from '#lab/kubernetes/value.ts'
import { withAddresses } from './addresses.ts'
import { type Answer, answerOf, type Api } from './api.ts'
import { checkEntries, managerOf } from './managers.ts'
import type { WriteOptions } from './options.ts'
import { complete, prepare } from './prepare.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, conflict, type FieldError, invalid, invalidValue, notFound, stale } from './status.ts'

export function existing(api: Api, request: ResourceRequest): KubeObject {
  const found = api.store.get(request.kind.name, request.namespace, request.name)
  if (!found) throw notFound(request.kind, request.name)
  return found
}

export function update(api: Api, request: ResourceRequest, body: Fields, options: WriteOptions): Answer {
  const { kind, name } = request
  const before = existing(api, request)
  const metadata = fieldsOf(body['metadata'])
  if (metadata['name'] === undefined || metadata['name'] === '')
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  const version = metadata['resourceVersion'] ?? ''
  // Built-in kinds may be overwritten blindly, others may not.
  if (kind.custom && (version === '' || version === '0'))
    throw invalid({ kind: kind.plural, group: kind.group }, name, [
      {
        field: 'metadata.resourceVersion',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0x0: must be specified for an update',
      },
    ])
  return commit(api, request, before, body, options)
}

/** Who owns what after a write, by what the object was and will be. */
type Owners = (before: KubeObject, after: KubeObject) => readonly Entry[] | null

/** Stores what someone wants an object to become; every writing verb ends here. */
export function commit(
  api: Api,
  request: ResourceRequest,
  before: KubeObject,
  wish: Fields,
  options: WriteOptions,
  owners: Owners = updated(api, request, wish, options),
): Answer {
  const { kind } = request
  const { object, warnings } = prepare(wish, request, options)
  const metadata = fieldsOf(object['metadata'])
  checkIdentity(request, before, metadata)
  checkEntries(kind, metadata)
  const after = assemble(request, before, object)
  if (isFinished(after)) {
    if (!options.dryRun) api.store.remove(kind.name, request.namespace, request.name)
    return answerOf(after, request, 200, warnings)
  }
  const whole = request.subresource === 'status' && !kind.custom ? after : complete(kind, { ...after }, before)
  checkFixed(kind, before, whole)
  const owned = withOwners(kind, before, whole, owners(before, whole))
  const final = kind.name === 'services' ? withAddresses(owned, api.store, before) : owned
  api.access.checkWrite(request.user, kind, final, before)
  const more = request.subresource === '' ? askWebhooks(api, final, kind.plural, 'UPDATE') : []
  const stored = options.dryRun ? api.store.previewReplace(final) : api.store.replace(final)
  return answerOf(stored, request, 200, [...warnings, ...more])
}

const updated =
  (api: Api, request: ResourceRequest, wish: Fields, options: WriteOptions): Owners =>
  (before, after) =>
    entriesAfter(request.kind, request.version, {
      before,
      after,
      given: at(wish, 'metadata.managedFields'),
      me: managerOf(request, options, 'Update'),
      time: timestamp(api.now()),
    })

/** Where nothing changes but times, the object stays as it is stored, and so does its resourceVersion. */
function withOwners(kind: Kind, before: KubeObject, after: KubeObject, entries: readonly Entry[] | null): KubeObject {
  if (!isEqual(plain(before), plain(after)) || !isSameManaged(entriesOf(kind, before), entries))
    return withEntries(after, entries)
  const { managedFields } = before.metadata
  return { ...after, metadata: { ...plain(after).metadata, ...(managedFields === undefined ? {} : { managedFields }) } }
}

function checkIdentity({ kind, name }: ResourceRequest, before: KubeObject, metadata: Fields): void {
  const given = metadata['name']
  if (given !== undefined && given !== name)
    throw badRequest(`the name of the object (${shown(given)}) does not match the name on the URL (${name})`)
  const version = textOf(metadata['resourceVersion'])
  if (version !== '' && version !== '0' && version !== before.metadata.resourceVersion) throw stale(kind, name)
  const uid = textOf(metadata['uid'])
  if (uid !== '' && uid !== before.metadata.uid)
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`,
    )
}

/** Puts together what the asker may change and what stays as it is. */
function assemble(request: ResourceRequest, before: KubeObject, wish: Fields): KubeObject {
  const { kind } = request
  const { status: oldStatus, ...oldRest } = before
  if (request.subresource === 'status') {
    const status = wish['status']
    return status === undefined ? oldRest : ({ ...oldRest, status } as KubeObject)
  }
  const kept = Object.fromEntries(
    (['uid', 'creationTimestamp', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
      .filter(key => before.metadata[key] !== undefined)
      .map(key => [key, before.metadata[key]]),
  )
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...wished } = fieldsOf(wish['metadata'])
  const metadata = {
    ...wished,
    ...kept,
    name: before.metadata.name,
    ...(before.metadata.namespace === undefined ? {} : { namespace: before.metadata.namespace }),
    resourceVersion: before.metadata.resourceVersion,
  }
  const { status: newStatus, ...rest } = wish
  const status = kind.status ? oldStatus : newStatus
  return { ...rest, metadata, ...(status === undefined ? {} : { status }) } as KubeObject
}

/** A deleted object goes when its last finalizer is gone; pods and namespaces wait for their controllers. */
function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers } = object.metadata
  if (!deletionTimestamp || object.kind === 'Pod' || object.kind === 'Namespace') return false
  return !Array.isArray(finalizers) || finalizers.length === 0
}

const fixed: Record<string, readonly string[]> = {
  'deployments.apps': ['spec.selector'],
  'replicasets.apps': ['spec.selector'],
  'daemonsets.apps': ['spec.selector'],
  'statefulsets.apps': ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy'],
  'rolebindings.rbac.authorization.k8s.io': ['roleRef'],
  'clusterrolebindings.rbac.authorization.k8s.io': ['roleRef'],
  secrets: ['type'],
  pods: ['spec.nodeName', 'spec.serviceAccountName', 'spec.restartPolicy'],
}

function checkFixed(kind: Kind, before: KubeObject, after: KubeObject): void {
  const errors: FieldError[] = (fixed[kind.name] ?? [])
    .filter(path => at(before, path) !== undefined && !isEqual(at(before, path), at(after, path)))
    .map(path => invalidValue(path, at(after, path) ?? null, 'field is immutable'))
  if (before['immutable'] === true && !isEqual(before['data'], after['data']))
    errors.push({
      field: 'data',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
    })
  if (errors.length > 0) throw invalid(kind, before.metadata.name, errors)
}
