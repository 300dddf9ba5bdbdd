import { gunzipSync } from 'node:zlib'
import type { Request, RequestHandler, Response, Router as ExpressRouter } from 'express'
import express from 'express'
import * as z from 'zod/mini'
import type { Endpoint, Problem } from '#shared/http.ts'
import type { Milliseconds } from '#shared/units.ts'
import { type Callers, callerOf, nobody, userHeader } from './caller.ts'
import { sendGzipped, sendJson } from './json.ts'
import { HttpProblem } from './problem.ts'

// zod/mini comes without words: every refusal would read "Invalid input".
z.config(z.locales.en())

// oxlint-disable-next-line typescript/no-explicit-any -- a list of endpoints of any types: they are only described, never called
export type AnyEndpoint = Endpoint<any, any, any, any>

/** Where endpoints are served: Express underneath, and the list that `/api/openapi.json` is made from. */
export interface Router {
  readonly express: ExpressRouter
  readonly endpoints: AnyEndpoint[]
  /** Development and tests: a reply that breaks its own contract is a failure (500) instead of a surprise in the page. */
  readonly checksReplies: boolean
  readonly callers: Callers
}

export function createRouter(options: { checksReplies: boolean; callers?: Callers }): Router {
  const { checksReplies, callers = nobody } = options
  return { express: express.Router(), endpoints: [], checksReplies, callers }
}

export interface Input<Params, Query, Body> {
  params: Params
  query: Query
  body: Body
}

/** Bodies up to this many bytes: a manifest has at most 1.5 MB in etcd, ours are far smaller. */
const bodyLimit = 1024 * 1024

/**
 * Serves one endpoint: the input is parsed by its schemas (400 with every path that was refused), the reply is JSON.
 * `signal` aborts when the client has gone; `caller` names who asks (400 for an unknown one), for those who need it.
 * Whatever the handler throws becomes a Problem.
 */
export function serve<Params, Query, Body, Reply>(
  router: Router,
  endpoint: Endpoint<Params, Query, Body, Reply>,
  handle: (input: Input<Params, Query, Body>, signal: AbortSignal, caller: () => string) => Promise<Reply> | Reply,
): void {
  route(router, endpoint, handle, async (request, response, reply) => {
    if (router.checksReplies) checkReply(endpoint, reply)
    await sendJson(request, response, reply)
  })
}

/** A reply that was written before it is sent: large ones are put together in slices and kept for the next who asks. */
export interface Prepared {
  /** Names its content: who has it already is answered 304. */
  tag: string
  /** JSON, gzipped. Not asked for where it is not sent. */
  body(): Promise<Buffer>
}

/** The same for a reply with a tag. */
export function serveTagged<Params, Query, Body, Reply>(
  router: Router,
  endpoint: Endpoint<Params, Query, Body, Reply>,
  handle: (input: Input<Params, Query, Body>, signal: AbortSignal, caller: () => string) => Promise<Prepared>,
): void {
  route(router, endpoint, handle, async (request, response, { tag, body }) => {
    const isKnown = (request.headers['if-none-match'] ?? '').split(',').some(one => one.trim() === `"${tag}"`)
    const gzipped = isKnown ? null : await body()
    if (gzipped && router.checksReplies) checkReply(endpoint, JSON.parse(gunzipSync(gzipped).toString()) as Reply)
    await sendGzipped(request, response, tag, gzipped)
  })
}

/** How often a stream with nothing to say says so: whoever stands between would take silence for the end. */
const breath: Milliseconds = 20_000

/**
 * A reply that goes on: one JSON line for each thing the handler yields, and an empty one now and then. The next is
 * asked for when the client has taken the last, so what nobody reads is not read from the source either; a client that
 * goes ends the iteration. What goes wrong before the first line is a Problem as everywhere.
 */
