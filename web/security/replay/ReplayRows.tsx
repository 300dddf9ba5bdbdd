import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Effect } from '#shared/security/replay/replay.ts'
import type { Replayed, ReplayRow } from '#shared/security/replay/replayer.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { checkHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { useFactName } from '#web/security/names.ts'
import { Trail } from '#web/security/Trail.tsx'
import { EffectMark } from './EffectMark.tsx'
import type { Story } from './hired.ts'
import { requestText, useSourceName } from './names.ts'
import { count } from './count.ts'
import type { ReplayView } from './use-replay.ts'

/** More are read in the table. */
const most = 6

/** The heaviest calls of one kind; each opens to why, and to what was seen of it. */
export function ReplayRows(props: {
  view: ReplayView
  replayed: Replayed
  effect: Effect
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const rows = props.replayed.rows.filter(({ effect }) => effect === props.effect)
  if (rows.length === 0) return <p className="t3 s12 replay-none">{t($ => $.replay.outOfReach)}</p>
  return (
    <ul className="replay-rows">
      {rows.slice(0, most).map((row, index) => (
        <Row
          key={row.id}
          row={row}
          view={props.view}
          isOpen={index === 0 && row.effect === 'newlyRefused'}
          onGo={props.onGo}
        />
      ))}
      {rows.length > most && <li className="t3 s11">{t($ => $.replay.more, { count: rows.length - most })}</li>}
    </ul>
  )
}

function Row(props: { row: ReplayRow; view: ReplayView; isOpen: boolean; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useSourceName()
  const { row } = props
  // What is heaviest may be another with the next key: it opens itself as long as no hand said otherwise.
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isOpen = chosen ?? props.isOpen
  return (
    <li>
      <button type="button" className="replay-call" aria-expanded={isOpen} onClick={() => setChosen(!isOpen)}>
        <EffectMark effect={row.effect} />
        <span className="cut">
          <bdi className="mono med">{nameOf(row)}</bdi> <span className="t3">→</span>{' '}
          <bdi className="mono med">{row.destination.workload || row.destination.service}</bdi>
          {row.port !== null && <span className="mono t3">:{row.port}</span>}
          {row.http !== null && <bdi className="mono t2"> {requestText(row)}</bdi>}
          <span className="sr"> {t($ => $.replay.effect[row.effect])}</span>
        </span>
        <span className={row.effect === 'newlyRefused' ? 'num strong c-failing' : 'num'}>{count(row.requests)}</span>
      </button>
      {isOpen && <Evidence {...props} />}
    </li>
  )
}

function Evidence({ row, view, onGo }: { row: ReplayRow; view: ReplayView; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const factName = useFactName()
  const story = useStory(row, view)
  const { destination } = row
  const key = workloadKey({ namespace: destination.namespace, name: destination.workload })
  const workload = view.landscape?.workloads.find(one => workloadKey(one) === key)
  const words = {
    from: row.caller,
    to: key,
    port: row.port === null ? undefined : String(row.port),
    protocol: row.protocol,
    method: row.http?.method,
    path: row.http?.path,
  }
  return (
    <div className="replay-why">
      {row.missing.length > 0 && (
        <p className="t2">
          {t($ => $.check.missing)} <Rich text={row.missing.map(factName).join(', ')} />
        </p>
      )}
      {story !== null && <Trail trail={story.after.trail} destination={key} workload={workload} onGo={onGo} />}
      <p className="row acts s12">
        <Go href={checkHref(words)} onGo={onGo}>
          {t($ => $.cell.check)}
        </Go>
        {row.protocol !== 'tcp' && destination.workload !== '' && (
          <Go href={tracesHref(row)} onGo={onGo}>
            {t($ => $.replay.samples)}
          </Go>
        )}
        <Go href={mapHref(row)} onGo={onGo}>
          {t($ => $.cell.map)}
        </Go>
      </p>
    </div>
  )
}

function useStory(row: ReplayRow, view: ReplayView): Story {
  const [told, setTold] = useState<{ of: unknown; story: Story }>({ of: null, story: null })
  const { replayed, explain } = view
  // Asked once for each replay: the worker answers of the changes it was asked with.
  if (told.of !== replayed) {
    setTold({ of: replayed, story: told.story })
    void explain(row.id).then(story => setTold(now => (now.of === replayed ? { of: replayed, story } : now)))
  }
  return told.story
}

/** Spans of the mesh are of services called `<app>.<namespace>` (Istio documentation, "Distributed Tracing"). */
const tracesHref = ({ destination }: ReplayRow): string =>
  `/traces?${new URLSearchParams({ service: `${destination.service || destination.workload}.${destination.namespace}`, range: '1h' }).toString()}`

const mapHref = ({ destination, source }: ReplayRow): string =>
  `/topology?${new URLSearchParams({
    ns: [...new Set([source.namespace, destination.namespace])].filter(name => name !== '').join(','),
    ...(destination.service === '' ? {} : { selected: `service:${destination.namespace}/${destination.service}` }),
  }).toString()}`
