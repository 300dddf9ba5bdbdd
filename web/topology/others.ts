import { type Graph, othersId } from '#shared/topology/graph.ts'

/** What may not be seen has no name of its own: it is called so in the reader's language. */
export const withOthers = (graph: Graph | null, word: string): Graph | null =>
  graph === null || !graph.nodes.some(({ id }) => id === othersId)
    ? graph
    : { ...graph, nodes: graph.nodes.map(node => (node.id === othersId ? { ...node, name: word } : node)) }
