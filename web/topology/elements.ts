import type { Health } from '#shared/mesh/health.ts'
import { healthRank } from '#shared/mesh/health.ts'
import type { Graph, GraphEdge, GraphNode, NodeKind, Protocol } from '#shared/topology/graph.ts'
import type { Lens } from './lens.ts'
import { bytesText, durationText, rateText, shareText } from './elements-label.ts'

/**
 * A Graph as the map draws it: quantised, so that a new reading changes few elements. Pure. Everything a drawing
 * needs to know is a plain field, and two elements are the same drawing exactly when their fields are equal.
 */

/** Colour of an edge: its protocol while nothing is wrong, `quiet` where a lens has nothing to say. */
export type Tone = Protocol | 'opened' | 'degraded' | 'failing' | 'unknown' | 'quiet'
export type Lock = 'all' | 'part' | 'none'
export type Icon = 'cube' | 'database' | 'globe' | 'ingress' | 'egress' | 'waypoint' | 'namespace'
export type Dash = 'dashed' | 'dotted'
/** What somebody says of an edge beside what is measured. */
export interface EdgeMark {
  tone: Tone
  dash: Dash | null
  text: string
  /** Its width; absent: that of its traffic. */
  step?: Step
}
/** What is said instead of what is measured. */
export interface Marks {
  /** Of the edges of the Graph that one line draws; one of which nothing is said is quiet. */
  ofLine(edgeIds: readonly string[]): EdgeMark | undefined
  /** Below the names of nodes, by their ids. */
  notes?: ReadonlyMap<string, NodeNote>
}
export interface NodeNote {
  tone: 'degraded' | 'failing'
  text: string
}
/** Width of an edge, thinnest first. */
export type Step = 0 | 1 | 2 | 3

export interface MapNode {
  id: string
  kind: NodeKind
  namespace: string
  name: string
  health: Health
  icon: Icon
  /** Share of the first of two or more versions, in steps of 5 %; null with fewer versions. */
  split: number | null
  /** What a namespace node stands for; 1 for everything else. */
  members: number
  /** Nothing drawn leads to it or from it. */
  isAlone: boolean
  /** Empty: nothing is said of it. */
  note: string
  noteTone: NodeNote['tone']
}

export interface MapEdge {
  id: string
  source: string
  destination: string
  /** Edges of the Graph drawn by this line, busiest first: more than one before and after a waypoint. */
  edgeIds: readonly string[]
  protocol: Protocol
  step: Step
  tone: Tone
  /** Glows: a failing or degraded path. A refused plaintext caller is red, but no path of the mesh. */
  isGlowing: boolean
  /** Nothing of it is under mTLS: dashed. */
  isPlain: boolean
  dash: Dash | null
  lock: Lock | null
  text: string
  /** Under 1 % of the traffic and nothing wrong with it: its label waits for hover or zoom. */
  isMinor: boolean
  /** Something is said of it beside what is measured: its label comes first, from however far away. */
  isTold: boolean
}

export interface MapElements {
  nodes: MapNode[]
  edges: MapEdge[]
}

/** Words in labels; the page passes them translated. */
export interface LabelWords {
  refused: string
  allRefused: string
}

/** One line on the map: an edge of the Graph, or the sum of those that share this stretch of their way. */
interface Line {
  id: string
  source: string
  destination: string
  edges: GraphEdge[]
}

export function toElements(
  graph: Graph,
  lens: Lens,
  hidden: ReadonlySet<string>,
  words: LabelWords,
  marks: Marks | null = null,
): MapElements {
  const nodes = new Map(graph.nodes.filter(node => !hidden.has(node.id)).map(node => [node.id, node]))
  const visible = graph.edges.filter(
    edge =>
      !hidden.has(edge.id) && edge.source !== edge.destination && nodes.has(edge.source) && nodes.has(edge.destination),
  )
  const lines = toLines(visible, nodes)
  const touched = new Set(lines.flatMap(line => [line.source, line.destination]))
  const callers = new Set(lines.map(line => line.source))
  return {
    nodes: [...nodes.values()].map(node => toNode(node, touched, callers, lines, nodes, marks?.notes?.get(node.id))),
    edges: lines.map(line => {
      const edge = toEdge(line, lens, graph, nodes, words)
      return marks === null ? edge : markedAs(edge, marks)
    }),
  }
}

