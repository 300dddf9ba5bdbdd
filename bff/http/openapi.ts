import * as z from 'zod/mini'
import { Problem } from '#shared/http.ts'
import type { AnyEndpoint } from './serve.ts'

type Json = Record<string, unknown>

/** OpenAPI 3.1 of the endpoints that are served: made from the same values, so it cannot disagree with them. */
export function openapi(endpoints: readonly AnyEndpoint[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Weft', version },
    paths,
    components: { schemas: { Problem: schemaOf(Problem, 'output') } },
  }
}

function operation(endpoint: AnyEndpoint): Json {
  const body = schemaOf(endpoint.body, 'input')
  return {
    summary: endpoint.summary,
    parameters: [...parameters('path', endpoint.params), ...parameters('query', endpoint.query)],
    ...(Object.keys((body['properties'] as Json | undefined) ?? {}).length > 0 && {
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
    }),
    responses: {
      200: {
        description: 'OK',
        content: {
          [endpoint.isStream ? 'application/x-ndjson' : 'application/json']: {
            schema: schemaOf(endpoint.reply, 'output'),
          },
        },
      },
      default: {
        description: 'Problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parameters(where: 'path' | 'query', schema: z.ZodMiniType): Json[] {
  const { properties, required } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] }
  return Object.entries(properties ?? {}).map(([name, type]) => ({
    name,
    in: where,
    required: where === 'path' || (required ?? []).includes(name),
    schema: type,
  }))
}

function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return rest
}
