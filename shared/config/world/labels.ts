import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { items, record, text, textMap, texts } from './read.ts'
import type { Index, World } from './world.ts'

export type Labels = Readonly<Record<string, string>>

export const labelsOf = (object: MeshObject): Labels => object.metadata.labels ?? {}

export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)

/** `app=web,version=v1`, sorted, as Kubernetes prints a selector. */
export const selectorText = (wanted: Labels): string =>
  Object.keys(wanted)
    .toSorted()
    .map(key => `${key}=${wanted[key]}`)
    .join(',')

/** A LabelSelector with its expressions (Kubernetes docs, "Resources that support set-based requirements"). An absent one fits all. */
export function fitsSelector(selector: unknown, labels: Labels): boolean {
  if (selector === undefined || selector === null) return true
  const written = record(selector)
  return (
    hasLabels(labels, textMap(written['matchLabels'])) &&
    items(written['matchExpressions']).every(expression => fitsExpression(expression, labels))
  )
}

function fitsExpression(expression: Json, labels: Labels): boolean {
  const key = text(expression['key'])
  const value = labels[key]
  const values = texts(expression['values'])
  switch (text(expression['operator'])) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

/** Pods by one of their labels, in their namespace and anywhere. */
export const podsByLabel: Index = {
  name: 'podsByLabel',
  of: ['/Pod'],
  keys: pod =>
    Object.entries(labelsOf(pod)).flatMap(([key, value]) => [
      `${pod.metadata.namespace ?? ''}|${key}=${value}`,
      `*|${key}=${value}`,
    ]),
  namespaceOf: key => (key.startsWith('*|') ? null : key.slice(0, key.indexOf('|'))),
}

/** Pods that carry all these labels; in one namespace, or anywhere (null). Without labels: all pods there. */
export function podsSelected(world: World, namespace: string | null, wanted: Labels): readonly MeshObject[] {
  const entries = Object.entries(wanted)
  if (entries.length === 0) return world.list('/Pod', namespace ?? undefined)
  let found: readonly MeshObject[] | undefined
  for (const [key, value] of entries) {
    const those = world.find(podsByLabel, `${namespace ?? '*'}|${key}=${value}`)
    if (found === undefined || those.length < found.length) found = those
    if (found.length === 0) return found
  }
  return entries.length === 1 ? (found ?? []) : (found ?? []).filter(pod => hasLabels(labelsOf(pod), wanted))
}
