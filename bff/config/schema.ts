import { HttpProblem } from '#bff/http/problem.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'

interface Wanted {
  group: string
  version: string
  kind: string
}

const prefix = '#/components/schemas/'
const most = 200

/**
 * Schemas as the cluster itself tells them (`/openapi/v3`), one kind at a time with what it refers to. The documents
 * have a hash in their address: what was cut out of one is kept until its hash is another. Null: it has none.
 */
export function createSchemas(): (
  client: KubernetesClient,
  wanted: Wanted,
  signal?: AbortSignal,
) => Promise<Json | null> {
  const known = new Map<string, Json>()
  return async (client, wanted, signal) => {
    const { group, version, kind } = wanted
    const name = `${group === '' ? `api/${version}` : `apis/${group}/${version}`}`
    const index = await read(client, '/openapi/v3', signal)
    const address = text(record(record(index['paths'])[name])['serverRelativeURL'])
    // Only where it leads to the same server, by its own path.
    if (!address.startsWith('/openapi/v3/')) return null
    const key = `${address} ${kind}`
    const before = known.get(key)
    if (before) return before
    const schema = schemaIn(await read(client, address, signal), wanted)
    if (!schema) return null
    if (known.size >= most) known.clear()
    known.set(key, schema)
    return schema
  }
}

async function read(client: KubernetesClient, path: string, signal?: AbortSignal): Promise<Json> {
  const { status, json } = await client.ask({ method: 'GET', path, timeout: 30_000 }, signal)
  if (status === 200 && json) return json
  if (status === 403) throw new HttpProblem(403, `${client.user} may not read the schemas of the cluster (${path}).`)
  if (status === 404) throw new HttpProblem(404, 'The cluster does not tell its schemas (/openapi/v3).')
  throw new HttpProblem(502, `Kubernetes did not give its schemas (${status}).`)
}

/** The schema of one kind, with all it refers to under `$defs`, without what nobody writes. Pure. */
export function schemaIn(document: Json, { group, version, kind }: Wanted): Json | null {
  const schemas = record(record(document['components'])['schemas'])
  const own = Object.values(schemas)
    .map(record)
    .find(schema =>
      items(schema['x-kubernetes-group-version-kind']).some(
        gvk => text(gvk['group']) === group && text(gvk['version']) === version && text(gvk['kind']) === kind,
      ),
    )
  if (!own) return null
  const definitions: Json = {}
  const take = (name: string): void => {
    if (Object.hasOwn(definitions, name) || !Object.hasOwn(schemas, name)) return
    // Named first: schemas refer to themselves.
    definitions[name] = {}
    definitions[name] = resolved(trimmed(record(schemas[name])), take)
  }
  const { status: _, ...properties } = record(own['properties'])
  const schema = resolved({ ...own, properties }, take)
  return Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions }
}

/** What the server writes into metadata is nothing to complete or explain. */
function trimmed(schema: Json): Json {
  const properties = record(schema['properties'])
  if (!Object.hasOwn(properties, 'managedFields')) return schema
  const { managedFields: _, selfLink: __, ...rest } = properties
  return { ...schema, properties: rest }
}

/** A copy in which references lead to `$defs`. */
function resolved(value: Json, take: (name: string) => void): Json {
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => {
        if (key !== '$ref' || typeof inner !== 'string' || !inner.startsWith(prefix)) return [key, walk(inner)]
        const name = inner.slice(prefix.length)
        take(name)
        return [key, `#/$defs/${name}`]
      }),
    )
  }
  return walk(value) as Json
}
