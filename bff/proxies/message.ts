import { count, type Json, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ConfigRow } from '#shared/proxies/api.ts'

/** Doors into messages of Envoy as JSON: their fields by their own names, or in camelCase as some programs write them. */

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

export function field(value: unknown, name: string): unknown {
  const from = record(value)
  return from[name] ?? from[camel(name)]
}

export const inside = (value: unknown, ...names: string[]): unknown =>
  names.reduce((inner: unknown, name) => field(inner, name), value)
export const messages = (value: unknown, name: string): Json[] => list(field(value, name))
export const word = (value: unknown, ...names: string[]): string => short(text(inside(value, ...names)))
/** Numbers of 64 bits are written as text. */
export const amount = (value: unknown, ...names: string[]): number => {
  const found = inside(value, ...names)
  return count(typeof found === 'string' && found !== '' ? Number(found) : found)
}
export const words = (value: unknown, name: string): string[] => {
  const found = field(value, name)
  return Array.isArray(found) ? found.filter(each => typeof each === 'string').map(short) : []
}

const longest = 400
export const short = (value: string): string => (value.length > longest ? `${value.slice(0, longest)}…` : value)

/** The first few, and how many more. */
export function few(values: readonly string[], most = 4): string {
  const more = values.length - most
  return short(more > 0 ? `${values.slice(0, most).join(', ')} +${more}` : values.join(', '))
}

/** A row without its id: the table gives it one. */
export type Row = Omit<ConfigRow, 'id'>

export const uniqueRefs = (refs: readonly ObjectRef[]): ObjectRef[] => [
  ...new Map(refs.map(ref => [`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`, ref])).values(),
]
