import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import type { Card, Told } from '#shared/security/board.ts'
import type { Denials } from '#shared/security/denials.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { age, momentText, rate } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { objectHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { SideHead } from '#web/security/SideHead.tsx'
import { nameOf } from './CardView.tsx'
import { useObstacleText, useReachText } from './names.ts'

/** More names are not read in a panel. */
const most = 40

/** A card in full: whom it selects, what its proxies count and of whom, why it cannot be staged. */
export function CardSide(props: {
  card: Card
  told: Told | null
  denials: Denials | null
  over: FlowWindow
  onGo: (href: string) => void
  onClose: () => void
  children: ReactNode
}): ReactNode {
  const { t } = useTranslation('security')
  const reachText = useReachText()
  const obstacleText = useObstacleText()
  const { card, told, denials } = props
  const more = card.workloads.length - most
  return (
    <aside className="security-side" aria-label={t($ => $.board.side.name, { name: nameOf(card) })}>
      <SideHead title={<h2>{nameOf(card)}</h2>} onClose={props.onClose}>
        <div className="row">
          <span className="badge line">{t($ => $.board.stage[card.stage])}</span>
          {card.policy !== null && <span className="badge line">{card.policy.action}</span>}
        </div>
      </SideHead>
      {card.obstacle !== null && (
        <section>
          <p className="note degraded">
            {t($ => $.board.cannotStage, { why: obstacleText(card.obstacle ?? { is: 'unreadable' }) })}
          </p>
        </section>
      )}
      <section>
        <h3>{t($ => $.board.side.selects)}</h3>
        {(card.reach === 'mesh' || card.reach === 'namespace' || card.workloads.length === 0) && (
          <p className="t2">{reachText(card)}</p>
        )}
        <ul className="board-names mono">
          {card.workloads.slice(0, most).map(workload => (
            <li key={workloadKey(workload)}>{workloadKey(workload)}</li>
          ))}
        </ul>
        {more > 0 && <p className="t3">{t($ => $.board.side.andMore, { count: more })}</p>}
      </section>
      {told !== null && denials !== null && <Numbers {...props} told={told} denials={denials} />}
      {props.children}
      <div className="acts">
        <Go className="btn" href={objectHref(card.typed)} onGo={props.onGo}>
          {t($ => (card.stage === 'draft' ? $.board.side.edit : $.board.side.open))}
        </Go>
      </div>
    </aside>
  )
}

function Numbers(props: { card: Card; told: Told; denials: Denials; over: FlowWindow }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const { card, told, denials } = props
  const isStaged = card.stage === 'staged'
  const seconds = (value: number) => age(value * 1000, language)
  const moment = (at: number | null) => (at === null ? t($ => $.board.side.never) : momentText(at, language))
  const notes = [
    ...(told.sharedWith > 0
      ? [t($ => (isStaged ? $.board.side.shared : $.board.side.sharedEnforced), { count: told.sharedWith })]
      : []),
    ...(told.besides > 0 ? [t($ => $.board.side.besides, { count: told.besides })] : []),
    ...(isStaged && told.silent > 0 ? [t($ => $.board.side.silent, { count: told.silent })] : []),
  ]
  return (
    <section>
      <h3>{t($ => $.board.side.counted)}</h3>
      <dl className="facts">
        <dt>{t($ => $.board.side.rate)}</dt>
        <dd>{told.rate === 0 ? '0' : rate(told.rate, 'req')}</dd>
        <dt>{t($ => $.board.side.within, { over: t($ => $.over[props.over]) })}</dt>
        <dd>{Math.round(told.denied).toLocaleString('en-US')}</dd>
        <dt>{t($ => $.board.side.last)}</dt>
        <dd>{moment(told.lastSeen)}</dd>
        {told.since !== null && (
          <>
            <dt>{t($ => $.board.side.since)}</dt>
            <dd>{moment(told.since)}</dd>
          </>
        )}
      </dl>
      {notes.map(note => (
        <p key={note} className="t2">
          {note}
        </p>
      ))}
      <p className="t3 s11">
        {t($ => $.board.side.exact, { step: seconds(denials.step), recent: seconds(denials.recent) })}
      </p>
      <details className="board-queries">
        <summary>{t($ => $.board.side.queries)}</summary>
        {denials.queries.map(({ name, query }) => (
          <code key={name}>{query}</code>
        ))}
      </details>
    </section>
  )
}
