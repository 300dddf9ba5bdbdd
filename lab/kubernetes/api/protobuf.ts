import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Fields, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { messages } from './protobuf-messages.ts'
import { badRequest, StatusError } from './status.ts'

export const protobufType = 'application/vnd.kubernetes.protobuf'

const magic = Buffer.from('k8s\0')

/**
 * Reads the objects that kubectl ≥ 1.32 writes as protobuf. What the table of messages does not know is refused as 415,
 * never dropped: the sender should know that it was not understood.
 */
export function parseProtobuf(bytes: Buffer): Fields {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw badRequest('the body is not protobuf of Kubernetes: its first bytes are wrong')
  const envelope = readMessage(bytes.subarray(magic.length), 'Unknown')
  const { apiVersion, kind } = fieldsOf(envelope['typeMeta'])
  const raw = envelope['raw']
  if (!Object.hasOwn(messages, textOf(kind))) throw notUnderstood(`kind ${textOf(kind)}`)
  return { apiVersion, kind, ...readMessage(Buffer.isBuffer(raw) ? raw : Buffer.alloc(0), textOf(kind)) }
}

const notUnderstood = (what: string): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - ${what} is not read as protobuf here, send application/json`,
  )

type Wire = { number: number; value: number | Buffer }

function* fieldsIn(bytes: Buffer): Generator<Wire> {
  let place = 0
  const varint = (): number => {
    let result = 0
    let scale = 1
    for (;;) {
      const byte = bytes[place++]
      if (byte === undefined || scale > 2 ** 63) throw badRequest('the protobuf body ends too early')
      result += (byte & 127) * scale
      scale *= 128
      if (byte < 128) return result
    }
  }
  while (place < bytes.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    if (key % 8 === 0) yield { number, value: varint() }
    else if (key % 8 === 2) {
      const length = varint()
      if (place + length > bytes.length) throw badRequest('the protobuf body ends too early')
      yield { number, value: bytes.subarray(place, place + length) }
      place += length
    } else throw badRequest(`protobuf wire type ${key % 8} is not used by Kubernetes`)
  }
}

function readMessage(bytes: Buffer, type: string): Fields {
  const known = messages[type] ?? []
  const result: Fields = {}
  for (const { number, value } of fieldsIn(bytes)) {
    const field = known.find(([candidate]) => candidate === number)
    if (!field) {
      // Go writes empty parts that JSON leaves out.
      if (value === 0 || (Buffer.isBuffer(value) && value.length === 0)) continue
      throw notUnderstood(`field ${number} of ${type}`)
    }
    const [, name, fieldType] = field
    add(result, name, fieldType, value)
  }
  return result
}

function add(result: Fields, name: string, type: string, value: number | Buffer): void {
  if (type.startsWith('[')) {
    const before = result[name]
    result[name] = [...(Array.isArray(before) ? before : []), read(type.slice(1, -1), value)]
  } else if (type === 'map' || type === 'bytesMap') {
    const [key, item] = pair(value)
    result[name] = { ...fieldsOf(result[name]), [key]: item.toString(type === 'map' ? 'utf8' : 'base64') }
  } else {
    const found = read(type, value)
    if (found !== undefined && found !== '') result[name] = found
  }
}

function pair(value: number | Buffer): [string, Buffer] {
  const parts = [...fieldsIn(bufferOf(value))]
  const part = (number: number) => bufferOf(parts.find(item => item.number === number)?.value ?? Buffer.alloc(0))
  return [part(1).toString('utf8'), part(2)]
}

function read(type: string, value: number | Buffer): unknown {
  switch (type) {
    case 'string':
      return bufferOf(value).toString('utf8')
    case 'bytes':
      return bufferOf(value)
    case 'int':
      return numberOf(value) || undefined
    case 'int*':
      return numberOf(value)
    case 'bool':
      return numberOf(value) === 1 || undefined
    case 'bool*':
      return numberOf(value) === 1
    case 'Time': {
      const seconds = [...fieldsIn(bufferOf(value))].find(item => item.number === 1)?.value
      return typeof seconds === 'number' && seconds > 0 && seconds < 2 ** 40 ? timestamp(seconds * 1000) : undefined
    }
    case 'IntOrString': {
      const parts = new Map([...fieldsIn(bufferOf(value))].map(item => [item.number, item.value]))
      return parts.get(1) === 1 ? bufferOf(parts.get(3) ?? Buffer.alloc(0)).toString('utf8') : (parts.get(2) ?? 0)
    }
    default:
      return readMessage(bufferOf(value), type)
  }
}

function bufferOf(value: number | Buffer): Buffer {
  if (typeof value === 'number') throw badRequest('the protobuf body has a number where bytes belong')
  return value
}

function numberOf(value: number | Buffer): number {
  if (typeof value !== 'number') throw badRequest('the protobuf body has bytes where a number belongs')
  // Negative numbers are written as 64 bits.
  return value >= 2 ** 63 ? value - 2 ** 64 : value
}