export function serveStream<Params, Query, Body, Reply>(
  router: Router,
  endpoint: Endpoint<Params, Query, Body, Reply>,
  handle: (
    input: Input<Params, Query, Body>,
    signal: AbortSignal,
    caller: () => string,
  ) => Promise<AsyncIterable<Reply>>,
): void {
  route(router, endpoint, handle, async (_request, response, replies) => {
    response.setHeader('content-type', 'application/x-ndjson; charset=utf-8')
    response.setHeader('cache-control', 'no-store')
    response.setHeader('x-accel-buffering', 'no')
    response.flushHeaders()
    const breathing = setInterval(() => response.writableNeedDrain || response.write('\n'), breath)
    try {
      for await (const reply of replies) {
        if (router.checksReplies) checkReply(endpoint, reply)
        const isTaken = response.write(`${JSON.stringify(reply)}\n`)
        if (!isTaken) await drained(response)
        if (response.closed) return
      }
      response.end()
    } finally {
      clearInterval(breathing)
    }
  })
}

const drained = (response: Response): Promise<void> =>
  new Promise(resolve => {
    if (response.closed) return resolve()
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })

function route<Params, Query, Body, Reply, Answer>(
  router: Router,
  endpoint: Endpoint<Params, Query, Body, Reply>,
  handle: (input: Input<Params, Query, Body>, signal: AbortSignal, caller: () => string) => Promise<Answer> | Answer,
  send: (request: Request, response: Response, answer: Answer) => Promise<void>,
): void {
  router.endpoints.push(endpoint)
  const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>
  const takesBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE'
  const parsers: RequestHandler[] = takesBody ? [needJson, express.json({ limit: bodyLimit })] : []
  router.express[method](endpoint.path, ...parsers, async (request: Request, response: Response) => {
    const input = parse(endpoint, request)
    const gone = new AbortController()
    response.on('close', () => {
      if (!response.writableEnded) gone.abort(new Error('The client has gone.'))
    })
    let answer: Answer
    try {
      answer = await handle(input, gone.signal, () => callerOf(router.callers, request.headers[userHeader]))
    } catch (error) {
      // Nobody is there to be told, and nothing has failed.
      if (error === gone.signal.reason) return
      throw error
    }
    if (gone.signal.aborted) return
    await send(request, response, answer)
  })
}

/** To be called after the last `serve`: a known path asked with another method is 405 and says which ones there are. */
export function refuseOtherMethods(router: Router): void {
  const methods = Map.groupBy(router.endpoints, endpoint => endpoint.path)
  for (const [path, endpoints] of methods) {
    const allowed = endpoints.map(endpoint => endpoint.method).join(', ')
    router.express.all(path, (request, response) => {
      response.setHeader('allow', allowed)
      throw new HttpProblem(405, `${path} answers to ${allowed}, not to ${request.method}.`)
    })
  }
}

const needJson: RequestHandler = (request, _response, next) => {
  // A form of another site can send text/plain or urlencoded, but never this type without asking first (CORS).
  if (!request.is('application/json'))
    throw new HttpProblem(415, 'Send the body as application/json: this endpoint takes nothing else.')
  next()
}

function parse<P, Q, B, R>(endpoint: Endpoint<P, Q, B, R>, request: Request): Input<P, Q, B> {
  const params = endpoint.params.safeParse(request.params)
  const query = endpoint.query.safeParse(request.query)
  const body = endpoint.body.safeParse(request.body ?? {})
  if (params.success && query.success && body.success)
    return { params: params.data, query: query.data, body: body.data }
  const errors = [
    ...refusals('path', params.error?.issues),
    ...refusals('query', query.error?.issues),
    ...refusals('body', body.error?.issues),
  ]
  throw new HttpProblem(400, errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors)
}

/** `query.at: at is a time …`, for people; at most twenty of them, each of bounded length. */
export function refusals(
  root: string,
  issues: readonly { path: readonly PropertyKey[]; message: string }[] = [],
): NonNullable<Problem['errors']> {
  return issues.slice(0, 20).map(issue => ({
    path: [root, ...issue.path.map(String)].join('.').slice(0, 200),
    message: issue.message.slice(0, 300),
  }))
}

function checkReply<P, Q, B, R>(endpoint: Endpoint<P, Q, B, R>, reply: R): void {
  const checked = endpoint.reply.safeParse(reply)
  if (checked.success) return
  const wrong = refusals('reply', checked.error.issues).map(({ path, message }) => `${path}: ${message}`)
  throw new Error(`${endpoint.method} ${endpoint.path} breaks its contract: ${wrong.join('; ')}`)
}
