import type { Node } from './plan.ts'

/** Callers before callees. Where calls go round in a circle, one of them is made to wait for the next step. */
export function inCallOrder(nodes: readonly Node[]): Node[] {
  const done = new Set<Node>()
  const ordered: Node[] = []
  // Roots first, by name, so that the same mesh is always cut at the same place.
  const roots = nodes.toSorted(
    (a, b) => Number(b.origin !== null) - Number(a.origin !== null) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
  for (const root of roots) {
    if (done.has(root)) continue
    done.add(root)
    const path: { node: Node; next: Iterator<Node> }[] = [{ node: root, next: callees(root) }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const step = top.next.next()
      if (step.done) {
        ordered.push(top.node)
        path.pop()
      } else if (!done.has(step.value)) {
        done.add(step.value)
        path.push({ node: step.value, next: callees(step.value) })
      }
    }
  }
  ordered.reverse()
  for (const [index, node] of ordered.entries()) node.order = index
  return ordered
}

function* callees(node: Node): Generator<Node> {
  for (const calls of [node.calls, node.originCalls])
    for (const call of calls)
      for (const flow of call.flows)
        for (const outcomes of [flow.outcomes, flow.mirrored])
          for (const outcome of outcomes) if (outcome.node) yield outcome.node
}
