import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Card, Told } from '#shared/security/board.ts'
import type { Denials } from '#shared/security/denials.ts'
import { age, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'

/** Refusals that happened or would have, now and when the last was: as exact as somebody looked. */
export function Counted(props: { card: Card; told: Told | null; denials: Denials | null }): ReactNode {
  const { t } = useTranslation('security')
  const quiet = useQuietText()
  const { card, told, denials } = props
  if (told === null || denials === null) return null
  const isStaged = card.stage === 'staged'
  if (isStaged && told.since === null) return <p className="t3">{t($ => $.board.untold)}</p>
  return (
    <p className="counted cut">
      {told.rate > 0 ? (
        <>
          <HealthMark health={isStaged ? 'degraded' : 'failing'} />
          <b className={isStaged ? 'med c-degraded' : 'med c-failing'}>
            {t($ => (isStaged ? $.board.wouldDeny : $.board.refused), { rate: rate(told.rate, 'req') })}
          </b>
        </>
      ) : (
        <>
          <HealthMark health="healthy" />
          <span>{t($ => (isStaged ? $.board.wouldDenyNone : $.board.refusedNone))}</span>
          <span className="t3"> · {quiet(told, denials)}</span>
        </>
      )}
      {told.sharedWith > 0 && <span className="t3"> · {t($ => $.board.together, { count: told.sharedWith })}</span>}
    </p>
  )
}

export function useQuietText(): (told: Told, denials: Denials) => string {
  const { t } = useTranslation('security')
  const language = useLanguage()
  return ({ lastSeen, since }, { at, window, step }) => {
    if (lastSeen !== null) return t($ => $.board.quiet, { age: age(at - lastSeen, language) })
    const start = at - window * 1000
    return since === null || since <= start + step * 1000
      ? t($ => $.board.quietOver, { age: age(window * 1000, language) })
      : t($ => $.board.quietSince, { age: age(at - since, language) })
  }
}
