import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MeshObject } from '#shared/mesh/object.ts'
import { type Card, writtenBy } from '#shared/security/board.ts'
import { boardHref, objectHref } from '#web/security/address.ts'
import { useObstacleText } from '#web/security/board/names.ts'
import type { Security } from '#web/security/query.ts'
import type { LearnProps } from './LearnPage.tsx'

/** What can be done with what is proposed: kept as drafts, or staged in one step. */
export function Deeds(props: LearnProps & { security: Security; cards: readonly Card[] }): ReactNode {
  const { t } = useTranslation('security')
  const obstacleText = useObstacleText()
  const { cards, security, onGo, Apply } = props
  const { keep } = props.useDrafts()
  const lacks = props.useLacks()
  const [trouble, setTrouble] = useState<string | null>(null)
  const [staging, setStaging] = useState<readonly { before: MeshObject | null; after: MeshObject | null }[] | null>(
    null,
  )
  const whyNot = ({ ref, obstacle }: Card): string | null =>
    obstacle === null ? lacks(ref, 'patch') : obstacleText(obstacle)
  const refused = cards.flatMap(card => {
    const why = whyNot(card)
    return why === null ? [] : [{ card, why }]
  })
  const stageable = cards.filter(card => whyNot(card) === null)
  const [only] = cards
  const keepAll = async () => {
    try {
      for (const { object, base } of cards) if (object !== null) await keep(object, base ?? undefined)
    } catch (error) {
      return setTrouble(error instanceof Error ? error.message : String(error))
    }
    onGo(cards.length === 1 && only !== undefined ? editHref(only) : boardHref({ ns: only?.ref.namespace }))
  }
  if (only === undefined) return null
  return (
    <>
      {trouble !== null && (
        <p className="note failing" role="alert">
          {t($ => $.learn.trouble, { because: trouble })}
        </p>
      )}
      {refused.slice(0, 6).map(({ card, why }) => (
        <p key={card.id} className="t3 s11">
          {t($ => $.learn.notStaged, { name: `${card.ref.namespace}/${card.ref.name}`, why })}
        </p>
      ))}
      <div className="row learn-acts">
        <button type="button" className="btn primary" onClick={() => void keepAll()}>
          {t($ => (cards.length === 1 ? $.learn.draft : $.learn.drafts))}
        </button>
        <button
          type="button"
          className="btn"
          aria-disabled={stageable.length === 0}
          onClick={() => {
            const changes = stageable.flatMap(card => {
              const change = writtenBy(card, 'stage')
              return change === null ? [] : [{ before: change.before ?? null, after: change.after ?? null }]
            })
            if (changes.length > 0) setStaging(changes)
          }}
        >
          {t($ => $.learn.stage)}
        </button>
      </div>
      {staging !== null && (
        <Apply
          title={t($ => $.learn.stageTitle, { count: staging.length })}
          changes={staging}
          onApplied={security.again}
          onTakenBack={security.again}
          onClose={() => setStaging(null)}
        />
      )}
    </>
  )
}

/** Something new is typed on where it was begun. */
function editHref({ ref, base }: Card): string {
  if (base !== null) return objectHref(ref)
  const words = { kind: `${ref.group}/${ref.kind}`, namespace: ref.namespace, name: ref.name }
  return `/config/new?${new URLSearchParams(words).toString()}`
}
