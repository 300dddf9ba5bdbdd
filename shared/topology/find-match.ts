import type { Query } from './find.ts'
import type { NumberOperator } from './find-field.ts'
import { type FindContext, isIdleEdge, numberOfEdge, numberOfNode, textsOfEdge, textsOfNode } from './find-read.ts'
import type { GraphEdge, GraphNode } from './graph.ts'

type Leaf = Exclude<Query, { kind: 'and' | 'or' | 'not' }>

/** Whether a node of the graph is meant. */
export const matchNode = (query: Query, node: GraphNode, context: FindContext): boolean =>
  matches(query, leaf => {
    switch (leaf.kind) {
      case 'word':
        return compareTexts(textsOfNode('name', node, context, leaf.value), 'contains', leaf.value)
      case 'text':
      case 'choice':
        return compareTexts(textsOfNode(leaf.field, node, context, leaf.value), leaf.operator, leaf.value)
      case 'number':
        return compareNumbers(numberOfNode(leaf.field, node, context), leaf.operator, leaf.value)
      case 'flag':
        return node.isIdle === leaf.value
    }
  })

/** Whether an edge of the graph is meant. */
export const matchEdge = (query: Query, edge: GraphEdge, context: FindContext): boolean =>
  matches(query, leaf => {
    switch (leaf.kind) {
      case 'word':
        return compareTexts(textsOfEdge('name', edge, context, leaf.value), 'contains', leaf.value)
      case 'text':
      case 'choice':
        return compareTexts(textsOfEdge(leaf.field, edge, context, leaf.value), leaf.operator, leaf.value)
      case 'number':
        return compareNumbers(numberOfEdge(leaf.field, edge), leaf.operator, leaf.value)
      case 'flag':
        return isIdleEdge(edge) === leaf.value
    }
  })

function matches(query: Query, isTrue: (leaf: Leaf) => boolean): boolean {
  switch (query.kind) {
    case 'and':
      return query.parts.every(part => matches(part, isTrue))
    case 'or':
      return query.parts.some(part => matches(part, isTrue))
    case 'not':
      return !matches(query.part, isTrue)
    case 'word':
    case 'text':
    case 'choice':
    case 'number':
    case 'flag':
      return isTrue(query)
  }
}

/**
 * Of several texts (the ends of an edge, the versions of a service) one has to fit; `!=` means that none is it.
 * Null, a field that is not there, fits no comparison, `!=` neither.
 */
function compareTexts(texts: readonly string[] | null, operator: '=' | '!=' | 'contains', value: string): boolean {
  if (texts === null) return false
  const sought = value.toLowerCase()
  switch (operator) {
    case '=':
      return texts.some(text => text.toLowerCase() === sought)
    case '!=':
      return texts.every(text => text.toLowerCase() !== sought)
    case 'contains':
      return texts.some(text => text.toLowerCase().includes(sought))
  }
}

/** An unknown number fits no comparison, `!=` neither; only `not` turns that around. */
function compareNumbers(known: number | null, operator: NumberOperator, value: number): boolean {
  if (known === null) return false
  // Sums and means of edges carry the noise of their additions.
  const isEqual = Math.abs(known - value) <= 1e-12 * Math.max(Math.abs(known), Math.abs(value))
  switch (operator) {
    case '=':
      return isEqual
    case '!=':
      return !isEqual
    case '>':
      return known > value && !isEqual
    case '>=':
      return known > value || isEqual
    case '<':
      return known < value && !isEqual
    case '<=':
      return known < value || isEqual
  }
}
