import { codesText, readCodes, tcpFailed } from '#shared/mesh/codes.ts'
import type { Health } from '#shared/mesh/health.ts'
import type { Protocol } from '#shared/mesh/node.ts'
import { type Direction, readTolerances, textOf, type Tolerance } from '#shared/mesh/tolerance.ts'
import { type Ending, holdAgainst, verdictOf } from '#shared/mesh/tolerate.ts'

/** A limit as it is typed. Numbers are percentages; nothing typed: never. */
export interface LimitLine {
  /** For lists on the page. */
  key: number
  protocol: Protocol
  direction: Direction
  codes: string
  degraded: string
  failing: string
}

/** What is wrong with a line, by the field that says it. */
export type Problem = { field: 'codes' } | { field: 'degraded' | 'failing'; what: 'percent' | 'order' }

export const newLine = (key: number): LimitLine => ({
  key,
  protocol: 'http',
  direction: 'inbound',
  codes: '5xx, none',
  degraded: '1',
  failing: '10',
})

/** What an annotation says, line by line; none where it cannot be read. */
export function linesOf(text: string | null): LimitLine[] {
  const read = text === null ? [] : readTolerances(text)
  if ('wrong' in read) return []
  return read.map(({ protocol, direction, codes, degraded, failing }, key) => ({
    key,
    protocol,
    direction,
    codes: protocol === 'tcp' ? '' : codesText(codes),
    degraded: percentText(degraded),
    failing: percentText(failing),
  }))
}

/** What lines say, or what is wrong with the first field of each that cannot be used. */
export function toleranceOf({ protocol, direction, codes, degraded, failing }: LimitLine): Tolerance | Problem {
  const named = protocol === 'tcp' ? [{ from: tcpFailed, to: tcpFailed }] : readCodes(codes, protocol)
  if ('wrong' in named) return { field: 'codes' }
  const from = { degraded: ratioIn(degraded), failing: ratioIn(failing) }
  if (from.degraded === undefined) return { field: 'degraded', what: 'percent' }
  if (from.failing === undefined) return { field: 'failing', what: 'percent' }
  if (from.degraded !== null && from.failing !== null && from.failing < from.degraded)
    return { field: 'failing', what: 'order' }
  return { codes: named, protocol, direction, degraded: from.degraded, failing: from.failing }
}

/** What would be written; null: nothing, so the annotation goes. Undefined: a line cannot be used. */
export function textOfLines(lines: readonly LimitLine[]): string | null | undefined {
  const tolerances: Tolerance[] = []
  for (const line of lines) {
    const read = toleranceOf(line)
    if ('field' in read) return undefined
    tolerances.push(read)
  }
  return tolerances.length === 0 ? null : textOf(tolerances)
}

/** What a limit sees now, and would make of it; null: there are no such calls. */
export function seenBy(
  tolerance: Tolerance,
  endings: readonly Ending[],
): { share: number; health: Exclude<Health, 'unknown'> } | null {
  const [held] = holdAgainst(endings, [{ origin: { kind: 'default' }, tolerances: [tolerance] }])
  return held === undefined || held.share === null
    ? null
    : { share: held.share, health: verdictOf(held.share, tolerance) }
}

/** Digits that a ratio's own do not reach: 7 % is 0.07, and back. */
const round = (value: number): number => Number(value.toPrecision(12))

const percentText = (ratio: number | null): string => (ratio === null ? '' : String(round(ratio * 100)))

/** Undefined where it is no percentage. */
function ratioIn(text: string): number | null | undefined {
  const typed = text.trim().replace(/\s*%$/, '').replace(',', '.')
  if (typed === '') return null
  const value = /^\d{1,3}(\.\d{1,9})?$/.test(typed) ? Number(typed) : NaN
  return value >= 0 && value <= 100 ? round(value / 100) : undefined
}
