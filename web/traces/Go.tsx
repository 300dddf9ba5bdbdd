import type { MouseEvent, ReactNode } from 'react'
import type { OnGo } from './address.ts'

/** A link within the console: the page goes there without being loaded anew. */
export function Go(props: {
  href: string
  onGo: OnGo
  className?: string
  title?: string
  tabIndex?: number
  children: ReactNode
}): ReactNode {
  const go = (event: MouseEvent) => {
    // Another tab, another window: the browser's own business.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    event.stopPropagation()
    props.onGo(props.href)
  }
  return (
    <a className={props.className} href={props.href} title={props.title} tabIndex={props.tabIndex} onClick={go}>
      {props.children}
    </a>
  )
}
