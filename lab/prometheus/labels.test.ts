import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareLabels, dropName, dropper, jsonOf, keeper, keyOf, showLabels, withLabel } from './labels.ts'

const labelSets = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', '__name__'),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
)

describe('labels', () => {
  it('have the same key exactly when they are the same set', () => {
    const present = (labels: Record<string, string>) => Object.fromEntries(Object.entries(labels).filter(([, v]) => v))
    fc.assert(
      fc.property(labelSets, labelSets, (a, b) => {
        const areSame = isDeepStrictEqual(present(a), present(b))
        expect(keyOf(a) === keyOf(b)).toBe(areSame)
        expect(compareLabels(a, b) === 0).toBe(areSame)
        expect(Math.sign(compareLabels(a, b)) + Math.sign(compareLabels(b, a))).toBe(0)
      }),
    )
  })

  it('are shaped into the same object every time', () => {
    const labels = { __name__: 'm', a: '1', b: '2' }
    expect(keeper(['b', 'c'])(labels)).toEqual({ b: '2' })
    expect(dropper(['a'])(labels)).toEqual({ __name__: 'm', b: '2' })
    expect(dropName(labels)).toBe(dropName(labels))
    const nameless = dropName(labels)
    expect(dropName(nameless)).toBe(nameless)
    expect(withLabel(labels, 'a', '')).toEqual({ __name__: 'm', b: '2' })
  })

  it('are written as Go writes them', () => {
    expect(jsonOf({ b: '<&>\u2028"', a: 'é', c: '' })).toBe('{"a":"é","b":"\\u003c\\u0026\\u003e\\u2028\\""}')
    expect(showLabels({ b: 'x', __name__: 'm' })).toBe('{__name__="m", b="x"}')
  })
})
