import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'

/** How the pods of a namespace are joined to the mesh. */
export const DataPlane = z.enum(['sidecar', 'ambient', 'none', 'mixed', 'unknown'])
export type DataPlane = z.infer<typeof DataPlane>

export const listNamespaces = endpoint({
  method: 'GET',
  path: '/api/namespaces',
  summary: 'The namespaces of the cluster, with what runs in them',
  reply: z.object({
    cluster: z.string(),
    namespaces: z.array(z.object({ name: z.string(), pods: z.nullable(z.number()), dataPlane: DataPlane })),
  }),
})
