import { describe, expect, it } from 'vitest'
import { pathIn, pathText } from '#shared/mesh/object.ts'
import { pathAt, read, readOne, sizeLimit, spanOf } from './manifest.ts'

const troubles = (text: string) =>
  readOne(text).troubles.map(({ code, from }) => [code, text.slice(0, from).split('\n').length])

describe('a text that is no object says why and where', () => {
  it.each([
    ['a bracket that stays open', 'a: 1\nb: [1, 2\n', [['syntax', 2]]],
    ['a tab before a field', 'spec:\n\thosts: []\n', [['tab', 2]]],
    ['a tab among blanks', 'spec:\n  a: 1\n  \tb: 2\n', [['tab', 3]]],
    ['a field that stands twice', 'spec:\n  a: 1\n  b: 2\n  a: 3\n', [['duplicate', 4]]],
    ['an alias of nothing', 'a: 1\nb: *gone\n', [['alias', 2]]],
    ['fields run together in one line, once', 'a: 1\nb: c: d: e\n', [['syntax', 2]]],
    ['a list', '- a\n', [['notAnObject', 1]]],
    ['a single word', 'hello\n', [['notAnObject', 1]]],
    ['nothing', '', [['empty', 1]]],
    ['comments only', '# soon\n', [['empty', 1]]],
    ['two objects where one is meant', 'a: 1\n---\nb: 2\n', [['several', 2]]],
  ])('%s', (_, text, told) => {
    expect(troubles(text)).toEqual(told)
  })

  it('aliases that multiply without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 12; n++)
      lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]`)
    expect(troubles(lines.join('\n')).map(([code]) => code)).toEqual(['alias'])
  })

  it('an alias of what it stands in', () => {
    expect(troubles('a: &a\n  b: *a\n').map(([code]) => code)).toEqual(['alias'])
  })

  it('two megabytes, without reading them', () => {
    const text = `spec:\n${'  - name: x\n'.repeat(180_000)}`
    expect(text.length).toBeGreaterThan(2 * sizeLimit - 100_000)
    expect(read(text)).toEqual({
      manifests: [],
      troubles: [{ code: 'tooLarge', detail: '2.1 MB', from: 0, to: text.length }],
    })
  })
})

describe('what a text says', () => {
  const valueOf = (text: string): unknown => readOne(text).manifest?.value
  it.each([
    ['anchors and aliases', 'a: &x {k: 1}\nb: *x\n', { a: { k: 1 }, b: { k: 1 } }],
    ['merge keys, as kubectl reads them', 'a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n', { a: { k: 1 }, b: { k: 1, l: 2 } }],
    ['empty documents around one', '---\n---\na: 1\n---\n', { a: 1 }],
    [
      'a field called __proto__, as a field',
      '__proto__: {a: 1}\nb: 2\n',
      JSON.parse('{"__proto__":{"a":1},"b":2}') as unknown,
    ],
  ])('%s', (_, text, value) => {
    expect(JSON.stringify(valueOf(text))).toBe(JSON.stringify(value))
  })
})

const vs = `# ours
kind: VirtualService
metadata:
  name: web
spec:
  http:
    - route:
        - destination: {host: a, subset: v1}
          weight: 90
`
const where = (text: string, path: string) => {
  const { manifest } = readOne(text)
  const { from, to } = manifest ? spanOf(manifest, pathIn(path) ?? []) : { from: 0, to: 0 }
  return text.slice(from, to)
}

describe('where a path stands', () => {
  it.each([
    ['spec.http[0].route[0].weight', 'weight: 90'],
    ['spec.http[0].route[0].destination.subset', 'subset: v1'],
    ['spec.http[0].route[0]', 'destination: {host: a, subset: v1}\n          weight: 90'],
    ['spec.http[0].match', 'route:\n        - destination: {host: a, subset: v1}\n          weight: 90'],
    ['metadata.labels', 'metadata:\n  name: web'],
    ['', 'web'],
    ['status.x', 'web'],
  ])('%s', (path, text) => {
    expect(where(vs, path)).toContain(text)
    expect(where(vs, path).startsWith(text.split('\n')[0] ?? '')).toBe(true)
  })

  it('and the path of a place', () => {
    const { manifest } = readOne(vs)
    const at = (text: string) => pathText(pathAt(manifest ?? never(), vs.indexOf(text) + 1))
    expect(at('weight')).toBe('spec.http[0].route[0].weight')
    expect(at('90')).toBe('spec.http[0].route[0].weight')
    expect(at('v1}')).toBe('spec.http[0].route[0].destination.subset')
    expect(at('# ours')).toBe('')
  })
})

const never = (): never => {
  throw new Error('The text is readable.')
}
