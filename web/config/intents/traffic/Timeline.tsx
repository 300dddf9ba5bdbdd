import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { duration } from '#web/ui/format.ts'

/** The longest a caller can wait: tries one after the other, cut off by the timeout. Milliseconds. */
export function Timeline(props: { timeout: number | null; perTry: number | null; tries: number }): ReactNode {
  const { t } = useTranslation('config')
  const { timeout, perTry } = props
  const tries = Math.min(props.tries, 12)
  // Without its own limit a try lasts as long as the request may.
  const each = perTry ?? (timeout === null ? null : timeout)
  const whole = each === null ? null : each * (perTry === null ? 1 : tries)
  const most = timeout === null ? whole : whole === null ? timeout : Math.min(timeout, whole)
  const scale = Math.max(whole ?? 0, timeout ?? 0)
  const sentence =
    most === null
      ? t($ => $.intents.timeouts.forever)
      : timeout !== null && whole !== null && whole > timeout
        ? t($ => $.intents.timeouts.cut, { most: duration(most) })
        : t($ => $.intents.timeouts.most, { most: duration(most) })
  return (
    <figure className="timeline">
      {most !== null && scale > 0 && (
        <span className="track" aria-hidden="true">
          {Array.from({ length: perTry === null ? 1 : tries }, (_, index) => (
            <i
              key={index}
              style={{ width: `${((each ?? 0) / scale) * 100}%` }}
              className={timeout !== null && (each ?? 0) * (index + 1) > timeout ? 'is-cut' : ''}
            >
              {index + 1}
            </i>
          ))}
          {timeout !== null && <u style={{ left: `${(timeout / scale) * 100}%` }} />}
        </span>
      )}
      <figcaption className="t2 s12">{sentence}</figcaption>
    </figure>
  )
}
