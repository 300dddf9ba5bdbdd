import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { HistoryEntry } from '#shared/config/api.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { useStatus } from '#web/api/use-live.ts'
import { Kind } from '#web/config/Kind.tsx'
import { managerName } from '#web/config/names.ts'
import { absolute, age, cutMiddle, exactClock } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { type How, howOf } from './how.ts'
import type { Change } from './search.ts'

/** `14:31:52 3 min ago`; the date and the zone on hover. */
export function Moment({ at }: { at: number }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  const now = useNow() + skew
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at - skew, language)}>
      <span className="num">{exactClock(at - skew)}</span>{' '}
      <span className="t3">{t($ => $.list.ago, { age: age(now - at, language) })}</span>
    </time>
  )
}

const signs: Record<Change, string> = { created: '+', changed: '~', deleted: '−', found: '?' }

/** A sign and a word: what happened. */
export function ChangeWord({ change }: { change: Change }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <span className={`change is-${change}`} title={t($ => $.history.changeTitle[change])}>
      <span className="sign" aria-hidden="true">
        {signs[change]}
      </span>
      <span className="word">{t($ => $.history.change[change])}</span>
    </span>
  )
}

export function ObjectName({ of }: { of: ObjectRef }): ReactNode {
  return (
    <>
      <Kind of={of} />{' '}
      <span className="mono" title={of.namespace === '' ? of.name : `${of.namespace}/${of.name}`}>
        {of.namespace !== '' && <span className="t3">{cutMiddle(of.namespace, 24)}/</span>}
        {cutMiddle(of.name, 40)}
      </span>
    </>
  )
}

/** Who, and by which way. */
export function Author({ entry }: { entry: HistoryEntry }): ReactNode {
  const { t } = useTranslation('config')
  const how = howOf(entry)
  const name = managerName(entry.author)
  if (how === 'unknown')
    return (
      <span className="t3" title={t($ => $.history.nobodyTitle)}>
        {t($ => $.history.nobody)}
      </span>
    )
  const word = howWord(how, name)
  return (
    <span title={entry.manager ?? entry.author}>
      <span className="med">{cutMiddle(name, 32)}</span>
      {word !== null && <span className="t3"> {t($ => $.history.how[word])}</span>}
    </span>
  )
}

/** A manager that is its own way is not told twice. */
const howWord = (how: How, name: string): Exclude<How, 'unknown' | 'other'> | null =>
  how === 'unknown' || how === 'other' || name === how ? null : how

export function Fields({ entry }: { entry: HistoryEntry }): ReactNode {
  const { t } = useTranslation('config')
  const [first, ...others] = entry.fields
  if (first === undefined) return <span className="t3">{t($ => $.history.whole)}</span>
  return (
    <span title={entry.fields.slice(0, 30).join('\n')}>
      <span className="mono">{first}</span>
      {others.length > 0 && <span className="t3"> {t($ => $.history.more, { count: others.length })}</span>}
    </span>
  )
}
