import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { age, momentText } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { AssertionFact, OverviewData } from './data.ts'
import { Go } from './Go.tsx'

const most = 5

/** What somebody asserted and is not so any more comes first, the latest on top. Nothing where nobody asserts anything. */
export function Assertions(props: {
  assertions: OverviewData['assertions']
  skew: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { list, problem } = props.assertions
  if (list === null || list.length === 0) return null
  const of = (outcome: AssertionFact['outcome']) => list.filter(each => each.outcome === outcome)
  const [broken, open] = [of('broken'), of('uncertain')]
  return (
    <section className="card" aria-labelledby="overview-assertions">
      <header>
        <h2 id="overview-assertions">{t($ => $.assertions.title)}</h2>
        <span className="grow" />
        <Go href="/security/assertions" onGo={props.onGo} className="s11">
          {t($ => $.assertions.holding, { holds: of('holds').length, total: list.length })}
        </Go>
      </header>
      {problem !== null && (
        <p className="note degraded" role="status">
          {t($ => $.assertions.failing, { because: problem })}
        </p>
      )}
      {/* Read aloud when somebody's change breaks one. */}
      <div role="status">
        {broken.length + open.length === 0 && <p className="t2 s12 nothing">{t($ => $.assertions.fine)}</p>}
        {broken.length > 0 && <p className="sr">{t($ => $.assertions.isBroken, { count: broken.length })}</p>}
      </div>
      {broken.length + open.length > 0 && (
        <ul className="overview-rows">
          {[...broken.toSorted((a, b) => b.since - a.since), ...open].slice(0, most).map(one => (
            <Row key={one.id} of={one} skew={props.skew} onGo={props.onGo} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Row({ of, skew, onGo }: { of: AssertionFact; skew: number; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('overview')
  const language = useLanguage()
  const now = useNow() + skew
  const { outcome, text, since, isTurnSeen, turnedBy, href } = of
  const isBroken = outcome === 'broken'
  const by = turnedBy.length === 0 ? '' : t($ => $.assertions.by, { names: turnedBy.join(', ') })
  return (
    <li>
      <Go href={href} onGo={onGo} className="sentence" title={`${text} ${momentText(since - skew, language)} ${by}`}>
        <HealthMark health={isBroken ? 'failing' : 'degraded'} />
        <span className={isBroken ? 'med c-failing' : 'c-degraded'}>
          {t($ => (isBroken ? $.assertions.broken : $.assertions.uncertain))}
        </span>
        <span className="cut">
          <bdi className="mono">{text}</bdi>
          {by !== '' && <span className="t3"> {by}</span>}
        </span>
        <span className="grow" />
        {isTurnSeen && <span className="t3 num nowrap">{age(Math.max(0, now - since), language)}</span>}
      </Go>
    </li>
  )
}
