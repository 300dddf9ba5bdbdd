import { useEffect, useEffectEvent } from 'react'

/** ⌘K and Ctrl-K from anywhere; `/` where nothing is being typed. */
export function usePaletteKeys(open: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // A page that has an act of its own for the key says so.
    if (event.defaultPrevented) return
    const target = event.target as HTMLElement
    const isTyping = target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
    const isShortcut = event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey
    const isSlash = event.key === '/' && !isTyping && !event.metaKey && !event.ctrlKey && !event.altKey
    if (!isShortcut && !isSlash) return
    event.preventDefault()
    open()
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
