import { type FieldError, invalidValue, required } from '#lab/kubernetes/api/status.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { type Fields, fieldsOf } from '#lab/kubernetes/value.ts'

/** Rules of names, labels and annotations (Kubernetes documentation, "Object Names and IDs", "Labels and Selectors"). */

const label1123 = {
  pattern: '[a-z0-9]([-a-z0-9]*[a-z0-9])?',
  limit: 63,
  says: (regex: string) =>
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${regex}')`,
}
const subdomain1123 = {
  pattern: '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*',
  limit: 253,
  says: (regex: string) =>
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${regex}')`,
}
const label1035 = {
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  limit: 63,
  says: (regex: string) =>
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${regex}')`,
}

function nameErrors(kind: Kind, name: string): string[] {
  if (kind.group === 'rbac.authorization.k8s.io') {
    if (name === '.' || name === '..') return [`may not be '${name}'`]
    return ['/', '%'].filter(mark => name.includes(mark)).map(mark => `may not contain '${mark}'`)
  }
  const rule = kind.name === 'namespaces' ? label1123 : kind.name === 'services' ? label1035 : subdomain1123
  if (name.length > rule.limit) return [`must be no more than ${rule.limit} characters`]
  return new RegExp(`^${rule.pattern}$`).test(name) ? [] : [rule.says(rule.pattern)]
}

export function validateMetadata(kind: Kind, metadata: Fields): FieldError[] {
  const name = metadata['name']
  if (typeof name !== 'string' || name === '') return [required('metadata.name', 'name or generateName is required')]
  return [
    ...nameErrors(kind, name).map(detail => invalidValue('metadata.name', name, detail)),
    ...labelErrors(fieldsOf(metadata['labels']), 'metadata.labels'),
    ...annotationErrors(fieldsOf(metadata['annotations'])),
  ]
}

const valueRule = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'
const keyRule = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

export function labelErrors(labels: Fields, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const errors = keyErrors(key, field)
    const text = String(value)
    if (text.length > 63) errors.push(invalidValue(field, text, 'must be no more than 63 characters'))
    else if (!new RegExp(`^${valueRule}$`).test(text))
      errors.push(
        invalidValue(
          field,
          text,
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${valueRule}')`,
        ),
      )
    return errors
  })
}

function annotationErrors(annotations: Fields): FieldError[] {
  const errors = Object.keys(annotations).flatMap(key => keyErrors(key.toLowerCase(), 'metadata.annotations'))
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0)
  if (size > 256 * 1024)
    errors.push({
      field: 'metadata.annotations',
      reason: 'FieldValueInvalid',
      message: 'Too long: may not be more than 262144 bytes',
    })
  return errors
}

function keyErrors(key: string, field: string): FieldError[] {
  const slash = key.indexOf('/')
  const [prefix, name] = slash < 0 ? [null, key] : [key.slice(0, slash), key.slice(slash + 1)]
  const isPrefix = prefix === null || new RegExp(`^${subdomain1123.pattern}$`).test(prefix)
  if (isPrefix && name.length <= 63 && new RegExp(`^${keyRule}$`).test(name)) return []
  return [
    invalidValue(
      field,
      key,
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${keyRule}')`,
    ),
  ]
}
