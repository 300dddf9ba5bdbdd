import { useQuery } from '@tanstack/react-query'
import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Happening } from '#shared/overview/api.ts'
import { clock, exactClock } from '#web/ui/format.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { AssertionFact, OverviewData } from './data.ts'
import { Go } from './Go.tsx'
import { placed } from './lanes.ts'
import { happeningsQuery } from './query.ts'

const span = 30 * 60_000

interface Mark {
  id: string
  at: number
  kind: 'config' | 'assertion' | Happening['kind']
  text: string
  title: string
  href: string | null
}

/** What was changed and what happened in the last half hour, on one strip. */
export function Changed(props: {
  changes: OverviewData['changes']
  /** What is asserted, where that is asked for. */
  assertions?: readonly AssertionFact[]
  namespaces: string
  skew: number
  /** Only what this says; all of it unless told. `Pod web-7d9` belongs to `web`, too. */
  about?: (what: { namespace: string; kind: string; name: string }) => boolean
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const happenings = useQuery(happeningsQuery(props.namespaces))
  // The strip moves in steps of ten seconds: nobody needs more, and names hold still.
  const now = Math.floor((useNow() + props.skew) / 10_000) * 10_000 + 10_000
  const from = now - span
  const about = props.about ?? (() => true)
  const marks = [
    ...configMarks(
      (props.changes.list ?? []).filter(({ kind, name }) => about(namedOf(kind, name))),
      kind => t($ => $.changed.change[kind]),
    ),
    ...assertionMarks(props.assertions ?? []),
    ...eventMarks((happenings.data?.happenings ?? []).filter(one => about({ ...one, kind: one.of }))),
  ]
    .filter(({ at }) => at >= from)
    .sort((a, b) => a.at - b.at)
  const count = (kind: Mark['kind']) => marks.filter(mark => mark.kind === kind).length
  const isReading = props.changes.list === null && props.changes.problem === null && happenings.data === undefined
  const problem = props.changes.problem ?? happenings.error?.message ?? null
  const refused = happenings.data?.refused ?? []
  return (
    <section className="card overview-changed" aria-labelledby="overview-changed">
      <header>
        <h2 id="overview-changed">{t($ => $.changed.title)}</h2>
        <span className="t3 s11">{t($ => $.changed.span)}</span>
        <span className="grow" />
        <span className="t3 s11">
          {t($ => $.changed.counts, {
            config: count('config'),
            rollout: count('rollout'),
            scaling: count('scaling'),
            warning: count('warning'),
          })}
        </span>
        <Go
          href={props.namespaces === '' ? '/config/history' : `/config/history?ns=${props.namespaces}`}
          onGo={props.onGo}
          className="s11"
        >
          {t($ => $.changed.history)}
        </Go>
      </header>
      {marks.length === 0 ? (
        <p className="t2 s12 strip-empty" role="status">
          {isReading ? t($ => $.changed.reading) : problem === null ? t($ => $.changed.none) : ''}
        </p>
      ) : (
        <ol className="strip">
          {placed(marks, mark => (mark.at - from) / span).map(({ of, place, lane }) => {
            const word = t($ => $.changed[of.kind])
            const label = (
              <>
                <span className="t3">{word}</span> <bdi>{of.text}</bdi>
              </>
            )
            return (
              <li
                key={of.id}
                className={`${of.kind}${lane === null ? ' is-bare' : ''}${place > 0.72 ? ' is-left' : ''}`}
                style={{ '--at': `${place * 100}%`, '--lane': lane ?? 0 } as CSSProperties}
                title={`${exactClock(of.at - props.skew)} ${word} ${of.title}`}
              >
                {of.href === null ? (
                  <span className="label">{label}</span>
                ) : (
                  <Go href={of.href} onGo={props.onGo} className="label">
                    {label}
                  </Go>
                )}
              </li>
            )
          })}
        </ol>
      )}
      <div className="strip-axis t3 s11" aria-hidden="true">
        {[0, 1, 2, 3, 4, 5, 6].map(step => (
          <span key={step}>{clock(from + (step * span) / 6 - props.skew)}</span>
        ))}
      </div>
      {(problem !== null || refused.length > 0) && (
        <p className="note degraded" role="status">
          {problem === null
            ? t($ => $.changed.refused, { names: refused.slice(0, 5).join(', ') })
            : t($ => $.changed.failing, { because: problem })}
        </p>
      )}
    </section>
  )
}

/** `shop/cart` of a change; what belongs to the cluster has no namespace. */
function namedOf(kind: string, name: string) {
  const [first = '', ...rest] = name.split('/')
  return rest.length === 0 ? { kind, namespace: '', name: first } : { kind, namespace: first, name: rest.join('/') }
}

const configMarks = (
  changes: NonNullable<OverviewData['changes']['list']>,
  word: (change: 'created' | 'changed' | 'deleted' | 'found') => string,
): Mark[] =>
  changes
    // What was there before the console is no change.
    .filter(({ change }) => change !== 'found')
    .map(({ id, at, change, kind, name, author, href }) => ({
      id: `config ${id}`,
      at,
      kind: 'config',
      text: `${kind} ${name}`,
      title: `${kind} ${name} ${word(change)} (${author})`,
      href,
    }))

const assertionMarks = (assertions: readonly AssertionFact[]): Mark[] =>
  assertions
    .filter(({ outcome, isTurnSeen }) => outcome === 'broken' && isTurnSeen)
    .map(({ id, text, since, turnedBy, href }) => ({
      id: `assertion ${id}`,
      at: since,
      kind: 'assertion',
      text,
      title: [text, ...turnedBy].join(' · '),
      href,
    }))

const eventMarks = (happenings: readonly Happening[]): Mark[] =>
  happenings.map(({ at, kind, namespace, of, name, reason, message }) => ({
    id: `${kind} ${namespace}/${of}/${name}/${reason}/${at}/${message}`,
    at,
    kind,
    text: kind === 'warning' ? `${name}: ${reason}` : `${namespace}/${name}`,
    title: `${of} ${namespace}/${name}: ${message}`,
    href: of === 'Pod' ? `/logs?${new URLSearchParams({ namespace, pod: name, at: String(at) }).toString()}` : null,
  }))
