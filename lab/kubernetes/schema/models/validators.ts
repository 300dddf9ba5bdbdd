import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { packageFolder } from './packages.ts'
import { withPatch } from './patch.ts'

/**
 * The shapes of Istio's and the Gateway API's kinds, read from the validators that the `@kubernetes-models` packages
 * carry. Those were compiled from the CustomResourceDefinitions: one function per schema, each error naming its keyword
 * and its limit. The code is read as text and never run. What a validator cannot say (list types, defaults, rules, what
 * may be null) is in the tables beside this file; what the words are, in `declarations.ts`.
 */
export function shapeReader(change: Change = same): ReadShape {
  const known = new Map<string, Structural>()
  const read: ReadShape = file => {
    const found = known.get(file)
    if (found) return found
    const module = readModule(readFileSync(file, 'utf8'), dirname(file), read)
    const shape = change(basename(file, '.js'), module.shapeOf(module.main))
    known.set(file, shape)
    return shape
  }
  return read
}

/** Reads one validator, and those it imports, each once. */
type ReadShape = (file: string) => Structural
/** What is changed in the shape of a type, by the name of its file. */
type Change = (name: string, shape: Structural) => Structural

const same: Change = (_, shape) => shape

interface Module {
  main: string
  shapeOf: (name: string) => Structural
}

function readModule(text: string, folder: string, read: ReadShape): Module {
  const main = /export const validate=(validate\d+)/.exec(text)?.[1]
  if (main === undefined) throw new Error(`${folder}: not a compiled validator`)
  const lists = new Map<string, unknown[]>()
  for (const [, name = '', list = ''] of text.matchAll(/(schema\d+_enum)=(\[[^\]]*\])/g)) lists.set(name, listIn(list))
  const imports = new Map<string, string>()
  for (const [, name = '', path = ''] of text.matchAll(/import\{validate as (validate\d+)\}from"([^"]+)"/g))
    imports.set(name, path)
  const bodies = new Map<string, string>()
  for (const part of text.split('function ').slice(1)) {
    const name = /^validate\d+/.exec(part)?.[0]
    if (name !== undefined) bodies.set(name, part)
  }
  const shapes = new Map<string, Structural>()
  const shapeOf = (name: string): Structural => {
    const found = shapes.get(name)
    if (found) return found
    const path = imports.get(name)
    const body = bodies.get(name)
    if (path === undefined && body === undefined) throw new Error(`${folder}: no function ${name}`)
    const shape = path === undefined ? readFunction(body ?? '', shapeOf, lists) : read(fileOf(path, folder))
    shapes.set(name, shape)
    return shape
  }
  return { main, shapeOf }
}

function fileOf(path: string, folder: string): string {
  if (path.startsWith('.')) return join(folder, path)
  const [, name = '', rest = ''] = /^(@[^/]+\/[^/]+)\/(.*)$/.exec(path) ?? []
  return join(packageFolder(name), `${rest}.js`)
}

const text = String.raw`"(?:[^"\\]|\\.)*"`
/** What a function says, in the order it says it: a keyword that failed, or another function that is asked. */
const statements = new RegExp(
  [
    String.raw`keyword:"(?<keyword>\w+)",params:\{(?<params>(?:${text}|[^"{}])*)\}`,
    String.raw`(?<property>validate\d+)\(data(?:\.(?<dotted>[\w$]+)|\[(?<quoted>${text})\]),`,
    String.raw`(?<items>validate\d+)\(data\[i\d+\],`,
    String.raw`(?<values>validate\d+)\(data\[key\d+\],`,
    String.raw`(?<same>validate\d+)\(data,\{[^}]*\}\)\|\|\([^;]*?\.length\)(?<then>;var _valid|,0===errors|,_errs\d+===errors)?`,
  ].join('|'),
  'g',
)

function readFunction(body: string, shapeOf: Module['shapeOf'], lists: ReadonlyMap<string, unknown[]>): Structural {
  const shape: Structural = {}
  const properties: Record<string, Structural> = {}
  const required: string[] = []
  let alternatives: Structural[] = []
  const all: Structural[] = []
  let refused: Structural | undefined
  for (const { groups = {} } of body.matchAll(statements)) {
    const { keyword, params = '', property, items, values, same, then } = groups
    if (property !== undefined) properties[groups['dotted'] ?? textIn(groups['quoted'] ?? '')] = shapeOf(property)
    else if (items !== undefined) shape.items = shapeOf(items)
    else if (values !== undefined) shape.additionalProperties = shapeOf(values)
    else if (same !== undefined && then === undefined) all.push(shapeOf(same))
    else if (same !== undefined && then !== ';var _valid') refused = shapeOf(same)
    else if (same !== undefined) alternatives.push(shapeOf(same))
    else if (keyword === 'required') required.push(textIn(params.slice(params.indexOf(':') + 1)))
    else if (keyword === 'oneOf' || keyword === 'anyOf') {
      shape[keyword] = alternatives
      alternatives = []
    } else if (keyword === 'not' && refused) shape.not = refused
    else if (keyword !== undefined) Object.assign(shape, readKeyword(keyword, params, lists))
  }
  if (Object.keys(properties).length > 0) shape.properties = properties
  if (required.length > 0) shape.required = [...new Set(required)]
  return joined(shape, all)
}

/** A reference to a whole type is that type; what has no type of its own stays a condition (`allOf`). */
function joined(shape: Structural, all: readonly Structural[]): Structural {
  const types = all.filter(part => part.type !== undefined || part['x-kubernetes-int-or-string'])
  const conditions = all.filter(part => !types.includes(part))
  const whole = [...types, shape].reduce(merged, {})
  if (conditions.length > 0) whole.allOf = conditions
  const alternatives = whole.anyOf?.map(part => part.type)
  if (alternatives?.length === 2 && alternatives.includes('integer') && alternatives.includes('string'))
    return { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
  return whole
}

/** An embedded struct of Go: its fields stand among the others. */
function merged(one: Structural, other: Structural): Structural {
  const required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])]
  return { ...withPatch(one, other), ...(required.length > 0 ? { required } : {}) }
}

function readKeyword(keyword: string, params: string, lists: ReadonlyMap<string, unknown[]>): Structural {
  const value = params.slice(params.lastIndexOf('limit:') + 6)
  switch (keyword) {
    case 'type':
      return { type: textIn(params.slice(params.indexOf(':') + 1)) as NonNullable<Structural['type']> }
    case 'format':
    case 'pattern':
      return { [keyword]: textIn(params.slice(params.indexOf(':') + 1)) }
    case 'enum':
      return { enum: lists.get(params.slice(params.indexOf(':') + 1)) ?? [] }
    case 'minimum':
    case 'maximum':
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return { [keyword]: Number(value) }
    default:
      throw new Error(`a compiled validator has the unknown keyword ${keyword}`)
  }
}

/** A string literal of JavaScript. `\x60` is no JSON. */
const textIn = (literal: string): string =>
  JSON.parse(literal.replaceAll(/\\x([0-9a-f]{2})/gi, (_, code: string) => `\\u00${code}`)) as string

const listIn = (literal: string): unknown[] => JSON.parse(literal) as unknown[]
