import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fix } from '#shared/config/finding.ts'
import { Dialog } from './Dialog.tsx'
import { TextDiff } from './TextDiff.tsx'

/** What a fix would make of the text, before it does. */
export function FixDialog(props: {
  fix: Fix
  before: string
  after: string
  onApply: () => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  return (
    <Dialog
      title={t($ => $.editor.fixPreview, { title: props.fix.title })}
      onClose={props.onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn lg" onClick={event => event.currentTarget.closest('dialog')?.close()}>
            {t($ => $.editor.cancel)}
          </button>
          <button
            type="button"
            className="btn lg primary"
            onClick={event => {
              props.onApply()
              event.currentTarget.closest('dialog')?.close()
            }}
          >
            {t($ => $.editor.fixApply)}
          </button>
        </>
      }
    >
      <TextDiff before={props.before} after={props.after} />
    </Dialog>
  )
}