function toLines(edges: GraphEdge[], nodes: ReadonlyMap<string, GraphNode>): Line[] {
  const lines = new Map<string, Line>()
  const add = (id: string, source: string, destination: string, edge: GraphEdge) => {
    const line = lines.get(id)
    if (line) line.edges.push(edge)
    else lines.set(id, { id, source, destination, edges: [edge] })
  }
  const behind = new Set(edges.map(edge => `${edge.via} ${edge.destination}`))
  for (const edge of edges) {
    const via = edge.via
    const isPassing = via !== null && nodes.has(via) && via !== edge.source && via !== edge.destination
    // Between two that are behind the same waypoint the line stays direct: back to the door would be a loop.
    if (!isPassing || behind.has(`${via} ${edge.source}`)) {
      add(edge.id, edge.source, edge.destination, edge)
      continue
    }
    // `~` keeps these apart from an edge the waypoint has of its own.
    add(`${edge.source}~${via}:${edge.protocol}`, edge.source, via, edge)
    add(`${via}~${edge.destination}:${edge.protocol}`, via, edge.destination, edge)
  }
  return [...lines.values()]
}

function toNode(
  node: GraphNode,
  touched: ReadonlySet<string>,
  callers: ReadonlySet<string>,
  lines: Line[],
  nodes: ReadonlyMap<string, GraphNode>,
  note: NodeNote | undefined,
): MapNode {
  return {
    id: node.id,
    kind: node.kind,
    namespace: node.kind === 'namespace' || node.kind === 'external' ? '' : node.namespace,
    name: node.name,
    health: node.health,
    icon: iconOf(node, callers, lines, nodes),
    split: splitOf(node),
    members: node.kind === 'namespace' ? node.members : 1,
    isAlone: !touched.has(node.id),
    note: note?.text ?? '',
    noteTone: note?.tone ?? 'failing',
  }
}

function iconOf(
  node: GraphNode,
  callers: ReadonlySet<string>,
  lines: Line[],
  nodes: ReadonlyMap<string, GraphNode>,
): Icon {
  switch (node.kind) {
    case 'namespace':
      return 'namespace'
    case 'external':
      return 'globe'
    case 'waypoint':
      return 'waypoint'
    case 'gateway': {
      const leadsOut =
        callers.has(node.id) &&
        lines.every(line => line.source !== node.id || nodes.get(line.destination)?.kind === 'external')
      return leadsOut ? 'egress' : 'ingress'
    }
    case 'service':
    case 'workload':
    case 'outside':
      return node.isTcpOnly ? 'database' : 'cube'
  }
}

function splitOf(node: GraphNode): number | null {
  if (node.versions.length < 2) return null
  const weights = node.versions.map(version => version.requestRate ?? 0)
  const measured = weights.reduce((sum, weight) => sum + weight, 0) > 0
  const parts = measured ? weights : node.versions.map(version => version.pods)
  const total = parts.reduce((sum, part) => sum + part, 0)
  if (total <= 0) return null
  const share = Math.round(((parts[0] ?? 0) / total) * 20) / 20
  // A version that serves anything keeps a sliver.
  return Math.min(0.95, Math.max(0.05, share))
}

