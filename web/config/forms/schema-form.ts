import { resolved, type Schema, typeOf } from '#web/config/editor/schema.ts'
import type { Json } from '#shared/mesh/object.ts'
import { isRecord } from './engine.ts'
import type { Field, Form, Say } from './form.ts'
import type { SchemaTexts as Texts } from './schema-texts.ts'

/** So deep a form goes; what is deeper is edited in the YAML. Schemas may refer to themselves. */
const deepest = 9
/** So many fields it has; CRDs can have tens of thousands. */
const mostFields = 3000

/**
 * A form made of the cluster's own schema: for every kind nobody made one for. What a control cannot show — anything may
 * stand there, or it goes too deep — has no field: it is told as the rest, with the way to its line.
 */
export function schemaForm(group: string, kind: string, schema: Schema): Form<Texts> {
  let count = 0
  const root = resolved(schema, schema)
  const fields = fieldsOf(root, ['apiVersion', 'kind', 'metadata', 'status'], 0).flatMap(field =>
    // The fields of spec are those of the form.
    field.type === 'group' && field.at[0] === 'spec'
      ? field.fields.map(inner => ({ ...inner, at: ['spec', ...inner.at] }))
      : [field],
  )
  return { group, kind, fields }

  function fieldsOf(of: Schema, without: readonly string[], depth: number): Field<Texts>[] {
    const properties = isRecord(of['properties']) ? of['properties'] : {}
    const required = new Set(Array.isArray(of['required']) ? of['required'] : [])
    const names = Object.keys(properties).filter(name => !without.includes(name))
    return names
      .toSorted((a, b) => Number(required.has(b)) - Number(required.has(a)))
      .flatMap(name => {
        const field = fieldOf(name, resolved(schema, properties[name]), depth)
        return field === null
          ? []
          : [
              required.has(name)
                ? { ...field, isRequired: true }
                : names.length > 6
                  ? { ...field, isTucked: true }
                  : field,
            ]
      })
  }

  function fieldOf(name: string, of: Schema, depth: number): Field<Texts> | null {
    if (++count > mostFields || depth > deepest) return null
    const words = sayOf(name, of)
    const common = { at: [name], say: words }
    if (isFree(of)) return null
    const choices = Array.isArray(of['enum']) ? of['enum'].filter(each => typeof each === 'string') : []
    switch (typeOf(of)) {
      case 'integer or string':
        return { ...common, type: 'text', isNumberToo: true }
      case 'string':
        if (choices.length > 0) return choice(name, of, choices)
        return { ...common, type: 'text', ...(of['format'] === 'byte' ? { isLong: true } : {}) }
      case 'integer':
      case 'number':
        return {
          ...common,
          type: 'number',
          ...bounds(of),
          ...(typeOf(of) === 'number' ? { isFraction: true } : {}),
          ...(typeof of['default'] === 'number' ? { absent: of['default'] } : {}),
        }
      case 'boolean':
        return { ...common, type: 'flag', absent: of['default'] === true }
      case 'array':
        return listOf(name, of, depth)
      case 'object':
        return objectOf(name, of, depth)
      default:
        return null
    }
  }

  function choice(name: string, of: Schema, choices: readonly string[]): Field<Texts> {
    const absent = typeof of['default'] === 'string' && choices.includes(of['default']) ? of['default'] : undefined
    return {
      type: 'choice',
      at: [name],
      say: sayOf(name, of),
      ...(absent === undefined ? {} : { absent }),
      options: [
        ...(absent === undefined
          ? [{ value: null, say: (texts: Texts) => ({ label: texts.unsaid, help: texts.unsaidHelp }) }]
          : []),
        ...choices.map(value => ({ value, say: () => ({ label: value, help: '' }) })),
      ],
    }
  }

  function listOf(name: string, of: Schema, depth: number): Field<Texts> | null {
    const item = resolved(schema, of['items'])
    const words = sayOf(name, of)
    if (isFree(item)) return null
    const type = typeOf(item)
    if (type === 'string' && !Array.isArray(item['enum'])) return { type: 'chips', of: 'text', at: [name], say: words }
    if (type === 'string') {
      const options = (item['enum'] as unknown[]).filter(each => typeof each === 'string')
      return {
        type: 'chips',
        of: 'text',
        at: [name],
        say: words,
        suggest: () => options.map(value => ({ value, detail: '' })),
      }
    }
    if (type === 'integer') return { type: 'chips', of: 'number', at: [name], say: words }
    if (type !== 'object') return null
    const inner = insideOf(item, depth + 1)
    if (inner.length === 0) return null
    return {
      type: 'list',
      at: [name],
      say: words,
      item: inner,
      joined: 'none',
      title: (entry, index, texts) => nameIn(entry) ?? texts.item(index + 1),
      add: [{ say: texts => ({ label: texts.add, help: texts.addHelp }), value: newOf(item) }],
    }
  }

  function objectOf(name: string, of: Schema, depth: number): Field<Texts> | null {
    const words = sayOf(name, of)
    const common = { at: [name], say: words }
    const more = isRecord(of['additionalProperties']) ? resolved(schema, of['additionalProperties']) : null
    if (more !== null && !isRecord(of['properties'])) {
      if (isFree(more)) return null
      if (typeOf(more) === 'string' && !Array.isArray(more['enum']))
        return name === 'matchLabels' || name === 'labels'
          ? { ...common, type: name === 'matchLabels' ? 'labels' : 'pairs' }
          : { ...common, type: 'pairs' }
      const own = typeOf(more) === 'object' ? insideOf(more, depth + 1) : itself(more, depth + 1)
      return own.length === 0
        ? null
        : {
            ...common,
            type: 'map',
            keyWords: texts => ({ label: texts.key, help: texts.keyHelp }),
            item: own,
            value: typeOf(more) === 'object' ? newOf(more) : emptyOf(more),
          }
    }
    const inner = insideOf(of, depth + 1)
    return inner.length === 0 ? null : { ...common, type: 'group', fields: inner }
  }

  /** What stands behind a name or in a list, where it is no object. */
  function itself(of: Schema, depth: number): Field<Texts>[] {
    const field = fieldOf('', of, depth)
    return field === null
      ? []
      : [{ ...field, at: [], say: texts => ({ label: texts.value, help: field.say(texts).help }) }]
  }

  /** Fields of an object; those of which only one may stand there are one field of several shapes. */
  function insideOf(of: Schema, depth: number): Field<Texts>[] {
    const fields = fieldsOf(of, [], depth)
    const names = exclusive(of)
    const cases = names.flatMap(name => {
      const own = fields.find(field => field.at.length === 1 && field.at[0] === name)
      const properties = isRecord(of['properties']) ? of['properties'] : {}
      return own === undefined || (own.type === 'list' && own.item.length === 0)
        ? []
        : [
            {
              say: own.say,
              key: name,
              value: emptyOf(resolved(schema, properties[name])),
              fields: own.type === 'group' ? own.fields : [{ ...own, at: [], isTucked: false }],
            },
          ]
    })
    if (cases.length < 2) return fields
    const others = fields.filter(({ at }) => !cases.some(({ key }) => key === at[0]))
    const label = cases.map(({ key }) => key).join(' / ')
    return [
      {
        type: 'oneOf',
        at: [],
        say: texts => ({ label, help: texts.noHelp }),
        isOptional: true,
        cases,
      },
      ...others,
    ]
  }
}

