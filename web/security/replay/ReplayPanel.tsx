import { type ReactNode, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FlowWindow, flowWindows } from '#shared/security/api.ts'
import { bears, type Change } from '#shared/security/replay/change.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import type { Effect } from '#shared/security/replay/replay.ts'
import type { Replayed } from '#shared/security/replay/replayer.ts'
import { duration } from '#web/ui/format.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { AssertionsSection } from '#web/security/assertions/AssertionsSection.tsx'
import { useChangedAssertions } from '#web/security/assertions/use-changed-assertions.ts'
import { useFactName } from '#web/security/names.ts'
import { BlindSpots } from './BlindSpots.tsx'
import { count } from './count.ts'
import { EffectMark } from './EffectMark.tsx'
import { ReplayRows } from './ReplayRows.tsx'
import { type DrawCalls, ReplayTable, type Side } from './ReplayTable.tsx'
import { type ReplayView, useReplay } from './use-replay.ts'
import '#web/security/security.css'
import './replay.css'

/** An object as it is and as it would be; of any kind, as the editor holds it. */
export interface ReplayedChange {
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

/** What a change would do, in numbers: requests that would be refused and pass today. Null: nobody knows. */
export interface ReplayVerdict {
  newlyRefused: number | null
  /** Assertions that hold today, or might, and would be broken. */
  broken: number
  isReplaying: boolean
}

const windows = Object.keys(flowWindows) as FlowWindow[]
const shown: readonly Effect[] = ['newlyRefused', 'newlyAllowed', 'stillRefused', 'uncertain', 'unchanged']

/** Replays a change on the calls that were seen, while it is being typed. Nothing is shown of what turns no verdict. */
export function ReplayPanel(props: {
  changes: readonly ReplayedChange[]
  onJudged?: ((verdict: ReplayVerdict) => void) | undefined
  map?: DrawCalls | undefined
  /** Methods and paths of sampled spans are asked for too, unless told otherwise. */
  isFaceted?: boolean
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const [over, setOver] = useState<FlowWindow>('24h')
  const [chosen, setChosen] = useState<Effect | null>(null)
  const [side, setSide] = useState<Side | null>(null)
  const key = JSON.stringify(props.changes)
  const changes = useMemo(() => (JSON.parse(key) as ReplayedChange[]).map(asChange).filter(bears), [key])
  const view = useReplay(changes, over, props.isFaceted ?? true)
  const asserted = useChangedAssertions(changes)
  const { replayed, because } = view
  const isReplaying = changes.length > 0 && because === null && (replayed === null || view.isStale)
  const isKnown = !isReplaying && !view.isStale
  const newlyRefused = changes.length === 0 ? 0 : isKnown ? (replayed?.totals.newlyRefused.requests ?? null) : null
  const judge = useEffectEvent((verdict: ReplayVerdict) => props.onJudged?.(verdict))
  const isJudging = isReplaying || (because === null && view.isPartial) || asserted.isChecking
  const { broken } = asserted
  useEffect(() => judge({ newlyRefused, broken, isReplaying: isJudging }), [newlyRefused, broken, isJudging])
  if (changes.length === 0) return null
  const effect = chosen ?? firstOf(replayed)
  return (
    <section className="replay" aria-label={t($ => $.replay.title)} aria-busy={isReplaying}>
      <header className="row">
        <h2>{t($ => $.replay.title)}</h2>
        <Segmented<FlowWindow>
          name={t($ => $.window)}
          value={over}
          choices={windows.map(value => ({ value, label: t($ => $.over[value]) }))}
          onChoose={setOver}
        />
        <span className="grow" />
        <span className="t3 s11" role="status">
          {because !== null ? '' : isReplaying ? t($ => $.replay.running) : <Took view={view} />}
        </span>
      </header>
      {because !== null && <p className="note degraded">{t($ => $.replay.failing, { because })}</p>}
      {view.partial.map(because => (
        <p key={because} className="note degraded">
          {t($ => $.learn.by.partial, { because })}
        </p>
      ))}
      {/* They need no traffic: without any source of it they are checked all the same. */}
      <AssertionsSection asserted={asserted} onGo={props.onGo} />
      {replayed !== null && (
        <>
          <Totals replayed={replayed} chosen={effect} onChoose={setChosen} />
          {replayed.refused.map(({ name, problem }) => (
            <p key={name} className="note failing">
              {t($ => $.replay.wouldRefuse, { name, problem })}
            </p>
          ))}
          {effect !== null && effect !== 'unchanged' && (
            <ReplayRows view={view} replayed={replayed} effect={effect} onGo={props.onGo} />
          )}
          {replayed.rows.length > 0 && (
            <p className="replay-all row">
              <button type="button" className="link" onClick={() => setSide('table')}>
                {t($ => $.replay.all, { count: replayed.rows.length })}
              </button>
              {props.map !== undefined && (
                <button type="button" className="link" onClick={() => setSide('map')}>
                  {t($ => $.replay.showOnMap)}
                </button>
              )}
            </p>
          )}
          <BlindSpots view={view} replayed={replayed} over={over} />
          {side !== null && (
            <ReplayTable
              replayed={replayed}
              side={side}
              onSide={setSide}
              map={props.map}
              onGo={props.onGo}
              onClose={() => setSide(null)}
            />
          )}
        </>
      )}
    </section>
  )
}

const asChange = ({ before, after }: ReplayedChange): Change => ({
  before: isMeshObject(before) ? before : null,
  after: isMeshObject(after) ? after : null,
})

/** What somebody has to look at first. */
function firstOf(replayed: Replayed | null): Effect | null {
  if (replayed === null) return null
  return (['newlyRefused', 'newlyAllowed', 'uncertain'] as const).find(one => replayed.totals[one].calls > 0) ?? null
}

function Took({ view }: { view: ReplayView }): ReactNode {
  const { t } = useTranslation('security')
  if (view.replayed === null || view.took === null) return null
  const all = Object.values(view.replayed.totals).reduce((sum, { requests }) => sum + requests, 0)
  return t($ => $.replay.took, { requests: count(all), duration: duration(Math.max(1, view.took)) })
}

function Totals(props: { replayed: Replayed; chosen: Effect | null; onChoose: (effect: Effect) => void }): ReactNode {
  const { t } = useTranslation('security')
  const factName = useFactName()
  const { totals, missing } = props.replayed
  return (
    <ul className="replay-totals">
      {shown.map(effect => {
        const { requests, callers, calls } = totals[effect]
        const [first] = missing
        const beside =
          effect === 'uncertain' && first !== undefined ? (
            <Rich text={t($ => $.replay.unknown, { fact: factName(first.fact) })} />
          ) : calls === 0 ? (
            ''
          ) : (
            t($ => $.replay.callers, { count: callers })
          )
        return (
          <li key={effect}>
            <button
              type="button"
              className={`is-${effect}${calls === 0 ? ' is-none' : ''}`}
              aria-pressed={props.chosen === effect}
              disabled={calls === 0 || effect === 'unchanged'}
              onClick={() => props.onChoose(effect)}
            >
              <EffectMark effect={effect} />
              <span>{t($ => $.replay.effect[effect])}</span>
              <span className="s11 cut">{beside}</span>
              <span className="num">{count(requests)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
