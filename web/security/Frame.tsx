import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type FlowWindow, flowWindowIn, flowWindows } from '#shared/security/api.ts'
import { useConnection } from '#web/api/use-live.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import { age, exactClock } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { useNow } from '#web/ui/use-now.ts'
import {
  assertionsHref,
  boardHref,
  checkHref,
  identitiesHref,
  learnHref,
  matrixHref,
  postureHref,
  readinessHref,
  whatIfHref,
} from './address.ts'
import { Go } from './Go.tsx'
import type { Security } from './query.ts'
import { type PageProps, wordIn } from './search.ts'
import './security.css'

/** In their order. */
export const pageNames = [
  'posture',
  'matrix',
  'check',
  'identities',
  'board',
  'readiness',
  'learn',
  'assertions',
  'whatIf',
] as const

const words = Object.keys(flowWindows) as FlowWindow[]
/** What these say is not of a window. */
const withoutFlows = new Set<(typeof pageNames)[number]>(['check', 'whatIf', 'assertions'])

/** What the security pages have in common: their names, the window, and what has to be known before they are believed. */
export function Frame(
  props: PageProps & {
    page: (typeof pageNames)[number]
    security: Security
    tools?: ReactNode
    side?: ReactNode
    foot?: ReactNode
    children: ReactNode
  },
): ReactNode {
  const { t } = useTranslation('security')
  const { page, security, search, onSearch, onGo } = props
  const over = flowWindowIn(search['over'])
  const kept = { over: over === '1h' ? undefined : over, ns: search['ns'] }
  const pages: Record<(typeof pageNames)[number], string> = {
    posture: postureHref(kept),
    matrix: matrixHref(kept),
    check: checkHref(kept),
    identities: identitiesHref(kept),
    board: boardHref(kept),
    readiness: readinessHref(kept),
    learn: learnHref(kept),
    assertions: assertionsHref(kept),
    whatIf: whatIfHref(kept),
  }
  return (
    <div className={props.side === undefined || props.side === null ? 'security' : 'security has-side'}>
      <header className="security-head">
        <div className="row">
          <h1>{t($ => $.title)}</h1>
          <span className="grow" />
          {props.tools}
          {!withoutFlows.has(page) && (
            <Segmented<FlowWindow>
              name={t($ => $.window)}
              value={over}
              choices={words.map(value => ({ value, label: t($ => $.over[value]) }))}
              onChoose={value => onSearch({ over: value === '1h' ? undefined : value })}
            />
          )}
        </div>
        <nav className="security-pages" aria-label={t($ => $.pages)}>
          {pageNames.map(name => (
            <Go key={name} href={pages[name]} onGo={onGo} isHere={name === page}>
              {t($ => $.page[name])}
            </Go>
          ))}
        </nav>
      </header>
      <Notes
        security={security}
        needsFlows={!withoutFlows.has(page)}
        unseen={
          <EmptyPanel
            panel="traffic"
            namespaces={search['ns']}
            window={flowWindows[over]}
            lead={t($ => $.faces.unseen, { over: t($ => $.over[over]) })}
            onGo={onGo}
          />
        }
      />
      <div className="security-body">
        {security.matrix === null ? <NoVerdicts security={security} /> : props.children}
      </div>
      <footer className="foot">
        <Read security={security} />
        {props.foot}
        <span className="grow" />
        {page === 'matrix' && <span className="hint">{t($ => $.foot.seen, { over: t($ => $.over[over]) })}</span>}
      </footer>
      {props.side}
    </div>
  )
}

function NoVerdicts({ security }: { security: Security }): ReactNode {
  const { t } = useTranslation('security')
  if (security.because === null)
    return (
      <div className="loading-table" role="status">
        <span className="sr">{t($ => $.faces.loading)}</span>
        {Array.from({ length: 14 }, (_, row) => (
          <div key={row} aria-hidden="true">
            {[16 + ((row * 5) % 9), 22, 9, 13, 11].map((width, index) => (
              <span key={index} className="skeleton" style={{ width: `${width}%` }} />
            ))}
          </div>
        ))}
      </div>
    )
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{t($ => $.faces.failing)}</h2>
      </header>
      <div className="body">
        <p className="t2">{security.because}</p>
        <div className="row acts">
          <button type="button" className="btn" onClick={security.again}>
            {t($ => $.faces.again)}
          </button>
        </div>
      </div>
    </section>
  )
}

function Notes(props: { security: Security; needsFlows: boolean; unseen: ReactNode }): ReactNode {
  const { security, needsFlows } = props
  const { t } = useTranslation('security')
  const { matrix, because, at, flows, flowsBecause } = security
  const isCut = useConnection().state === 'cut'
  if (matrix === null) return <div />
  const { readable } = matrix.reading
  const notes = [
    ...(isCut && at !== null ? [t($ => $.faces.cut, { at: exactClock(at) })] : []),
    ...(because !== null && at !== null && !isCut ? [t($ => $.faces.stale, { at: exactClock(at), because })] : []),
    ...(readable.mesh ? [] : [t($ => $.faces.unread)]),
    ...(readable.mesh && readable.namespaces !== null ? [t($ => $.faces.unreadSome)] : []),
    ...(needsFlows && flows === null
      ? [flowsBecause === null ? t($ => $.faces.noFlowsYet) : t($ => $.faces.noFlows, { because: flowsBecause })]
      : []),
  ]
  const isUnseen = needsFlows && flows !== null && flows.flows.length === 0
  if (notes.length === 0 && !isUnseen) return <div />
  return (
    <div className="security-notes">
      {notes.map(note => (
        <p key={note} className="note degraded" role="status">
          {note}
        </p>
      ))}
      {isUnseen && props.unseen}
    </div>
  )
}

function Read({ security: { at, because, flows } }: { security: Security }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const now = useNow()
  const isCut = useConnection().state === 'cut'
  if (at === null) return null
  return (
    <>
      <span className={because === null && !isCut ? 'livedot' : 'livedot degraded'} aria-hidden="true" />
      <span>{t($ => $.foot.read, { age: age(Math.max(0, now - at), language) })}</span>
      {flows !== null && (
        <span className="fact">
          <i aria-hidden="true">·</i>
          {t($ => $.foot.queries, { count: flows.queries.length })}
        </span>
      )}
    </>
  )
}

export const overIn = (search: PageProps['search']): FlowWindow => flowWindowIn(wordIn(search, 'over'))
