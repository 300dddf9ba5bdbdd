import type { MouseEvent, ReactNode } from 'react'

/** A link within the page; with a modifier it is the browser's. */
export function Go(props: {
  href: string
  onGo: (href: string) => void
  title?: string
  children: ReactNode
}): ReactNode {
  const go = (event: MouseEvent) => {
    event.stopPropagation()
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    props.onGo(props.href)
  }
  return (
    <a className="link" href={props.href} title={props.title} onClick={go}>
      {props.children}
    </a>
  )
}
