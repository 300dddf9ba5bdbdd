import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import { type Card, type Deed, deedsOn, type Told } from '#shared/security/board.ts'
import type { Denials } from '#shared/security/denials.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import { useReachText } from './names.ts'
import { Counted } from './Counted.tsx'
import { ReplayLine } from './ReplayLine.tsx'
import type { CardReplay } from './use-card-replays.ts'

export type AnyDeed = Deed | 'remove' | 'discard' | 'edit'
export type OnDeed = (card: Card, deed: AnyDeed) => void
/** A sentence; null: it can be done. */
export type WhyNot = (card: Card, deed: AnyDeed) => string | null

/** One policy: what it selects, what is counted of it, what it would do, and the step it can take. */
export function CardView(props: {
  card: Card
  told: Told | null
  denials: Denials | null
  replay: CardReplay | null
  isReplayable: boolean
  over: FlowWindow
  isOpen: boolean
  whyNot: WhyNot
  onOpen: (card: Card) => void
  onDeed: OnDeed
}): ReactNode {
  const { t } = useTranslation('security')
  const reachText = useReachText()
  const id = useId()
  const { card, whyNot } = props
  const name = nameOf(card)
  const [main, ...others] = deedsOn[card.stage]
  const why = main === undefined ? null : whyNot(card, main)
  const menu: AnyDeed[] =
    card.stage === 'draft'
      ? ['edit', 'discard']
      : [...others.filter(each => each !== 'withdraw'), 'edit', 'withdraw', 'remove']
  return (
    <article className="board-card" aria-labelledby={id} data-open={props.isOpen || undefined}>
      <header className="row">
        {card.policy !== null && <span className="badge line">{card.policy.action}</span>}
        <h3 id={id} className="cut">
          <button type="button" className="link mono" title={name} onClick={() => props.onOpen(card)}>
            {name}
          </button>
        </h3>
      </header>
      <p className="cut t2" title={reachText(card)}>
        {card.object === null ? t($ => $.board.unreadable) : reachText(card)}
      </p>
      {card.stage !== 'draft' && <Counted card={card} told={props.told} denials={props.denials} />}
      {card.stage !== 'enforced' && card.object !== null && (
        <ReplayLine replay={props.replay} isReplayable={props.isReplayable} over={props.over} />
      )}
      {card.stage === 'draft' && why !== null && (
        <p className="why s11" id={`${id}why`} title={why}>
          <HealthMark health="degraded" /> {why}
        </p>
      )}
      <footer className="row">
        {main !== undefined && (
          <button
            type="button"
            className={card.stage === 'staged' ? 'btn primary' : 'btn'}
            aria-label={t($ => $.board.deedOf, { deed: t($ => $.board.deed[main]), name })}
            aria-disabled={why !== null}
            aria-describedby={card.stage === 'draft' && why !== null ? `${id}why` : undefined}
            title={why ?? undefined}
            onClick={() => {
              if (why === null) props.onDeed(card, main)
            }}
          >
            {t($ => $.board.deed[main])}
          </button>
        )}
        {card.stage === 'staged' && (
          <button
            type="button"
            className="btn"
            aria-label={t($ => $.board.deedOf, { deed: t($ => $.board.deed.withdraw), name })}
            aria-disabled={whyNot(card, 'withdraw') !== null}
            title={whyNot(card, 'withdraw') ?? undefined}
            onClick={() => {
              if (whyNot(card, 'withdraw') === null) props.onDeed(card, 'withdraw')
            }}
          >
            {t($ => $.board.deed.withdraw)}
          </button>
        )}
        <span className="grow" />
        <Menu
          className="btn ghost icon"
          name={t($ => $.board.more, { name })}
          label={t($ => $.board.more, { name })}
          button={<Icon name="more" />}
          items={menu
            .filter(each => card.stage !== 'staged' || each !== 'withdraw')
            .map(each => {
              const reason = whyNot(card, each)
              return {
                key: each,
                label: t($ => $.board.deed[each]),
                ...(reason === null ? {} : { whyNot: reason }),
                onChoose: () => props.onDeed(card, each),
              }
            })}
        />
      </footer>
    </article>
  )
}

export const nameOf = ({ ref }: Card): string => {
  const name = ref.name.replace(/^new:/, '')
  return ref.namespace === '' ? name : `${ref.namespace}/${name}`
}
