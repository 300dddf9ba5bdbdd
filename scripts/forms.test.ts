import { describe, expect, it } from 'vitest'
import { builtInKinds } from '#lab/kubernetes/kinds/all.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import type { Field } from '#web/config/forms/form.ts'
import { openBook, ownForms } from '#web/config/forms/forms.ts'

/** Fields that a form leaves to the YAML, each with its reason. Where one stands, all that is inside it is meant. */
const leftToTheYaml: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io/VirtualService': [
    // istiod has never acted on these two.
    'spec.http[].fault.abort.http2Error',
    'spec.http[].fault.delay.exponentialDelay',
    // The older spelling of mirrorPercent.
    'spec.http[].mirror_percent',
  ],
  'networking.istio.io/Sidecar': [
    // Of a Sidecar istiod warns that they have no effect.
    'spec.ingress[].port.targetPort',
    'spec.egress[].port.targetPort',
    // Of a Sidecar istiod refuses them: certificates are files there, and callers are not told apart by name.
    'spec.ingress[].tls.credentialName',
    'spec.ingress[].tls.credentialNames',
    'spec.ingress[].tls.caCertCredentialName',
    'spec.ingress[].tls.httpsRedirect',
    'spec.ingress[].tls.subjectAltNames',
  ],
}

describe.each(ownForms)('the form of %s', name => {
  const kind = builtInKinds.find(each => `${each.group}/${each.kind}` === name)
  const schema = kind?.schema?.(kind.versions[0] ?? '')
  const left = leftToTheYaml[name] ?? []
  const isIn = (path: string, above: string) =>
    path === above || (/^[.[]/.test(path.slice(above.length)) && path.startsWith(above))

  it('has every field of the cluster’s schema, or names what it leaves to the YAML', async () => {
    const shown = await shownBy(name)
    const missing = leavesOf(schema?.properties?.['spec'] ?? {}, 'spec').filter(
      leaf => ![...shown, ...left].some(path => isIn(leaf, path)),
    )
    expect(missing).toEqual([])
  })

  it('has no field the cluster does not know, and leaves none to the YAML that it shows', async () => {
    const known = leavesOf(schema?.properties?.['spec'] ?? {}, 'spec')
    const shown = await shownBy(name)
    expect(shown.length).toBeGreaterThan(0)
    expect([...shown, ...left].filter(path => !known.some(leaf => isIn(leaf, path)))).toEqual([])
    expect(shown.filter(path => left.some(above => isIn(path, above)))).toEqual([])
  })
})

const shownBy = async (name: string): Promise<string[]> => {
  const [group = '', kind = ''] = name.split('/')
  const book = await openBook(group, kind)
  return book === null ? [] : pathsOf(book.form.fields, '')
}

/** `spec.jwtRules[].fromHeaders[].name`; `*` stands for any name of a map. */
function leavesOf({ properties, items, additionalProperties }: Structural, path: string): string[] {
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([name, inner]) => leavesOf(inner, `${path}.${name}`))
  if (items !== undefined) return leavesOf(items, `${path}[]`)
  return typeof additionalProperties === 'object' ? leavesOf(additionalProperties, `${path}.*`) : [path]
}

/** Where a form's controls stand, written alike. */
function pathsOf(fields: readonly Field<never>[], above: string): string[] {
  return fields.flatMap(field => {
    const path = [above, ...field.at].filter(step => step !== '').join('.')
    switch (field.type) {
      case 'group':
        return pathsOf(field.fields, path)
      case 'list':
        return pathsOf(field.item, `${path}[]`)
      case 'map':
        return pathsOf(field.item, `${path}.*`)
      case 'oneOf':
        return [
          ...field.cases.flatMap(each => pathsOf(each.fields, `${path}.${each.key}`)),
          ...(field.tag === undefined ? [] : [`${path}.${field.tag}`]),
        ]
      case 'shares':
        return [`${path}[].${field.weight}`]
      default:
        return [path]
    }
  })
}
