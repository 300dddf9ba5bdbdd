import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'

/** What has to be answered before anything else: focus stays inside, Escape closes. */
export function Dialog(props: {
  title: string
  isWide?: boolean
  onClose: () => void
  children: ReactNode
  foot: ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  return (
    <dialog
      className={props.isWide === true ? 'float edit-dialog is-wide' : 'float edit-dialog'}
      aria-label={props.title}
      ref={element => {
        if (element !== null && !element.open) element.showModal()
      }}
      onClose={props.onClose}
    >
      <header>
        <h2>{props.title}</h2>
        <span className="grow" />
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.editor.close)}
          onClick={event => event.currentTarget.closest('dialog')?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className="body" tabIndex={0} role="region" aria-label={props.title}>
        {props.children}
      </div>
      <footer>{props.foot}</footer>
    </dialog>
  )
}
