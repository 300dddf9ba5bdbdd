import type { KubeObject } from '#lab/contract.ts'
import { humanAge } from '#lab/kubernetes/printing/age.ts'
import type { Column, Kind } from '#lab/kubernetes/resources.ts'
import { at } from '#lab/kubernetes/value.ts'

/** What a table of kinds has to say; the rest follows from Kubernetes' habits. */
export type KindDraft = Pick<Kind, 'kind' | 'group' | 'versions'> & Partial<Kind>

/** A kind that the API server brings itself. */
export function builtIn(draft: KindDraft): Kind {
  const singular = draft.singular ?? draft.kind.toLowerCase()
  const plural = draft.plural ?? pluralOf(singular)
  return {
    storage: draft.versions[0] ?? 'v1',
    shortNames: [],
    categories: [],
    namespaced: true,
    status: false,
    scale: false,
    counted: false,
    custom: false,
    ...draft,
    name: draft.group === '' ? plural : `${plural}.${draft.group}`,
    singular,
    plural,
    columns: [nameColumn, ...(draft.columns ?? []), ageColumn],
  }
}

/** A kind that a CustomResourceDefinition brings. */
export function custom(draft: KindDraft): Kind {
  const kind = builtIn({ status: true, counted: true, custom: true, ...draft })
  const columns = draft.columns ?? [ageColumnOf('.metadata.creationTimestamp')]
  return { ...kind, columns: [nameColumn, ...columns] }
}

const pluralOf = (singular: string): string =>
  /(s|x|ch|sh)$/.test(singular)
    ? `${singular}es`
    : /[^aeiou]y$/.test(singular)
      ? `${singular.slice(0, -1)}ies`
      : `${singular}s`

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  cell: object => object.metadata.name,
}

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  priority: 0,
  cell: (object, now) => humanAge(object.metadata.creationTimestamp, now),
}

export const column = (
  name: string,
  cell: (object: KubeObject, now: number) => unknown,
  options: { type?: Column['type']; wide?: boolean } = {},
): Column => ({ name, type: options.type ?? 'string', priority: options.wide ? 1 : 0, cell })

/** A column of a CustomResourceDefinition: what the path leads to; lists and objects are printed as JSON. */
export const pathColumn = (
  name: string,
  jsonPath: string,
  options: { type?: Column['type']; wide?: boolean; description?: string } = {},
): Column => ({
  ...column(name, (object, now) => printed(lookup(object, jsonPath), options.type ?? 'string', now), options),
  jsonPath,
  ...(options.description === undefined ? {} : { description: options.description }),
})

export const ageColumnOf = (jsonPath: string): Column => pathColumn('Age', jsonPath, { type: 'date' })

function printed(value: unknown, type: Column['type'], now: number): unknown {
  if (value === undefined || value === null) return type === 'date' ? '<unknown>' : type === 'string' ? '' : null
  if (type === 'date') return humanAge(typeof value === 'string' ? value : undefined, now)
  return typeof value === 'object' ? JSON.stringify(value) : value
}

const condition = /^(.*)\[\?\(@\.(\w+)\s*==\s*["'](.*)["']\)\](.*)$/

/** The part of JSONPath that printer columns use: dotted names, `[*]`, `[0]` and one equality filter. */
export function lookup(object: unknown, jsonPath: string): unknown {
  const filter = condition.exec(jsonPath)
  if (filter) {
    const [, before = '', key = '', wanted, after = ''] = filter
    const items = at(object, before)
    if (!Array.isArray(items)) return undefined
    const found: unknown = items.find((item: unknown) => at(item, key) === wanted)
    return after === '' ? found : lookup(found, after)
  }
  const index = /^(.*?)\[(\d+|\*)\](.*)$/.exec(jsonPath)
  if (index) {
    const [, before = '', place = '', after = ''] = index
    const items = at(object, before)
    if (!Array.isArray(items)) return undefined
    const item: unknown = place === '*' ? items[0] : items[Number(place)]
    return after === '' ? item : lookup(item, after)
  }
  return at(object, jsonPath)
}
