import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { typedOf, type Draft, type Written } from './use-draft.ts'

/** What is typed is kept in this browser, and how one is rid of it. */
export function DraftLine({ draft }: { draft: Draft }): ReactNode {
  const { t } = useTranslation('metrics')
  const [isAsking, setAsking] = useState(false)
  if (!draft.isTyped) return null
  return (
    <div className="row own-draft s12">
      <span role="status" className={draft.isRefused ? 'c-degraded' : 't3'}>
        {draft.isRefused ? t($ => $.own.draftRefused) : t($ => $.own.draft)}
      </span>
      {draft.isOutrun && <span className="c-degraded">{t($ => $.own.draftOutrun)}</span>}
      {isAsking ? (
        <>
          <span className="t2">{t($ => $.own.discardSure)}</span>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setAsking(false)
              draft.discard()
            }}
          >
            {t($ => $.own.discardIt)}
          </button>
          <button type="button" className="btn" onClick={() => setAsking(false)}>
            {t($ => $.own.keepIt)}
          </button>
        </>
      ) : (
        <button type="button" className="link" onClick={() => setAsking(true)}>
          {t($ => $.own.discard)}
        </button>
      )}
    </div>
  )
}

/** Beside a dashboard that is shown as it is kept: somebody typed something else. */
export function DraftNote({ id, there }: { id: string; there: Written }): ReactNode {
  const { t } = useTranslation('metrics')
  const [isKept] = useState(() => typedOf(id, there) !== null)
  return isKept && <span className="t3 s12">{t($ => $.own.draft)}</span>
}
