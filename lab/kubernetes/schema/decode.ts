import type { Kind } from '#lab/kubernetes/resources.ts'
import { type Fields, isFields } from '#lab/kubernetes/value.ts'
import { prune } from './prune.ts'
import { fieldsOfModel, modelOf, type Type } from './types.ts'

/** What came in, without what its kind does not know. */
export interface Decoded {
  object: Fields
  /** Paths of fields that were dropped. */
  unknown: string[]
}

/** A value that does not fit its field; the message is the real decoder's. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DecodeError'
  }
}

/** Checks types and drops unknown fields and nulls, as the API server's decoder does. Throws DecodeError. */
export function decode(kind: Kind, object: Fields): Decoded {
  const unknown: string[] = []
  const model = modelOf(kind)
  if (model !== undefined && fieldsOfModel(model)) {
    const decoded = decodeObject(model, object, '', '', unknown)
    return { object: decoded, unknown }
  }
  const metadata = isFields(object['metadata'])
    ? decodeObject('V1ObjectMeta', object['metadata'], 'metadata', 'ObjectMeta', unknown)
    : object['metadata']
  const whole = { ...object, metadata }
  const schema = kind.schema?.(kind.storage)
  return { object: schema ? prune(schema, whole, unknown) : whole, unknown }
}

function decodeObject(model: string, value: Fields, path: string, struct: string, unknown: string[]): Fields {
  const fields = fieldsOfModel(model)
  if (!fields) return value
  const result: Fields = {}
  for (const [key, part] of Object.entries(value)) {
    const type = fields.get(key)
    const where = path === '' ? key : `${path}.${key}`
    if (!type) unknown.push(where)
    else if (part !== null) result[key] = decodeValue(type, part, where, `${struct || goName(model)}.${where}`, unknown)
  }
  return result
}

const goName = (model: string): string => model.replace(/^(Core)?V\d+((alpha|beta)\d+)?/, '')

function decodeValue(type: Type, value: unknown, path: string, go: string, unknown: string[]): unknown {
  switch (type.kind) {
    case 'any':
      return value
    case 'object':
      if (fieldsOfModel(type.name) === undefined) return value
      if (!isFields(value)) throw wrong(value, go, `${goName(type.name)}`)
      return decodeObject(type.name, value, path, goName(type.name), unknown)
    case 'list':
      if (!Array.isArray(value)) throw wrong(value, go, `[]${goType(type.items)}`)
      return value.map((item, index) => decodeValue(type.items, item, `${path}[${index}]`, go, unknown))
    case 'map': {
      if (!isFields(value)) throw wrong(value, go, `map[string]${goType(type.values)}`)
      const entries = Object.entries(value).filter(([, part]) => part !== null)
      return Object.fromEntries(
        entries.map(([key, part]) => [key, decodeValue(type.values, part, `${path}.${key}`, go, unknown)]),
      )
    }
    case 'string':
      return decodeString(type.format, value, go)
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(value, go, type.format)
      if (type.format === 'int32' && Math.abs(value) > 2 ** 31) throw wrong(value, go, type.format)
      return value
    case 'number':
      if (typeof value !== 'number') throw wrong(value, go, 'float64')
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(value, go, 'bool')
      return value
    case 'intOrString':
      if (typeof value !== 'string' && !Number.isInteger(value)) throw wrong(value, go, 'intstr.IntOrString')
      return value
  }
}

function decodeString(format: '' | 'byte' | 'date-time' | 'quantity', value: unknown, go: string): string {
  if (format === 'quantity' && typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw wrong(value, go, format === 'quantity' ? 'resource.Quantity' : 'string')
  if (format === 'quantity' && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE])?$/.test(value))
    throw new DecodeError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  if (format === 'byte' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value))
    throw new DecodeError('illegal base64 data at input byte 0')
  if (format === 'date-time' && Number.isNaN(Date.parse(value)))
    throw new DecodeError(
      `parsing time ${JSON.stringify(JSON.stringify(value))} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
    )
  return value
}

function goType(type: Type): string {
  switch (type.kind) {
    case 'object':
      return goName(type.name)
    case 'list':
      return `[]${goType(type.items)}`
    case 'integer':
      return type.format
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    default:
      return 'interface {}'
  }
}

function wrong(value: unknown, go: string, type: string): DecodeError {
  const found = Array.isArray(value)
    ? 'array'
    : typeof value === 'number'
      ? `number${Number.isInteger(value) && !/^u?int/.test(type) ? '' : ` ${value}`}`
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value
  return new DecodeError(
    `json: cannot unmarshal ${found} into Go struct field ${go.replaceAll(/\[\d+\]/g, '')} of type ${type}`,
  )
}
