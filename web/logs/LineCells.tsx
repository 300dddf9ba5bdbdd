import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Access } from '#shared/logs/access.ts'
import { refusalOf } from '#shared/logs/refusal.ts'
import { duration, significant } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { Row } from './book.ts'
import { useFlagWords } from './flag-words.ts'
import { Go } from './Go.tsx'
import { policyHref, traceHref, upstreamText } from './links.ts'

const healthOf = { error: 'failing', warn: 'degraded', info: 'unknown', debug: 'unknown' } as const

const timeFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
export const timeText = (at: number): string => timeFormat.format(at)

/** Bytes in steps of 1,000. */
export const sizeText = (bytes: number): string =>
  bytes >= 1e6 ? `${significant(bytes / 1e6, true)} MB` : `${significant(bytes / 1e3, true)} kB`

/** Most of a line that a row shows: nobody reads further before opening it. */
const mostShown = 2000

/** The cells of one line: when, who, how bad, and what. */
export function LineCells(props: {
  row: Row
  inColumns: boolean
  isWrapped: boolean
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const { row } = props
  const access = props.inColumns ? row.access : null
  return (
    <>
      <span role="gridcell" className="when num t3">
        {row.at === null ? '' : timeText(row.at)}
      </span>
      <span role="gridcell" className="who mono t2" title={row.of}>
        <bdi>{row.of}</bdi>
      </span>
      <span role="gridcell" className="how">
        {row.level === 'error' || row.level === 'warn' ? (
          <>
            <HealthMark health={healthOf[row.level]} />
            <span className="sr">{t($ => $.levelWord[row.level ?? 'info'])}</span>
          </>
        ) : null}
      </span>
      <span role="gridcell" className={access === null ? 'what mono' : 'what in-columns'}>
        {access === null ? (
          <>
            <bdi>{row.message.slice(0, mostShown)}</bdi>
            {row.message.length > mostShown && '…'}
            {row.cut !== null && (
              <span className="badge degraded">{t($ => $.cutLine, { size: sizeText(row.cut ?? 0) })}</span>
            )}
          </>
        ) : (
          <AccessCells access={access} at={row.at} onGo={props.onGo} />
        )}
      </span>
    </>
  )
}

function AccessCells({
  access,
  at,
  onGo,
}: {
  access: Access
  at: number | null
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const flagWords = useFlagWords()
  const { code, method, path, authority, protocol, flags, error } = access
  const refusal = refusalOf(access)
  const trace = traceHref(access, at)
  const asked = method === null ? (authority ?? protocol ?? '') : `${method} ${path ?? ''}`
  const why = refusal === null ? (flags.length > 0 ? flagWords(flags) : (error ?? '')) : ''
  return (
    <>
      <span className={`num code ${codeColour(access)}`}>
        {code === null || (code === 0 && method === null) ? '–' : code}
      </span>
      <span className="num t2">{duration(access.duration)}</span>
      <span className="cut mono asked" title={asked}>
        <bdi>{asked}</bdi>
      </span>
      <span className="cut why" title={`${flags.join(',')} ${access.details ?? ''} ${error ?? ''}`.trim()}>
        {refusal === null ? (
          <bdi>{why}</bdi>
        ) : refusal.policy === null ? (
          t($ => $.deniedNone)
        ) : (
          <Go href={policyHref(refusal.policy)} onGo={onGo} tabIndex={-1}>
            {t($ => $.denied, { policy: `${refusal.policy.namespace}/${refusal.policy.name}` })}
          </Go>
        )}
      </span>
      <span className="cut mono t2 upstream" title={access.upstreamCluster ?? ''}>
        <bdi>{upstreamText(access.upstreamCluster, access.upstreamHost)}</bdi>
      </span>
      <span className="cut mono t3 route" title={access.route ?? ''}>
        <bdi>{access.route ?? ''}</bdi>
      </span>
      {trace === null ? (
        <span />
      ) : (
        <Go href={trace} onGo={onGo} tabIndex={-1} className="trace">
          {t($ => $.trace)}
        </Go>
      )}
    </>
  )
}

const codeColour = ({ code, error, method }: Access): string => {
  if (error !== null || (code !== null && (code >= 500 || (code === 0 && method !== null)))) return 'c-failing'
  if (code === null || code === 0) return 't3'
  return code >= 400 ? 'c-degraded' : 't2'
}
