import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { stringify } from 'yaml'
import { apiVersionOf } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import { rangesOf, type Shape, shapeOf } from './accept.ts'
import type { Answer } from './api.ts'
import type { StatusError } from './status.ts'
import { partialOf, tableOf } from './table.ts'

const pack = promisify(gzip)

/** Smaller answers are not worth packing: the real server's limit. */
const packFrom = 128 * 1024

/** Writes an answer as the asker wants it: object, table or metadata only; JSON or YAML; packed when large. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  options: { shape: Shape; query: URLSearchParams; now: number },
): Promise<void> {
  const { shape, query } = options
  const warnings = answer.kind === 'list' ? [] : answer.warnings
  if (warnings.length > 0) response.setHeader('Warning', warningsIn(warnings))
  const body = shaped(answer, shape, query, options.now)
  const indent = ['1', 'true'].includes(query.get('pretty') ?? '') ? 2 : undefined
  const yaml = shape.encoding === 'yaml'
  await send(request, response, {
    code: answer.kind === 'list' ? 200 : answer.code,
    contentType: yaml ? 'application/yaml' : 'application/json',
    body: yaml ? stringify(body, { aliasDuplicateObjects: false }) : `${JSON.stringify(body, null, indent)}\n`,
  })
}

/** Clients take headers of some size only: like the real server, cuts long warnings and leaves out what is too much. */
function warningsIn(warnings: readonly string[]): string {
  const size = warnings.reduce((sum, text) => sum + text.length, 0)
  const cut = size > warningLimit ? warnings.map(text => text.slice(0, 256)) : warnings
  let left = warningLimit
  return cut
    .filter(text => (left -= text.length) >= 0)
    .map(text => `299 - ${JSON.stringify(printable(text))}`)
    .join(', ')
}

const warningLimit = 4096

/** Header values hold visible ASCII only. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

function shaped(answer: Answer, shape: Shape, query: URLSearchParams, now: number): unknown {
  if (answer.kind === 'plain') return answer.body
  const items = answer.kind === 'list' ? answer.items : [answer.object]
  const metadata: Fields =
    answer.kind === 'list' ? answer.metadata : { resourceVersion: answer.object.metadata.resourceVersion ?? '' }
  switch (shape.as) {
    case 'table':
      return tableOf(answer.of, items, metadata, {
        version: shape.version,
        include: query.get('includeObject') ?? 'Metadata',
        now,
        withColumns: true,
      })
    case 'partial':
    case 'partialList':
      if (answer.kind === 'object') return partialOf(answer.object, shape.version)
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${shape.version}`,
        metadata,
        items: items.map(item => partialOf(item, shape.version)),
      }
    case 'object':
      if (answer.kind === 'object') return answer.object
      return {
        kind: `${answer.of.kind}List`,
        apiVersion: apiVersionOf(answer.of.group, answer.version),
        metadata,
        items,
      }
  }
}

export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { code, contentType, body }: { code: number; contentType: string; body: string | Buffer },
): Promise<void> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const packed = bytes.length >= packFrom && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const out = packed ? await pack(bytes, { level: 1 }) : bytes
  if (packed) response.setHeader('Content-Encoding', 'gzip')
  response.writeHead(code, {
    'Content-Type': contentType,
    'Content-Length': out.length,
    'Cache-Control': 'no-cache, private',
    Vary: 'Accept, Accept-Encoding',
  })
  response.end(out)
}

/** Refuses. Whatever was asked for, an error is JSON unless YAML was wished first. */
export async function refuse(request: IncomingMessage, response: ServerResponse, error: StatusError): Promise<void> {
  if (response.headersSent) {
    response.destroy()
    return
  }
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  const yaml = rangesOf(request.headers.accept)[0]?.type === 'application/yaml'
  const body = error.toObject()
  await send(request, response, {
    code: error.code,
    contentType: yaml ? 'application/yaml' : 'application/json',
    body: yaml ? stringify(body) : `${JSON.stringify(body)}\n`,
  })
}

/** For answers that have one shape only; 406 when that is not wanted. */
export const plainShape = (accept: string | undefined): Shape => {
  const shape = shapeOf(accept)
  return { ...shape, as: 'object' }
}
