import { at, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'

/** `a=b,c=d`, sorted, or `<none>`. */
export function formatLabels(labels: unknown): string {
  const pairs = Object.entries(fieldsOf(labels)).map(([key, value]) => `${key}=${String(value)}`)
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',')
}

/** A label selector object in the words of `kubectl get -l`. */
export function formatSelector(selector: unknown): string {
  const labels = at(selector, 'matchLabels')
  const parts = Object.entries(fieldsOf(labels)).map(([key, value]) => `${key}=${String(value)}`)
  for (const rule of listOf(at(selector, 'matchExpressions'))) {
    const key = textOf(rule['key'])
    const values = Array.isArray(rule['values']) ? rule['values'].join(',') : ''
    if (rule['operator'] === 'In') parts.push(`${key} in (${values})`)
    else if (rule['operator'] === 'NotIn') parts.push(`${key} notin (${values})`)
    else parts.push(rule['operator'] === 'DoesNotExist' ? `!${key}` : key)
  }
  return parts.length === 0 ? '<none>' : parts.join(',')
}
