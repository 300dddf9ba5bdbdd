import type { Line } from '#lab/mesh/series/lines.ts'
import { arrivalsOf, offersOf } from './arrivals.ts'
import { categories, category, type Category } from './categories.ts'
import type { Plan, PlannedFlow, PlannedOutcome } from './plan.ts'

/** Which cell one end of an outcome's requests is counted in, as one of the reporters of a line writes it. */
export type CellOf = (planned: PlannedOutcome, flow: PlannedFlow, line: Line, end: Category, reporter: number) => number

/** For every call: what one request of it adds to which cells. Flat, because each second walks over all of it. */
export interface Tally {
  cells: Int32Array
  /** Three numbers each: events, their durations' sum in milliseconds, and the sum of the squares. */
  parts: Float64Array
  length: number
}

export const emptyTally = (): Tally => sized(1024)

const sized = (size: number): Tally => ({ cells: new Int32Array(size), parts: new Float64Array(3 * size), length: 0 })

/** Writes the tally of a plan as its callees answer now; gives each call its place in it, and where its requests arrive. */
export function tallyPlan(plan: Plan, into: Tally, cellOf: CellOf): Tally {
  let tally = into
  tally.length = 0
  const places = new Map<number, number>()
  for (const node of plan.nodes)
    for (const calls of [node.calls, node.originCalls])
      for (const call of calls) {
        call.first = tally.length
        places.clear()
        for (const flow of call.flows)
          for (const outcomes of [flow.outcomes, flow.mirrored])
            for (const planned of outcomes)
              for (const line of planned.lines) tally = tallyLine(tally, places, planned, flow, line, cellOf)
        call.end = tally.length
        call.arrivals = arrivalsOf(call)
        call.offers = offersOf(call)
      }
  return tally
}

function tallyLine(
  tally: Tally,
  places: Map<number, number>,
  planned: PlannedOutcome,
  flow: PlannedFlow,
  line: Line,
  cellOf: CellOf,
): Tally {
  const { reporters, perTry } = line
  let room = tally
  const ends = perTry ? planned.tryEnds : planned.ends
  const many = flow.share * planned.share * (perTry ? planned.tries : 1)
  for (let end = 0; end < categories; end++) {
    const share = many * (ends[end] ?? 0)
    if (share <= 0) continue
    const isTimeout = end === category.timeout
    const natural = perTry ? planned.serverMean : planned.mean
    const mean = isTimeout ? (perTry ? planned.tryLimit : gaveUpAfter(planned)) : natural
    const variance = isTimeout ? 1 : perTry ? planned.serverVariance : planned.variance
    for (let index = 0; index < reporters.length; index++) {
      const cell = cellOf(planned, flow, line, end as Category, index)
      let place = places.get(cell)
      if (place === undefined) {
        if (room.length === room.cells.length) room = wider(room)
        place = room.length++
        places.set(cell, place)
        room.cells[place] = cell
        room.parts.fill(0, 3 * place, 3 * place + 3)
      }
      const events = share * (reporters[index]?.share ?? 0)
      const { parts } = room
      parts[3 * place] = (parts[3 * place] ?? 0) + events
      parts[3 * place + 1] = (parts[3 * place + 1] ?? 0) + events * mean
      parts[3 * place + 2] = (parts[3 * place + 2] ?? 0) + events * (variance + mean * mean)
    }
  }
  return room
}

/** How long the request waited in all, before its proxy or its application gave up. */
const gaveUpAfter = ({ tryLimit, limit, retries, retried, outcome }: PlannedOutcome): number =>
  Math.min(limit, tryLimit * (retried[category.timeout] ? retries + 1 : 1)) + outcome.delay

function wider(tally: Tally): Tally {
  const made = sized(tally.cells.length * 2)
  made.cells.set(tally.cells)
  made.parts.set(tally.parts)
  made.length = tally.length
  return made
}
