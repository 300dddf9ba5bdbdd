import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelsIn, labelsText } from './labels.ts'

const key = fc.stringMatching(/^([a-z]{1,5}\.io\/)?[A-Za-z]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?$/)
const value = fc.stringMatching(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?)?$/)

describe('labels as a hand writes them', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), labels => {
        expect(labelsIn(labelsText(labels))).toEqual({ labels, wrong: null })
      }),
    )
  })
  it.each([
    ['app', 'app'],
    ['app=x\n<b>=1', '<b>=1'],
    ['app=a b', 'app=a b'],
    ['=x', '=x'],
  ])('say which line of %j is none', (text, wrong) => expect(labelsIn(text).wrong).toBe(wrong))
  it('may stand apart and have no value', () =>
    expect(labelsIn(' a = 1 \n\nb=')).toEqual({ labels: { a: '1', b: '' }, wrong: null }))
})
