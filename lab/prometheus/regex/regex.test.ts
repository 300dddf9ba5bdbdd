import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emitRegex } from './emit.ts'
import { compileMachine } from './machine.ts'
import { parseRegex } from './parse.ts'
import { compileRegex } from './regex.ts'

describe('a regular expression', () => {
  it.each([
    ['5..', '503', true],
    ['5..', '5031', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['', '', true],
    ['.*', 'a\nb', false],
    ['(?s).*', 'a\nb', true],
    ['(?i)api-V1', 'API-v1', true],
    ['(?i:k)x', 'Kx', true],
    ['(?i:k)x', 'KX', false],
    ['\\d+', '१', false],
    ['\\s', '\u00a0', false],
    ['\\w+', 'ä', false],
    ['\\pL+', 'äß', true],
    ['\\p{Greek}+', 'αβ', true],
    ['\\P{Greek}+', 'αβ', false],
    ['[[:alpha:]_]+', 'a_B', true],
    ['[[:^alpha:]]+', '12', true],
    ['[^\\D5]+', '67', true],
    ['[]a]+', ']a', true],
    ['[a-]+', 'a-', true],
    ['x{2,3}', 'xxx', true],
    ['x{2,3}', 'xxxx', false],
    ['x{,2}', 'x{,2}', true],
    ['\\Qa.b\\E+', 'a.bb', true],
    ['\\x41\\x{1F600}\\101', 'A😀A', true],
    ['.', '😀', true],
    ['foo\\b.*', 'foo-bar', true],
    ['foo\\B.*', 'foo-bar', false],
    ['(?m)a$\nb', 'a\nb', true],
    ['a$', 'a\n', false],
    ['a)|(b', 'axyz', true],
    ['(?U)a+', 'aaa', true],
    ['/[^/]*', '/a', true],
    ['a&&b--c', 'a&&b--c', true],
    ['[a&&b]+', 'a&b', true],
  ])('%j matches %j: %s', (pattern, value, expected) => {
    expect(compileRegex(pattern).test(value)).toBe(expected)
  })

  it.each([
    ['(', 'missing closing ): `^(?:()$`'],
    ['[', 'missing closing ]: `[)$`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(?:a{100}){100}', 'invalid repeat count: `{100}`'],
    ['x**', 'invalid nested repetition operator: `**`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['(?=x)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<n>x)', 'invalid or unsupported Perl syntax: `(?<`'],
    ['(?<!x)', 'invalid or unsupported Perl syntax: `(?<`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['\\C', 'invalid escape sequence: `\\C`'],
    ['\\pX', 'invalid character class range: `\\pX`'],
    ['\\p{Nobody}', 'invalid character class range: `\\p{Nobody}`'],
    ['[b-a]', 'invalid character class range: `b-a`'],
    ['[[:nobody:]]', 'invalid character class range: `[:nobody:]`'],
    ['(?P<n', 'invalid named capture: `(?P<n)$`'],
    ['(?z)', 'invalid or unsupported Perl syntax: `(?z`'],
  ])('%j is refused as Go refuses it', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(`error parsing regexp: ${message}`)
  })

  it('names its groups', () => {
    const regex = compileRegex('(?P<host>[^:]+)(?::(\\d+))?')
    expect(regex.groupNames).toEqual([undefined, 'host', undefined])
    expect(regex.exec('shop:80')).toEqual(['shop:80', 'shop', '80'])
    expect(regex.exec('shop')).toEqual(['shop', 'shop', undefined])
    expect(regex.exec('')).toBeUndefined()
  })

  it('answers at once where backtracking would not end', () => {
    const text = `${'a'.repeat(2000)}b`
    expect(compileRegex('(a+)+').test(text)).toBe(false)
    expect(compileRegex('(a|aa)*').test(text)).toBe(false)
    expect(compileRegex('.*a.*a.*a.*a.*c').test(text)).toBe(false)
    expect(compileRegex('(?:(a+)b?)+').exec(text)).toEqual([text, 'a'.repeat(2000)])
  })

  /** Small expressions over a, b and line ends, without repetitions of what can be empty: there the two may capture otherwise. */
  const expressions = fc.letrec<{ one: string; many: string; any: string }>(tie => ({
    one: fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\w', '(?i:A)', '\\n', 'b\\b', '^a', 'b$', '(?m:^)b'),
    many: fc.oneof(
      fc.tuple(tie('one'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?', '+?')).map(parts => parts.join('')),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left}|${right})`),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left})${right}`),
    ),
    any: fc.oneof({ maxDepth: 4 }, tie('one'), tie('many')),
  })).any

  it('means the same to the linear machine as to JavaScript', () => {
    fc.assert(
      fc.property(expressions, fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 8 }), (pattern, text) => {
        const { root, groupNames } = parseRegex(`^(?:${pattern})$`)
        const captures = compileMachine(root, groupNames.length)(text)
        const groups = groupNames.map((_, index) => {
          const [start, end] = [captures?.[index * 2], captures?.[index * 2 + 1]]
          return start === undefined || end === undefined ? undefined : text.slice(start, end)
        })
        const expected = new RegExp(emitRegex(root), 'v').exec(text)
        expect(captures && groups).toEqual(expected ? [...expected] : undefined)
      }),
      { numRuns: 2000 },
    )
  })
})
