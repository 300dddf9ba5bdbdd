import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { aggregateOf } from '#shared/traces/aggregate.ts'
import { type Hop, hopsOf, type Target } from '#shared/traces/hops.ts'
import type { Span } from '#shared/mesh/span.ts'
import { serviceParts } from '#shared/traces/service.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Go } from '#web/traces/Go.tsx'
import { mapHref } from '#web/traces/links.ts'
import { hopCalls, isCritical } from '#web/traces/map-calls.ts'
import { MapStage, type TraceMap } from '#web/traces/MapStage.tsx'
import { percent } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { clusterOf, targetOf } from './envoy.ts'
import type { Model } from './model.ts'
import { toneOf } from './Row.tsx'
import { heaviestOf } from './TraceSide.tsx'

/** A trace over the topology: its hops in their order, with their share of its time. A hop leads to its span. */
export function OnMap(props: {
  model: Model
  /** Index of the span that is looked at. */
  selected: number | null
  scope: ScopeSearch
  map: TraceMap
  onSelect: (index: number) => void
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('traces')
  const { model, onSelect, scope } = props
  const { tree } = model
  // By hand: a trace may have fifty thousand spans, and the map must not be told anew what it draws.
  const hops = useMemo(() => hopsOf(tree, target), [tree])
  const calls = useMemo(() => hopCalls(hops.filter(isNamed), percent), [hops])
  const look = mapHref([...model.tones.keys()], scope)
  const name = useHopName()
  return (
    <div className="tr-map">
      <Services model={model} onSelect={onSelect} />
      <MapStage<Hop>
        map={props.map}
        calls={calls}
        at={scope.at}
        nameOf={hop => (hop.from === null ? null : name(hop))}
        onPick={({ span }) => onSelect(span)}
      />
      <div className="tr-map-legend row s11">
        <p className="t3">{t($ => $.trace.onMap.legend)}</p>
        <span className="grow" />
        {look !== null && (
          <Go className="nowrap" href={look} onGo={props.onGo}>
            {t($ => $.trace.onMap.look)}
          </Go>
        )}
      </div>
      <Hops hops={hops} selected={props.selected} onSelect={onSelect} />
    </div>
  )
}

function target(span: Span): Target | null {
  const service = targetOf(span)
  if (service !== null) return { name: service, isHost: false }
  const host = clusterOf(span)?.host ?? ''
  return host === '' ? null : { name: host, isHost: true }
}

/** What is not seen has no place. */
const isNamed = ({ from, to }: Hop): boolean => from !== '' && to !== ''

function useHopName(): (hop: Pick<Hop, 'from' | 'to' | 'isHost'>) => string {
  const { t } = useTranslation('traces')
  const one = (service: string | null) =>
    service === null ? t($ => $.trace.onMap.outside) : service === '' ? t($ => $.notYours) : serviceParts(service).app
  return ({ from, to, isHost }) => `${one(from)} → ${isHost ? to : one(to)}`
}

/** Every service of the trace in the order of its first span, with its share of the time. */
function Services({ model, onSelect }: { model: Model; onSelect: (index: number) => void }): ReactNode {
  const { t } = useTranslation('traces')
  const shares = new Map(aggregateOf([model.tree], 1, 'service').shares.map(each => [each.service, each.share]))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <ul className="tr-map-services" tabIndex={0} aria-label={t($ => $.trace.onMap.services)}>
      {[...model.tones.keys()].map(service => {
        const span = heaviestOf(model, service) ?? model.tree.spans.findIndex(each => each.span.service === service)
        const share = shares.get(service) ?? 0
        return (
          <li key={service}>
            <button type="button" title={service} onClick={() => onSelect(span)}>
              <i className="sw" style={{ background: toneOf(model, service) }} />
              <span className="mono">{serviceParts(service).app}</span>
              {share > 0 && <span className="num t2">{percent(share)}</span>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** The same as the map says, in the order of the hops: for whoever does not see it, and for hops without a place. */
function Hops(props: { hops: readonly Hop[]; selected: number | null; onSelect: (index: number) => void }): ReactNode {
  const { t } = useTranslation('traces')
  const name = useHopName()
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <ol className="tr-map-hops" tabIndex={0} aria-label={t($ => $.trace.onMap.hops)}>
      {props.hops.map(hop => (
        <li key={JSON.stringify([hop.from, hop.to])}>
          <button type="button" aria-pressed={props.selected === hop.span} onClick={() => props.onSelect(hop.span)}>
            <span className="num t3">{hop.order}</span>
            <span className="mono cut" title={`${hop.from ?? ''} → ${hop.to}`}>
              {name(hop)}
            </span>
            {hop.calls > 1 && <span className="t3">{t($ => $.trace.onMap.times, { count: hop.calls })}</span>}
            {hop.isSilent && (
              <span className="t3" title={t($ => $.trace.onMap.silentTitle)}>
                {t($ => $.trace.onMap.silent)}
              </span>
            )}
            <span className="grow" />
            {hop.errors > 0 && (
              <span className="row c-failing">
                <HealthMark health="failing" />
                {t($ => $.trace.error)}
              </span>
            )}
            <span className="tr-map-share">
              {isCritical(hop) && (
                <>
                  <i className="cp-key" />
                  <span className="sr">{t($ => $.trace.critical)}</span>
                </>
              )}
              <span className="num">{percent(hop.share)}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}
