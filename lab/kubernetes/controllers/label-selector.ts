import { fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'

/** metav1.LabelSelector: every label and every expression must hold; an empty one selects everything (Kubernetes, "Labels and Selectors"). */
export function selects(selector: unknown, labels: Readonly<Record<string, string>> = {}): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector)
  return (
    Object.entries(fieldsOf(matchLabels)).every(([key, value]) => labels[key] === value) &&
    listOf(matchExpressions).every(({ key, operator, values }) => {
      const value = labels[textOf(key)]
      const isIn = value !== undefined && Array.isArray(values) && values.includes(value)
      switch (operator) {
        case 'In':
          return isIn
        case 'NotIn':
          return !isIn
        case 'Exists':
          return value !== undefined
        case 'DoesNotExist':
          return value === undefined
        default:
          return false
      }
    })
  )
}
