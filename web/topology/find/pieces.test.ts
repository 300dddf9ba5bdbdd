import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from './pieces.ts'

describe('pieces of a query', () => {
  it('have the colour of what they are', () =>
    expect(piecesOf('error > 1% and name = "x"', null).filter(({ tone }) => tone !== '')).toEqual([
      { text: 'error', tone: 'key', isWrong: false },
      { text: '>', tone: 'operator', isWrong: false },
      { text: '1%', tone: 'number', isWrong: false },
      { text: 'and', tone: 'word', isWrong: false },
      { text: 'name', tone: 'key', isWrong: false },
      { text: '=', tone: 'operator', isWrong: false },
      { text: '"x"', tone: 'string', isWrong: false },
    ]))

  it('are together the text that was typed, wherever the error is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), fc.nat(10), (text, position, length) => {
        const pieces = piecesOf(text, { position, length })
        expect(pieces.map(piece => piece.text).join('')).toBe(text)
        const wrong = pieces.filter(({ isWrong }) => isWrong).map(piece => piece.text)
        expect(wrong.join('')).toBe(text.slice(position, position + length))
      }),
    ))
})
