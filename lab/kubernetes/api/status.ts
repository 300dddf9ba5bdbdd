import type { Kind } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'

/** What an API server says when it does not do what it was asked: `metav1.Status`, in the real server's words. */

export interface Cause {
  reason: string
  message: string
  field?: string
}

export class StatusError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Fields
  readonly headers: Record<string, string>
  constructor(
    code: number,
    reason: string,
    message: string,
    options: { details?: Fields; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.name = 'StatusError'
    this.code = code
    this.reason = reason
    this.details = options.details ?? {}
    this.headers = options.headers ?? {}
  }
  toObject(): Fields {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

export function success(details: Fields): Fields {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

type Named = Pick<Kind, 'name' | 'group' | 'plural' | 'kind'>

/** In these details `kind` is the resource's plural: so does the real server. */
export const detailsOf = (kind: Named, name: string): Fields => ({
  ...(name === '' ? {} : { name }),
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.plural,
})

export const notFound = (kind: Named, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${kind.name} "${name}" not found`, { details: detailsOf(kind, name) })

export const noSuchResource = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource')

export const alreadyExists = (kind: Named, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${kind.name} "${name}" already exists`, { details: detailsOf(kind, name) })

export const conflict = (kind: Named, name: string, why: string): StatusError =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${kind.name} "${name}": ${why}`, {
    details: detailsOf(kind, name),
  })

export const stale = (kind: Named, name: string): StatusError =>
  conflict(kind, name, 'the object has been modified; please apply your changes to the latest version and try again')

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message)

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

export const notAcceptable = (served: readonly string[]): StatusError =>
  new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${served.join(', ')}`)

export const tooLarge = (limit: number): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)

export const unauthorized = (): StatusError =>
  new StatusError(401, 'Unauthorized', 'Unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } })

export const forbidden = (kind: Named, name: string, why: string, causes: Cause[] = []): StatusError =>
  new StatusError(403, 'Forbidden', `${kind.name}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    details: { ...detailsOf(kind, name), ...(causes.length === 0 ? {} : { causes }) },
  })

export const gone = (message: string): StatusError => new StatusError(410, 'Expired', message)

/** One thing wrong with one field, in the words of apimachinery's field errors. */
export interface FieldError {
  field: string
  reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
  message: string
}

export const required = (field: string, detail = ''): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
})

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
})

export const unsupportedValue = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map(item => `"${item}"`).join(', ')}`,
})

export const duplicateValue = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${JSON.stringify(value)}`,
})

export function invalid(
  kind: { kind: string; group: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const lines = errors.map(error => `${error.field}: ${error.message}`)
  const list = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const title = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`
  return new StatusError(422, 'Invalid', `${title} "${name}" is invalid: ${list}`, {
    details: {
      ...(name === '' ? {} : { name }),
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: errors.map(({ field, reason, message }): Cause => ({ reason, message, field })),
    },
  })
}
