import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import type { Card, Stage, Told } from '#shared/security/board.ts'
import type { Denials } from '#shared/security/denials.ts'
import type { Replayer } from '#shared/security/replay/replayer.ts'
import { CardView, type OnDeed, type WhyNot } from './CardView.tsx'
import { useCardReplays } from './use-card-replays.ts'

const cardHeight = 162

/** One stage: a list of any length, of which only the cards in sight exist. */
export function Column(props: {
  stage: Stage
  cards: readonly Card[]
  /** Before the filter. */
  total: number
  denials: Denials | null
  tell: (card: Card) => Told | null
  replayer: Replayer | null
  over: FlowWindow
  opened: string
  whyNot: WhyNot
  onOpen: (card: Card) => void
  onDeed: OnDeed
  children?: ReactNode
}): ReactNode {
  // The virtualizer is one object that changes inside: memoised renders would not see it move.
  'use no memo'
  const { t } = useTranslation('security')
  const id = useId()
  const { stage, cards } = props
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- not memoised, see above
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: index => cards[index]?.id ?? index,
    overscan: 3,
    initialRect: { width: 0, height: 640 },
  })
  const items = virtual.getVirtualItems()
  const inSight = items.flatMap(({ index }) => cards[index] ?? [])
  const replayOf = useCardReplays(props.replayer, stage === 'enforced' ? [] : inSight)
  return (
    <section className={`board-column is-${stage}`} aria-labelledby={id}>
      <header>
        <h2 id={id} aria-label={t($ => $.board.column, { stage: t($ => $.board.stage[stage]), count: cards.length })}>
          {t($ => $.board.stage[stage])} <span className="t3">{cards.length}</span>
        </h2>
        <span className="t3 s11 cut" title={t($ => $.board.stageWhat[stage])}>
          {t($ => $.board.stageWhat[stage])}
        </span>
      </header>
      {cards.length === 0 ? (
        <div className="board-empty t2">
          <p>{t($ => (props.total > 0 ? $.board.empty.filtered : $.board.empty[stage]))}</p>
          {props.children}
        </div>
      ) : (
        <div className="board-scroller" ref={scroller}>
          <ul style={{ height: virtual.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const card = cards[index]
              return card === undefined ? null : (
                <li
                  key={card.id}
                  aria-setsize={cards.length}
                  aria-posinset={index + 1}
                  style={{ height: cardHeight, transform: `translateY(${start}px)` }}
                >
                  <CardView
                    card={card}
                    told={props.tell(card)}
                    denials={props.denials}
                    replay={replayOf(card)}
                    isReplayable={props.replayer !== null}
                    over={props.over}
                    isOpen={props.opened === card.id}
                    whyNot={props.whyNot}
                    onOpen={props.onOpen}
                    onDeed={props.onDeed}
                  />
                </li>
              )
            })}
          </ul>
        </div>
      )}
    </section>
  )
}
