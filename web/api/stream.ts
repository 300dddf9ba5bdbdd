import type { Endpoint } from '#shared/http.ts'
import { address, CallError, problemOfReply, unreachable, unreadable, userHeaders, type Values } from './call.ts'

/**
 * A call whose answer goes on: what the BFF says, one by one. The next is read when the last was taken, so whoever
 * stops taking holds the source back. Ends where the answer ends; throws as `call` does, also in the middle.
 */
export async function* stream<Reply>(
  endpoint: Endpoint<unknown, unknown, unknown, Reply>,
  input: { params?: Values; query?: Values },
  signal: AbortSignal,
): AsyncGenerator<Reply> {
  const url = address(endpoint.path, input.params, input.query)
  const response = await fetch(url, {
    method: endpoint.method,
    headers: { accept: 'application/x-ndjson', ...userHeaders() },
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error
    throw new CallError(unreachable(url))
  })
  if (!response.ok) throw new CallError(await problemOfReply(response))
  for await (const line of linesOf(response, url, signal)) {
    const parsed = endpoint.reply.safeParse(jsonIn(line))
    if (!parsed.success) throw new CallError(unreadable(url, parsed.error.issues[0]?.path.join('.') ?? ''))
    yield parsed.data
  }
}

async function* linesOf(response: Response, url: string, signal: AbortSignal): AsyncGenerator<string> {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (signal.aborted) throw error
        throw new CallError(unreachable(url))
      })
      if (done) break
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') yield line
    }
    if (rest !== '') yield rest
  } finally {
    // Left in the middle: the BFF hears of it by the connection.
    await reader.cancel().catch(() => undefined)
  }
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
