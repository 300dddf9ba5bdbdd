import type { Graph, GraphEdge, GraphNode } from '#shared/topology/graph.ts'
import type { EdgeMark, Marks, NodeNote } from './elements.ts'
import { rateText } from './elements-label.ts'

/** What policies refuse and would refuse, beside what the graph itself measures: told by who knows policies. */
export interface RefusalsSeen {
  /** Requests per second that pass and would be refused. */
  calls: readonly {
    source: { namespace: string; workload: string }
    destination: { namespace: string; workload: string }
    protocol: GraphEdge['protocol']
    rate: number
  }[]
  /** 1/s, as the proxies of a workload count it. */
  workloads: readonly { namespace: string; workload: string; enforced: number; staged: number }[]
}

export interface RefusalWords {
  refused: string
  wouldBe: string
}

/** The map of refusals: dashed and ⊘ where calls are refused, dotted and ◇ where they would be, in words besides. */
export function refusalMarks(graph: Pick<Graph, 'nodes' | 'edges'>, seen: RefusalsSeen, words: RefusalWords): Marks {
  const idsOf = drawnBy(graph.nodes)
  const now = new Map(graph.edges.map(edge => [edge.id, (edge.deniedRatio ?? 0) * callsOf(edge)]))
  const wouldBe = new Map<string, number>()
  for (const { source, destination, protocol, rate } of seen.calls) {
    const ids = idsOf(source).flatMap(from => idsOf(destination).map(to => `${from}>${to}:${protocol}`))
    const id = ids.find(each => now.has(each))
    if (id !== undefined) add(wouldBe, id, rate)
  }
  const counted = { enforced: new Map<string, number>(), staged: new Map<string, number>() }
  for (const { enforced, staged, ...workload } of seen.workloads)
    for (const id of idsOf(workload)) {
      add(counted.enforced, id, enforced)
      add(counted.staged, id, staged)
    }
  return {
    ofLine: ids => edgeMark(sumOf(ids, now), sumOf(ids, wouldBe), words),
    notes: new Map(
      graph.nodes.flatMap(({ id }): [string, NodeNote][] => {
        const [enforced, staged] = [counted.enforced.get(id) ?? 0, counted.staged.get(id) ?? 0]
        if (enforced + staged === 0) return []
        return [[id, { tone: enforced > 0 ? 'failing' : 'degraded', text: textOf(enforced, staged) }]]
      }),
    ),
  }
}

const callsOf = (edge: GraphEdge) => (edge.protocol === 'tcp' ? edge.connectionRate : edge.requestRate)

const add = (sums: Map<string, number>, id: string, rate: number) => sums.set(id, (sums.get(id) ?? 0) + rate)

const sumOf = (ids: readonly string[], rates: ReadonlyMap<string, number>) =>
  ids.reduce((sum, id) => sum + (rates.get(id) ?? 0), 0)

function edgeMark(now: number, wouldBe: number, words: RefusalWords): EdgeMark | undefined {
  if (now + wouldBe === 0) return undefined
  const text = textOf(now, wouldBe, words)
  return now > 0 ? { tone: 'failing', dash: 'dashed', text } : { tone: 'degraded', dash: 'dotted', text }
}

/** `⊘ 0.4/s refused · ◇ 0.2/s would be`; below a name, where there is little room, the signs alone. */
function textOf(now: number, wouldBe: number, words: RefusalWords = { refused: '', wouldBe: '' }): string {
  return [
    ...(now > 0 ? [`⊘ ${rateText(now)} ${words.refused}`.trim()] : []),
    ...(wouldBe > 0 ? [`◇ ${rateText(wouldBe)} ${words.wouldBe}`.trim()] : []),
  ].join(' · ')
}

/** The nodes that draw a workload: itself, the Services before it, or its namespace. */
function drawnBy(nodes: readonly GraphNode[]): (of: { namespace: string; workload: string }) => string[] {
  const ids = new Map<string, string[]>()
  for (const node of nodes) for (const name of namesOf(node)) ids.set(name, [...(ids.get(name) ?? []), node.id])
  return ({ namespace, workload }) => [...(ids.get(`${namespace}/${workload}`) ?? []), ...(ids.get(namespace) ?? [])]
}

/** A Gateway runs as a Deployment of its name and its class (Istio documentation, "Gateway API", "Automated Deployment"). */
function namesOf({ kind, namespace, name, related }: GraphNode): string[] {
  switch (kind) {
    case 'namespace':
      return [name]
    case 'service':
      return related.map(workload => `${namespace}/${workload}`)
    case 'gateway':
      return [...new Set([name, `${name}-istio`, ...related])].map(workload => `${namespace}/${workload}`)
    case 'workload':
    case 'waypoint':
    case 'outside':
      return [`${namespace}/${name}`]
    case 'external':
      return []
  }
}
