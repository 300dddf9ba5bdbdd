import * as z from 'zod/mini'

/** One HTTP call described once: the BFF serves it, the page calls it, `/api/openapi.json` tells it. */
export interface Endpoint<Params, Query, Body, Reply> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Express' own path syntax: `/api/objects/:namespace/:name`. */
  path: string
  summary: string
  params: z.ZodMiniType<Params, unknown>
  query: z.ZodMiniType<Query, unknown>
  body: z.ZodMiniType<Body, unknown>
  reply: z.ZodMiniType<Reply, unknown>
  /** The answer goes on: one `reply` a line (application/x-ndjson), for as long as the client reads. */
  isStream?: true
}

const nothing = z.object({})

/** Describes one call. What is left out (`params`, `query`, `body`) is an empty object. */
export function endpoint<
  Reply,
  Params = Record<never, never>,
  Query = Record<never, never>,
  Body = Record<never, never>,
>(description: {
  method: Endpoint<Params, Query, Body, Reply>['method']
  path: string
  summary: string
  params?: z.ZodMiniType<Params, unknown>
  query?: z.ZodMiniType<Query, unknown>
  body?: z.ZodMiniType<Body, unknown>
  reply: z.ZodMiniType<Reply, unknown>
  isStream?: true
}): Endpoint<Params, Query, Body, Reply> {
  const empty = <T>() => nothing as unknown as z.ZodMiniType<T, unknown>
  return { params: empty(), query: empty(), body: empty(), ...description }
}

/** RFC 9457, media type `application/problem+json`. `detail` names the thing, the source and the next step. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  /** Which upstream failed, where one did. */
  source: z.optional(z.string()),
  /** Which parts of the input were refused, where it was the input. */
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
})
export type Problem = z.infer<typeof Problem>
