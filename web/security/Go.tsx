import type { MouseEvent, ReactNode } from 'react'

/** A link within the console: a new tab opens it as any link, a plain click stays in the page. */
export function Go(props: {
  href: string
  onGo: (href: string) => void
  className?: string
  isHere?: boolean
  children: ReactNode
}): ReactNode {
  const { href, onGo, className, isHere = false, children } = props
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
    event.preventDefault()
    onGo(href)
  }
  return (
    <a href={href} className={className} onClick={go} {...(isHere && { 'aria-current': 'page' as const })}>
      {children}
    </a>
  )
}
