import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GraphNode } from '#shared/topology/graph.ts'
import { type Flow, flowOf } from '#shared/topology/traffic.ts'
import { byteRate, percent, rate } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import type { PanelParts } from './EdgePanel.tsx'
import { worstOf } from './EdgePanel.tsx'
import { End } from './End.tsx'
import { CallersFact, Fact, MtlsFact } from './Facts.tsx'
import { Head, Verdict } from './Head.tsx'
import { Latency } from './Latency.tsx'
import { Missing } from './Missing.tsx'
import { Numbers } from './Numbers.tsx'
import { Responses } from './Responses.tsx'
import { Versions } from './Versions.tsx'
import { Why, type WhyLink } from './Why.tsx'

export function NodePanel({ node, ...parts }: PanelParts & { node: GraphNode }): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const { graph, detail } = parts
  const links = useWhy(node, parts)
  const edgesIn = graph.edges.filter(edge => edge.destination === node.id || edge.via === node.id)
  const edgesOut = graph.edges.filter(edge => edge.source === node.id || edge.via === node.id)
  const inbound = flowOf(edgesIn)
  const outbound = flowOf(edgesOut)
  // What has no callers in the picture (a gateway at the edge, a batch job) is told by what it calls.
  const main = edgesIn.length > 0 ? inbound : outbound
  const isTcp = main.requestRate === 0 && main.tcpByteRate > 0
  return (
    <>
      <h2 className="sr">{node.name}</h2>
      <div className="hd">
        <Head
          kind={capital(say($ => $.topology.kind[node.kind]))}
          badge={
            node.dataPlane === 'unknown' ? undefined : (
              <span className="badge line">{say($ => $.shell.dataPlane[node.dataPlane])}</span>
            )
          }
          onClose={parts.close}
        />
        <div className="ends one">
          <End node={node} />
        </div>
        <Verdict of={node} window={graph.window} failingSince={detail?.failingSince ?? null} />
        {parts.tabs}
      </div>
      <div role="tabpanel" id="side-panel" className="tabpanel" aria-labelledby={`side-${parts.current}`}>
        {parts.told ?? (
          <>
            <Numbers
              detail={detail}
              headline={{
                requestRate: main.requestRate,
                byteRate: main.byteRate,
                errorRatio: main.errorRatio,
                health: node.health,
                isTcp,
                stroke: isTcp ? 'var(--tcp)' : main.grpcRate > main.httpRate ? 'var(--grpc)' : 'var(--http)',
              }}
            />
            <section>
              <Flows inbound={inbound} outbound={outbound} />
            </section>
            {parts.missing !== null && <Missing because={parts.missing} />}
            {detail !== undefined && <Responses detail={detail} />}
            {detail !== undefined && !isTcp && <Latency detail={detail} />}
            <section>
              <NodeFacts node={node} mtlsRatio={main.mtlsRatio} isTcp={isTcp} detail={detail} />
            </section>
            <Why links={links} detail={detail} />
            {parts.doors}
            {node.kind === 'namespace' && (
              <div className="acts">
                <button type="button" className="btn" onClick={() => parts.onEnter(node.name)}>
                  <Icon name="fit" small />
                  {t($ => $.enter)}
                </button>
              </div>
            )}
          </>
        )}
      </div>
    </>
  )
}

/** In and out, by protocol. */
function Flows({ inbound, outbound }: { inbound: Flow; outbound: Flow }): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const rows = [
    { name: say($ => $.topology.protocol.http), values: [inbound.httpRate, outbound.httpRate], print: rate },
    { name: say($ => $.topology.protocol.grpc), values: [inbound.grpcRate, outbound.grpcRate], print: rate },
    { name: say($ => $.topology.protocol.tcp), values: [inbound.tcpByteRate, outbound.tcpByteRate], print: byteRate },
  ].filter(({ values }) => values.some(value => value > 0))
  const errors = [inbound.errorRatio, outbound.errorRatio]
  return (
    <table className="flows">
      <thead>
        <tr>
          <th scope="col">
            <span className="sr">{say($ => $.topology.table.protocol)}</span>
          </th>
          <th scope="col">{t($ => $.in)}</th>
          <th scope="col">{t($ => $.out)}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, values, print }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {values.map((value, index) => (
              <td key={index}>{value === 0 ? <span className="t3">–</span> : print(value)}</td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row">{t($ => $.errors)}</th>
          {errors.map((ratio, index) => (
            <td key={index}>{percent(ratio)}</td>
          ))}
        </tr>
      </tbody>
    </table>
  )
}

function NodeFacts(props: {
  node: GraphNode
  mtlsRatio: number | null
  isTcp: boolean
  detail: PanelParts['detail']
}): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const { node, detail } = props
  const versions = node.versions.map(({ version, requestRate }) => ({ version, requestRate: requestRate ?? 0 }))
  const isReady = node.pods === null || node.pods.ready >= node.pods.total
  return (
    <div className="kv wide">
      <MtlsFact ratio={props.mtlsRatio} isTcp={props.isTcp} />
      {detail !== undefined && <CallersFact principals={detail.principals} />}
      {versions.length > 0 && (
        <>
          <span className="t3">{t($ => $.versions)}</span>
          <Versions versions={versions} />
        </>
      )}
      {node.pods !== null && (
        <Fact name={t($ => $.pods)}>
          <span className={isReady ? '' : 'c-degraded'}>{t($ => $.podsReady, node.pods)}</span>
          <span className="t3"> · {t($ => $.proxies, { count: node.proxies })}</span>
        </Fact>
      )}
      {node.kind === 'namespace' && <Fact name={t($ => $.members)}>{node.members}</Fact>}
      {node.related.length > 0 && (
        <Fact name={t($ => (node.kind === 'workload' ? $.services : $.workloads))}>
          <span className="mono" title={node.related.join('\n')}>
            {node.related.join(', ')}
          </span>
        </Fact>
      )}
      {node.workloadKind !== null && <Fact name={say($ => $.topology.table.kind)}>{node.workloadKind}</Fact>}
      {node.serviceAccounts.length > 0 && (
        <Fact name={t($ => $.identity)}>
          <span className="mono" title={node.serviceAccounts.join('\n')}>
            {node.serviceAccounts.join(', ')}
          </span>
        </Fact>
      )}
    </div>
  )
}

function useWhy(node: GraphNode, { graph, nodes, onSelect }: PanelParts): WhyLink[] {
  const { t } = useTranslation('side')
  const link = (edges: typeof graph.edges, say: 'whyServes' | 'whyCalls'): WhyLink[] => {
    const worst = worstOf(edges)
    const source = worst === undefined ? undefined : nodes.get(worst.source)
    const destination = worst === undefined ? undefined : nodes.get(worst.destination)
    if (worst === undefined || source === undefined || destination === undefined) return []
    const parts = { source: source.name, destination: destination.name, share: percent(worst.errorRatio) }
    return [{ key: worst.id, icon: 'metrics', text: t($ => $[say], parts), go: () => onSelect(worst.id) }]
  }
  return [
    ...link(
      graph.edges.filter(edge => edge.source === node.id),
      'whyCalls',
    ),
    ...link(
      graph.edges.filter(edge => edge.destination === node.id),
      'whyServes',
    ),
  ]
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
