import type { Json, Path } from '#shared/mesh/object.ts'
import { resolved, type Schema, typeOf } from './schema.ts'

/** One place that the cluster's own schema refuses. CEL rules are the server's to judge: its dry run tells. */
export interface Refusal {
  path: Path
  code: 'unknown' | 'type' | 'missing' | 'empty' | 'enum' | 'pattern' | 'range' | 'length' | 'oneOf'
  /** A name, the types or values it takes, or the limit. */
  detail: string
}

/** More of them than anybody reads. */
const most = 200

export function validate(root: Schema, value: Json): Refusal[] {
  const found: Refusal[] = []
  check(root, root, value, [], found)
  return found.slice(0, most)
}

function check(root: Schema, raw: unknown, value: unknown, path: Path, found: Refusal[]): void {
  // The server drops nulls, and status is its own.
  if (found.length >= most || value === null || value === undefined || (path.length === 1 && path[0] === 'status'))
    return
  const schema = resolved(root, raw)
  const say = (code: Refusal['code'], detail: string, at: Path = path) => found.push({ path: at, code, detail })
  const type = typeOf(schema)
  if (!isOfType(type, value)) {
    say('type', type)
    return
  }
  const choices = items(schema['enum'])
  if (choices.length > 0 && !choices.includes(value)) say('enum', choices.map(String).join(', '))
  if (typeof value === 'string') checkText(schema, value, say)
  if (typeof value === 'number') {
    const { minimum, maximum } = schema
    if ((typeof minimum === 'number' && value < minimum) || (typeof maximum === 'number' && value > maximum))
      say('range', rangeText(minimum, maximum))
  }
  if (Array.isArray(value)) {
    const { minItems, maxItems } = schema
    if (isOutside(value.length, minItems, maxItems)) say('length', rangeText(minItems, maxItems))
    for (const [index, item] of value.entries()) check(root, schema['items'], item, [...path, index], found)
  } else if (typeof value === 'object') checkFields(root, schema, value as Json, path, found)
  checkOneOf(root, schema, value, say)
}

function checkFields(root: Schema, schema: Schema, value: Json, path: Path, found: Refusal[]): void {
  const fields = (schema['properties'] ?? {}) as Json
  const others = schema['additionalProperties']
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    others === true ||
    (schema['properties'] === undefined && others === undefined)
  for (const name of items(schema['required']))
    if (typeof name === 'string' && (value[name] === undefined || value[name] === null))
      found.push({ path, code: 'missing', detail: name })
  for (const [name, inner] of Object.entries(value))
    if (Object.hasOwn(fields, name)) check(root, fields[name], inner, [...path, name], found)
    else if (typeof others === 'object' && others !== null) check(root, others, inner, [...path, name], found)
    else if (!isOpen) found.push({ path: [...path, name], code: 'unknown', detail: name })
}

function checkText(schema: Schema, value: string, say: (code: Refusal['code'], detail: string) => void): void {
  const { pattern, minLength, maxLength } = schema
  // What nothing is written in breaks every rule there is: one sentence is enough.
  if (value === '' && typeof minLength === 'number' && minLength > 0) {
    say('empty', '')
    return
  }
  if (typeof pattern === 'string' && regex(pattern)?.test(value) === false) say('pattern', pattern)
  // Characters, as the server counts them.
  if (isOutside(Array.from(value).length, minLength, maxLength)) say('length', rangeText(minLength, maxLength))
}

/** `oneOf` in Istio's schemas says which fields exclude each other. */
function checkOneOf(
  root: Schema,
  schema: Schema,
  value: unknown,
  say: (code: Refusal['code'], detail: string) => void,
): void {
  const branches = items(schema['oneOf'])
  if (branches.length === 0 || typeof value !== 'object') return
  if (branches.filter(branch => holds(root, branch, value)).length !== 1)
    say('oneOf', [...new Set(branches.flatMap(namesIn))].join(', '))
}

/** Whether a branch made of `required`, `not`, `anyOf` and `oneOf` holds; what else it says is taken as true. */
function holds(root: Schema, raw: unknown, value: unknown): boolean {
  const branch = resolved(root, raw)
  const object = (typeof value === 'object' && value !== null ? value : {}) as Json
  return (
    items(branch['required']).every(name => object[String(name)] !== undefined) &&
    Object.entries((branch['properties'] ?? {}) as Json).every(
      ([name, inner]) => object[name] === undefined || holds(root, inner, object[name]),
    ) &&
    (branch['not'] === undefined || !holds(root, branch['not'], value)) &&
    (branch['anyOf'] === undefined || items(branch['anyOf']).some(each => holds(root, each, value))) &&
    (branch['oneOf'] === undefined || items(branch['oneOf']).filter(each => holds(root, each, value)).length === 1)
  )
}

const namesIn = (branch: unknown): string[] => {
  if (typeof branch !== 'object' || branch === null || 'not' in branch) return []
  const { required, anyOf, oneOf } = branch as Json
  return [...items(required).map(String), ...items(anyOf).flatMap(namesIn), ...items(oneOf).flatMap(namesIn)]
}

const isOfType = (type: string, value: unknown): boolean => {
  switch (type) {
    case 'object':
      return typeof value === 'object' && !Array.isArray(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'integer or string':
      return typeof value === 'string' || Number.isInteger(value)
    case 'string':
    case 'boolean':
      return typeof value === type
    default:
      return true
  }
}

const isOutside = (size: number, least: unknown, greatest: unknown): boolean =>
  (typeof least === 'number' && size < least) || (typeof greatest === 'number' && size > greatest)
const rangeText = (least: unknown, greatest: unknown): string =>
  `${typeof least === 'number' ? least : '…'}–${typeof greatest === 'number' ? greatest : '…'}`

const items = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** The server's expressions are Go's; one that this browser does not know is left to the server. */
function regex(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return null
  }
}
