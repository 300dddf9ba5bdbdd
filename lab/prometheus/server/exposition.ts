import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import type { SampleStore } from '#lab/contract.ts'
import { acceptsGzip } from './reply.ts'

const pieceSize = 64 * 1024

/** `/metrics`: the present values, streamed piece by piece. */
export async function sendExposition(
  request: IncomingMessage,
  response: ServerResponse,
  store: SampleStore,
): Promise<void> {
  const isCompressed = acceptsGzip(request)
  response.writeHead(200, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  })
  const pieces = Readable.from(inPieces(store.exposition()))
  if (isCompressed) await pipeline(pieces, createGzip({ level: constants.Z_BEST_SPEED }), response)
  else await pipeline(pieces, response)
}

/** Joins short lines, so that a stream of a hundred thousand series is not a hundred thousand chunks. */
function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < pieceSize) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
