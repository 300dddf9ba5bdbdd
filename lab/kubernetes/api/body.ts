import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Fields, isFields } from '#lab/kubernetes/value.ts'
import { parseProtobuf, protobufType } from './protobuf.ts'
import { yamlIn } from './repeated.ts'
import { badRequest, tooLarge, unsupportedMediaType } from './status.ts'

/** A real API server refuses larger bodies too. */
export const bodyLimit = 3 * 1024 * 1024

/** Reads at most `bodyLimit` bytes, unpacked; more is 413. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge(bodyLimit)
  const packed = message.headers['content-encoding'] === 'gzip'
  const source: AsyncIterable<Buffer> = packed ? message.pipe(createGunzip()) : message
  try {
    return await buffer(Readable.from(limited(source)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw badRequest(`the body is not valid gzip: ${error.message}`)
    throw error
  }
}

async function* limited(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let size = 0
  for await (const piece of source) {
    size += piece.length
    if (size > bodyLimit) throw tooLarge(bodyLimit)
    yield piece
  }
}

export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

const depthLimit = 200

/** JSON, or YAML where the media type says so. `what` is for the words of a failure. */
export function parseBody(bytes: Buffer, mediaType: string, what: string): unknown {
  try {
    const value = /yaml/.test(mediaType) ? fromYaml(bytes) : (JSON.parse(bytes.toString('utf8')) as unknown)
    checkDepth(value, 0)
    return value
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw badRequest(`${what}: ${/yaml/.test(mediaType) ? 'yaml' : 'json'} parse error: ${why}`)
  }
}

function fromYaml(bytes: Buffer): unknown {
  const document = yamlIn(bytes)
  const [error] = document.errors
  if (error) throw error
  return document.toJS({ maxAliasCount: 100 })
}

/** Deep nesting would overflow the stack of everything that walks the object later. */
function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > depthLimit) throw new Error('exceeded max depth')
  // Never a field of any kind, and dangerous to whoever assigns it.
  if (Object.hasOwn(value, '__proto__')) throw new Error('unknown field "__proto__"')
  for (const part of Object.values(value)) checkDepth(part, depth + 1)
}

const objectTypes = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml', '']

/** The body as one object, in any form that objects are sent in. Throws 415 for other media types. */
export function parseObject(bytes: Buffer, mediaType: string, kind: string): Fields {
  if (mediaType === protobufType) return parseProtobuf(bytes)
  if (!objectTypes.includes(mediaType))
    throw unsupportedMediaType(['application/json', 'application/yaml', protobufType])
  const what = `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind`
  const value = parseBody(bytes, mediaType, what)
  if (isFields(value)) return value
  throw badRequest(`${what}: json parse error: json: cannot unmarshal ${nameOf(value)} into Go value of type struct`)
}

const nameOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)
