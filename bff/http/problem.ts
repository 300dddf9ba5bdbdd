import type { Problem } from '#shared/http.ts'

/** What a handler throws when it knows the answer: becomes the Problem it carries. */
export class HttpProblem extends Error {
  readonly problem: Problem
  constructor(status: number, detail: string, errors?: Problem['errors'], options?: ErrorOptions) {
    super(detail, options)
    this.name = 'HttpProblem'
    this.problem = problem(status, detail, errors && { errors })
  }
}

/** An error that names the upstream it comes from. Told by its shape: this room does not know the sources. */
export interface SourceFailure extends Error {
  source: string
  reason: string
}

/** True for what `bff/sources` throws: the message is made for people and safe to show. */
export function isSourceFailure(error: unknown): error is SourceFailure {
  return (
    error instanceof Error &&
    error.name === 'SourceError' &&
    'source' in error &&
    typeof error.source === 'string' &&
    'reason' in error &&
    typeof error.reason === 'string'
  )
}

const titles: Record<number, string> = {
  400: 'The request was not understood',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'The request is too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Weft failed',
  502: 'A source failed',
  503: 'Not ready',
  504: 'A source did not answer in time',
}

/** RFC 9457 with `about:blank`: the status says what kind it is, `detail` what happened. */
export function problem(status: number, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, detail, ...more }
}

/** Any error → what the client may know. `isOurs` means a fault of this program, worth a log line with its stack. */
export function problemOf(error: unknown): { problem: Problem; isOurs: boolean } {
  if (error instanceof HttpProblem) return { problem: error.problem, isOurs: false }
  if (isSourceFailure(error)) {
    const status = error.reason === 'timeout' ? 504 : 502
    return { problem: problem(status, error.message, { source: error.source }), isOurs: false }
  }
  const known = bodyProblem(error)
  if (known) return { problem: known, isOurs: false }
  return {
    problem: problem(500, 'Weft failed while answering. Its log says why; please report it.'),
    isOurs: true,
  }
}

/** What Express' body and path parsers throw, in our words: their messages may repeat the input. */
function bodyProblem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null
  const type = 'type' in error ? error.type : undefined
  if (error.status === 413) return problem(413, 'The body is larger than this endpoint takes.')
  if (type === 'entity.parse.failed') return problem(400, 'The body is not JSON.')
  if (error.status === 415) return problem(415, 'The body is encoded in a way this endpoint does not read.')
  if (error.status >= 400 && error.status < 500)
    return problem(400, 'The request was cut short or its address is not well formed.')
  return null
}
