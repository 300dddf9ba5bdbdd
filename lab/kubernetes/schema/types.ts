import { createRequire } from 'node:module'
import type { Kind } from '#lab/kubernetes/resources.ts'

/**
 * The shapes of the built-in kinds, as the generated models of Kubernetes' own JavaScript client describe them.
 * Each model is its own small module, read when first needed: the client itself (90 MB) is never loaded.
 */

export type Type =
  | { kind: 'object'; name: string }
  | { kind: 'list'; items: Type }
  | { kind: 'map'; values: Type }
  | { kind: 'string'; format: '' | 'byte' | 'date-time' | 'quantity' }
  | { kind: 'integer'; format: 'int32' | 'int64' }
  | { kind: 'number' }
  | { kind: 'boolean' }
  | { kind: 'intOrString' }
  | { kind: 'any' }

interface Attribute {
  baseName: string
  type: string
  format: string
}

const require = createRequire(import.meta.url)
const known = new Map<string, ReadonlyMap<string, Type>>()

/** The fields of a model (`V1PodSpec`), or undefined where there is no such model. */
export function fieldsOfModel(name: string): ReadonlyMap<string, Type> | undefined {
  const found = known.get(name)
  if (found) return found
  const attributes = attributesOf(name)
  if (!attributes) return undefined
  const fields = new Map(attributes.map(item => [item.baseName, typeOf(item)]))
  known.set(name, fields)
  return fields
}

/** The name of a kind's model; undefined for kinds of CustomResourceDefinitions. */
export function modelOf(kind: Pick<Kind, 'kind' | 'storage' | 'custom' | 'group'>): string | undefined {
  if (kind.custom) return undefined
  if (kind.kind === 'Event') return 'CoreV1Event'
  return kind.storage.charAt(0).toUpperCase() + kind.storage.slice(1) + kind.kind
}

function attributesOf(name: string): Attribute[] | undefined {
  if (!/^[A-Z]\w+$/.test(name)) return undefined
  let module: unknown
  try {
    module = require(`@kubernetes/client-node/dist/gen/models/${name}.js`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
  // Trusted: the module is generated and pinned; its shape is tested.
  const model = (module as Record<string, { getAttributeTypeMap?: () => Attribute[] }>)[name]
  return model?.getAttributeTypeMap?.()
}

/** Quantities are typed as text there, but people write `cpu: 1` too. */
const quantityMaps = new Set([
  'limits',
  'requests',
  'capacity',
  'allocatable',
  'hard',
  'used',
  'overhead',
  'max',
  'min',
])
const quantities = new Set(['sizeLimit', 'divisor', 'averageValue', 'value.quantity'])

function typeOf({ baseName, type, format }: Attribute): Type {
  if (quantities.has(baseName)) return { kind: 'string', format: 'quantity' }
  if (quantityMaps.has(baseName) && type.startsWith('{'))
    return { kind: 'map', values: { kind: 'string', format: 'quantity' } }
  return parse(type, format)
}

function parse(type: string, format: string): Type {
  const list = /^Array<(.*)>$/.exec(type)
  if (list?.[1]) return { kind: 'list', items: parse(list[1], format) }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)
  if (map?.[1]) return { kind: 'map', values: parse(map[1], format) }
  switch (type) {
    case 'string':
      return { kind: 'string', format: format === 'byte' ? 'byte' : '' }
    case 'number':
      return format === 'int32' || format === 'int64' ? { kind: 'integer', format } : { kind: 'number' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'Date':
    case 'V1MicroTime':
      return { kind: 'string', format: 'date-time' }
    case 'IntOrString':
      return { kind: 'intOrString' }
    case 'any':
      return { kind: 'any' }
    default:
      return { kind: 'object', name: type }
  }
}
