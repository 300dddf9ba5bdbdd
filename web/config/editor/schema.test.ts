import { describe, expect, it } from 'vitest'
import { pathIn, pathText } from '#shared/mesh/object.ts'
import { caretAt } from './caret.ts'
import { fieldsAt, schemaAt, type Schema } from './schema.ts'
import { validate } from './validate.ts'

const schema: Schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: '#/$defs/Meta' },
    spec: {
      type: 'object',
      properties: {
        hosts: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
        http: { type: 'array', items: { allOf: [{ $ref: '#/$defs/HTTPRoute' }], description: 'One rule.' } },
        mode: { type: 'string', enum: ['STRICT', 'PERMISSIVE'], description: 'How strict.' },
        port: { 'x-kubernetes-int-or-string': true },
        config: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object' },
  },
  $defs: {
    Meta: {
      type: 'object',
      properties: { name: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } },
    },
    HTTPRoute: {
      type: 'object',
      required: ['route'],
      properties: {
        timeout: { type: 'string', pattern: '^[0-9]+(ms|s)$', minLength: 2 },
        route: {
          type: 'array',
          items: { type: 'object', properties: { weight: { type: 'integer', maximum: 100, minimum: 0 } } },
        },
        uri: {
          type: 'object',
          properties: { exact: { type: 'string' }, prefix: { type: 'string' } },
          oneOf: [
            { not: { anyOf: [{ required: ['exact'] }, { required: ['prefix'] }] } },
            { required: ['exact'] },
            { required: ['prefix'] },
          ],
        },
      },
    },
  },
}
const told = (spec: unknown, more = {}) =>
  validate(schema, { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec, ...more }).map(
    ({ path, code, detail }) => `${code} ${pathText(path)} ${detail}`,
  )

describe('the cluster’s schema refuses', () => {
  it.each([
    ['a field it does not know', { htpp: [] }, ['unknown spec.htpp htpp']],
    ['an unknown field deep inside', { http: [{ route: [], rout: 1 }] }, ['unknown spec.http[0].rout rout']],
    ['another type', { hosts: 'web' }, ['type spec.hosts array']],
    [
      'a number with a fraction',
      { http: [{ route: [{ weight: 1.5 }] }] },
      ['type spec.http[0].route[0].weight integer'],
    ],
    ['a number out of range', { http: [{ route: [{ weight: 101 }] }] }, ['range spec.http[0].route[0].weight 0–100']],
    ['a value not among those it takes', { mode: 'strict' }, ['enum spec.mode STRICT, PERMISSIVE']],
    ['a field that is missing', { http: [{}] }, ['missing spec.http[0] route']],
    [
      'a text that does not fit',
      { http: [{ route: [], timeout: '1 s' }] },
      ['pattern spec.http[0].timeout ^[0-9]+(ms|s)$'],
    ],
    ['a text of nothing, once', { http: [{ route: [], timeout: '' }] }, ['empty spec.http[0].timeout ']],
    ['a list of nothing', { hosts: [] }, ['length spec.hosts 1–…']],
    [
      'two fields of which one may stand',
      { http: [{ route: [], uri: { exact: '/', prefix: '/' } }] },
      ['oneOf spec.http[0].uri exact, prefix'],
    ],
    ['an object where a port stands', { port: {} }, ['type spec.port integer or string']],
    [
      'nothing of what it knows',
      { hosts: ['a'], mode: 'STRICT', port: 'http', config: { any: 1 }, http: [{ route: [], uri: {} }] },
      [],
    ],
    ['no null: the server drops it', { mode: null }, []],
  ])('%s', (_, spec, refusals) => {
    expect(told(spec)).toEqual(refusals)
  })

  it('labels that are no text, and no more places than anybody reads', () => {
    expect(told({}, { metadata: { name: 'x', labels: { a: 1 } } })).toEqual(['type metadata.labels.a string'])
    expect(told(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, 1])))).toHaveLength(200)
    expect(validate({}, { anything: 1 })).toEqual([])
  })
})

describe('what the schema says of a path', () => {
  it('fields through references, those one must write first', () => {
    expect(fieldsAt(schema, ['spec', 'http', 0]).map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'route: object[]',
      'timeout: string',
      'uri: object',
    ])
    expect(fieldsAt(schema, []).map(({ name }) => name)).not.toContain('status')
    expect(schemaAt(schema, ['spec', 'http', 0])?.['description']).toBe('One rule.')
    expect(schemaAt(schema, ['spec', 'gone'])).toBeNull()
  })
})

describe('where a hand is writing', () => {
  it.each([
    ['spe|', 'key', '', 'spe', []],
    ['kind: A|', 'value', 'kind', 'A', []],
    ['spec:\n  |', 'key', 'spec', '', []],
    ['spec:\n  hosts: []\n  ht|\n  mode: X\nkind: X\n', 'key', 'spec', 'ht', ['hosts', 'mode']],
    ['spec:\n  http:\n    - ro|', 'key', 'spec.http[0]', 'ro', []],
    ['spec:\n  http:\n    - match: 1\n    - route:\n        - we|', 'key', 'spec.http[1].route[0]', 'we', []],
    ['spec:\n  http:\n    - match: 1\n      |', 'key', 'spec.http[0]', '', ['match']],
    ['spec:\n  http:\n  - match: 1\n    ti|', 'key', 'spec.http[0]', 'ti', ['match']],
    ['spec:\n  l:\n  - a\nki|', 'key', '', 'ki', ['spec']],
    ['spec:\n  mode: |', 'value', 'spec.mode', '', []],
    ['spec:\n  destination: {host: a, su|', 'key', 'spec.destination', 'su', []],
    ['spec:\n  destination: {host: a|', 'value', 'spec.destination.host', 'a', []],
    ['spec:\n  hosts: [a, b|', 'value', 'spec.hosts[1]', 'b', []],
    ['spec:\n  text: |\n    kind: |', 'value', 'spec.text', '', []],
    ['a: 1\n---\nsp|', 'key', '', 'sp', []],
    [
      'metadata:\n  labels:\n    app.kubernetes.io/name: x\n    v|',
      'key',
      'metadata.labels',
      'v',
      ['app.kubernetes.io/name'],
    ],
  ])('%j', (marked, at, path, word, siblings) => {
    const offset = marked.lastIndexOf('|')
    const caret = caretAt(marked.slice(0, offset) + marked.slice(offset + 1), offset)
    expect([caret.at, pathText(caret.path), caret.word]).toEqual([at, path, word])
    expect([...caret.siblings].sort()).toEqual(siblings)
    expect(pathIn(path)).toEqual(caret.path)
  })
})
