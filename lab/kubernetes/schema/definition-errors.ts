import { type FieldError, invalidValue, required, unsupportedValue } from '#lab/kubernetes/api/status.ts'
import { at, type Fields, fieldsOf, isFields, listOf, textOf } from '#lab/kubernetes/value.ts'
import { compile } from './cel/expression.ts'

/**
 * What is wrong with a CustomResourceDefinition: its names, its versions, and schemas that are not structural
 * (Kubernetes documentation, "Specifying a structural schema").
 */
export function definitionErrors(definition: Fields): FieldError[] {
  const group = textOf(at(definition, 'spec.group'))
  const names = fieldsOf(at(definition, 'spec.names'))
  const name = textOf(at(definition, 'metadata.name'))
  const scope = textOf(at(definition, 'spec.scope'))
  const plural = textOf(names['plural'])
  const versions = listOf(at(definition, 'spec.versions'))
  return [
    ...(name === `${plural}.${group}`
      ? []
      : [invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...(group === '' ? [required('spec.group')] : []),
    ...(scope === '' ? [required('spec.scope')] : []),
    ...(['', 'Namespaced', 'Cluster'].includes(scope)
      ? []
      : [unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced'])]),
    ...['plural', 'kind'].filter(key => textOf(names[key]) === '').map(key => required(`spec.names.${key}`)),
    ...versionErrors(versions),
    ...versions.flatMap(schemaErrors),
  ]
}

function versionErrors(versions: readonly Fields[]): FieldError[] {
  const stored = versions.filter(version => version['storage'] === true).length
  if (stored === 1) return []
  return [invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version')]
}

function schemaErrors(version: Fields, index: number): FieldError[] {
  const place = `spec.versions[${index}].schema.openAPIV3Schema`
  const schema = at(version, 'schema.openAPIV3Schema')
  if (!isFields(schema)) return [required(place, 'schemas are required')]
  if (schema['type'] === undefined) return [required(`${place}.type`, 'must not be empty at the root')]
  if (schema['type'] !== 'object') return [invalidValue(`${place}.type`, schema['type'], 'must be object at the root')]
  return structureErrors(schema, place)
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

function structureErrors(schema: Fields, place: string): FieldError[] {
  const { properties, additionalProperties, items, type } = schema
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true
  const errors: FieldError[] = []
  if (type === undefined && !isIntOrString && !isOpen)
    errors.push(required(`${place}.type`, 'must not be empty for specified object fields'))
  if (type !== undefined && !types.includes(textOf(type))) errors.push(unsupportedValue(`${place}.type`, type, types))
  if (type !== undefined && isIntOrString)
    errors.push(invalidValue(`${place}.type`, type, 'must be empty if x-kubernetes-int-or-string is true'))
  if (type === 'array' && !isFields(items)) errors.push(required(`${place}.items`, 'must be specified'))
  if (isFields(properties) && additionalProperties !== undefined && additionalProperties !== false)
    errors.push(forbidden(`${place}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  for (const word of ['allOf', 'anyOf', 'oneOf'])
    for (const [index, part] of listOf(schema[word]).entries())
      errors.push(...conditionErrors(part, `${place}.${word}[${index}]`, isIntOrString))
  if (isFields(schema['not'])) errors.push(...conditionErrors(schema['not'], `${place}.not`, false))
  errors.push(...listTypeErrors(schema, place), ...ruleErrors(schema, place))
  for (const [key, part] of Object.entries(fieldsOf(properties)))
    errors.push(...structureErrors(fieldsOf(part), `${place}.properties[${key}]`))
  if (isFields(items)) errors.push(...structureErrors(items, `${place}.items`))
  if (isFields(additionalProperties))
    errors.push(...structureErrors(additionalProperties, `${place}.additionalProperties`))
  return errors
}

/** Conditions say what values are right; what there is, only the schema around them says. */
function conditionErrors(schema: Fields, place: string, mayHaveType: boolean): FieldError[] {
  const structural = ['description', 'default', 'nullable', 'additionalProperties', ...(mayHaveType ? [] : ['type'])]
  return [
    ...structural
      .filter(key => schema[key] !== undefined)
      .map(key => forbidden(`${place}.${key}`, 'must be empty to be structural')),
    ...Object.entries(fieldsOf(schema['properties'])).flatMap(([key, part]) =>
      conditionErrors(fieldsOf(part), `${place}.properties[${key}]`, false),
    ),
  ]
}

function listTypeErrors(schema: Fields, place: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  if (type === undefined) return []
  const field = `${place}.x-kubernetes-list-type`
  if (schema['type'] !== 'array')
    return [invalidValue(`${place}.type`, schema['type'] ?? '', 'must be array if x-kubernetes-list-type is specified')]
  if (!['atomic', 'set', 'map'].includes(textOf(type))) return [unsupportedValue(field, type, ['atomic', 'set', 'map'])]
  const keys = schema['x-kubernetes-list-map-keys']
  if (type === 'map' && (!Array.isArray(keys) || keys.length === 0))
    return [required(`${place}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')]
  return []
}

function ruleErrors(schema: Fields, place: string): FieldError[] {
  return listOf(schema['x-kubernetes-validations']).flatMap((item, index) => {
    const rule = textOf(item['rule'])
    const field = `${place}.x-kubernetes-validations[${index}].rule`
    if (rule.trim() === '') return [required(field, 'rule is not specified')]
    try {
      compile(rule)
      return []
    } catch (error) {
      return [
        invalidValue(field, rule, `compilation failed: ${error instanceof Error ? error.message : String(error)}`),
      ]
    }
  })
}

const forbidden = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
})
