import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Signals as Lines } from '#shared/overview/api.ts'
import type { Sum } from '#shared/overview/overview.ts'
import { byteRateParts, durationParts, none, percentParts, type Quantity, rateParts, times } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Sparkline } from '#web/ui/Sparkline.tsx'

type Line = readonly (number | null)[]

/** Now by the live list, the lines of the last hour beneath. */
export function Signals(props: {
  sum: Sum | null
  lines: Lines | null
  problem: string | null
  /** Where there is no line at all: why. */
  empty: ReactNode
}): ReactNode {
  const { t } = useTranslation('overview')
  const { sum, lines } = props
  const p95 = lastOf(lines?.p95)
  const [p50, p99] = [lastOf(lines?.p50), lastOf(lines?.p99)]
  const of = <T,>(value: T | null | undefined, parts: (value: T) => Quantity): Quantity =>
    value == null ? { value: none, unit: '' } : parts(value)
  return (
    <section className="card overview-signals" aria-label={t($ => $.signals)}>
      <Cell
        name={t($ => $.signal.requests)}
        now={of(sum?.requestRate, value => rateParts(value, 'req'))}
        line={lines?.requestRate}
      />
      <Cell
        name={t($ => $.signal.errors)}
        now={of(sum?.errorRatio, percentParts)}
        line={lines?.errorRatio}
        isBadWhenMore
        least={0.001}
      />
      <Cell name={t($ => $.signal.p95)} now={of(p95, durationParts)} line={lines?.p95} isBadWhenMore />
      <Cell
        name={t($ => $.signal.spread)}
        now={of(p50, durationParts)}
        beside={p99 === null ? '' : text(durationParts(p99))}
        line={lines?.p99}
        isBadWhenMore
      />
      <Cell name={t($ => $.signal.mtls)} now={of(sum?.mtlsRatio, percentParts)} line={lines?.mtlsRatio} />
      <Cell name={t($ => $.signal.tcp)} now={of(sum?.byteRate, value => byteRateParts(value))} line={lines?.byteRate} />
      {lines !== null && isEmpty(lines) && props.empty}
      {props.problem !== null && (
        <p className="note degraded" role="status">
          {t($ => $.signalsFailing, { because: props.problem })}
        </p>
      )}
    </section>
  )
}

const isEmpty = ({ requestRate, byteRate }: Lines): boolean =>
  [...requestRate, ...byteRate].every(value => value === null)

const text = ({ value, unit }: Quantity): string => `${value}\u00a0${unit}`
const lastOf = (line: Line | undefined): number | null => line?.findLast(value => value !== null) ?? null

function Cell(props: {
  name: string
  now: Quantity
  beside?: string
  line: Line | undefined
  isBadWhenMore?: boolean
  /** Below this it is nothing, however often it doubles. */
  least?: number
}): ReactNode {
  const { t } = useTranslation('overview')
  const { name, now, line = [] } = props
  const change = changeOf(line, props.least ?? 0)
  const isBad = props.isBadWhenMore === true && change !== null && change >= 1.5
  const isVeryBad = isBad && change >= 5
  const health = isVeryBad ? 'failing' : isBad ? 'degraded' : null
  return (
    <div className="signal">
      <h2>{name}</h2>
      <p className={health === null ? 'big' : `big c-${health}`}>
        {now.value}
        <small>
          {now.unit}
          {props.beside !== undefined && props.beside !== '' && ` · ${props.beside}`}
        </small>
      </p>
      <p className="t3 s11 row">
        {health !== null && <HealthMark health={health} />}
        {line.length === 0
          ? '\u00a0'
          : change === null
            ? lastOf(line) === null
              ? t($ => $.unknown)
              : t($ => $.same)
            : Math.abs(change - 1) < 0.05
              ? t($ => $.same)
              : t($ => $.more, { factor: change >= 1 ? times(change) : `×${change.toFixed(2)}` })}
      </p>
      <Sparkline
        values={line}
        width={170}
        height={32}
        label={t($ => $.lastHour, { name, now: `${text(now)} ${props.beside ?? ''}`.trim() })}
        stroke={health === null ? 'var(--text-2)' : `var(--${health}-mark)`}
      />
    </div>
  )
}

/** The last minutes against the first of the hour; null where one of them is missing or nothing. */
function changeOf(line: Line, least: number): number | null {
  const mean = (part: Line): number | null => {
    const known = part.filter(value => value !== null)
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  }
  const [before, now] = [mean(line.slice(0, 15)), mean(line.slice(-3))]
  if (before === null || now === null || now <= least) return null
  return now / Math.max(before, least) > 1e6 ? null : now / Math.max(before, least, 1e-9)
}
