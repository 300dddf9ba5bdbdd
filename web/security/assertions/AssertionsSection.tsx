import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Because } from './Because.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import type { ChangedAssertions } from './use-changed-assertions.ts'
import './assertions.css'

/** What a change would do to the assertions: those that would come out otherwise. Nothing where there are none. */
export function AssertionsSection(props: { asserted: ChangedAssertions; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const { count, turned, isChecking, because } = props.asserted
  if (count === 0 && because === null) return null
  return (
    <section className="replay-assertions" aria-label={t($ => $.assertions.title)} aria-busy={isChecking}>
      <h3>{t($ => $.assertions.title)}</h3>
      {because !== null && <p className="note degraded">{t($ => $.assertions.checkFailing, { because })}</p>}
      {isChecking && <p className="t3 s12">{t($ => $.assertions.checking)}</p>}
      {!isChecking && because === null && turned.length === 0 && (
        <p className="t2 s12">{t($ => $.assertions.allSame, { count })}</p>
      )}
      {turned.length > 0 && (
        <ul className="assertion-list">
          {turned.map(({ text, before, after }) => (
            <li key={text}>
              <div className="row">
                <OutcomeMark outcome={before.outcome} />
                <span aria-hidden="true">→</span>
                <OutcomeMark outcome={after.outcome} />
              </div>
              <bdi className="mono">{text}</bdi>
              <Because checked={after} onGo={props.onGo} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
