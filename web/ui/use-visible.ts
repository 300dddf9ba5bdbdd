import { useSyncExternalStore } from 'react'

const subscribe = (told: () => void): (() => void) => {
  document.addEventListener('visibilitychange', told)
  return () => document.removeEventListener('visibilitychange', told)
}
const isVisible = (): boolean => document.visibilityState !== 'hidden'

/** Whether anybody can see the page: not behind another tab, nor put away. */
export const useVisible = (): boolean => useSyncExternalStore(subscribe, isVisible)
