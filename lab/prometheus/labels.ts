import type { Labels } from '#lab/contract.ts'

export const metricName = '__name__'
export const noLabels: Labels = Object.freeze({})

/**
 * Calls `make` once per labels object. Stores hand out the same object for the same series in every query, so what is
 * derived from labels is derived once in the life of a series.
 */
function remembered<T>(make: (labels: Labels) => T): (labels: Labels) => T {
  const known = new WeakMap<Labels, T>()
  return labels => {
    let value = known.get(labels)
    if (value === undefined) {
      value = make(labels)
      known.set(labels, value)
    }
    return value
  }
}

/** Names of the labels in order; an empty value is an absent label. */
export const sortedNames = remembered(namesOf)

function namesOf(labels: Labels): string[] {
  const names: string[] = []
  let isSorted = true
  for (const name in labels) {
    if (labels[name] === '') continue
    isSorted &&= names.length === 0 || name > (names.at(-1) ?? '')
    names.push(name)
  }
  return isSorted ? names : names.sort()
}

/** Half of a surrogate pair: no UTF-8 text contains it, so no two label sets have the same key. */
const separator = '\uD800'

/** The same text for the same label set, whatever the objects. */
export const keyOf = remembered(labels => {
  let key = ''
  for (const name of namesOf(labels)) key += `${name}${separator}${labels[name]}${separator}`
  return key
})

/** The labels as a JSON object, escaped as Go's encoder does. */
export const jsonOf = remembered(labels => {
  const pairs = namesOf(labels).map(name => `${jsonString(name)}:${jsonString(labels[name] ?? '')}`)
  return `{${pairs.join(',')}}`
})

/** A JSON string that is safe inside HTML, as Go writes it. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text)
  return /[<>&\u2028\u2029]/.test(json)
    ? json.replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json
}

/** `{a="b", c="d"}`, as Prometheus' messages show label sets. */
export function showLabels(labels: Labels): string {
  const pairs = sortedNames(labels).map(name => `${name}=${JSON.stringify(labels[name])}`)
  return `{${pairs.join(', ')}}`
}

export type Shape = (labels: Labels) => Labels

const shapes = new Map<string, Shape>()
const maxShapes = 512

function shape(kind: string, names: readonly string[], make: Shape): Shape {
  const key = `${kind}${names.join(',')}`
  let found = shapes.get(key)
  if (!found) {
    found = remembered(make)
    if (shapes.size >= maxShapes) shapes.clear()
    shapes.set(key, found)
  }
  return found
}

/** Keeps the named labels only. */
export function keeper(names: readonly string[]): Shape {
  const inOrder = names.toSorted()
  return shape('keep ', inOrder, labels => {
    const kept: Record<string, string> = {}
    for (const name of inOrder) {
      const value = labels[name]
      if (value) kept[name] = value
    }
    return kept
  })
}

/** Takes the named labels away; labels without any of them stay the same object. */
export function dropper(names: readonly string[]): Shape {
  return shape('drop ', names, labels => {
    if (!names.some(name => name in labels)) return labels
    const kept: Record<string, string> = {}
    for (const name in labels) if (!names.includes(name)) kept[name] = labels[name] ?? ''
    return kept
  })
}

export const dropName: Shape = dropper([metricName])

export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels
  return value === '' ? rest : { ...rest, [name]: value }
}

/** Order of the label sets in a range query's answer: label by label, names before values. */
export function compareLabels(a: Labels, b: Labels): number {
  const [names, others] = [sortedNames(a), sortedNames(b)]
  for (const [index, name] of names.entries()) {
    const other = others[index]
    if (other === undefined) return 1
    if (name !== other) return name < other ? -1 : 1
    const [value, otherValue] = [a[name] ?? '', b[name] ?? '']
    if (value !== otherValue) return value < otherValue ? -1 : 1
  }
  return names.length - others.length
}

export const isLabelName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)
