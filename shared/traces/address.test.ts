import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rangeIn } from './api.ts'
import { serviceParts } from './service.ts'
import { tagsIn, tagsText } from './tags.ts'

describe('tags in an address', () => {
  it.each([
    ['', {}],
    ['a=b', { a: 'b' }],
    [' http.status_code = 503 , error=true,', { 'http.status_code': '503', error: 'true' }],
    ['url=http://x/?a=b', { url: 'http://x/?a=b' }],
    ['a=b\\,c', { a: 'b,c' }],
    ['a=', { a: '' }],
    ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
    ['a', null],
    ['=b', null],
    [Array.from({ length: 17 }, (_, index) => `k${index}=v`).join(','), null],
  ])('%s', (text, tags) => expect(tagsIn(text)).toEqual(tags))

  it('are read as they were written (law)', () => {
    const word = fc.string({ minLength: 1 }).map(each => each.replaceAll('=', '').trim())
    const key = word.filter(each => each !== '' && each !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(key, word, { maxKeys: 5, noNullPrototype: true }), tags => {
        expect(tagsIn(tagsText(tags))).toEqual(tags)
      }),
    )
  })
})

describe('a range of time', () => {
  it.each([
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['32d', null],
    ['0s', null],
    ['1w', null],
    ['-1h', null],
    ['', null],
  ])('%s', (text, length) => expect(rangeIn(text)).toBe(length))
})

describe('a service of the mesh', () => {
  it.each([
    ['cart.shop', 'cart', 'shop'],
    ['a.b.shop', 'a.b', 'shop'],
    ['cart', 'cart', ''],
    ['cart.', 'cart.', ''],
    ['<b>.</b>', '<b>.</b>', ''],
  ])('%s', (service, app, namespace) => expect(serviceParts(service)).toEqual({ app, namespace }))
})
