import * as z from 'zod/mini'
import { defaultThresholds, type Thresholds } from './health.ts'

const ratio = z.number().check(z.gte(0), z.lte(1))
const pair = z.optional(z.strictObject({ degraded: z.optional(ratio), failing: z.optional(ratio) }))
const Given = z.strictObject({
  serverErrors: pair,
  connectionErrors: pair,
  refused: pair,
  clientErrors: z.optional(z.strictObject({ degraded: z.optional(ratio) })),
})

/**
 * `{"serverErrors":{"failing":0.2}}` → thresholds, the defaults where nothing is said. Ratios, 0 to 1.
 * Otherwise a sentence that continues "… ": what is wrong with the text.
 */
export function readThresholds(text: string): Thresholds | { wrong: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { wrong: 'is not JSON such as {"serverErrors":{"failing":0.2}}' }
  }
  const given = Given.safeParse(json)
  if (!given.success) {
    const [issue] = given.error.issues
    return { wrong: `takes ratios from 0 to 1: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be used'}` }
  }
  const { serverErrors, connectionErrors, refused, clientErrors } = given.data
  return {
    serverErrors: { ...defaultThresholds.serverErrors, ...serverErrors },
    connectionErrors: { ...defaultThresholds.connectionErrors, ...connectionErrors },
    refused: { ...defaultThresholds.refused, ...refused },
    clientErrors: { ...defaultThresholds.clientErrors, ...clientErrors },
  }
}
