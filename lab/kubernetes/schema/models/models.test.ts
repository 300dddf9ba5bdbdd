import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gatewayKinds } from '#lab/kubernetes/kinds/gateway-api.ts'
import { istioKinds } from '#lab/kubernetes/kinds/istio.ts'
import { sailKinds } from '#lab/kubernetes/kinds/sail.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { readWords, type Words } from './declarations.ts'
import { gatewayPatches } from './gateway-patches.ts'
import { istioPatches } from './istio-patches.ts'
import { packageFolder } from './packages.ts'
import { shapeReader } from './validators.ts'

const schemaOf = (kinds: typeof istioKinds, name: string): Structural => {
  const kind = kinds.find(candidate => candidate.kind === name)
  return kind?.schema?.(kind.storage) ?? {}
}
const at = (schema: Structural | undefined, ...steps: string[]): Structural | undefined =>
  steps.reduce<Structural | undefined>(
    (here, step) =>
      step === '[]'
        ? here?.items
        : step === '{}'
          ? (here?.additionalProperties as Structural | undefined)
          : here?.properties?.[step],
    schema,
  )

const kinds = [...istioKinds, ...gatewayKinds, ...sailKinds]

describe('schemas of the mesh', () => {
  it.each(kinds.flatMap(kind => kind.versions.map(version => ({ name: kind.name, version, kind }))))(
    'has one of $name in $version',
    ({ kind, version }) => {
      const schema = kind.schema?.(version)
      expect(schema?.type).toBe('object')
      expect(Object.keys(schema?.properties ?? {})).toEqual(kind.status ? ['spec', 'status'] : ['spec'])
      const everyPart: Structural[] = []
      const collect = (part: Structural): void => {
        everyPart.push(part)
        for (const inner of Object.values(part.properties ?? {})) collect(inner)
        if (part.items) collect(part.items)
        if (typeof part.additionalProperties === 'object') collect(part.additionalProperties)
      }
      if (schema) collect(schema)
      // Structural: every part says what it is ("Specifying a structural schema", rule 1).
      expect(everyPart.filter(part => part.type === undefined && !part['x-kubernetes-int-or-string'])).toEqual([])
    },
  )

  it('reads the same shape from every version of an Istio kind', () => {
    const folder = join(packageFolder('@kubernetes-models/istio'), '_schemas')
    const read = shapeReader()
    const names = istioKinds.map(({ group, kind, versions }) => ({ group, kind, versions }))
    for (const { group, kind, versions } of names) {
      const prefix = group
        .split('.')
        .map(word => word.charAt(0).toUpperCase() + word.slice(1))
        .join('')
      const files = versions
        .map(version => join(folder, `${prefix}${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}.js`))
        .filter(file => existsSync(file))
      const shapes = files.map(file => ({ ...read(file).properties?.['spec'] }))
      expect(shapes.length).toBeGreaterThan(0)
      for (const shape of shapes) expect(shape).toEqual(shapes[0])
    }
  })

  it('knows every kind that it patches', () => {
    expect(Object.keys(istioPatches).toSorted()).toEqual(istioKinds.map(kind => kind.kind).toSorted())
  })

  it('patches only types and fields that the Gateway API has', () => {
    const folder = join(packageFolder('@kubernetes-models/gateway-api'), '_schemas')
    const read = shapeReader()
    for (const place of Object.keys(gatewayPatches)) {
      const [type, field] = place.split('.')
      const file = ['V1', 'V1alpha2', 'V1alpha3', 'V1beta1']
        .map(version => join(folder, `IoK8sSigsGatewayApiApis${version}${type}.js`))
        .find(path => existsSync(path))
      expect(file, place).toBeDefined()
      if (field !== undefined) expect(Object.keys(read(file ?? '').properties ?? {}), place).toContain(field)
    }
  })

  it('has every field that is declared', () => {
    const lacking = (schema: Structural | undefined, words: Words, path: string): string[] => [
      ...[...words.fields].flatMap(([name, inner]) =>
        schema?.properties?.[name] ? lacking(schema.properties[name], inner, `${path}.${name}`) : [`${path}.${name}`],
      ),
      ...(words.inner ? lacking(schema?.items ?? at(schema, '{}'), words.inner, `${path}[]`) : []),
    ]
    const files = (kind: (typeof kinds)[number]): string[] =>
      ['istio', 'gateway-api'].flatMap(name =>
        kind.versions.map(version =>
          join(packageFolder(`@kubernetes-models/${name}`), kind.group, version, `${kind.kind}.d.ts`),
        ),
      )
    for (const kind of kinds)
      for (const file of files(kind).filter(path => existsSync(path))) {
        const found = lacking(kind.schema?.(kind.storage), readWords(file), kind.kind)
        expect(found.filter(path => !/^\w+\.(apiVersion|kind|metadata)(\.|$)/.test(path))).toEqual([])
      }
  })

  it('takes limits, patterns and alternatives from the compiled validators', () => {
    const entry = schemaOf(istioKinds, 'ServiceEntry')
    expect(at(entry, 'spec', 'hosts')).toMatchObject({ type: 'array', minItems: 1, maxItems: 256 })
    expect(at(entry, 'spec', 'resolution')?.enum).toContain('DNS_ROUND_ROBIN')
    expect(at(entry, 'spec')?.required).toEqual(['hosts'])
    const route = schemaOf(istioKinds, 'VirtualService')
    expect(at(route, 'spec', 'http', '[]', 'match', '[]', 'headers', '{}')?.oneOf).toHaveLength(4)
    expect(
      at(schemaOf(istioKinds, 'DestinationRule'), 'spec', 'trafficPolicy', 'loadBalancer', 'consistentHash')?.allOf,
    ).toHaveLength(2)
    expect(at(schemaOf(istioKinds, 'WasmPlugin'), 'spec', 'sha256')?.pattern).toBe('(^$|^[a-f0-9]{64}$)')
    expect(at(schemaOf(gatewayKinds, 'HTTPRoute'), 'spec', 'hostnames', '[]')?.pattern).toMatch(/^\^\(\\\*/)
  })

  it('joins the fields of embedded Go structs', () => {
    const backend = at(schemaOf(gatewayKinds, 'HTTPRoute'), 'spec', 'rules', '[]', 'backendRefs', '[]')
    expect(Object.keys(backend?.properties ?? {}).toSorted()).toEqual([
      'filters',
      'group',
      'kind',
      'name',
      'namespace',
      'port',
      'weight',
    ])
    expect(backend?.['x-kubernetes-validations']?.[0]?.message).toBe('Must have port for Service reference')
  })

  it('says what fields mean, in the words of their makers', () => {
    const hosts = at(schemaOf(istioKinds, 'VirtualService'), 'spec', 'hosts')
    expect(hosts?.description).toBe('The destination hosts to which traffic is being sent.')
    const parents = at(schemaOf(gatewayKinds, 'HTTPRoute'), 'spec', 'parentRefs')
    expect(parents?.description).toMatch(/^ParentRefs references the resources/)
  })

  it('shares the types of the Gateway API between its kinds', () => {
    const parent = (name: string) => at(schemaOf(gatewayKinds, name), 'spec', 'parentRefs', '[]')
    expect(parent('HTTPRoute')).toBe(parent('GRPCRoute'))
  })
})