/** Anything may stand there. */
const isFree = (of: Schema): boolean =>
  of['x-kubernetes-preserve-unknown-fields'] === true ||
  (of['type'] === undefined && of['x-kubernetes-int-or-string'] !== true && !isRecord(of['properties']))

/** Names of which a schema lets one stand: protobuf's oneof, as Istio's CRDs write it (`oneOf: [{not: …}, {required: [a]}, …]`). */
function exclusive(of: Schema): string[] {
  const branches: unknown[] = Array.isArray(of['oneOf']) ? of['oneOf'] : []
  const names = branches.flatMap(branch => {
    const required = isRecord(branch) ? branch['required'] : undefined
    return Array.isArray(required) && required.length === 1 && typeof required[0] === 'string' ? [required[0]] : []
  })
  return [...new Set(names)]
}

function bounds(of: Schema): { min?: number; max?: number } {
  const { minimum, maximum } = of
  return {
    ...(typeof minimum === 'number' ? { min: minimum } : {}),
    ...(typeof maximum === 'number' ? { max: maximum } : {}),
  }
}

/** The first sentence of what the schema says of a field. */
function sayOf(name: string, of: Schema): Say<Texts> {
  const help = firstSentence(typeof of['description'] === 'string' ? of['description'] : '')
  return texts => ({ label: name, help: help === '' ? texts.noHelp : help })
}

export function firstSentence(description: string): string {
  const text = description.replace(/\s+/g, ' ').trim()
  const end = /[.!?](?=\s[A-Z])/.exec(text)
  const sentence = end === null ? text : text.slice(0, end.index + 1)
  return sentence.length > 160 ? `${sentence.slice(0, 157).trimEnd()}…` : sentence
}

function nameIn(entry: unknown): string | null {
  if (!isRecord(entry)) return null
  const named = ['name', 'host', 'kind', 'path']
    .map(key => entry[key])
    .find(each => typeof each === 'string' && each !== '')
  return typeof named === 'string' ? named : null
}

/** What a new one has to say at least, said as nothing. */
function newOf(of: Schema): Json {
  const required: unknown[] = Array.isArray(of['required']) ? of['required'] : []
  const properties = isRecord(of['properties']) ? of['properties'] : {}
  return Object.fromEntries(
    required
      .filter(name => typeof name === 'string')
      .filter(name => isRecord(properties[name]) && (properties[name] as Json)['type'] === 'string')
      .map(name => [name, '']),
  )
}

function emptyOf(of: Schema): unknown {
  switch (typeOf(of)) {
    case 'string':
    case 'integer or string':
      return ''
    case 'integer':
    case 'number':
      return 0
    case 'boolean':
      return false
    case 'array':
      return []
    default:
      return {}
  }
}
