import type { Endpoint } from '#shared/http.ts'
import { Problem } from '#shared/http.ts'
import { chosenUser, userHeader } from './caller.ts'

/** A call that did not end well, with what the BFF said about it. */
export class CallError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'CallError'
    this.problem = problem
  }
}

export type Values = Readonly<Record<string, string | number | undefined>>

/** The address of a call: path parameters filled in, absent query values left out. */
export function address(path: string, params: Values = {}, query: Values = {}): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const tail = search.toString()
  return tail === '' ? filled : `${filled}?${tail}`
}

/** Whom the page speaks as, where it was switched to somebody. */
export function userHeaders(): Record<string, string> {
  const user = chosenUser()
  return user === null ? {} : { [userHeader]: user }
}

/** Calls the BFF by its contract. Throws CallError with a Problem, whatever went wrong; an abort stays an AbortError. */
export async function call<Reply>(
  endpoint: Endpoint<unknown, unknown, unknown, Reply>,
  input: { params?: Values; query?: Values; body?: unknown } = {},
  signal?: AbortSignal,
): Promise<Reply> {
  const url = address(endpoint.path, input.params, input.query)
  const hasBody = input.body !== undefined
  const response = await fetch(url, {
    method: endpoint.method,
    headers: {
      accept: 'application/json',
      ...(hasBody && { 'content-type': 'application/json' }),
      ...userHeaders(),
    },
    body: hasBody ? JSON.stringify(input.body) : null,
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw new CallError(unreachable(url))
  })
  const reply: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw new CallError(problemOf(response, reply))
  const parsed = endpoint.reply.safeParse(reply)
  if (!parsed.success) throw new CallError(unreadable(url, parsed.error.issues[0]?.path.join('.') ?? ''))
  return parsed.data
}

/** What to tell a person about any error that a query ended with. */
export const problemFrom = (error: unknown): Problem =>
  error instanceof CallError
    ? error.problem
    : {
        type: 'about:blank',
        title: 'Unexpected',
        status: 0,
        detail: error instanceof Error ? error.message : String(error),
      }

/** Why an answer that is none was given. */
export const problemOfReply = async (response: Response): Promise<Problem> =>
  problemOf(response, await response.json().catch(() => undefined))

function problemOf(response: Response, reply: unknown): Problem {
  const parsed = Problem.safeParse(reply)
  if (parsed.success) return parsed.data
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `${response.url} answered ${response.status} without saying why.`,
  }
}

export const unreachable = (url: string): Problem => ({
  type: 'about:blank',
  title: 'Console unreachable',
  status: 0,
  detail: `The console's server did not answer ${url}.`,
  source: 'console',
})

export const unreadable = (url: string, field: string): Problem => ({
  type: 'about:blank',
  title: 'Unreadable reply',
  status: 0,
  detail: `The reply of ${url} is not what this page understands (${field}). Reload the page: the console may be newer.`,
  source: 'console',
})
