import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Governed } from '#shared/config/governs.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { Go } from '#web/config/intents/Go.tsx'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { objectHref } from '#web/config/names.ts'
import { Because } from './Because.tsx'
import { rankOf } from './findings.ts'
import { actsOnCalls } from './caller.ts'
import { type Governing, useGoverning } from './use-governing.ts'
import '#web/config/config.css'

type OnGo = (href: string) => void
const nobody: Governed = { namespace: '', services: [], workloads: [] }

/** Objects in force on something, in few words, beside something else; of a call also what acts on it at its caller. */
export function GoverningLines(props: { subject: Governed; caller: Governed | null; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('config')
  const { caller, onGo } = props
  const here = useGoverning(props.subject)
  const there = useGoverning(caller ?? nobody)
  if (here === null || there === null)
    return (
      <p className="all t3" role="status">
        {t($ => $.list.faces.loading)}
      </p>
    )
  const atCaller = caller === null ? [] : there.filter(({ row, why }) => why.kind !== 'host' && actsOnCalls(row.ref))
  return (
    <>
      <section>
        <h3>{t($ => $.governs.name)}</h3>
        {here.length === 0 ? <p className="t2">{t($ => $.governs.none)}</p> : <Lines rows={here} onGo={onGo} />}
      </section>
      {atCaller.length > 0 && (
        <section>
          <h3>{t($ => $.governs.atCaller)}</h3>
          <Lines rows={atCaller} onGo={onGo} />
        </section>
      )}
    </>
  )
}

function Lines({ rows, onGo }: { rows: readonly Governing[]; onGo: OnGo }): ReactNode {
  return (
    <ul className="lines">
      {rows.map(({ row, why }) => (
        <li key={keyOf(row.ref)}>
          <Go href={`${objectHref(row.ref)}${rankOf(row.findings) > 0 ? '?tab=findings' : ''}`} onGo={onGo}>
            <span className="row">
              <span className="mono cut">
                {row.ref.namespace === '' ? row.ref.name : `${row.ref.namespace}/${row.ref.name}`}
              </span>
              <span className="grow" />
              <FindingCounts findings={row.findings} />
            </span>
            <span className="t3 cut">
              <Kind of={row.ref} /> · <Because why={why} />
            </span>
          </Go>
        </li>
      ))}
    </ul>
  )
}
