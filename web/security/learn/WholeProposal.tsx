import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { enforcedBy } from '#shared/security/board.ts'
import type { Security } from '#web/security/query.ts'
import { ReplayPanel } from '#web/security/replay/ReplayPanel.tsx'
import { Deeds } from './Deeds.tsx'
import { Blind, Trusted } from './Doubts.tsx'
import type { LearnProps } from './LearnPage.tsx'
import { Manifests } from './Manifests.tsx'
import { asReplayed } from './replayed.ts'
import type { Subject } from './subject.ts'
import type { Learnt } from './use-learned.ts'

/** All policies of a namespace together, and whether everything else can be refused. */
export function WholeProposal(
  props: LearnProps & { security: Security; subject: Subject; learned: Learnt },
): ReactNode {
  const { t } = useTranslation('security')
  const [isClosing, setClosing] = useState(false)
  const { learned, subject, onGo, map } = props
  const { namespace } = subject
  const { proposals, closing } = learned
  const cards = [
    ...proposals.flatMap(({ card }) => card ?? []),
    ...(isClosing && closing?.card && !closing.isClosed ? [closing.card] : []),
  ]
  const objects = cards.flatMap(({ object }) => object ?? [])
  return (
    <section className="learn-pane" aria-label={t($ => $.learn.all, { name: namespace })}>
      <h2>{t($ => $.learn.all, { name: namespace })}</h2>
      <Trusted confidence={learned.confidence} />
      {closing !== null && (
        <section className="learn-part">
          <h3>{t($ => $.learn.closing.title)}</h3>
          {closing.isClosed ? (
            <p className="t2">{t($ => $.learn.closing.closed, { namespace })}</p>
          ) : closing.policy === null ? (
            <p className="note degraded">
              {closing.cutOff.length > 0
                ? t($ => $.learn.closing.cut, { namespace, names: closing.cutOff.join(', ') })
                : t($ => $.learn.closing.none, { namespace })}
            </p>
          ) : (
            <label className="learn-tick">
              <input type="checkbox" checked={isClosing} onChange={event => setClosing(event.target.checked)} />
              <span>{t($ => $.learn.closing.take, { namespace })}</span>
            </label>
          )}
        </section>
      )}
      <Blind learned={learned} isBare={proposals.some(({ rules }) => rules.some(({ isWide }) => isWide))} />
      {objects.length > 0 && (
        <>
          <ReplayPanel
            changes={asReplayed(cards.flatMap(card => enforcedBy(card) ?? []))}
            map={map}
            isFaceted={props.search['by'] === 'what'}
            onGo={onGo}
          />
          <Manifests objects={objects} name={`${namespace}-from-traffic`} />
          <Deeds {...props} cards={cards} />
        </>
      )}
    </section>
  )
}
