import { duplicateValue, type FieldError, invalidValue, required } from '#lab/kubernetes/api/status.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { at, type Fields, fieldsOf, listOf } from '#lab/kubernetes/value.ts'
import { ruleErrors } from './cel/rule-errors.ts'
import { definitionErrors } from './definition-errors.ts'
import { listTypeErrors } from './list-types.ts'
import { validateMetadata } from './names.ts'
import { bindingErrors, roleErrors } from './rbac-errors.ts'
import { structuralErrors } from './structural-errors.ts'

/** What is wrong with an object beyond its types. Empty when it may be stored. */
export function validate(kind: Kind, object: Fields, before?: Fields): FieldError[] {
  const errors = validateMetadata(kind, fieldsOf(object['metadata']))
  if (kind.custom) return [...errors, ...ofSchema(kind, object, before)]
  switch (kind.name) {
    case 'deployments.apps':
    case 'replicasets.apps':
    case 'statefulsets.apps':
    case 'daemonsets.apps':
      return [...errors, ...workload(object)]
    case 'pods':
      return [...errors, ...podSpec(at(object, 'spec'), 'spec')]
    case 'services':
      return [...errors, ...service(object)]
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return [...errors, ...definitionErrors(object)]
    case 'roles.rbac.authorization.k8s.io':
    case 'clusterroles.rbac.authorization.k8s.io':
      return [...errors, ...roleErrors(object, kind.namespaced)]
    case 'rolebindings.rbac.authorization.k8s.io':
    case 'clusterrolebindings.rbac.authorization.k8s.io':
      return [...errors, ...bindingErrors(object, kind.namespaced)]
    default:
      return errors
  }
}

/** What the schema of a CustomResourceDefinition says, in the API server's order: types, lists, then rules. */
function ofSchema(kind: Kind, object: Fields, before: Fields | undefined): FieldError[] {
  const schema = kind.schema?.(kind.storage)
  if (!schema) return []
  const errors = [...structuralErrors(schema, object, '', before), ...listTypeErrors(schema, object, '')]
  if (errors.some(error => blocking.has(error.reason))) return [...errors, unchecked]
  return [...errors, ...ruleErrors(schema, object, before)]
}

/** Where these are wrong, rules could ask for what is not there. */
const blocking = new Set<FieldError['reason']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])
const unchecked = invalidValue(
  '<nil>',
  'null',
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
)

function workload(object: Fields): FieldError[] {
  const errors: FieldError[] = []
  const replicas = at(object, 'spec.replicas')
  if (typeof replicas === 'number' && replicas < 0)
    errors.push({
      field: 'spec.replicas',
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
    })
  const selector = at(object, 'spec.selector')
  const wanted = fieldsOf(at(selector, 'matchLabels'))
  const labels = fieldsOf(at(object, 'spec.template.metadata.labels'))
  const isEmpty = Object.keys(wanted).length === 0 && listOf(at(selector, 'matchExpressions')).length === 0
  if (selector === undefined) errors.push(required('spec.selector'))
  else if (isEmpty) errors.push(invalidValue('spec.selector', {}, 'empty selector is invalid for deployment'))
  if (selector === undefined || Object.entries(wanted).some(([key, value]) => labels[key] !== value))
    errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  return [...errors, ...podSpec(at(object, 'spec.template.spec'), 'spec.template.spec')]
}

function podSpec(spec: unknown, path: string): FieldError[] {
  const containers = listOf(at(spec, 'containers'))
  if (containers.length === 0) return [required(`${path}.containers`)]
  const seen = new Set<unknown>()
  const errors: FieldError[] = []
  for (const [index, container] of containers.entries()) {
    const place = `${path}.containers[${index}]`
    const { name, image } = container
    if (!name) errors.push(required(`${place}.name`))
    else if (seen.has(name)) errors.push(duplicateValue(`${place}.name`, name))
    seen.add(name)
    if (!image) errors.push(required(`${place}.image`))
  }
  return errors
}

function service(object: Fields): FieldError[] {
  const type = at(object, 'spec.type')
  if (type === 'ExternalName') return at(object, 'spec.externalName') ? [] : [required('spec.externalName')]
  const ports = listOf(at(object, 'spec.ports'))
  if (ports.length === 0 && at(object, 'spec.clusterIP') !== 'None') return [required('spec.ports')]
  const errors: FieldError[] = []
  for (const [index, port] of ports.entries()) {
    const number = port['port']
    const place = `spec.ports[${index}]`
    if (typeof number !== 'number' || number < 1 || number > 65535)
      errors.push(invalidValue(`${place}.port`, number ?? 0, 'must be between 1 and 65535, inclusive'))
    if (ports.length > 1 && !port['name']) errors.push(required(`${place}.name`))
  }
  return errors
}
