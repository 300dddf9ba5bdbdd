import { describe, expect, it } from 'vitest'
import { bookOf } from './book.ts'
import type { Field } from './form.ts'
import { keepsTheLaw } from './round-trip.fixture.ts'
import { firstSentence, schemaForm } from './schema-form.ts'
import { type SchemaTexts, schemaTexts } from './schema-texts.ts'

/** In the shapes that CRDs of Istio and Gateway API are written in. */
const plugin = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
    spec: {
      type: 'object',
      required: ['url'],
      properties: {
        url: { type: 'string', description: 'URL of a Wasm module.  Or of a container. More of it.' },
        phase: { type: 'string', enum: ['UNSPECIFIED_PHASE', 'AUTHN', 'STATS'] },
        priority: { type: 'integer', format: 'int32', minimum: 0 },
        ratio: { type: 'number', maximum: 1, minimum: 0 },
        isOn: { type: 'boolean', default: true },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        pluginConfig: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        selector: {
          type: 'object',
          properties: { matchLabels: { type: 'object', additionalProperties: { type: 'string' } } },
        },
        network: { type: 'object', additionalProperties: { type: 'string' } },
        ports: { type: 'object', additionalProperties: { type: 'integer' } },
        hosts: { type: 'array', items: { type: 'string' } },
        numbers: { type: 'array', items: { type: 'integer' } },
        match: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              exact: { type: 'string' },
              prefix: { type: 'string' },
              weight: { type: 'integer' },
            },
            oneOf: [
              { not: { anyOf: [{ required: ['exact'] }, { required: ['prefix'] }] } },
              { required: ['exact'] },
              { required: ['prefix'] },
            ],
          },
        },
        tree: { $ref: '#/$defs/Tree' },
      },
    },
  },
  $defs: {
    Tree: { type: 'object', properties: { name: { type: 'string' }, inner: { $ref: '#/$defs/Tree' } } },
  },
}

const form = schemaForm('extensions.istio.io', 'WasmPlugin', plugin)
const field = (name: string): Field<SchemaTexts> | undefined => form.fields.find(({ at }) => at[1] === name)

describe('a form made of a schema', () => {
  it.each<[string, object]>([
    ['url', { type: 'text', isRequired: true }],
    ['phase', { type: 'choice' }],
    ['priority', { type: 'number', min: 0 }],
    ['ratio', { type: 'number', isFraction: true, min: 0, max: 1 }],
    ['isOn', { type: 'flag', absent: true }],
    ['port', { type: 'text', isNumberToo: true }],
    ['selector', { type: 'group', fields: [{ type: 'labels', at: ['matchLabels'] }] }],
    ['network', { type: 'pairs' }],
    ['ports', { type: 'map', value: 0, item: [{ type: 'number', at: [] }] }],
    ['hosts', { type: 'chips', of: 'text' }],
    ['numbers', { type: 'chips', of: 'number' }],
    [
      'match',
      { type: 'list', item: [{ type: 'oneOf', at: [], cases: [{ key: 'exact' }, { key: 'prefix' }] }, {}, {}] },
    ],
  ])('%s', (name, wanted) => {
    expect(field(name)).toMatchObject(wanted)
  })

  it('begins with what has to be said', () => {
    expect(form.fields[0]?.at).toEqual(['spec', 'url'])
  })

  it('leaves what may be anything to the YAML, and the server’s part to the server', () => {
    expect(field('pluginConfig')).toBeUndefined()
    expect(form.fields.every(({ at }) => at[0] === 'spec')).toBe(true)
  })

  it('ends where a schema refers to itself', () => {
    let depth = 0
    let here = field('tree')
    while (here?.type === 'group' && depth < 100) {
      depth++
      here = here.fields.find(({ type }) => type === 'group')
    }
    expect(depth).toBeLessThan(12)
  })

  it('a new entry says what it has to, as nothing', () => {
    const match = field('match')
    expect(match?.type === 'list' && match.add[0]?.value).toEqual({ name: '' })
  })

  it('explains a field with the first sentence of its description', () => {
    expect(firstSentence('URL of a Wasm module.  Or of\na container. More.')).toBe('URL of a Wasm module.')
    expect(firstSentence('e.g. this one')).toBe('e.g. this one')
    expect(firstSentence('x'.repeat(400))).toHaveLength(158)
  })

  it('has room for every schema, and does not fall over none', () => {
    expect(schemaForm('g', 'K', {}).fields).toEqual([])
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, { type: 'string' }]))
    expect(schemaForm('g', 'K', { type: 'object', properties: wide }).fields.length).toBeLessThanOrEqual(3000)
  })
})

keepsTheLaw(bookOf(form, schemaTexts))
