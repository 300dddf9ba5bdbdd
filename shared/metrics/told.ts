import { apply, type Charts, type ChartsChange, diff } from './change.ts'

/** What a feed of charts tells: the charts, or why whoever asks does not get them. */
export interface Told<State extends Charts> {
  charts: State | null
  refused: string | null
}
export type ToldChange<State extends Charts> = { charts: ChartsChange } | { whole: Told<State> }

/** Law: `applyTold(before, diffTold(before, after))` equals `after`. */
export function diffTold<State extends Charts>(before: Told<State>, after: Told<State>): ToldChange<State> | null {
  if (before.charts !== null && after.charts !== null) {
    const charts = diff(before.charts, after.charts)
    return charts === null ? null : { charts }
  }
  return before.charts === after.charts && before.refused === after.refused ? null : { whole: after }
}

export function applyTold<State extends Charts>(before: Told<State>, change: ToldChange<State>): Told<State> {
  if ('whole' in change) return change.whole
  return before.charts === null ? before : { charts: apply(before.charts, change.charts), refused: null }
}
