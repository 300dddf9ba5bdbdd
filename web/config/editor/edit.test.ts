import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import type { Edit } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { edit, edited, rewrite, textOf } from './edit.ts'
import { read } from './manifest.ts'

const set = (path: Edit['path'], value: unknown): Edit => ({ op: 'set', path, value })
const remove = (path: Edit['path']): Edit => ({ op: 'remove', path })
const insert = (path: Edit['path'], value: unknown): Edit => ({ op: 'insert', path, value })

describe('an edit touches its place and nothing else', () => {
  const cases: [string, string, Edit, string][] = [
    [
      'a number, before its comment',
      'spec:\n  weight: 90 # most\n',
      set(['spec', 'weight'], 50),
      'spec:\n  weight: 50 # most\n',
    ],
    ['a text, in its quotes', 'a: \'x\'\nb: "y"\n', set(['a'], 'z'), 'a: \'z\'\nb: "y"\n'],
    ['a text that looks like a boolean', 'a: x\n', set(['a'], 'on'), 'a: "on"\n'],
    [
      'an item of a list in brackets',
      'ports: ["80", "90"] # two\n',
      set(['ports', 1], '91'),
      'ports: ["80", "91"] # two\n',
    ],
    [
      'a new field, at the end of its map',
      'spec:\n  a: 1\n# end\nkind: X\n',
      set(['spec', 'b'], 2),
      'spec:\n  a: 1\n  b: 2\n# end\nkind: X\n',
    ],
    [
      'a new field where maps are missing',
      'spec:\n  a: 1\n',
      set(['spec', 'b', 'c', 0], 'x'),
      'spec:\n  a: 1\n  b:\n    c:\n      - x\n',
    ],
    ['a field in a map of nothing', 'spec: {}\n', set(['spec', 'a'], 1), 'spec:\n  a: 1\n'],
    ['a field where a key has no value', 'spec:\nkind: X\n', set(['spec', 'a'], 1), 'spec:\n  a: 1\nkind: X\n'],
    ['an item in front, below the dash', 'l:\n- a\n- b\n', insert(['l', 0], 'z'), 'l:\n- z\n- a\n- b\n'],
    [
      'an item of fields in the middle',
      'l:\n  - a: 1\n  # of b\n  - b: 2\n',
      insert(['l', 1], { c: 3, d: 4 }),
      'l:\n  - a: 1\n  - c: 3\n    d: 4\n  # of b\n  - b: 2\n',
    ],
    ['an item at the end of brackets', 'l: [a, b]\n', insert(['l', 2], 'c'), 'l: [a, b, c]\n'],
    ['a field that goes, with its own comment', 'a: 1\n# of b\nb: 2 # b\nc: 3\n', remove(['b']), 'a: 1\nc: 3\n'],
    ['the first field behind a dash', 'l:\n  - a: 1\n    b: 2\n', remove(['l', 0, 'a']), 'l:\n  - b: 2\n'],
    ['the only item', 'l:\n  - a\nk: 1\n', remove(['l', 0]), 'l: []\nk: 1\n'],
    [
      'the only field, beside whose holder something is said',
      'spec: # of us\n  a: 1\nk: 1\n',
      remove(['spec', 'a']),
      'spec: {} # of us\nk: 1\n',
    ],
    ['the last item of brackets', 'l: [a, b]\n', remove(['l', 1]), 'l: [a]\n'],
    ['a text of several lines', 'a: x\nb: 1\n', set(['a'], 'one\ntwo\n'), 'a: |\n  one\n  two\nb: 1\n'],
    ['a text of several lines that becomes one', 'a: |\n  one\n  two\nb: 1\n', set(['a'], 'x'), 'a: x\nb: 1\n'],
    ['what has no newline at its end', 'a:\n  b: 1', set(['a', 'c'], 2), 'a:\n  b: 1\n  c: 2\n'],
    ['the alias, not what it stands for', 'a: &x {k: 1}\nb: *x\n', set(['b', 'k'], 2), 'a: &x {k: 1}\nb: {"k":2}\n'],
    [
      'the anchor, and keeps what referred to it',
      'a: &x {k: 1}\nb: *x\n',
      set(['a', 'k'], 2),
      'a: &x {k: 2}\nb: {"k":1}\n',
    ],
    [
      'fields indented by four',
      'spec:\n    a:\n        b: 1\n',
      set(['spec', 'c'], { d: { e: 1 } }),
      'spec:\n    a:\n        b: 1\n    c:\n        d:\n            e: 1\n',
    ],
  ]
  it.each(cases)('%s', (_, before, change, after) => {
    expect(edit(before, [change])).toBe(after)
  })

  it('of one object among several', () => {
    expect(edit('a: 1\n---\n# second\na: 2\n---\na: 3\n', [set(['a'], 9)], 1)).toBe(
      'a: 1\n---\n# second\na: 9\n---\na: 3\n',
    )
  })

  it('and not at all where the text cannot be read', () => {
    expect(edit('a: [1', [set(['a'], 2)])).toBeNull()
  })
})

