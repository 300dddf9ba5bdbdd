import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { HealthReason, Limits, Origin, Since } from '#shared/mesh/health.ts'
import { nameOf } from '#shared/mesh/tolerate.ts'
import { absolute, age, clock, percent, roundPercent } from './format.ts'
import { useLanguage } from './language.ts'

/** A health answer, as far as it says how it came about. */
export interface Answer {
  reason: HealthReason | null
  since?: Since | undefined
  /** Seconds. */
  window: number
}

type Say = TFunction<'health'>

/** From which share on: `> 0 %`, `≥ 10 %`, `never`. */
export const limitText = (t: Say, limit: number | null): string =>
  limit === null ? t($ => $.why.never) : t($ => (limit === 0 ? $.why.over : $.why.from), { value: roundPercent(limit) })

export const limitsText = (t: Say, { degraded, failing }: Limits): string =>
  t($ => $.why.limits, { degraded: limitText(t, degraded), failing: limitText(t, failing) })

const originText = (t: Say, { kind, object }: Origin = { kind: 'default' }): string =>
  t($ => $.origin[kind], { object: object === undefined ? '' : nameOf(object) })

/** Which numbers, which limits, where they are written, since when it is so, and what could not be read: a line each. */
export function useWhy(): (answer: Answer) => string[] {
  const { t } = useTranslation('health')
  const language = useLanguage()
  return ({ reason, since, window }) => {
    const lines: string[] = []
    if (reason?.limits !== undefined && reason.seen !== undefined) {
      const told = {
        share: percent(reason.value),
        count: reason.seen,
        seen: reason.seen.toLocaleString('en-US'),
        window: age(window * 1000, language),
      }
      const isTcp = reason.rule === 'connectionErrors' || reason.of?.protocol === 'tcp'
      lines.push(
        reason.of?.direction === 'outbound'
          ? t($ => $.why.calls, told)
          : isTcp
            ? t($ => $.why.connections, told)
            : t($ => $.why.requests, told),
        limitsText(t, reason.limits),
        originText(t, reason.origin),
      )
    }
    if (since !== undefined)
      lines.push(t($ => (since.isAtLeast ? $.why.sinceAtLeast : $.why.since), { at: sinceText(since.at, language) }))
    return [...lines, ...(reason?.wrongs ?? [])]
  }
}

const day = 86_400_000

const sinceText = (at: number, language: 'en' | 'zh-CN'): string =>
  Date.now() - at < day ? clock(at) : absolute(at, language)
