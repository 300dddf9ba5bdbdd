import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'

/** Beside the timeline: what is looked at. Escape closes it, wherever the focus is in it. */
export function Side(props: { title: string; onClose: () => void; children: ReactNode }): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a key that belongs to all that is in it
    <aside
      className="history-side"
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key === 'Escape' && (event.target as HTMLElement).closest('dialog') === null) props.onClose()
      }}
    >
      <header>
        <h2 id={id}>{props.title}</h2>
        <span className="grow" />
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.history.close)}
          title={t($ => $.history.close)}
          onClick={props.onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className="body" tabIndex={0} role="group" aria-labelledby={id}>
        {props.children}
      </div>
    </aside>
  )
}
