import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AnyMessage } from './feeds.ts'

const compress = promisify(gzip)
const encoded = new WeakMap<AnyMessage, Promise<Buffer>>()

/** A message as it travels: gzipped JSON. Made once however many sockets it goes to. */
export function encode(message: AnyMessage): Promise<Buffer> {
  const known = encoded.get(message)
  if (known) return known
  const made = compress(Buffer.from(JSON.stringify(message)))
  encoded.set(message, made)
  return made
}
