import type { Kind } from '#lab/kubernetes/resources.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { fieldsOfModel, modelOf, type Type } from '#lab/kubernetes/schema/types.ts'
import { isAtomicMap, isAtomicModel, keyDefaults, listKeysIn } from './list-keys.ts'
import { open, setShape, type Shape, whole } from './shape.ts'

/** How the objects of a kind are owned in a version: built-in kinds by their models, others by their schema. */
export function shapeOf(kind: Kind, version: string): Shape {
  const model = modelOf(kind)
  if (model !== undefined && fieldsOfModel(model)) return shapeOfModel(model)
  const schema = kind.schema?.(version)
  return schema ? shapeOfRoot(schema) : unknownRoot
}

const models = new Map<string, Shape>()

function shapeOfModel(model: string): Shape {
  const known = models.get(model)
  if (known) return known
  const types = fieldsOfModel(model)
  const fields = new Map<string, Shape>()
  const shape: Shape =
    isAtomicModel(model) || !types || types.size === 0
      ? whole
      : {
          kind: 'struct',
          fields: {
            get(field) {
              const found = fields.get(field)
              const type = types.get(field)
              if (found || !type) return found
              const made = shapeOfType(type, model, field)
              fields.set(field, made)
              return made
            },
          },
        }
  models.set(model, shape)
  return shape
}

function shapeOfType(type: Type, model: string, field: string): Shape {
  switch (type.kind) {
    case 'object':
      return shapeOfModel(type.name)
    case 'map':
      return isAtomicMap(model, field) ? whole : { kind: 'map', values: shapeOfType(type.values, '', '') }
    case 'list': {
      const keys = listKeysIn(model, field)
      if (keys === undefined) return whole
      if (keys === 'set') return setShape
      return { kind: 'items', keys, defaults: keyDefaults, items: shapeOfType(type.items, '', '') }
    }
    case 'any':
      return open
    default:
      return whole
  }
}

/** Every object has these, whatever its schema says. */
const rootOf = (fields: (name: string) => Shape | undefined, others?: Shape): Shape => ({
  kind: 'struct',
  ...(others ? { others } : {}),
  fields: {
    get: name =>
      name === 'metadata'
        ? shapeOfModel('V1ObjectMeta')
        : name === 'apiVersion' || name === 'kind'
          ? whole
          : fields(name),
  },
})

/** A kind without a schema: the usual two parts are named, all else is as it comes. */
const unknownRoot = rootOf(name => (name === 'spec' || name === 'status' ? open : undefined), open)

const roots = new WeakMap<Structural, Shape>()

function shapeOfRoot(schema: Structural): Shape {
  const known = roots.get(schema)
  if (known) return known
  const inner = shapeOfSchema(schema)
  const shape =
    inner.kind === 'struct' ? rootOf(name => inner.fields.get(name), inner.others) : rootOf(() => undefined, open)
  roots.set(schema, shape)
  return shape
}

function shapeOfSchema(schema: Structural): Shape {
  if (schema['x-kubernetes-int-or-string']) return whole
  const { properties, additionalProperties, items } = schema
  if (schema.type === 'array' || items) {
    if (schema['x-kubernetes-list-type'] === 'set') return setShape
    const keys = schema['x-kubernetes-list-map-keys']
    if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !items) return whole
    const defaults = Object.fromEntries(
      keys.flatMap(key => {
        const value = items.properties?.[key]?.default
        return value === undefined ? [] : [[key, value]]
      }),
    )
    return { kind: 'items', keys, defaults, items: shapeOfSchema(items) }
  }
  if (schema['x-kubernetes-map-type'] === 'atomic') return whole
  const others = schema['x-kubernetes-preserve-unknown-fields']
    ? open
    : typeof additionalProperties === 'object'
      ? shapeOfSchema(additionalProperties)
      : additionalProperties
        ? open
        : undefined
  if (properties === undefined) {
    if (others) return others === open ? open : { kind: 'map', values: others }
    return schema.type === 'object' ? { kind: 'map', values: open } : schema.type === undefined ? open : whole
  }
  const fields = new Map<string, Shape>()
  return {
    kind: 'struct',
    fields: {
      get(name) {
        const found = fields.get(name)
        const part = Object.hasOwn(properties, name) ? properties[name] : undefined
        if (found || !part) return found
        const made = shapeOfSchema(part)
        fields.set(name, made)
        return made
      },
    },
    ...(others ? { others } : {}),
  }
}
