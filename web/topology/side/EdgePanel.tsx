import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { healthRank } from '#shared/mesh/health.ts'
import type { Detail } from '#shared/topology/api.ts'
import type { Graph, GraphEdge } from '#shared/topology/graph.ts'
import { ProtocolBadge } from '#web/topology/ProtocolBadge.tsx'
import { endsOf, fullName, type NodesById } from '#web/topology/names.ts'
import { duration, percent } from '#web/ui/format.ts'
import { End } from './End.tsx'
import { CallersFact, Fact, MtlsFact } from './Facts.tsx'
import { Head, type Tab, Verdict } from './Head.tsx'
import { Latency } from './Latency.tsx'
import { Missing } from './Missing.tsx'
import { Numbers } from './Numbers.tsx'
import { Responses } from './Responses.tsx'
import { Versions } from './Versions.tsx'
import { Why, type WhyLink } from './Why.tsx'

export interface PanelParts {
  graph: Graph
  nodes: NodesById
  detail: Detail | undefined
  /** Why there is no detail. */
  missing: string | null
  onSelect: (id: string | null) => void
  onEnter: (namespace: string) => void
  close: () => void
  /** The row of tabs, and which of them is open. */
  tabs: ReactNode
  current: Tab
  /** What another room tells, in the place of the traffic. */
  told: ReactNode | null
  /** Ways to other pages about it. */
  doors: ReactNode
}

export function EdgePanel({ edge, ...parts }: PanelParts & { edge: GraphEdge }): ReactNode {
  const { t } = useTranslation('side')
  const { nodes, detail, onSelect } = parts
  const links = useWhy(edge, parts)
  const ends = endsOf(edge, nodes)
  if (ends === null) return null
  const { source, destination, via } = ends
  const isTcp = edge.protocol === 'tcp'
  const isRefused = (edge.deniedRatio ?? 0) > 0
  return (
    <>
      <h2 className="sr">{t($ => $.to, { source: fullName(source), destination: fullName(destination) })}</h2>
      <div className="hd">
        <Head kind={t($ => $.edgeKind)} badge={<ProtocolBadge protocol={edge.protocol} />} onClose={parts.close} />
        <div className="ends">
          <End node={source} onSelect={onSelect} />
          <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
            <path d="M0 5h11" stroke={strokeOf(edge)} strokeWidth="2.4" />
            <path d="M10 .5 18 5l-8 4.5Z" fill={strokeOf(edge)} />
          </svg>
          <End node={destination} onSelect={onSelect} />
        </div>
        <Verdict of={edge} window={parts.graph.window} failingSince={detail?.failingSince ?? null} />
        {parts.tabs}
      </div>
      <div role="tabpanel" id="side-panel" className="tabpanel" aria-labelledby={`side-${parts.current}`}>
        {parts.told ?? (
          <>
            <Numbers
              detail={detail}
              headline={{
                requestRate: edge.requestRate,
                byteRate: edge.byteRate,
                errorRatio: edge.errorRatio,
                health: edge.health,
                isTcp,
                stroke: `var(--${edge.protocol})`,
              }}
            />
            {parts.missing !== null && <Missing because={parts.missing} />}
            {detail !== undefined && <Responses detail={detail} />}
            {detail !== undefined && !isTcp && <Latency detail={detail} />}
            <section>
              <div className="kv wide">
                <MtlsFact ratio={edge.mtlsRatio} isTcp={isTcp} />
                {detail !== undefined && <CallersFact principals={detail.principals} />}
                {isRefused && (
                  <Fact name={t($ => $.refused)}>
                    <span className="c-degraded">{t($ => $.refusedShare, { share: percent(edge.deniedRatio) })}</span>
                    {!isTcp && <span className="t3 s11"> {t($ => $.refusedHow)}</span>}
                  </Fact>
                )}
                {via !== null && (
                  <Fact name={t($ => $.via)}>
                    <button type="button" className="link mono" onClick={() => onSelect(via.id)}>
                      {via.name}
                    </button>
                  </Fact>
                )}
                {edge.meanDuration !== null && detail === undefined && (
                  <Fact name={t($ => $.meanLatency)}>{duration(edge.meanDuration)}</Fact>
                )}
                {detail !== undefined && detail.versions.length > 0 && (
                  <>
                    <span className="t3">{t($ => $.versions)}</span>
                    <Versions versions={detail.versions} />
                  </>
                )}
              </div>
            </section>
            <Why links={links} detail={detail} />
            {parts.doors}
          </>
        )}
      </div>
    </>
  )
}

function useWhy(edge: GraphEdge, { graph, nodes, onSelect }: PanelParts): WhyLink[] {
  const { t } = useTranslation('side')
  const ends = endsOf(edge, nodes)
  if (ends === null) return []
  const { source, destination } = ends
  const next = worstOf(graph.edges.filter(each => each.source === edge.destination && each.id !== edge.id))
  const target = next === undefined ? undefined : nodes.get(next.destination)
  const isBad = edge.health === 'failing' || edge.health === 'degraded'
  const further: WhyLink[] =
    isBad && next !== undefined && target !== undefined
      ? [
          {
            key: next.id,
            icon: 'metrics',
            text: t($ => $.whyNext, {
              source: destination.name,
              destination: target.name,
              share: percent(next.errorRatio),
            }),
            go: () => onSelect(next.id),
          },
        ]
      : []
  return [
    ...further,
    {
      key: 'destination',
      icon: 'services',
      text: t($ => $.whyDestination, { name: fullName(destination) }),
      go: () => onSelect(destination.id),
    },
    {
      key: 'source',
      icon: 'topology',
      text: t($ => $.whySource, { name: fullName(source) }),
      go: () => onSelect(source.id),
    },
  ]
}

/** The edge where most goes wrong; undefined when nothing does. */
export function worstOf(edges: readonly GraphEdge[]): GraphEdge | undefined {
  return edges
    .filter(({ health }) => health === 'failing' || health === 'degraded')
    .toSorted(
      (a, b) =>
        healthRank[b.health] - healthRank[a.health] ||
        (b.errorRatio ?? 0) * (b.requestRate + b.connectionRate) -
          (a.errorRatio ?? 0) * (a.requestRate + a.connectionRate),
    )[0]
}

const strokeOf = ({ health, protocol }: GraphEdge): string =>
  health === 'failing' || health === 'degraded' ? `var(--${health}-mark)` : `var(--${protocol}-line)`
