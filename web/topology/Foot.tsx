import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { useConnection } from '#web/api/use-live.ts'
import { absolute, age, byteRate, duration, exactClock, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { countText } from './count.ts'

/** How old the picture is, what it cost, what it leaves out, and the sums over all of it. */
export function Foot(props: {
  graph: Graph
  isLive: boolean
  isStale: boolean
  skew: number
  nodes: number
  edges: number
  idleHidden: number
  otherHidden: number
}): ReactNode {
  const { t } = useTranslation()
  const { graph } = props
  const { totals, reading } = graph
  const facts = [
    t($ => $.topology.foot.queries, { count: reading.queries, duration: duration(reading.duration) }),
    countText(t, graph, props.nodes, props.edges),
    props.idleHidden > 0 ? t($ => $.topology.foot.idleHidden, { count: props.idleHidden }) : '',
    props.otherHidden > 0 ? t($ => $.topology.foot.hidden, { count: props.otherHidden }) : '',
  ]
  const sums = [
    totals.requestRate > 0 || totals.tcpByteRate === 0
      ? t($ => $.topology.foot.requests, { rate: rate(totals.requestRate, 'req') })
      : '',
    (totals.errorRatio ?? 0) > 0 ? t($ => $.topology.foot.errors, { share: percent(totals.errorRatio) }) : '',
    totals.tcpByteRate > 0 ? t($ => $.topology.foot.tcp, { rate: byteRate(totals.tcpByteRate) }) : '',
    totals.mtlsRatio !== null ? t($ => $.topology.foot.mtls, { share: percent(totals.mtlsRatio) }) : '',
  ]
  return (
    <footer className="foot">
      <Moment graph={graph} isLive={props.isLive} isStale={props.isStale} skew={props.skew} />
      <Dots texts={facts} leads />
      {graph.partial.length > 0 && (
        <span className="row c-degraded" style={{ gap: 5 }} title={graph.partial.join('\n')}>
          <HealthMark health="degraded" />
          {t($ => $.topology.faces.partial)}
        </span>
      )}
      <span className="grow" />
      <Dots texts={sums} />
    </footer>
  )
}

function Moment(props: { graph: Graph; isLive: boolean; isStale: boolean; skew: number }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const { state } = useConnection()
  const now = useNow()
  const { at } = props.graph
  const word = !props.isLive ? 'past' : state === 'cut' ? 'cut' : props.isStale ? 'stale' : 'live'
  const dot = word === 'live' ? 'livedot' : word === 'past' ? 'livedot off' : 'livedot degraded'
  return (
    <>
      <span className={dot} aria-hidden="true" />
      <b>{t($ => $.topology.foot[word])}</b>
      <span title={absolute(at - props.skew, language)}>
        {props.isLive
          ? t($ => $.topology.foot.ago, { age: age(now + props.skew - at, language) })
          : exactClock(at - props.skew)}
      </span>
    </>
  )
}

function Dots({ texts, leads = false }: { texts: readonly string[]; leads?: boolean }): ReactNode {
  return texts
    .filter(text => text !== '')
    .map((text, index) => (
      <span key={text} className="fact">
        {(leads || index > 0) && <i aria-hidden="true">·</i>}
        {text}
      </span>
    ))
}
