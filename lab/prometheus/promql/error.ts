/** What a query may fail with; the server turns the kind into a status code. */
export type PromqlErrorKind = 'bad_data' | 'execution' | 'timeout'

export class PromqlError extends Error {
  readonly kind: PromqlErrorKind

  constructor(kind: PromqlErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** A syntax or type error at an offset into the query, told by line and column as Prometheus does. */
export function parseError(query: string, offset: number, message: string): PromqlError {
  const before = query.slice(0, offset)
  const line = before.split('\n').length
  const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1)) + 1
  return new PromqlError('bad_data', `${line}:${column}: parse error: ${message}`)
}

export const executionError = (message: string): PromqlError => new PromqlError('execution', message)
