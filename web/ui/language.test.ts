import { describe, expect, it } from 'vitest'
import { spokenHere } from './language.ts'

describe('the language of a first visit', () => {
  it.each([
    [['zh-CN', 'en'], 'zh-CN'],
    [['zh-TW'], 'zh-CN'],
    [['en-GB', 'zh'], 'en'],
    [['de', 'zh-Hans'], 'zh-CN'],
    [['de'], 'en'],
    [[], 'en'],
  ])('of a browser that asks for %j is %s', (wanted, language) => {
    expect(spokenHere(wanted)).toBe(language)
  })
})
