import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { SeenTrace } from '#shared/traces/api.ts'
import { problemFrom } from '#web/api/call.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Failing, Loading } from '#web/traces/Faces.tsx'
import type { TraceMap } from '#web/traces/MapStage.tsx'
import { traceQuery } from '#web/traces/query.ts'
import { duration } from '#web/ui/format.ts'
import type { CallFacts } from './call-facts.ts'
import { FlameView } from './FlameView.tsx'
import type { HopFacts } from './hop-facts.ts'
import { modelOf } from './model.ts'
import { OnMap } from './OnMap.tsx'
import { type TraceSearch, traceSearchIn } from './search.ts'
import { SpanSide } from './SpanSide.tsx'
import { Statistics } from './Statistics.tsx'
import { TraceHead } from './TraceHead.tsx'
import { TraceSide } from './TraceSide.tsx'
import { Waterfall } from './Waterfall.tsx'
import '#web/traces/traces.css'
import './trace.css'

/** One trace. Which span is looked at, and how, comes from the address and goes back to it. */
export function TracePage(props: {
  id: string
  /** As the address says it: what is not understood is dropped here. */
  search: Record<string, unknown>
  onSearch: (patch: Partial<TraceSearch>) => void
  checkHref?: (call: CallFacts) => string
  met?: (hop: HopFacts) => ReactNode
  onGo: OnGo
  map: TraceMap
}): ReactNode {
  const { t } = useTranslation('traces')
  const { data, error, refetch } = useQuery(traceQuery(props.id))
  if (data !== undefined)
    // Another trace begins with nothing folded and nothing found.
    return <Shown key={data.trace.traceId} {...props} seen={data} />
  return (
    <div className="tr-search" aria-busy={error === null}>
      <h1 className="sr">{t($ => $.title)}</h1>
      {error === null ? <Loading rows={20} /> : <Failing problem={problemFrom(error)} onTry={() => void refetch()} />}
    </div>
  )
}

function Shown(props: {
  seen: SeenTrace
  search: Record<string, unknown>
  onSearch: (patch: Partial<TraceSearch>) => void
  checkHref?: (call: CallFacts) => string
  met?: (hop: HopFacts) => ReactNode
  onGo: OnGo
  map: TraceMap
}): ReactNode {
  const { t } = useTranslation('traces')
  const { seen, onSearch, onGo } = props
  const search = traceSearchIn(props.search)
  const model = useMemo(() => modelOf(seen.trace), [seen.trace])
  const selected = search.span === undefined ? null : (model.indexes.get(search.span) ?? null)
  const select = (index: number | null) => onSearch({ span: index === null ? undefined : model.keys[index] })
  const view = search.view ?? 'waterfall'
  return (
    <div className="tr-page">
      <TraceHead seen={seen} model={model} search={search} onGo={onGo} />
      <div className="tr-main">
        {view === 'waterfall' && <Waterfall model={model} selected={selected} onSelect={select} />}
        {view === 'flame' && <FlameView model={model} />}
        {view === 'map' && (
          <OnMap model={model} selected={selected} scope={search} map={props.map} onSelect={select} onGo={onGo} />
        )}
        {view === 'statistics' && (
          <Statistics model={model} onSelect={index => onSearch({ span: model.keys[index], view: undefined })} />
        )}
      </div>
      <Foot seen={seen} model={model} hint={hints[view] === null ? '' : t($ => $.trace[hints[view] ?? 'hint'])} />
      <aside className="tr-side" aria-label={t($ => (selected === null ? $.trace.side.trace : $.trace.side.span))}>
        {selected === null ? (
          <TraceSide model={model} onSelect={select} />
        ) : (
          <SpanSide
            key={selected}
            model={model}
            index={selected}
            scope={search}
            checkHref={props.checkHref}
            met={props.met}
            onGo={onGo}
            onClose={() => select(null)}
          />
        )}
      </aside>
    </div>
  )
}

const hints = { waterfall: 'hint', flame: 'hintFlame', statistics: null, map: 'hintMap' } as const

/** How whole the trace is, and who told it. */
function Foot({ seen, model, hint }: { seen: SeenTrace; model: ReturnType<typeof modelOf>; hint: string }): ReactNode {
  const { t } = useTranslation('traces')
  let [orphans, shift, warnings] = [0, 0, seen.trace.warnings.length]
  for (const { oddities, shift: by, span } of model.tree.spans) {
    if (oddities.includes('orphan')) orphans++
    if (oddities.includes('skew')) shift = Math.max(shift, Math.abs(by))
    warnings += span.warnings.length
  }
  const facts = [
    seen.store,
    orphans === 0 ? t($ => $.trace.foot.complete) : t($ => $.trace.foot.parts, { count: orphans }),
    shift === 0 ? t($ => $.trace.foot.clocks) : t($ => $.trace.foot.skew, { duration: duration(shift / 1000) }),
    warnings === 0 ? null : t($ => $.trace.foot.warnings, { count: warnings }),
  ].filter(each => each !== null)
  return (
    <footer className="foot">
      <span className="cut" title={seen.trace.warnings.join('\n')}>
        {facts.join(' · ')}
      </span>
      <span className="grow" />
      <span className="hint">{hint}</span>
    </footer>
  )
}
