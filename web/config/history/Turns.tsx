import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Turn, TurnCounts } from '#shared/mesh/turn.ts'
import { Go } from '#web/config/intents/Go.tsx'
import { Icon } from '#web/ui/Icon.tsx'

const outcomes = ['broken', 'uncertain', 'holds'] as const satisfies readonly Turn['became'][]
const signs = { broken: '✕', uncertain: '?', holds: '✓' } as const
const colours = { broken: 'c-failing', uncertain: 'c-degraded', holds: 'c-healthy' } as const

/** A shield with `✕ 1`, `✓ 1`: how many assertions a change turned, and how; nothing where it turned none. */
export function TurnMarks({ turns }: { turns: TurnCounts }): ReactNode {
  const { t } = useTranslation('config')
  const told = outcomes.filter(outcome => turns[outcome] > 0)
  if (told.length === 0) return null
  return (
    <span className="turn-marks">
      <Icon name="security" small />
      {told.map(outcome => {
        const words = t($ => $.history.turns.count[outcome], { count: turns[outcome] })
        return (
          <span key={outcome} className={colours[outcome]} title={words}>
            <span aria-hidden="true">
              {signs[outcome]} {turns[outcome]}
            </span>
            <span className="sr">{words}</span>
          </span>
        )
      })}
    </span>
  )
}

/** Assertions that a change turned, the broken ones first. */
export function Turns({ turns, onGo }: { turns: readonly Turn[]; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  if (turns.length === 0) return null
  const sorted = turns.toSorted((a, b) => outcomes.indexOf(a.became) - outcomes.indexOf(b.became))
  return (
    <section>
      <h2>{t($ => $.history.turns.title)}</h2>
      <ul className="edit-list">
        {sorted.slice(0, 50).map(({ assertion, was, became }) => (
          <li key={JSON.stringify(assertion)}>
            <span className={`mark ${colours[became]}`} aria-hidden="true">
              {signs[became]}
            </span>
            <div>
              <span className={`med ${colours[became]}`}>{t($ => $.history.turns.became[became])}</span>{' '}
              <bdi className="mono">{assertion.text}</bdi>
              <p className="t3 s11">
                {t($ => $.history.turns.was[was])}{' '}
                {t($ => $.history.turns.kept, { place: `${assertion.namespace}/${assertion.name}` })}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {turns.length > 50 && <p className="t3">{t($ => $.history.more, { count: turns.length - 50 })}</p>}
      <p>
        <Go href="/security/assertions" onGo={onGo} className="s11">
          {t($ => $.history.turns.now)}
        </Go>
      </p>
    </section>
  )
}
