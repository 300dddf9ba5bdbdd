import type { ReactNode } from 'react'

/** A link to another page of the console; a plain click stays in it. */
export function Go(props: {
  href: string
  onGo: (href: string) => void
  className?: string
  title?: string
  children: ReactNode
}): ReactNode {
  return (
    <a
      className={props.className ?? 'cut'}
      href={props.href}
      title={props.title}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        props.onGo(props.href)
      }}
    >
      {props.children}
    </a>
  )
}
