import { isRetaining, mergeKeyIn } from '#lab/kubernetes/api/merge-keys.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { fieldsOfModel, modelOf, type Type } from '#lab/kubernetes/schema/types.ts'
import { mapFields } from '#lab/kubernetes/schema/models/patch.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { type Words, wordsOf } from '#lab/kubernetes/schema/words.ts'
import type { Fields } from '#lab/kubernetes/value.ts'

/** Schemas of kinds, with all that they refer to. `prefix` is where a document keeps its schemas. */
export function definitionsFor(kinds: readonly Kind[], prefix: string, only?: string): Record<string, Fields> {
  const definitions: Record<string, Fields> = {}
  const refer = (model: string): Fields => {
    const name = nameOfModel(model)
    if (!Object.hasOwn(definitions, name)) {
      // Named first: models refer to themselves.
      definitions[name] = {}
      definitions[name] = modelSchema(model, refer)
    }
    return { $ref: `${prefix}${name}` }
  }
  for (const kind of kinds)
    for (const version of kind.versions) {
      if (only !== undefined && only !== version) continue
      const model = modelOf(kind)
      const schema =
        model !== undefined && fieldsOfModel(model)
          ? modelSchema(model, refer)
          : customSchema(kind, version, prefix, refer)
      definitions[nameOfKind(kind, version)] = {
        ...schema,
        'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.kind, version }],
      }
    }
  return definitions
}

/** `io.k8s.api.apps.v1.Deployment`, `io.istio.networking.v1.VirtualService`. */
export function nameOfKind({ group, kind, custom }: Kind, version: string): string {
  if (custom) return `${group.split('.').toReversed().join('.')}.${version}.${kind}`
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`
}

function nameOfModel(model: string): string {
  const [, version = 'V1', name = model] = /^(?:[A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)(\w+)$/.exec(model) ?? []
  const place = meta.has(name) ? 'apimachinery.pkg.apis.meta' : 'api.types'
  // Some short names are used twice (core and events Event…): the model's own name keeps them apart.
  return `io.k8s.${place}.${version.toLowerCase()}.${model.startsWith(version) ? name : model}`
}

const meta = new Set([
  'ObjectMeta',
  'ListMeta',
  'OwnerReference',
  'ManagedFieldsEntry',
  'LabelSelector',
  'Condition',
  'Status',
])

type Refer = (model: string) => Fields

function modelSchema(model: string, refer: Refer): Fields {
  const fields = fieldsOfModel(model)
  // A model without fields stands for a plain value.
  if (!fields || fields.size === 0) return {}
  const words = wordsOf(model)
  const required = [...fields.keys()].filter(name => words.fields.get(name)?.isRequired)
  return {
    ...(words.description ? { description: words.description } : {}),
    type: 'object',
    properties: Object.fromEntries(
      [...fields].map(([name, type]) => [name, property(model, name, type, words, refer)]),
    ),
    ...(required.length > 0 ? { required } : {}),
  }
}

function property(model: string, name: string, type: Type, words: Words, refer: Refer): Fields {
  const description = words.fields.get(name)?.description
  const schema = typeSchema(type, refer)
  const key = type.kind === 'list' ? mergeKeyIn(model, name) : undefined
  const strategy = [...(key === undefined ? [] : ['merge']), ...(isRetaining(model, name) ? ['retainKeys'] : [])].join(
    ',',
  )
  return {
    ...(description ? { description } : {}),
    ...schema,
    ...(key
      ? { 'x-kubernetes-patch-merge-key': key, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] }
      : {}),
    ...(strategy === '' ? {} : { 'x-kubernetes-patch-strategy': strategy }),
  }
}

function typeSchema(type: Type, refer: Refer): Fields {
  switch (type.kind) {
    case 'object': {
      const fields = fieldsOfModel(type.name)
      return fields && fields.size > 0 ? refer(type.name) : {}
    }
    case 'list':
      return { type: 'array', items: typeSchema(type.items, refer) }
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.values, refer) }
    case 'string':
      return type.format === '' || type.format === 'quantity'
        ? { type: 'string' }
        : { type: 'string', format: type.format }
    case 'integer':
      return { type: 'integer', format: type.format }
    case 'intOrString':
      return { type: 'string', format: 'int-or-string' }
    case 'number':
    case 'boolean':
      return { type: type.kind }
    case 'any':
      return {}
  }
}

/** A kind of a CustomResourceDefinition: what its schema says, with what the API server adds to every kind. */
function customSchema(kind: Kind, version: string, prefix: string, refer: Refer): Fields {
  const schema = kind.schema?.(version) ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const { properties, ...rest } = prefix.startsWith('#/definitions') ? asVersion2(schema) : schema
  const { apiVersion, kind: kindField } = typeFields
  return {
    ...rest,
    properties: {
      apiVersion,
      kind: kindField,
      ...properties,
      metadata: { description: "Standard object's metadata.", ...refer('V1ObjectMeta') },
    },
  }
}

/** What OpenAPI 2 can say of a schema: no alternatives, and nothing of what may be null. */
function asVersion2(schema: Structural): Structural {
  const found = version2.get(schema)
  if (found) return found
  const { allOf: _, anyOf: __, oneOf: ___, not: ____, nullable: _____, ...plain } = schema
  const result: Structural = {
    ...plain,
    ...(plain.properties ? { properties: mapFields(plain.properties, asVersion2) } : {}),
    ...(plain.items ? { items: asVersion2(plain.items) } : {}),
    ...(typeof plain.additionalProperties === 'object'
      ? { additionalProperties: asVersion2(plain.additionalProperties) }
      : {}),
  }
  version2.set(schema, result)
  return result
}

/** Parts that kinds share are made once; kept as long as their schemas. */
const version2 = new WeakMap<Structural, Structural>()

const typeFields = {
  apiVersion: { type: 'string', description: 'The group and version of the schema of this object.' },
  kind: { type: 'string', description: 'The name of the schema of this object.' },
}
