import fc from 'fast-check'
import { expect, it } from 'vitest'
import { repeatedIn } from './repeated.ts'

const told = (text: string, mediaType = 'application/json') => repeatedIn(Buffer.from(text), mediaType)

it.each<[claim: string, text: string, expected: string[]]>([
  ['tells a name that comes twice', '{"a":1,"a":2}', ['duplicate field "a"']],
  ['tells the way to it', '{"spec":{"http":[{},{"name":"x","name":"y"}]}}', ['duplicate field "spec.http[1].name"']],
  ['knows a name however it is written', String.raw`{"a":1,"\u0061":2}`, ['duplicate field "a"']],
  ['takes a name in another object for another one', '{"a":{"a":1},"b":{"a":1}}', []],
  ['does not look into texts', String.raw`{"a":"{\"a\":1,","b":1}`, []],
  ['ends where a text does not', '{"a":1,"b', []],
  ['ends where a text ends in a backslash', '{"a\\', []],
  ['ends at a name that is no text', String.raw`{"\u00zz":1}`, []],
])('%s', (_, text, expected) => {
  expect(told(text)).toEqual(expected)
})

it('says nothing of what was written once, and ends whatever comes', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      expect(told(text)).toEqual([])
      expect(Array.isArray(told(text.slice(0, cut % (text.length + 1))))).toBe(true)
    }),
  )
  const piece = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', 'a', '1', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      expect(Array.isArray(told(pieces.join('')))).toBe(true)
    }),
  )
})
