import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Governed } from '#shared/config/governs.ts'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { objectHref } from '#web/config/names.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { Because } from './Because.tsx'
import { useGoverning } from './use-governing.ts'
import '#web/config/config.css'

/** Objects that apply to a service or workload, why each does, and what is found of it. */
export function GoverningList(props: {
  subject: Governed
  /** So many lines; absent: all. */
  most?: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const rows = useGoverning(props.subject)
  if (rows === null) return <p className="body t3">{t($ => $.list.faces.loading)}</p>
  if (rows.length === 0) return <p className="body t2">{t($ => $.governs.none)}</p>
  const shown = rows.slice(0, props.most)
  return (
    <>
      <table className="objects governs" aria-label={t($ => $.governs.name)}>
        <thead>
          <tr>
            <th scope="col">{t($ => $.governs.object)}</th>
            <th scope="col">{t($ => $.governs.why)}</th>
            <th scope="col">{t($ => $.list.facet.findings)}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ row, why }) => {
            const href = objectHref(row.ref)
            return (
              <tr key={keyOf(row.ref)} onClick={() => props.onGo(href)}>
                <td>
                  <a
                    className="mono"
                    href={href}
                    onClick={event => {
                      if (event.metaKey || event.ctrlKey || event.shiftKey) return event.stopPropagation()
                      event.preventDefault()
                    }}
                  >
                    {row.ref.namespace === '' ? row.ref.name : `${row.ref.namespace}/${row.ref.name}`}
                  </a>{' '}
                  <span className="t3">
                    <Kind of={row.ref} />
                  </span>
                </td>
                <td className="t2">
                  <Because why={why} />
                </td>
                <td>
                  <FindingCounts findings={row.findings} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <p className="body t3 s11">{t($ => $.governs.more, { count: rows.length - shown.length })}</p>
      )}
    </>
  )
}
