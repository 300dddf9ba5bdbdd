import { describe, expect, it } from 'vitest'
import type { Draft } from './draft.ts'
import { lastWords, laterOf } from './last-words.ts'

const object = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' }
const draft = (text: string, typedAt: number): Draft => ({ object, text, base: { kind: 'VirtualService' }, typedAt })

function storage(most = Infinity) {
  const held = new Map<string, string>()
  return {
    held,
    getItem: (name: string) => held.get(name) ?? null,
    removeItem: (name: string) => void held.delete(name),
    setItem(name: string, value: string) {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError')
      held.set(name, value)
    },
  }
}

describe('what was typed last before a page goes', () => {
  it('is read once by the next one', () => {
    const words = lastWords(storage())
    words.say(draft('timeout: 7s', 2))
    expect(words.take({ ...object, name: 'other' })).toBeNull()
    expect(words.take(object)).toEqual(draft('timeout: 7s', 2))
    expect(words.take(object)).toBeNull()
  })
  it('stands in nobody’s way where there is no room for it, or nothing that can be read', () => {
    const full = lastWords(storage(10))
    expect(() => full.say(draft('long', 1))).not.toThrow()
    expect(full.take(object)).toBeNull()
    const odd = storage()
    lastWords(odd).say(draft('x', 1))
    for (const name of odd.held.keys()) odd.held.set(name, '{"text": 1')
    expect(lastWords(odd).take(object)).toBeNull()
    expect(lastWords(undefined).take(object)).toBeNull()
  })
  it('counts only where nothing was typed since', () => {
    const [early, late] = [draft('a', 1), draft('b', 2)]
    expect(laterOf(early, late)).toBe(late)
    expect(laterOf(late, early)).toBe(late)
    expect(laterOf(null, early)).toBe(early)
    expect(laterOf(late, null)).toBe(late)
    expect(laterOf(null, null)).toBeNull()
  })
})
