import type { Json, Path } from '#shared/mesh/object.ts'

/** A kind's schema as the cluster serves it: OpenAPI v3, references in `$defs`. Read, never trusted to be whole. */
export type Schema = Json

const record = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A schema without its detours: references followed, what stands beside them kept. */
export function resolved(root: Schema, schema: unknown, depth = 0): Schema {
  const here = record(schema) ?? {}
  const { $ref, allOf, ...own } = here
  if (depth > 20) return own
  const parts = [...list(allOf), ...(typeof $ref === 'string' ? [referred(root, $ref)] : [])]
  return parts.reduce<Schema>((whole, part) => ({ ...resolved(root, part, depth + 1), ...whole }), own)
}

function referred(root: Schema, reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/')
  return steps.reduce<unknown>((here, step) => record(here)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], root)
}

/** The schema of what stands at a path; null where the cluster knows no such field. */
export function schemaAt(root: Schema, path: Path): Schema | null {
  let here: Schema = resolved(root, root)
  for (const step of path) {
    const next = typeof step === 'number' ? here['items'] : fieldOf(here, step)
    if (record(next) === null) return null
    here = resolved(root, next)
  }
  return here
}

const fieldOf = (schema: Schema, name: string): unknown => {
  const fields = record(schema['properties'])
  return fields && Object.hasOwn(fields, name) ? fields[name] : schema['additionalProperties']
}

export interface FieldWords {
  name: string
  type: string
  description: string
  isRequired: boolean
  /** Values it takes, where they are few. */
  choices: string[]
}

/** What can be said about one field, for a hover or a list of completions. */
export function wordsOf(root: Schema, name: string, schema: Schema, isRequired: boolean): FieldWords {
  const items = record(schema['items'])
  const type = typeOf(schema)
  const choices = list(schema['enum']).map(String)
  return {
    name,
    type: type === 'array' && items ? `${typeOf(resolved(root, items))}[]` : type,
    description: text(schema['description']),
    isRequired,
    choices: type === 'boolean' ? ['true', 'false'] : choices,
  }
}

/** The fields that may stand at a path, those one must write first. */
export function fieldsAt(root: Schema, path: Path): FieldWords[] {
  const schema = schemaAt(root, path)
  const fields = record(schema?.['properties'])
  if (schema === null || fields === null) return []
  const required = list(schema['required'])
  return Object.entries(fields)
    .filter(([name]) => path.length > 0 || name !== 'status')
    .map(([name, field]) => wordsOf(root, name, resolved(root, field), required.includes(name)))
    .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired))
}

export function typeOf(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string'
  return text(schema['type']) || (schema['properties'] ? 'object' : 'any')
}
