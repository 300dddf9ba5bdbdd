import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { keptIn } from '#shared/security/assertions.ts'
import type { Change } from '#shared/security/change.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { problemFrom } from '#web/api/call.ts'
import { assertionsQuery, landscapeQuery } from '#web/security/query.ts'
import { Because } from './Because.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import { useAsserted } from './use-asserted.ts'
import './assertions.css'

/** What a change would do to the assertions: those that would come out otherwise. Nothing where there are none. */
export function AssertionsSection(props: { changes: readonly Change[]; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const { data, error } = useQuery(assertionsQuery)
  const landscape = useQuery(landscapeQuery)
  const texts = useMemo(
    () => [...new Set(keptIn((data?.objects ?? []).filter(isMeshObject)).map(({ sentence }) => sentence.text))],
    [data?.objects],
  )
  const { told, because } = useAsserted(texts, landscape.data ?? {}, props.changes)
  const trouble = error === null ? because : problemFrom(error).detail
  if (texts.length === 0 && trouble === null) return null
  const turned = [...(told?.values() ?? [])].filter(({ before, after }) => before.outcome !== after.outcome)
  return (
    <section className="replay-assertions" aria-label={t($ => $.assertions.title)} aria-busy={told === null}>
      <h3>{t($ => $.assertions.title)}</h3>
      {trouble !== null && <p className="note degraded">{t($ => $.assertions.checkFailing, { because: trouble })}</p>}
      {trouble === null && told === null && <p className="t3 s12">{t($ => $.assertions.checking)}</p>}
      {told !== null && turned.length === 0 && (
        <p className="t2 s12">{t($ => $.assertions.allSame, { count: told.size })}</p>
      )}
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
    </section>
  )
}
