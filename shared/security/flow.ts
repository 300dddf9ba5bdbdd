import * as z from 'zod/mini'

/**
 * One call as far as it is known: a field that is absent is unknown, `null` is known to be none. What rules ask is all
 * that is in it.
 */

const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type))
const text = maybe(z.string())
const port = maybe(z.union([z.number(), z.string().check(z.regex(/^\d{1,5}$/, 'is not a port'))]))

export const enforcers = ['sidecar', 'ztunnel', 'waypoint', 'gateway', 'none'] as const
export type Enforcer = (typeof enforcers)[number]

export const Flow = z.object({
  id: z.union([z.string(), z.number()]),
  source: z.object({ namespace: text, serviceAccount: text, principal: text, ip: text, remoteIp: text }),
  destination: z.object({
    namespace: z.string(),
    workload: text,
    labels: z.record(z.string(), z.string()),
    ip: text,
    port,
    /** Which proxy stands before the destination and has its policies. */
    enforcedBy: z.enum(enforcers),
  }),
  mtls: maybe(z.boolean()),
  protocol: z.enum(['http', 'grpc', 'tcp']),
  http: maybe(
    z.object({
      method: text,
      path: text,
      host: text,
      headers: maybe(z.record(z.string(), z.nullable(z.string()))),
    }),
  ),
  /** The token it brings, well signed. */
  jwt: maybe(
    z.object({
      issuer: text,
      subject: text,
      audiences: maybe(z.union([z.string(), z.array(z.string())])),
      presenter: text,
      claims: maybe(z.record(z.string(), z.unknown())),
    }),
  ),
  sni: text,
})
export type Flow = z.infer<typeof Flow>
