import { expect, it } from 'vitest'
import { axisText } from './axis-text.ts'

it.each([
  ['0.500 /s', '0.5 /s'],
  ['1.00 min', '1 min'],
  ['10.0 s', '10 s'],
  ['0.105 /s', '0.105 /s'],
  ['1,200 /s', '1,200 /s'],
  ['300 ms', '300 ms'],
  ['0 B/s', '0 B/s'],
  ['2.50', '2.5'],
  ['> 99.9 %', '> 99.9 %'],
])('a number on an axis has no zeros behind it: %s', (text, expected) => expect(axisText(text)).toBe(expected))
