import type { NodeKind } from '#shared/topology/graph.ts'

/** What a layout is given: no rates, no health, only who calls whom and who belongs together. */
export interface LayoutNode {
  id: string
  kind: NodeKind
  /** Members of one namespace stay together; empty for what stands alone. */
  namespace: string
}

export interface LayoutEdge {
  source: string
  destination: string
  /** 1 for the thinnest line, more for what should stay short and straight. */
  weight: number
  /** Pixels between the centres of its ends that its label asks for; 0 for none. */
  room: number
}

/** The graph in numbers: nodes by index in the order of their ids, so that the same input gives the same drawing. */
export interface Net {
  ids: string[]
  kinds: NodeKind[]
  /** Index of the unit (region, or node of its own) of each node. */
  unitOf: number[]
  units: Unit[]
  /** One per pair of nodes, loops left out. */
  links: Link[]
  /** Nodes in reading order: every link that does not run back leads to a later one. */
  order: number[]
  /** By node: links that leave and that arrive. */
  out: Link[][]
  into: Link[][]
}

export interface Unit {
  /** Region id; for a node of its own its id. */
  id: string
  isRegion: boolean
  members: number[]
}

export interface Link {
  from: number
  to: number
  weight: number
  room: number
  /** Runs against the reading direction: part of a cycle that had to be cut. */
  isBack: boolean
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function toNet(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Net {
  const sorted = nodes.toSorted((a, b) => byText(a.id, b.id))
  const index = new Map(sorted.map((node, i) => [node.id, i]))
  const pairs = new Map<string, Link>()
  for (const edge of edges.toSorted((a, b) => byText(a.source, b.source) || byText(a.destination, b.destination))) {
    const from = index.get(edge.source)
    const to = index.get(edge.destination)
    if (from === undefined || to === undefined || from === to) continue
    const known = pairs.get(`${from}>${to}`)
    if (known) {
      known.weight = Math.max(known.weight, edge.weight)
      known.room = Math.max(known.room, edge.room)
    } else pairs.set(`${from}>${to}`, { from, to, weight: edge.weight, room: edge.room, isBack: false })
  }
  const links = [...pairs.values()]
  const order = markBack(sorted.length, links)
  const regions = splitRegions(sorted, links)
  const unitIndex = new Map<string, number>()
  const units: Unit[] = []
  const unitOf = sorted.map((node, i) => {
    const region = regions[i] ?? ''
    const id = region === '' ? node.id : region
    const known = unitIndex.get(id)
    if (known !== undefined) {
      units[known]?.members.push(i)
      return known
    }
    unitIndex.set(id, units.length)
    units.push({ id, isRegion: region !== '', members: [i] })
    return units.length - 1
  })
  return {
    ids: sorted.map(node => node.id),
    kinds: sorted.map(node => node.kind),
    unitOf,
    units,
    links,
    order,
    ...adjacency(sorted.length, links),
  }
}

function adjacency(count: number, links: Link[]): { out: Link[][]; into: Link[][] } {
  const out: Link[][] = Array.from({ length: count }, () => [])
  const into: Link[][] = Array.from({ length: count }, () => [])
  for (const link of links) {
    out[link.from]?.push(link)
    into[link.to]?.push(link)
  }
  return { out, into }
}

/**
 * Cuts cycles with little weight: an order is built from both ends (what nobody calls first, what calls nobody last,
 * else the node that gives most more than it takes); links against that order run back. Eades, Lin and Smyth, 1993.
 */
export function markBack(count: number, links: Link[]): number[] {
  const { out, into } = adjacency(count, links)
  const gives = out.map(list => list.reduce((sum, link) => sum + link.weight, 0))
  const takes = into.map(list => list.reduce((sum, link) => sum + link.weight, 0))
  const left = new Set(Array.from({ length: count }, (_, i) => i))
  const first: number[] = []
  const last: number[] = []
  const outs = out.map(list => list.length)
  const ins = into.map(list => list.length)
  const take = (node: number) => {
    left.delete(node)
    for (const link of out[node] ?? []) {
      takes[link.to] = (takes[link.to] ?? 0) - link.weight
      ins[link.to] = (ins[link.to] ?? 0) - 1
    }
    for (const link of into[node] ?? []) {
      gives[link.from] = (gives[link.from] ?? 0) - link.weight
      outs[link.from] = (outs[link.from] ?? 0) - 1
    }
  }
  while (left.size > 0) {
    let isSettled = false
    for (const node of left) {
      if (outs[node] === 0) {
        last.unshift(node)
        take(node)
        isSettled = true
      } else if (ins[node] === 0) {
        first.push(node)
        take(node)
        isSettled = true
      }
    }
    if (isSettled) continue
    let best = -1
    let most = -Infinity
    for (const node of left) {
      const surplus = (gives[node] ?? 0) - (takes[node] ?? 0)
      if (surplus > most) {
        most = surplus
        best = node
      }
    }
    first.push(best)
    take(best)
  }
  const order = [...first, ...last]
  const place = new Map(order.map((node, i) => [node, i]))
  for (const link of links) link.isBack = (place.get(link.from) ?? 0) > (place.get(link.to) ?? 0)
  return order
}

/**
 * The region of each node, `` for none. A namespace is one region, but gateways at both ends of the mesh (ingress and
 * egress in one namespace) become two: a single box would turn the reading back to its beginning.
 */
function splitRegions(nodes: readonly LayoutNode[], links: readonly Link[]): string[] {
  const regions = nodes.map(node => (node.kind === 'external' || node.kind === 'namespace' ? '' : node.namespace))
  const forward = links.filter(link => !link.isBack)
  nodes.forEach((node, i) => {
    const namespace = regions[i]
    if (node.kind !== 'gateway' || !namespace) return
    const isInsideBound = links.some(
      link =>
        (link.from === i && nodes[link.to]?.namespace === namespace) ||
        (link.to === i && nodes[link.from]?.namespace === namespace),
    )
    if (isInsideBound) return
    const isLate = nodes.some((other, j) => j !== i && other.namespace === namespace && reaches(j, i, forward))
    if (isLate) regions[i] = `${namespace}#egress`
  })
  // A namespace whose members all left for the egress side keeps its plain name.
  return regions.map(region =>
    region.endsWith('#egress') && !regions.includes(region.slice(0, -7)) ? region.slice(0, -7) : region,
  )
}

function reaches(from: number, to: number, links: readonly Link[]): boolean {
  const seen = new Set([from])
  const queue = [from]
  for (const node of queue)
    for (const link of links)
      if (link.from === node && !seen.has(link.to)) {
        if (link.to === to) return true
        seen.add(link.to)
        queue.push(link.to)
      }
  return false
}
