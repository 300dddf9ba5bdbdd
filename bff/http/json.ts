import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Request, Response } from 'express'

const compress = promisify(gzip)
const expand = promisify(gunzip)

/** Below this many bytes gzip costs more than it saves. */
export const worthCompressing = 1024

export function takesGzip(request: Pick<Request, 'headers'>): boolean {
  const header = request.headers['accept-encoding'] ?? ''
  return /(^|,)\s*(gzip|\*)\s*(?!;\s*q=0(\.0*)?\s*(,|$))/i.test(String(header))
}

/** Sends a value as JSON, gzipped where it pays; answers of the API are never stored on the way. */
export async function sendJson(request: Request, response: Response, value: unknown): Promise<void> {
  const text = Buffer.from(JSON.stringify(value))
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('vary', 'accept-encoding')
  if (text.length < worthCompressing || !takesGzip(request)) {
    response.end(text)
    return
  }
  const body = await compress(text)
  response.setHeader('content-encoding', 'gzip')
  response.setHeader('content-length', body.length)
  response.end(body)
}

/** Sends JSON that is gzipped already, with a tag that names its content; null: the client has it. */
export async function sendGzipped(
  request: Request,
  response: Response,
  tag: string,
  gzipped: Buffer | null,
): Promise<void> {
  response.setHeader('etag', `"${tag}"`)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('vary', 'accept-encoding')
  if (gzipped === null) {
    response.status(304).end()
    return
  }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  if (takesGzip(request)) response.setHeader('content-encoding', 'gzip')
  const body = takesGzip(request) ? gzipped : await expand(gzipped)
  response.setHeader('content-length', body.length)
  response.end(body)
}
