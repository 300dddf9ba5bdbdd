import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Facet, type SeenFlow } from './landscape.ts'

/** What sampled spans tell of calls that metrics counted: by which method, to which path and host. */

export const Facets = z.object({
  at: z.number(),
  flows: z.array(z.object({ id: z.string(), facets: z.array(Facet) })),
  /** What is not known, in words. */
  partial: z.array(z.string()),
})
export type Facets = z.infer<typeof Facets>

export const readFacets = endpoint({
  method: 'GET',
  path: '/api/security/facets',
  summary: 'Methods, paths and hosts of calls that were seen, from sampled spans, weighted to what metrics counted',
  query: z.object({ over: z.optional(z.enum(['1h', '24h', '30d'])) }),
  reply: Facets,
})

export function withFacets(flows: readonly SeenFlow[], told: Pick<Facets, 'flows'>): SeenFlow[] {
  const byId = new Map(told.flows.map(({ id, facets }) => [id, facets]))
  return flows.map(flow => {
    const facets = byId.get(flow.id)
    return facets === undefined ? flow : { ...flow, facets }
  })
}
