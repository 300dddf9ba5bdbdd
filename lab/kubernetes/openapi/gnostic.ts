import { stringify } from 'yaml'
import { type Fields, fieldsOf, isFields, listOf } from '#lab/kubernetes/value.ts'

/**
 * An OpenAPI 2 document as protobuf, as kubectl ≤ 1.28 asks for it. Field numbers are those of gnostic's
 * `openapiv2/OpenAPIv2.proto`; written are the parts that our documents have.
 */
export function encodeDocument(document: Fields): Buffer {
  const info = fieldsOf(document['info'])
  return message([
    text(1, '2.0'),
    part(2, message([text(1, info['title']), text(2, info['version'])])),
    part(8, message(entries(document['paths']).map(([name, item]) => part(2, named(name, pathItem(item)))))),
    part(9, message(entries(document['definitions']).map(([name, item]) => part(1, named(name, schema(item)))))),
  ])
}

const entries = (value: unknown): [string, Fields][] =>
  Object.entries(fieldsOf(value)).filter((entry): entry is [string, Fields] => isFields(entry[1]))

/* Wire format: a key (number and type), then a length and bytes, or a number. */

const message = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts)

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest >>>= 7
  }
  return Buffer.from([...bytes, rest])
}

const part = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])

const text = (field: number, value: unknown): Buffer =>
  typeof value === 'string' && value !== '' ? part(field, Buffer.from(value)) : Buffer.alloc(0)

const yes = (field: number, value: unknown): Buffer =>
  value === true ? Buffer.concat([varint(field << 3), varint(1)]) : Buffer.alloc(0)

const named = (name: string, value: Buffer): Buffer => message([text(1, name), part(2, value)])

/** `x-…` fields, each as a piece of YAML. */
const extensions = (field: number, value: Fields): Buffer[] =>
  Object.entries(value)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, extension]) => part(field, named(name, text(2, stringify(extension)))))

const operationFields: Record<string, number> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 }

const pathItem = (item: Fields): Buffer =>
  message(
    entries(item).flatMap(([verb, found]) => {
      const field = operationFields[verb]
      return field === undefined ? [] : [part(field, operation(found))]
    }),
  )

const operation = (value: Fields): Buffer =>
  message([
    text(5, value['operationId']),
    ...listOf(value['parameters']).map(item => part(8, part(1, part(2, part(3, queryParameter(item)))))),
    part(9, message([part(1, named('200', part(1, text(1, 'OK'))))])),
    ...extensions(13, value),
  ])

const queryParameter = (item: Fields): Buffer =>
  message([text(2, 'query'), text(3, item['description']), text(4, item['name']), text(6, item['type'])])

function schema(value: Fields): Buffer {
  const { additionalProperties, items } = value
  const properties = entries(value['properties'])
  return message([
    text(1, value['$ref']),
    text(2, value['format']),
    text(4, value['description']),
    ...(Array.isArray(value['required']) ? value['required'].map(name => text(19, name)) : []),
    ...(isFields(additionalProperties) ? [part(21, part(1, schema(additionalProperties)))] : []),
    ...(additionalProperties === true ? [part(21, yes(2, true))] : []),
    ...(typeof value['type'] === 'string' ? [part(22, text(1, value['type']))] : []),
    ...(isFields(items) ? [part(23, part(1, schema(items)))] : []),
    ...(properties.length > 0
      ? [part(25, message(properties.map(([name, item]) => part(1, named(name, schema(item))))))]
      : []),
    ...extensions(31, value),
  ])
}
