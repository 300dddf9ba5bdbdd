import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Something kept under the name of what it says: the same thing is kept once, however often it is told. */
export interface Content {
  hash: string
  bytes: Uint8Array
}

export function contentOf(value: unknown): Content {
  const text = canonical(value)
  return { hash: hashOf(text), bytes: zstdCompressSync(text) }
}

export const readContent = (bytes: Uint8Array): unknown => JSON.parse(zstdDecompressSync(bytes).toString()) as unknown

/** The name of a value of JSON; the order of an object's keys says nothing. */
export const nameOf = (value: unknown): string => hashOf(canonical(value))

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? sorted(inner) : inner,
  )
}

/** Without a prototype: a key named `__proto__` is a key like any other. */
function sorted(object: object): object {
  const keys = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
  const inOrder = Object.create(null) as Record<string, unknown>
  for (const [key, value] of keys) inOrder[key] = value
  return inOrder
}
