import type { KubeObject } from '#lab/contract.ts'
import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import { decode, DecodeError } from '#lab/kubernetes/schema/decode.ts'
import { withDefaults } from '#lab/kubernetes/schema/defaults.ts'
import { withSchemaDefaults } from '#lab/kubernetes/schema/prune.ts'
import { validate } from '#lab/kubernetes/schema/validate.ts'
import { type Fields, fieldsOf, shown } from '#lab/kubernetes/value.ts'
import type { WriteOptions } from './options.ts'
import { strictly } from './repeated.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, invalid } from './status.ts'

/** What someone wants an object to be, checked: of the right kind and types, known fields only. */
export interface Prepared {
  object: Fields
  warnings: string[]
}

type Aim = Pick<ResourceRequest, 'kind' | 'version' | 'name' | 'namespace'>

/** Decodes what came in for a path. Throws 400 where it does not belong there. */
export function prepare(body: Fields, aim: Aim, options: Pick<WriteOptions, 'fieldValidation' | 'repeated'>): Prepared {
  const { kind } = aim
  checkKind(body, aim)
  const cannot = (why: string) =>
    badRequest(`${kind.kind} in version "${aim.version}" cannot be handled as a ${kind.kind}: ${why}`)
  try {
    const { object, unknown } = decode(kind, {
      ...body,
      apiVersion: apiVersionOf(kind.group, kind.storage),
      kind: kind.kind,
    })
    const told = unknown.map(path => `unknown field "${path}"`)
    const wrong = [...strictly(options.repeated), ...told]
    if (wrong.length > 0 && options.fieldValidation === 'Strict')
      throw cannot(`strict decoding error: ${wrong.join(', ')}`)
    const metadata = fieldsOf(object['metadata'])
    checkNamespace(metadata, aim)
    return {
      object: { ...object, metadata: kind.namespaced ? { ...metadata, namespace: aim.namespace } : metadata },
      warnings: options.fieldValidation === 'Ignore' ? [] : [...options.repeated, ...told],
    }
  } catch (error) {
    if (error instanceof DecodeError) throw cannot(error.message)
    throw error
  }
}

function checkKind(body: Fields, { kind, version }: Aim): void {
  const expected = apiVersionOf(kind.group, version)
  // Both may be missing: the path says what it is, as kubectl's raw requests rely on.
  const [foundVersion = expected, foundKind = kind.kind] = [body['apiVersion'], body['kind']]
  if (foundKind !== kind.kind)
    throw badRequest(
      `${shown(foundKind)} in version ${JSON.stringify(shown(foundVersion))} cannot be handled as a ${kind.kind}: no kind "${shown(foundKind)}" is registered for this path`,
    )
  if (foundVersion !== expected)
    throw badRequest(
      `the API version in the data (${shown(foundVersion)}) does not match the expected API version (${expected})`,
    )
}

function checkNamespace(metadata: Fields, { kind, namespace }: Aim): void {
  const found = metadata['namespace']
  if (kind.namespaced && found !== undefined && found !== '' && found !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** Fills in defaults and refuses (422) what may not be stored; `before` is what stands there, of an update. */
export function complete(kind: Kind, object: Fields, before?: Fields): KubeObject {
  const schema = kind.schema?.(kind.storage)
  const whole = schema ? withSchemaDefaults(schema, object) : withDefaults(object)
  const name = fieldsOf(whole['metadata'])['name']
  const errors = validate(kind, whole, before)
  if (errors.length > 0) throw invalid(kind, typeof name === 'string' ? name : '', errors)
  // `validate` made sure of metadata.name, `prepare` of apiVersion and kind.
  return whole as KubeObject
}
