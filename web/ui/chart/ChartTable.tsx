import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { absolute, cutMiddle, exactClock, none } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import type { Line } from './chart.ts'
import { rowsOf } from './rows.ts'

/** A chart asks for at most a thousand moments: what is older than these is in the file. */
const most = 1000

/** All numbers of a chart, latest first. */
export function ChartTable(props: {
  name: string
  lines: readonly Line[]
  format: (value: number) => string
}): ReactNode {
  const { t } = useTranslation('charts')
  const language = useLanguage()
  const rows = rowsOf(props.lines).slice(0, most)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is scrolled by keyboard too
    <div className="chart-table" tabIndex={0} role="region" aria-label={props.name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t($ => $.time)}</th>
            {props.lines.map(({ id, name }) => (
              <th key={id} scope="col" title={name}>
                {cutMiddle(name, 28)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, values }) => (
            <tr key={at}>
              <th scope="row" title={absolute(at, language)}>
                {exactClock(at)}
              </th>
              {props.lines.map(({ id }, index) => {
                const value = values[index] ?? null
                return <td key={id}>{value === null ? none : props.format(value)}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
