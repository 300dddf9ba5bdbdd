import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './client.ts'
import { at, fieldsOf } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.server.close())

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const schemaOfSpec = (spec: unknown) => ({ type: 'object', properties: { spec } })
const definition = (openAPIV3Schema: unknown, more: Record<string, unknown> = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'tariffs.shop.example' },
  spec: {
    group: 'shop.example',
    scope: 'Namespaced',
    names: { kind: 'Tariff', listKind: 'TariffList', plural: 'tariffs', singular: 'tariff' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...more }],
  },
})
const prices = {
  type: 'object',
  required: ['price'],
  'x-kubernetes-validations': [{ rule: 'self.price <= self.limit', message: 'too dear' }],
  properties: {
    price: { type: 'integer', minimum: 0 },
    limit: { type: 'integer', default: 10 },
    shelves: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
  },
}

describe('a CustomResourceDefinition that someone brings', () => {
  it.each<[string, unknown, string]>([
    [
      'has a field without a type',
      schemaOfSpec({}),
      'properties[spec].type: Required value: must not be empty for specified object fields',
    ],
    [
      'has no type at its root',
      { properties: {} },
      'openAPIV3Schema.type: Required value: must not be empty at the root',
    ],
    ['has no schema', undefined, 'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    [
      'has a list of nothing',
      schemaOfSpec({ type: 'array' }),
      'properties[spec].items: Required value: must be specified',
    ],
    [
      'has a type in a condition',
      schemaOfSpec({ type: 'object', oneOf: [{ type: 'object' }] }),
      'properties[spec].oneOf[0].type: Forbidden: must be empty to be structural',
    ],
    [
      'has named and free fields at once',
      schemaOfSpec({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }),
      'Forbidden: additionalProperties and properties are mutual exclusive',
    ],
    [
      'has a rule that is no CEL',
      schemaOfSpec({ type: 'object', 'x-kubernetes-validations': [{ rule: 'self.a ==' }] }),
      'x-kubernetes-validations[0].rule: Invalid value: "self.a ==": compilation failed: ',
    ],
  ])('is refused where it %s', async (_, schema, message) => {
    const { status, body } = await cluster.call({ method: 'POST', path, body: definition(schema) })
    expect(status).toBe(422)
    expect(fieldsOf(body)['message']).toContain(message)
  })

  it('is refused under another name than its kind has', async () => {
    const body = { ...definition(schemaOfSpec(prices)), metadata: { name: 'other' } }
    expect(fieldsOf((await cluster.call({ method: 'POST', path, body })).body)['message']).toContain(
      'metadata.name: Invalid value: "other": must be spec.names.plural+"."+spec.group',
    )
  })

  it('brings its schema: objects are pruned, completed and checked by it, also after a change', async () => {
    expect((await cluster.call({ method: 'POST', path, body: definition(schemaOfSpec(prices)) })).status).toBe(201)
    cluster.run(1)
    const tariffs = '/apis/shop.example/v1/namespaces/shop/tariffs'
    const post = async (spec: unknown) => {
      const body = { apiVersion: 'shop.example/v1', kind: 'Tariff', metadata: { name: 'a' }, spec }
      return cluster.call({ method: 'POST', path: `${tariffs}?dryRun=All`, body })
    }
    expect(at((await post({ price: 3, colour: 'red' })).body, 'spec')).toEqual({ price: 3, limit: 10 })
    expect(at((await post({ price: 30 })).body, 'message')).toBe(
      'Tariff.shop.example "a" is invalid: spec: Invalid value: "object": too dear',
    )
    expect(at((await post({ price: 3, shelves: ['x', 'x'] })).body, 'message')).toBe(
      'Tariff.shop.example "a" is invalid: spec.shelves[1]: Duplicate value: "x"',
    )
    const open = definition(schemaOfSpec({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }))
    await cluster.call({
      method: 'PATCH',
      path: `${path}/tariffs.shop.example`,
      type: 'application/merge-patch+json',
      body: { spec: open.spec },
    })
    cluster.run(1)
    expect(at((await post({ colour: 'red' })).body, 'spec')).toEqual({ colour: 'red' })
  })
})

describe('what the API says of custom kinds', () => {
  it('is the schema that validates them: in their definition and in OpenAPI', async () => {
    const found = await cluster.call({ path: `${path}/virtualservices.networking.istio.io` })
    const versions = at(found.body, 'spec.versions')
    const schema = Array.isArray(versions) ? at(versions[0], 'schema.openAPIV3Schema') : undefined
    const hosts = at(schema, 'properties.spec.properties.hosts')
    expect(hosts).toMatchObject({ type: 'array', items: { type: 'string' } })
    const { body } = await cluster.call({ path: '/openapi/v3/apis/networking.istio.io/v1' })
    const schemas = fieldsOf(at(body, 'components.schemas'))
    const own = fieldsOf(schemas['io.istio.networking.v1.VirtualService'])
    expect(at(own, 'properties.spec.properties.hosts')).toEqual(hosts)
    expect(own['x-kubernetes-group-version-kind']).toEqual([
      { group: 'networking.istio.io', kind: 'VirtualService', version: 'v1' },
    ])
    const entry = fieldsOf(schemas['io.istio.networking.v1.ServiceEntry'])
    expect(at(entry, 'properties.spec.properties.ports')).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    })
    expect(JSON.stringify(at(entry, 'properties.spec'))).toContain('hostname cannot be wildcard')
  })

  it('leaves out of OpenAPI 2 what it cannot say', async () => {
    const { body } = await cluster.call({ path: '/openapi/v2' })
    const own = fieldsOf(at(body, 'definitions'))['io.istio.networking.v1.VirtualService']
    expect(JSON.stringify(own)).toContain('The destination hosts to which traffic is being sent.')
    expect(JSON.stringify(own)).not.toMatch(/"(oneOf|anyOf|not|nullable)":/)
  })
})