function toEdge(
  line: Line,
  lens: Lens,
  graph: Graph,
  nodes: ReadonlyMap<string, GraphNode>,
  words: LabelWords,
): MapEdge {
  const sum = sumOf(line)
  // What comes from outside the mesh cannot be under its mTLS: nothing to warn of.
  const fromOutside = nodes.get(line.source)?.kind === 'external'
  const edge = fromOutside ? { ...sum, mtlsRatio: null } : sum
  const isTcp = edge.protocol === 'tcp'
  const total = isTcp ? graph.totals.tcpByteRate : graph.totals.requestRate
  const isPlain = edge.mtlsRatio === 0
  const tone = toneOf(edge, lens)
  const isWrong = edge.health === 'degraded' || edge.health === 'failing'
  return {
    id: line.id,
    source: line.source,
    destination: line.destination,
    edgeIds: line.edges.toSorted((a, b) => amount(b) - amount(a)).map(each => each.id),
    protocol: edge.protocol,
    step: stepOf(edge),
    tone,
    isGlowing: !isPlain && (tone === 'failing' || tone === 'degraded'),
    isPlain,
    dash: isPlain ? 'dashed' : null,
    lock: edge.mtlsRatio === null ? null : lockOf(edge.mtlsRatio),
    text: textOf(edge, lens, words),
    isMinor: !isWrong && !isPlain && amount(edge) < total / 100,
    isTold: false,
  }
}

/** Under marks the map speaks of them alone: no lock, no glow, no rate. */
function markedAs(edge: MapEdge, marks: Marks): MapEdge {
  const mark = marks.ofLine(edge.edgeIds)
  const bare = { ...edge, isGlowing: false, isPlain: false, lock: null }
  return mark === undefined
    ? { ...bare, tone: 'quiet', dash: null, text: '', isMinor: true }
    : {
        ...bare,
        tone: mark.tone,
        dash: mark.dash,
        text: mark.text,
        isMinor: false,
        isTold: true,
        step: mark.step ?? edge.step,
      }
}

const amount = (edge: GraphEdge) => (edge.protocol === 'tcp' ? edge.byteRate : edge.requestRate)

/** The edges of a line as one. Ratios are weighted by what they are ratios of. */
function sumOf(line: Line): GraphEdge {
  const first = line.edges[0]
  if (!first) throw new Error(`The line ${line.id} has no edge`)
  if (line.edges.length === 1) return first
  const weightOf = (edge: GraphEdge) => (edge.protocol === 'tcp' ? edge.connectionRate : edge.requestRate)
  const sum = (value: (edge: GraphEdge) => number) => line.edges.reduce((total, edge) => total + value(edge), 0)
  const mean = (value: (edge: GraphEdge) => number | null) => {
    const known = line.edges.filter(edge => value(edge) !== null)
    if (known.length === 0) return null
    const weight = known.reduce((total, edge) => total + weightOf(edge), 0)
    if (weight === 0) return value(known[0] ?? first)
    return known.reduce((total, edge) => total + (value(edge) ?? 0) * weightOf(edge), 0) / weight
  }
  const worst = line.edges.reduce((a, b) => (healthRank[b.health] > healthRank[a.health] ? b : a))
  return {
    ...first,
    requestRate: sum(edge => edge.requestRate),
    connectionRate: sum(edge => edge.connectionRate),
    byteRate: sum(edge => edge.byteRate),
    errorRatio: mean(edge => edge.errorRatio),
    clientErrorRatio: mean(edge => edge.clientErrorRatio),
    deniedRatio: mean(edge => edge.deniedRatio),
    mtlsRatio: mean(edge => edge.mtlsRatio),
    meanDuration: mean(edge => edge.meanDuration),
    health: worst.health,
    reason: worst.reason,
  }
}

/** Requests: under 1, 10, 100 per second, more. Bytes: under 10 kB, 1 MB, 10 MB per second, more. */
function stepOf(edge: GraphEdge): Step {
  const bounds = edge.protocol === 'tcp' ? [1e4, 1e6, 1e7] : [1, 10, 100]
  const rate = amount(edge)
  const step = bounds.findIndex(bound => rate < bound)
  return (step < 0 ? 3 : step) as Step
}

function lockOf(ratio: number): Lock {
  if (ratio >= 0.9995) return 'all'
  return ratio > 0 ? 'part' : 'none'
}

/** Milliseconds from which the latency lens speaks up. */
const slow = 250
const verySlow = 1000

