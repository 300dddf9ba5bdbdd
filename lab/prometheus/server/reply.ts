import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzip } from 'node:zlib'
import { jsonString } from '#lab/prometheus/labels.ts'
import { PromqlError } from '#lab/prometheus/promql/error.ts'

/** One answer of the HTTP API. */
export interface Reply {
  status: number
  contentType: string
  body: string
  headers?: Record<string, string>
}

/** `data` is JSON already. */
export const success = (data: string): Reply => json(200, `{"status":"success","data":${data}}`)

export const successOf = (data: unknown): Reply => success(JSON.stringify(data))

export const plain = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
  headers,
})

const json = (status: number, body: string): Reply => ({ status, contentType: 'application/json', body })

const statuses = { bad_data: 400, execution: 422, timeout: 503, internal: 500 } as const

/** An error in the API's shape, with the status code Prometheus gives its kind. */
export function failure(kind: keyof typeof statuses, message: string, status: number = statuses[kind]): Reply {
  return json(status, `{"status":"error","errorType":"${kind}","error":${jsonString(message)}}`)
}

export function failureOf(error: unknown): Reply {
  if (error instanceof PromqlError) return failure(error.kind, error.message)
  return failure('internal', error instanceof Error ? error.message : String(error))
}

/** Wrong input, by the parameter it came in. */
export const invalid = (parameter: string, message: string): PromqlError =>
  new PromqlError('bad_data', `invalid parameter "${parameter}": ${message}`)

export const acceptsGzip = (request: IncomingMessage): boolean =>
  String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .some(coding => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding))

/** Below this many characters compressing costs more than it saves. */
const worthCompressing = 1024

export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const headers: Record<string, string | number> = { 'content-type': reply.contentType, ...reply.headers }
  if (request.headers.origin !== undefined) Object.assign(headers, crossOrigin)
  const end = (body: string | Buffer) => {
    response.writeHead(reply.status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  if (!acceptsGzip(request) || reply.body.length < worthCompressing) return end(reply.body)
  // The lightest level: these answers shrink tenfold already, and the lab shares its cores with the browser.
  gzip(reply.body, { level: 1 }, (error, compressed) => {
    if (error) return end(reply.body)
    headers['content-encoding'] = 'gzip'
    headers['vary'] = 'Accept-Encoding'
    return end(compressed)
  })
}

/** Prometheus lets any page read its API. */
const crossOrigin = {
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, Origin',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Date',
}
