import type { Net } from './graph.ts'

/**
 * A column for every node that has links: callers left of what they call, members of a unit near each other, what
 * calls nobody and lives outside the mesh at the far right. Nodes without links get -1.
 */
export function assignColumns(net: Net, most: number): number[] {
  const count = net.ids.length
  const order = net.order
  const linked = net.ids.map((_, i) => (net.out[i]?.length ?? 0) + (net.into[i]?.length ?? 0) > 0)
  const columns = net.ids.map(() => 0)
  const hasInternet = net.kinds.some((kind, i) => kind === 'external' && (net.out[i]?.length ?? 0) > 0)
  const before = (i: number) => forward(net, i).into
  const after = (i: number) => forward(net, i).out
  const isCaller = (i: number) => net.kinds[i] === 'external' && (net.out[i]?.length ?? 0) > 0
  const floor = net.ids.map((_, i) => (hasInternet && !isCaller(i) ? 1 : 0))
  for (const i of order) columns[i] = Math.max(floor[i] ?? 0, ...before(i).map(j => (columns[j] ?? 0) + 1))

  const isHost = (i: number) => net.kinds[i] === 'external' && (net.out[i]?.length ?? 0) === 0
  const rightmost = () => Math.max(0, ...net.ids.map((_, i) => (linked[i] && !isHost(i) ? (columns[i] ?? 0) : 0)))
  const cost = (i: number, column: number) => {
    let sum = 0
    for (const link of net.into[i] ?? []) if (!link.isBack) sum += column - (columns[link.from] ?? 0)
    // What nobody calls stays at the left, where a reader begins.
    if ((net.into[i]?.length ?? 0) > 0)
      for (const link of net.out[i] ?? []) if (!link.isBack && !isHost(link.to)) sum += (columns[link.to] ?? 0) - column
    // A region should be narrow: costly is only what makes it wider.
    const mates = net.units[net.unitOf[i] ?? 0]?.members.filter(j => j !== i && linked[j]) ?? []
    if (mates.length > 0) {
      const used = mates.map(j => columns[j] ?? 0)
      sum += 3 * Math.max(0, Math.min(...used) - column, column - Math.max(...used))
    }
    return sum + column * 0.01
  }
  for (let sweep = 0; sweep < 8; sweep += 1)
    for (const i of sweep % 2 === 0 ? order.toReversed() : order) {
      if (!linked[i]) continue
      const low = Math.max(floor[i] ?? 0, ...before(i).map(j => (columns[j] ?? 0) + 1))
      const next = after(i).filter(j => !isHost(j))
      const high = next.length > 0 ? Math.min(...next.map(j => (columns[j] ?? 0) - 1)) : Math.max(low, rightmost())
      let best = columns[i] ?? 0
      for (let column = low; column <= high; column += 1) if (cost(i, column) < cost(i, best) - 1e-9) best = column
      columns[i] = Math.min(Math.max(best, low), Math.max(low, high))
    }
  const end = rightmost()
  for (let i = 0; i < count; i += 1) if (linked[i] && isHost(i)) columns[i] = end + 1
  return compress(
    net,
    columns.map((column, i) => (linked[i] ? column : -1)),
    most,
  )
}

function forward(net: Net, i: number): { out: number[]; into: number[] } {
  return {
    out: [
      ...(net.out[i] ?? []).filter(link => !link.isBack).map(link => link.to),
      ...(net.into[i] ?? []).filter(link => link.isBack).map(link => link.from),
    ],
    into: [
      ...(net.into[i] ?? []).filter(link => !link.isBack).map(link => link.from),
      ...(net.out[i] ?? []).filter(link => link.isBack).map(link => link.to),
    ],
  }
}

/**
 * Leaves out empty columns; where there are more than `most`, joins those neighbours that hold fewest nodes and have
 * fewest links between them. The way in, up to the gateways, keeps its columns: there reading begins.
 */
function compress(net: Net, columns: number[], most: number): number[] {
  const used = [...new Set(columns.filter(column => column >= 0))].toSorted((a, b) => a - b)
  let groups = used.map(column => columns.flatMap((at, node) => (at === column ? [node] : [])))
  const isEntry = (nodes: number[]) =>
    nodes.every(node => net.kinds[node] === 'external' || net.kinds[node] === 'gateway')
  while (groups.length > most) {
    let best = -1
    let least = Infinity
    for (let i = 0; i + 1 < groups.length; i += 1) {
      const left = groups[i] ?? []
      const right = new Set(groups[i + 1])
      const between = left.reduce(
        (sum, node) => sum + (net.out[node] ?? []).filter(link => right.has(link.to)).length,
        0,
      )
      const score = between + left.length + right.size + (isEntry(left) || isEntry([...right]) ? 1e6 : 0)
      if (score < least) {
        least = score
        best = i
      }
    }
    if (least >= 1e6) break
    groups = groups.flatMap((nodes, i) =>
      i === best ? [[...nodes, ...(groups[i + 1] ?? [])]] : i === best + 1 ? [] : [nodes],
    )
  }
  const place = new Map(groups.flatMap((nodes, i) => nodes.map(node => [node, i])))
  return columns.map((column, node) => (column < 0 ? -1 : (place.get(node) ?? 0)))
}
