import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Ladder, reasonIn, type Rung } from '#shared/mesh/ladder.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { absolute, age } from '#web/ui/format.ts'
import { Icon, type IconName } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { sentencesOf } from './ladder-words.ts'
import './ladder.css'

export interface LadderFaceProps {
  told: { ladder: Ladder | null; because: string | null; skew: number }
  /** What is empty, as a heading. Without one it is a part of a panel that has its own. */
  title?: string
  /** What the panel knows without asking. */
  lead?: ReactNode
  /** To a moment at which there was something, by the server's clock. */
  onMoment?: (at: number) => void
  /** To an object that is named; without it the browser goes there. */
  onGo?: (href: string) => void
  /** Other ways to something. */
  children?: ReactNode
}

/** Nothing to show: the first rung that fails with what showed it, and on demand all of them. */
export function LadderFace(props: LadderFaceProps): ReactNode {
  const { title, told } = props
  if (title === undefined)
    return (
      <div className="why" role="status">
        <Body {...props} told={told} isShort />
      </div>
    )
  return (
    <section className="face card">
      <header>
        <h2>{title}</h2>
      </header>
      <div className="body" role="status">
        <Body {...props} told={told} isShort={false} />
      </div>
    </section>
  )
}

function Body(props: LadderFaceProps & { isShort: boolean }): ReactNode {
  const { t } = useTranslation('ladder')
  const { told, lead, onMoment, onGo, isShort } = props
  const { ladder, because, skew } = told
  const [isAllShown, setAllShown] = useState(false)
  const [isQueryShown, setQueryShown] = useState(false)
  const reason = ladder === null ? null : reasonIn(ladder)
  const lastAt = reason === null ? null : (ladder?.lastAt ?? null)
  const query = reason?.query ?? null
  const rungs = ladder === null ? [] : isShort && !isAllShown ? (reason === null ? [] : [reason]) : ladder.rungs
  return (
    <>
      {lead !== undefined && reason?.rung !== 'rights' && <div className="t2">{lead}</div>}
      {ladder === null && because === null && <p className="t3">{t($ => $.asking)}</p>}
      {ladder === null && because !== null && <p className="t2">{t($ => $.notAsked, { because })}</p>}
      {rungs.length > 0 && (
        <ol className="ladder">
          {rungs.map(rung => (
            <OneRung key={rung.rung} rung={rung} isReason={rung === reason} skew={skew} onGo={onGo} />
          ))}
        </ol>
      )}
      {ladder !== null && reason === null && <p className="t2">{t($ => $.allHold)}</p>}
      {lastAt !== null && <Last at={lastAt} skew={skew} />}
      {isQueryShown && query !== null && <pre>{query}</pre>}
      <div className="row acts">
        {lastAt !== null && onMoment !== undefined && (
          <button type="button" className="link" onClick={() => onMoment(lastAt)}>
            {t($ => $.showLast)}
          </button>
        )}
        {props.children}
        {query !== null && (
          <button
            type="button"
            className="link"
            aria-expanded={isQueryShown}
            onClick={() => setQueryShown(!isQueryShown)}
          >
            {t($ => $.query)}
          </button>
        )}
        {isShort && ladder !== null && (
          <button type="button" className="link" aria-expanded={isAllShown} onClick={() => setAllShown(!isAllShown)}>
            {t($ => $.all)}
          </button>
        )}
      </div>
    </>
  )
}

const looks = {
  holds: { icon: 'check', tone: 'c-healthy' },
  fails: { icon: 'close', tone: 'c-degraded' },
  unknown: { icon: 'minus', tone: 't2' },
  unasked: { icon: null, tone: 't3' },
} as const satisfies Record<Rung['state'], { icon: IconName | null; tone: string }>

function OneRung(props: { rung: Rung; isReason: boolean; skew: number; onGo: LadderFaceProps['onGo'] }): ReactNode {
  const { t } = useTranslation('ladder')
  const language = useLanguage()
  const { rung, isReason, skew, onGo } = props
  const { icon, tone } = looks[rung.state]
  const isTold = isReason || rung.state === 'unknown'
  const detail = sentencesOf(rung.detail, { t, language, skew })
  return (
    <li className={tone}>
      {icon === null ? <span className="i" /> : <Icon name={icon} />}
      <span className={isReason ? 'wrong' : 't2'} title={rung.state === 'unasked' ? t($ => $.unasked) : detail}>
        <span className="sr">{t($ => $.state[rung.state])}: </span>
        {t($ => $.rung[rung.rung])}
        {isTold && detail !== '' && <span className="t2"> — {detail}</span>}
        {rung.objects.map(ref => (
          <ObjectPlace key={`${ref.kind} ${ref.namespace}/${ref.name}`} of={ref} onGo={onGo} />
        ))}
      </span>
    </li>
  )
}

/** The object's own page. */
function ObjectPlace({ of, onGo }: { of: ObjectRef; onGo: LadderFaceProps['onGo'] }): ReactNode {
  const { group, kind, namespace, name } = of
  const place = [group === '' ? 'core' : group, kind, namespace === '' ? '-' : namespace, name]
  const href = `/config/${place.map(encodeURIComponent).join('/')}`
  return (
    <>
      {' '}
      <a
        className="mono"
        href={href}
        onClick={event => {
          if (onGo === undefined || event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onGo(href)
        }}
      >
        {namespace === '' ? name : `${namespace}/${name}`}
      </a>
    </>
  )
}

function Last({ at, skew }: { at: number; skew: number }): ReactNode {
  const { t } = useTranslation('ladder')
  const language = useLanguage()
  const now = useNow()
  return (
    <p className="t2" title={absolute(at - skew, language)}>
      {t($ => $.last, { age: age(Math.max(0, now + skew - at), language) })}
    </p>
  )
}
