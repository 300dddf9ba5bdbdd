import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from './pattern.ts'

const matches = (pattern: string, line: string): boolean => {
  const compiled = compile(pattern)
  if ('error' in compiled) throw new Error(compiled.error.what)
  return compiled.test(line)
}

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', 'é', '^', '$', '(?:a|b)', '(ab)', '[a-c1]')
const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '*?')).map(([of, times]) =>
  // The browser takes no `^*`.
  of === '^' || of === '$' ? of : of + times,
)
const sequence = fc.array(piece, { maxLength: 4 }).map(parts => parts.join(''))
const pattern = fc
  .tuple(sequence, sequence, sequence, fc.constantFrom('', '*', '{2}'))
  .map(([a, b, c, times]) => `${a}(?:${b}|${c})${times}`)
const line = fc.array(fc.constantFrom('a', 'b', 'c', '1', 'é', ' '), { maxLength: 8 }).map(letters => letters.join(''))

describe('an expression', () => {
  it('matches what the browser would say it matches', () => {
    fc.assert(
      fc.property(pattern, line, (text, given) => {
        expect(matches(text, given), `${text} on ${given}`).toBe(new RegExp(text).test(given))
      }),
      { numRuns: 2000 },
    )
  })
  it.each([
    ['(?i)error', 'An ERROR', true],
    ['error', 'An ERROR', false],
    ['(?i)[a-c]x', 'BX', true],
    ['^$', '', true],
    ['\\[x\\]\\x41', '[x]A', true],
    ['a{,2}', 'a{,2}', true],
    ['(?P<name>v)\\.', 'v.', true],
    ['[]]', ']', true],
    ['status=5\\d\\d', 'x status=503 y', true],
  ])('%s on "%s" is %s', (text, given, is) => expect(matches(text, given)).toBe(is))
  it.each([
    ['(a', 'unclosed', 0],
    ['a)', 'unclosed', 1],
    ['[a', 'unclosed', 0],
    ['*a', 'nothingBefore', 0],
    ['a(?=b)', 'unsupported', 1],
    ['(a)\\1', 'unsupported', 3],
    ['a\\b', 'unsupported', 1],
    ['[b-a]', 'range', 0],
    ['a{3,2}', 'range', 1],
    ['((a{500}){500}){500}', 'tooLarge', 0],
  ])('%s is refused: %s at %i', (text, what, at) => expect(compile(text)).toEqual({ error: { what, at } }))
  it('that would take the browser years takes as long as its line', () => {
    expect(matches('(a+)+$', `${'a'.repeat(50_000)}!`)).toBe(false)
    expect(matches('(.*)*(.*)*x{30}(.*)*y', 'x'.repeat(20_000))).toBe(false)
    expect(matches('(a|b)*a(a|b){14}c', 'ab'.repeat(5000))).toBe(false)
  })
})
