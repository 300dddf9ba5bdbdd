import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { CardReplay } from './use-card-replays.ts'

const whole = (requests: number): string => Math.ceil(requests).toLocaleString('en-US')

/** What it would do to the calls that were seen, in one line. */
export function ReplayLine(props: { replay: CardReplay | null; isReplayable: boolean; over: FlowWindow }): ReactNode {
  const { t } = useTranslation('security')
  const { replay } = props
  const over = t($ => $.over[props.over])
  if (replay === null)
    return <p className="t3">{t($ => (props.isReplayable ? $.board.replay.running : $.board.replay.untold))}</p>
  const { newlyRefused, newlyAllowed, uncertain } = replay.totals
  const isNothing = newlyRefused.calls + newlyAllowed.calls + uncertain.calls === 0
  if (isNothing)
    return (
      <p className="replayed cut">
        <HealthMark health="healthy" /> {t($ => $.board.replay.none, { over })}
      </p>
    )
  return (
    <p className="replayed cut">
      <span className="t3">{t($ => $.board.replay.of, { over })}</span>
      {newlyRefused.calls > 0 && (
        <b className="med c-failing">
          <HealthMark health="failing" /> {t($ => $.board.replay.refused, { requests: whole(newlyRefused.requests) })}
        </b>
      )}
      {newlyAllowed.calls > 0 && (
        <span>{t($ => $.board.replay.allowed, { requests: whole(newlyAllowed.requests) })}</span>
      )}
      {uncertain.calls > 0 && (
        <span className="c-degraded">
          <HealthMark health="degraded" /> {t($ => $.board.replay.uncertain, { requests: whole(uncertain.requests) })}
        </span>
      )}
    </p>
  )
}
