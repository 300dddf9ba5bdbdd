import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { applyConflict } from '#lab/kubernetes/managed/conflicts.ts'
import { type FieldSet, leaf } from '#lab/kubernetes/managed/field-set.ts'
import { faultsOf } from '#lab/kubernetes/managed/fields.ts'
import { entriesBeforeApply, plain } from '#lab/kubernetes/managed/managed.ts'
import { afterApply, type Applied } from '#lab/kubernetes/managed/own.ts'
import { shapeOf } from '#lab/kubernetes/managed/shapes.ts'
import { bareOf } from '#lab/kubernetes/managed/system.ts'
import { apiVersionOf } from '#lab/kubernetes/resources.ts'
import { type Fields, fieldsOf, isFields, shown } from '#lab/kubernetes/value.ts'
import { type Answer, answerOf, type Api } from './api.ts'
import { authorize } from './authorize.ts'
import { parseBody } from './body.ts'
import { insert } from './create.ts'
import { allowedConflicts, syncLastApplied } from './last-applied.ts'
import { managerOf } from './managers.ts'
import type { WriteOptions } from './options.ts'
import { prepare } from './prepare.ts'
import { strictly } from './repeated.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, conflict, notFound, StatusError } from './status.ts'
import { commit } from './update.ts'

/** Server-side apply: the body says what its manager wants, no more; an object that is not there is made. */
export function apply(api: Api, request: ResourceRequest, body: Buffer, options: WriteOptions): Answer {
  const config = readConfiguration(body)
  const { repeated, fieldValidation } = options
  if (repeated.length > 0 && fieldValidation === 'Strict')
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${strictly(repeated).join('')}`)
  return applyConfiguration(api, request, config, options)
}

export function readConfiguration(body: Buffer): Fields {
  const config = parseBody(body, 'application/yaml', 'error decoding YAML')
  if (isFields(config)) return config
  throw badRequest(
    `error decoding YAML: json: cannot unmarshal ${shown(config).slice(0, 40)} into Go value of type map`,
  )
}

export function applyConfiguration(api: Api, request: ResourceRequest, config: Fields, options: WriteOptions): Answer {
  const { kind } = request
  check(request, config)
  const before = api.store.get(kind.name, request.namespace, request.name)
  if (!before) return applyNew(api, request, config, options)
  const applied = onto(api, request, before, typed(request, config), options)
  const wish = syncLastApplied(before, applied.object, config, options.fieldManager)
  return commit(api, request, before, wish, options, () => applied.entries)
}

function applyNew(api: Api, request: ResourceRequest, config: Fields, options: WriteOptions): Answer {
  const { kind, name } = request
  if (request.subresource !== '') throw notFound(kind, name)
  authorize(api, { ...request, verb: 'create' })
  const metadata = fieldsOf(config['metadata'])
  if (metadata['name'] === undefined)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (metadata['uid'])
    throw conflict(
      kind,
      name,
      `uid mismatch: the provided object specified uid ${shown(metadata['uid'])}, and no existing object was found`,
    )
  const applied = onto(api, request, undefined, typed(request, config), options)
  const { object, warnings } = prepare(applied.object, request, options)
  const { stored, warnings: more } = insert(api, request, object, options, () => applied.entries)
  return answerOf(stored, request, 201, [...warnings, ...more])
}

/** What the real server looks at first, in its words. */
function check({ kind, version, name }: ResourceRequest, config: Fields): void {
  const expected = apiVersionOf(kind.group, version)
  if (config['apiVersion'] !== expected)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${shown(config['apiVersion'] ?? '')}, expected: ${expected}`,
    )
  const metadata = fieldsOf(config['metadata'])
  if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null)
    throw badRequest('metadata.managedFields must be nil')
  if (metadata['name'] !== undefined && metadata['name'] !== name)
    throw badRequest(`the name of the object (${shown(metadata['name'])}) does not match the name on the URL (${name})`)
}

/** The configuration without what this path does not take, decoded. Throws where it does not fit the kind. */
function typed(request: ResourceRequest, config: Fields): Fields {
  const { kind, version, namespace, name } = request
  const faults = faultsOf(shapeOf(kind, version), config)
  const group = kind.group === '' ? '/' : `${kind.group}/`
  const list = faults.length === 1 ? faults[0] : `errors:\n${faults.map(fault => `  ${fault}`).join('\n')}`
  if (faults.length > 0)
    // The real server calls this its own error (kubernetes/kubernetes, issue 122480).
    throw new StatusError(
      500,
      '',
      `failed to create typed patch object (${namespace ?? ''}/${name}; ${group}${version}, Kind=${kind.kind}): ${list}`,
    )
  const { object } = prepare(config, request, { fieldValidation: 'Ignore', repeated: [] })
  if (request.subresource !== 'status') {
    const { status: _, ...rest } = object
    return kind.status ? rest : object
  }
  const { apiVersion, metadata, status } = object
  return { apiVersion, kind: object['kind'], metadata, ...(status === undefined ? {} : { status }) }
}

const ignoredByStatus: FieldSet = { 'f:metadata': leaf }

function onto(
  api: Api,
  request: ResourceRequest,
  before: KubeObject | undefined,
  config: Fields,
  options: WriteOptions,
): Applied {
  const { kind, version } = request
  const shape = shapeOf(kind, version)
  const live = before ? { ...plain(before), apiVersion: apiVersionOf(kind.group, version) } : bareOf(kind)
  const applied = afterApply(shape, live, config, {
    entries: before ? entriesBeforeApply(kind, version, before) : [],
    me: managerOf(request, options, 'Apply'),
    time: timestamp(api.now()),
    ignored: request.subresource === 'status' ? ignoredByStatus : {},
  })
  const open = options.force ? [] : allowedConflicts(shape, before, applied.conflicts, options.fieldManager)
  if (open.length > 0) throw applyConflict(open)
  return applied
}
