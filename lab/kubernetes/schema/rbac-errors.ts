import { type FieldError, required, unsupportedValue } from '#lab/kubernetes/api/status.ts'
import { type Fields, fieldsOf, isFields, listOf } from '#lab/kubernetes/value.ts'

/** What is wrong with roles and bindings, beyond their types. */

const group = 'rbac.authorization.k8s.io'
const isEmpty = (value: unknown): boolean => !Array.isArray(value) || value.length === 0

export const roleErrors = (role: Fields, isNamespaced: boolean): FieldError[] =>
  listOf(role['rules']).flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`, isNamespaced))

function ruleErrors(rule: Fields, path: string, isNamespaced: boolean): FieldError[] {
  const errors: FieldError[] = []
  if (isEmpty(rule['verbs'])) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
  if (!isEmpty(rule['nonResourceURLs'])) {
    const urls = `${path}.nonResourceURLs`
    const refuse = (detail: string): FieldError => ({
      field: urls,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(rule['nonResourceURLs'])}: ${detail}`,
    })
    if (isNamespaced) errors.push(refuse('namespaced rules cannot apply to non-resource URLs'))
    if (!isEmpty(rule['apiGroups']) || !isEmpty(rule['resources']) || !isEmpty(rule['resourceNames']))
      errors.push(refuse('rules cannot apply to both regular resources and non-resource URLs'))
    return errors
  }
  if (isEmpty(rule['apiGroups']))
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
  if (isEmpty(rule['resources']))
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
  return errors
}

export function bindingErrors(binding: Fields, isNamespaced: boolean): FieldError[] {
  const role = fieldsOf(binding['roleRef'])
  const kinds = isNamespaced ? ['ClusterRole', 'Role'] : ['ClusterRole']
  const errors: FieldError[] = []
  if (role['apiGroup'] !== group) errors.push(unsupportedValue('roleRef.apiGroup', role['apiGroup'] ?? '', [group]))
  if (!kinds.includes(String(role['kind']))) errors.push(unsupportedValue('roleRef.kind', role['kind'] ?? '', kinds))
  if (!role['name']) errors.push(required('roleRef.name'))
  const subjects = listOf(binding['subjects'])
  return [
    ...errors,
    ...subjects.flatMap((subject, index) => subjectErrors(subject, `subjects[${index}]`, isNamespaced)),
  ]
}

function subjectErrors(subject: Fields, path: string, isNamespaced: boolean): FieldError[] {
  const { kind, name, namespace, apiGroup } = subject
  const errors: FieldError[] = name ? [] : [required(`${path}.name`)]
  switch (kind) {
    case 'ServiceAccount':
      if (apiGroup) errors.push(unsupportedValue(`${path}.apiGroup`, apiGroup, ['']))
      if (!isNamespaced && !namespace) errors.push(required(`${path}.namespace`))
      return errors
    case 'User':
    case 'Group':
      if (apiGroup !== group) errors.push(unsupportedValue(`${path}.apiGroup`, apiGroup ?? '', [group]))
      return errors
    default:
      return [...errors, unsupportedValue(`${path}.kind`, kind ?? '', ['Group', 'ServiceAccount', 'User'])]
  }
}

/** What the API server fills in where people say nothing of groups. */
export function bindingWithDefaults(binding: Fields): Fields {
  const role = binding['roleRef']
  const subjects = binding['subjects']
  return {
    ...binding,
    ...(isFields(role) && !role['apiGroup'] ? { roleRef: { ...role, apiGroup: group } } : {}),
    ...(Array.isArray(subjects)
      ? {
          subjects: listOf(subjects).map(subject =>
            (subject['kind'] === 'User' || subject['kind'] === 'Group') && !subject['apiGroup']
              ? { ...subject, apiGroup: group }
              : subject,
          ),
        }
      : {}),
  }
}