function toneOf(edge: GraphEdge, lens: Lens): Tone {
  switch (lens) {
    case 'traffic':
      return edge.health === 'healthy' ? edge.protocol : edge.health
    case 'errors':
      if (edge.health === 'degraded' || edge.health === 'failing') return edge.health
      return edge.errorRatio === null ? 'unknown' : 'quiet'
    case 'latency':
      if (edge.meanDuration === null) return 'unknown'
      if (edge.meanDuration >= verySlow) return 'failing'
      return edge.meanDuration >= slow ? 'degraded' : 'quiet'
    case 'mtls':
      if (edge.mtlsRatio === null) return 'unknown'
      return lockOf(edge.mtlsRatio) === 'all' ? 'quiet' : 'degraded'
    // Told by marks.
    case 'refusals':
      return 'quiet'
  }
}

function textOf(edge: GraphEdge, lens: Lens, words: LabelWords): string {
  switch (lens) {
    case 'traffic': {
      const rate = edge.protocol === 'tcp' ? bytesText(edge.byteRate) : rateText(edge.requestRate)
      const trouble = troubleText(edge, words)
      return trouble === null ? rate : `${rate} · ${trouble}`
    }
    case 'errors':
      return troubleText(edge, words) ?? (edge.errorRatio === null ? '–' : shareText(edge.errorRatio))
    case 'latency':
      return edge.meanDuration === null ? '–' : durationText(edge.meanDuration)
    case 'mtls':
      return edge.mtlsRatio === null ? '–' : shareText(edge.mtlsRatio)
    case 'refusals':
      return ''
  }
}

/** What goes wrong, most telling first: refusals by policy, server errors, client errors where they decided the health. */
function troubleText(edge: GraphEdge, words: LabelWords): string | null {
  const denied = edge.deniedRatio ?? 0
  const errors = edge.errorRatio ?? 0
  if (denied >= 0.995) return words.allRefused
  if (denied > errors && denied >= 0.001) return `${shareText(denied)} ${words.refused}`
  if (errors > 0) return shareText(errors)
  if (edge.reason?.rule === 'clientErrors' && edge.clientErrorRatio !== null)
    return `${shareText(edge.clientErrorRatio)} 4xx`
  return null
}

export interface ElementChanges {
  addedNodes: MapNode[]
  addedEdges: MapEdge[]
  /** Ids, edges before nodes. */
  removed: string[]
  changedNodes: MapNode[]
  changedEdges: MapEdge[]
}

/** What a drawing of `before` has to do to show `after`. An edge whose ends changed is removed and added. */
export function diffElements(before: MapElements, after: MapElements): ElementChanges {
  const nodes = diffList(before.nodes, after.nodes, () => false)
  const edges = diffList(before.edges, after.edges, (a, b) => a.source !== b.source || a.destination !== b.destination)
  return {
    addedNodes: nodes.added,
    addedEdges: edges.added,
    removed: [...edges.removed, ...nodes.removed],
    changedNodes: nodes.changed,
    changedEdges: edges.changed,
  }
}

function diffList<T extends { id: string }>(before: T[], after: T[], isAnother: (a: T, b: T) => boolean) {
  const old = new Map(before.map(element => [element.id, element]))
  const added: T[] = []
  const changed: T[] = []
  const removed: string[] = []
  for (const element of after) {
    const was = old.get(element.id)
    old.delete(element.id)
    if (!was) added.push(element)
    else if (isAnother(was, element)) {
      removed.push(element.id)
      added.push(element)
    } else if (!isSame(was, element)) changed.push(element)
  }
  removed.push(...old.keys())
  return { added, changed, removed }
}

function isSame(a: object, b: object): boolean {
  const right = new Map(Object.entries(b))
  return Object.entries(a).every(([key, value]: [string, unknown]) => {
    const other: unknown = right.get(key)
    if (Array.isArray(value) && Array.isArray(other))
      return value.length === other.length && value.every((each, index) => each === other[index])
    return value === other
  })
}
