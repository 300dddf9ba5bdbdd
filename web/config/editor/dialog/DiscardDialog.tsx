import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog.tsx'

export function DiscardDialog(props: { onDiscard: () => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <Dialog
      title={t($ => $.editor.discardSure)}
      onClose={props.onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn lg" onClick={event => event.currentTarget.closest('dialog')?.close()}>
            {t($ => $.editor.keep)}
          </button>
          <button
            type="button"
            className="btn lg primary"
            onClick={event => {
              props.onDiscard()
              event.currentTarget.closest('dialog')?.close()
            }}
          >
            {t($ => $.editor.discard)}
          </button>
        </>
      }
    >
      <p>{t($ => $.editor.discardText)}</p>
    </Dialog>
  )
}
