import { useSyncExternalStore } from 'react'
import { recall, remember } from './remember.ts'

/** Light, dark, or as the system says. `/theme.js` does the same before the first paint. */
export const themeChoices = ['auto', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]
export type Theme = 'light' | 'dark'

const key = 'weft.theme'
const listeners = new Set<() => void>()
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
let choice: ThemeChoice = themeChoices.find(known => known === recall(key)) ?? 'auto'

const resolved = (): Theme => (choice === 'auto' ? (systemIsDark.matches ? 'dark' : 'light') : choice)

function show(): void {
  document.documentElement.dataset['theme'] = resolved()
  for (const listener of listeners) listener()
}
systemIsDark.addEventListener('change', show)

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function chooseTheme(next: ThemeChoice): void {
  choice = next
  remember(key, next)
  show()
}
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, () => choice)
/** What is on screen: the choice, resolved. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, resolved)

const reduced = matchMedia('(prefers-reduced-motion: reduce)')
export const useReducedMotion = (): boolean =>
  useSyncExternalStore(
    listener => {
      reduced.addEventListener('change', listener)
      return () => reduced.removeEventListener('change', listener)
    },
    () => reduced.matches,
  )
