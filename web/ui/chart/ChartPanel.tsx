import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '#web/ui/download.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import type { Line } from './chart.ts'
import { ChartTable } from './ChartTable.tsx'
import { csvOf } from './rows.ts'
import { TimeSeriesChart } from './TimeSeriesChart.tsx'

type Picture = Parameters<typeof TimeSeriesChart>[0]

const legendNames = 40

/**
 * A chart with its title, its lines by name, and the other ways to have it: as a table, as PromQL, as a file. Pages
 * open the texts `charts` before it is shown.
 */
export function ChartPanel(
  props: Picture & {
    /** Beside the title: what is measured and where. */
    note?: ReactNode
    /** Instead of lines where no sample is: why. */
    empty?: ReactNode
    /** The PromQL behind it, in full. */
    query?: string
    /** A legend says nothing where there is one line. */
    hasLegend?: boolean
  },
): ReactNode {
  const { t } = useTranslation('charts')
  const { note, query, empty, hasLegend = props.lines.length > 1, ...picture } = props
  const [isTable, setTable] = useState(false)
  const [hidden, setHidden] = useState<readonly string[]>([])
  const shown = hidden.length === 0 ? picture.lines : picture.lines.filter(({ id }) => !hidden.includes(id))
  const items = [
    {
      key: 'table',
      label: isTable ? t($ => $.asChart) : t($ => $.asTable),
      onChoose: () => setTable(!isTable),
    },
    ...(query === undefined
      ? []
      : [
          {
            key: 'query',
            label: t($ => $.copyQuery),
            onChoose: () => void navigator.clipboard.writeText(query),
          },
        ]),
    {
      key: 'csv',
      label: t($ => $.csv),
      onChoose: () => download(`${picture.name.replaceAll(/[^\w.-]+/g, '-')}.csv`, 'text/csv', csvOf(picture.lines)),
    },
  ]
  return (
    <section className="card chart-panel" aria-label={picture.name}>
      <header>
        <h2>{picture.name}</h2>
        <span className="t3 s11 cut grow">{note}</span>
        <Menu
          className="btn ghost icon"
          name={t($ => $.menu)}
          label={t($ => $.menu)}
          button={<Icon name="more" />}
          items={items}
        />
      </header>
      {isTable ? (
        <ChartTable name={t($ => $.tableOf, { name: picture.name })} lines={picture.lines} format={picture.format} />
      ) : picture.lines.every(({ values }) => values.every(value => value === null)) ? (
        <div className="chart-none t3" style={{ minHeight: picture.height ?? 160 }}>
          <p>{t($ => $.noSamples)}</p>
          {empty}
        </div>
      ) : (
        <TimeSeriesChart {...picture} lines={shown} />
      )}
      {hasLegend && !isTable && (
        <ul className="chart-legend">
          {picture.lines.map(line => (
            <li key={line.id}>
              <LegendName
                line={line}
                isHidden={hidden.includes(line.id)}
                onToggle={() =>
                  setHidden(before =>
                    before.includes(line.id) ? before.filter(id => id !== line.id) : [...before, line.id],
                  )
                }
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function LegendName(props: { line: Line; isHidden: boolean; onToggle: () => void }): ReactNode {
  const { line, isHidden, onToggle } = props
  const tone = typeof line.tone === 'number' ? `series-${(line.tone % 8) + 1}` : tokens[line.tone]
  return (
    <button type="button" aria-pressed={!isHidden} title={line.name} onClick={onToggle}>
      <i style={{ background: `var(--${tone})` }} className={line.isDashed === true ? 'dashed' : undefined} />
      {cutMiddle(line.name, legendNames)}
    </button>
  )
}

const tokens = {
  healthy: 'healthy-mark',
  degraded: 'degraded-mark',
  failing: 'failing-mark',
  quiet: 'unknown-mark',
} as const