const aName = fc.constantFrom('a', 'b', 'name', 'on', 'x.y/z', '#c', '- d', '1', 'a: b')
const aLeaf = fc.oneof(
  fc.integer({ min: -5, max: 99 }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    'x',
    '',
    'yes',
    '1.5',
    ' lead',
    'a # b',
    'a: b',
    '{',
    '* ',
    'two\nlines',
    'end\n',
    '\ttab',
    '"q"',
    '~',
    '\n\n x\n',
    '日本',
  ),
)
const { object: anObject, value: aValue } = fc.letrec<{ value: unknown; object: Json }>(tie => ({
  value: fc.oneof({ depthSize: 'small' }, aLeaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(aName, tie('value'), { maxKeys: 4 }),
}))

/** A text as hands write them: comments everywhere, several indentations, brackets and quotes. */
const aText = fc
  .tuple(
    anObject.filter(object => Object.keys(object).length > 0),
    fc.constantFrom(2, 4),
    fc.boolean(),
    fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
    fc.boolean(),
  )
  .map(([object, indent, indentSeq, defaultStringType, comments]) => {
    const text = stringify(object, { indent, indentSeq, lineWidth: 0, defaultStringType })
    // Not inside texts of several lines: there it is no comment.
    const hasBlockText = /[|>][-+\d]*\n/.test(text) || JSON.stringify(object).includes('\\n')
    return comments && !hasBlockText
      ? text.replaceAll(/^( *)(?=\S)/gm, (_, space: string, at: number) => `${space}# at ${at}\n${space}`)
      : text
  })

const pathsOf = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
  typeof value !== 'object' || value === null
    ? [path]
    : [
        ...(path.length > 0 ? [path] : []),
        ...Object.entries(value).flatMap(([key, inner]) =>
          pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        ),
      ]

describe('laws of editing', () => {
  const readOf = (text: string) => read(text).manifests[0]?.value
  const anEdit = (value: Json) =>
    fc
      .tuple(
        fc.constantFrom(...pathsOf(value), ['new'], ['a', 'new', 0]),
        fc.constantFrom('set', 'remove', 'insert'),
        aValue,
      )
      .map(
        ([path, op, next]): Edit => ({
          op: op === 'insert' && typeof path.at(-1) !== 'number' ? 'set' : (op as Edit['op']),
          path,
          value: next,
        }),
      )

  it('the text says afterwards what the edit means', () => {
    fc.assert(
      fc.property(
        aText.chain(text => fc.tuple(fc.constant(text), anEdit(readOf(text) ?? {}))),
        ([text, change]) => {
          const before = readOf(text)
          fc.pre(before !== undefined)
          const after = edit(text, [change])
          expect(readOf(after ?? '') ?? {}).toEqual(edited(before, change))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('setting a value that is there changes one stretch of the text; comments elsewhere stay, byte for byte', () => {
    fc.assert(
      fc.property(
        aText.chain(text => {
          const leaves = pathsOf(readOf(text) ?? {}).filter(
            path =>
              !pathsOf(readOf(text) ?? {}).some(
                other => other.length > path.length && path.every((step, index) => other[index] === step),
              ),
          )
          return fc.tuple(
            fc.constant(text),
            leaves.length > 0 ? fc.constantFrom(...leaves) : fc.constant<(string | number)[]>([]),
            fc.integer({ min: 100, max: 999 }),
          )
        }),
        ([text, path, next]) => {
          fc.pre(path.length > 0)
          const after = edit(text, [set(path, next)]) ?? ''
          const [old, now] = [text.split('\n'), after.split('\n')]
          let head = 0
          while (head < old.length && old[head] === now[head]) head++
          let tail = 0
          while (tail < old.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++
          // One line, or all the lines of the one value that was there.
          expect(now.length - head - tail).toBeLessThanOrEqual(1)
          expect(
            old
              .slice(head, old.length - tail)
              .slice(1)
              .every(line => !line.trim().startsWith('# at')),
          ).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('a new field leaves every line that was there', () => {
    fc.assert(
      fc.property(aText, aValue, (text, value) => {
        fc.pre(readOf(text) !== undefined)
        const after = (edit(text, [set(['new'], value)]) ?? '').split('\n')
        let at = 0
        for (const line of text.trimEnd().split('\n')) {
          at = after.indexOf(line, at)
          expect(at).toBeGreaterThanOrEqual(0)
          at++
        }
      }),
      { numRuns: 300 },
    )
  })

  it('edits between two values make the one of the other', () => {
    fc.assert(
      fc.property(anObject, anObject, (a, b) => {
        expect(isEqual(editsBetween(a, b).reduce(edited, a), b)).toBe(true)
      }),
    )
  })

  it('a text is made to say another value, and the same value leaves it as it is', () => {
    fc.assert(
      fc.property(aText, anObject, (text, value) => {
        const before = readOf(text)
        fc.pre(before !== undefined)
        expect(rewrite(text, before)).toBe(text)
        expect(readOf(rewrite(text, value) ?? '') ?? {}).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  it('an object written as text is read back the same', () => {
    fc.assert(
      fc.property(anObject, object => {
        expect(readOf(textOf(object))).toEqual(object)
      }),
    )
  })
})
