/** Puts what floats under its trigger, or over it where there is more room, kept inside the window. Called before it opens and again when its content is there. */
export function place(floating: HTMLElement, trigger: HTMLElement | null): void {
  if (trigger === null) return
  const anchor = trigger.getBoundingClientRect()
  const width = floating.offsetWidth
  const room = document.documentElement.clientWidth - 8
  const left = anchor.left + width > room ? Math.max(8, Math.min(anchor.right, room) - width) : anchor.left
  floating.style.left = `${Math.round(left)}px`
  const below = document.documentElement.clientHeight - anchor.bottom - 12
  const isOver = floating.offsetHeight > below && anchor.top > below
  const top = isOver ? Math.max(8, anchor.top - 4 - floating.offsetHeight) : anchor.bottom + 4
  floating.style.top = `${Math.round(top)}px`
}
