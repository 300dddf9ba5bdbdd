import type { Answer } from './prometheus.ts'

/**
 * Both engines do the same operations on the same doubles, but Go's and JavaScript's exp, log, pow and trigonometry
 * differ in the last bits, and Prometheus adds up rows of inner results of range queries in the order of a hash table.
 * Such differences stay many orders of magnitude below 1e-9; a wrong rule (one sample more, another extrapolation) is
 * many orders above.
 */
const tolerance = 1e-9
/** What is left where ones cancel out (log2(cosh(1e-6)), the variance of equal values) is rounding and nothing else. */
const residue = 1e-15

export interface Difference {
  /** Whether a number is another one, or something is there that the other has not. */
  kind: 'value' | 'shape'
  text: string
}

const shape = (text: string): Difference => ({ kind: 'shape', text })

/** What two answers differ in; undefined where they agree. */
export function differenceOf(ours: Answer, theirs: Answer, isOrdered: boolean): Difference | undefined {
  if (ours.status !== theirs.status)
    return shape(`ours is ${ours.status} (${ours.error}), Prometheus' ${theirs.status} (${theirs.error})`)
  if (ours.status === 'error')
    return ours.errorType === theirs.errorType
      ? undefined
      : shape(`${ours.errorType}, but Prometheus ${theirs.errorType}`)
  if (ours.data?.resultType !== theirs.data?.resultType)
    return shape(`a ${ours.data?.resultType}, but Prometheus a ${theirs.data?.resultType}`)
  if (!Array.isArray(ours.data?.result) || !Array.isArray(theirs.data?.result)) return shape('a result that is no list')
  const isSingle = ours.data.resultType === 'scalar' || ours.data.resultType === 'string'
  if (isSingle) return pointDifference(ours.data.result, theirs.data.result)
  return rowsDifference(ours.data.result as Row[], theirs.data.result as Row[], isOrdered)
}

type Point = [time: number, value: string]

interface Row {
  metric: Record<string, string>
  value?: Point
  values?: Point[]
}

const keyOf = ({ metric }: Row): string => JSON.stringify(metric, Object.keys(metric).sort())

function rowsDifference(ours: Row[], theirs: Row[], isOrdered: boolean): Difference | undefined {
  if (ours.length !== theirs.length) return shape(`${ours.length} rows, but Prometheus ${theirs.length}`)
  const byKey = new Map(theirs.map(row => [keyOf(row), row]))
  for (const [index, row] of ours.entries()) {
    const other = byKey.get(keyOf(row))
    if (!other) return shape(`a row ${keyOf(row)} that Prometheus has not`)
    const difference = pointsDifference(points(row), points(other))
    if (difference !== undefined) return { ...difference, text: `${keyOf(row)}: ${difference.text}` }
    // Rows with equal values may change places.
    const atSamePlace = theirs[index]
    const order = isOrdered && atSamePlace ? pointsDifference(points(row), points(atSamePlace)) : undefined
    if (order !== undefined) return shape(`row ${index} in another order: ${order.text}`)
  }
  return undefined
}

const points = (row: Row): Point[] => row.values ?? (row.value ? [row.value] : [])

function pointsDifference(ours: Point[], theirs: Point[]): Difference | undefined {
  if (ours.length !== theirs.length) return shape(`${ours.length} points, but Prometheus ${theirs.length}`)
  for (const [index, point] of ours.entries()) {
    const difference = pointDifference(point, theirs[index])
    if (difference !== undefined) return difference
  }
  return undefined
}

function pointDifference(ours: unknown, theirs: unknown): Difference | undefined {
  if (!isPoint(ours) || !isPoint(theirs)) return shape('a point that is none')
  if (Math.abs(ours[0] - theirs[0]) > 1e-6) return shape(`at ${ours[0]}, but Prometheus at ${theirs[0]}`)
  if (ours[1] === theirs[1] || isNear(toNumber(ours[1]), toNumber(theirs[1]))) return undefined
  return { kind: 'value', text: `${ours[1]}, but Prometheus ${theirs[1]} at ${ours[0]}` }
}

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string'

const toNumber = (text: string): number => Number(text.replace('Inf', 'Infinity'))

/**
 * Equal numbers are equal texts, but for 0 and -0: which of them is the smaller depends on the order of rows as well.
 */
function isNear(ours: number, theirs: number): boolean {
  if (ours === theirs) return ours === 0
  return Math.abs(ours - theirs) <= Math.max(residue, tolerance * Math.max(Math.abs(ours), Math.abs(theirs)))
}
