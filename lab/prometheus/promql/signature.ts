import type { Labels } from '#lab/contract.ts'
import { dropper, keeper, keyOf, metricName, type Shape } from '#lab/prometheus/labels.ts'
import type { VectorMatching } from './ast.ts'

/** The labels by which elements of two vectors match: those in `on`, or all but the ignored ones and the name. */
export function matchingShape({ on, labels }: Pick<VectorMatching, 'on' | 'labels'>): Shape {
  return on ? keeper(labels) : dropper([...labels, metricName])
}

/** Text that is equal exactly for elements that match. */
export function signer(matching: VectorMatching): (labels: Labels) => string {
  const shape = matchingShape(matching)
  return labels => keyOf(shape(labels))
}
