import { useTranslation } from 'react-i18next'
import type { Caller } from '#shared/security/party.ts'
import { severalProviders, unreadFact, unreadMesh } from '#shared/security/judge.ts'

/** `shop/cart`, or what a caller without a name is called. */
export function useCallerName(): (caller: Caller) => string {
  const { t } = useTranslation('security')
  return caller => {
    switch (caller.kind) {
      case 'identity':
      case 'plain':
        return caller.namespace === '' ? caller.name : `${caller.namespace}/${caller.name}`
      case 'outside':
      case 'hidden':
        return t($ => $.caller[caller.kind])
    }
  }
}

/** A missing fact in words, where it has some; else by its name, as `<m>…</m>`. */
export function useFactName(): (fact: string) => string {
  const { t } = useTranslation('security')
  return fact => {
    if (fact === unreadMesh) return t($ => $.check.missingMesh)
    if (fact === severalProviders) return t($ => $.check.missingSeveral)
    if (fact === 'destination.proxy') return t($ => $.check.missingProxy)
    const prefix = unreadFact('')
    if (fact.startsWith(prefix)) return t($ => $.check.missingOf, { name: fact.slice(prefix.length) })
    return `<m>${fact}</m>`
  }
}
