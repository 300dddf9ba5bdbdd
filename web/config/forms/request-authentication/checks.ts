import type { Check } from '#web/config/forms/form.ts'
import type { Texts } from './text-en.ts'

/** Istio docs, JWTRule, `jwksUri`. */
export const anHttpUrl: Check<Texts> = (entry, texts) => {
  const url = URL.parse(entry)
  return url !== null && ['http:', 'https:'].includes(url.protocol) && !/\s/.test(entry) ? null : texts.noUrl
}

/** RFC 9110, section 5.6.2, "Tokens". */
export const aHeaderName: Check<Texts> = (entry, texts) => (/^[!#$%&'*+.^`|~\w-]+$/.test(entry) ? null : texts.noHeader)

/** RFC 7517, section 5; what only the issuer may hold is in RFC 7518, section 6 (`d`, `k`). */
export const aKeySet: Check<Texts> = (entry, texts) => {
  const keys = keysIn(entry)
  if (keys === null) return texts.noKeySet
  if (keys.length === 0) return texts.noKeys
  return keys.some(key => 'd' in key || 'k' in key) ? texts.privateKey : null
}

function keysIn(text: string): object[] | null {
  try {
    const set = JSON.parse(text) as unknown
    const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : null
    return Array.isArray(keys) && keys.every(key => typeof key === 'object' && key !== null) ? (keys as object[]) : null
  } catch {
    return null
  }
}
