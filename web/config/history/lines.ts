import type { HistoryEntry } from '#shared/config/api.ts'

export interface DayLine {
  kind: 'day'
  id: string
  /** The first moment told of under it. */
  at: number
}
export interface EntryLine {
  kind: 'entry'
  id: string
  entry: HistoryEntry
}
export type Line = DayLine | EntryLine

/** The timeline line by line, a line over each day. Entries keep their order: what was found later stands where it was found. */
export function linesOf(entries: readonly HistoryEntry[], dayOf: (at: number) => string): Line[] {
  const lines: Line[] = []
  let day = ''
  for (const entry of entries) {
    const own = dayOf(entry.at)
    if (own !== day) lines.push({ kind: 'day', id: `day ${entry.id}`, at: entry.at })
    day = own
    lines.push({ kind: 'entry', id: entry.id, entry })
  }
  return lines
}

/** While somebody reads further down nothing moves: what is newer than what they had on top waits. */
export function shownOf(
  entries: readonly HistoryEntry[],
  top: string | null,
): { shown: readonly HistoryEntry[]; waiting: number } {
  if (top === null) return { shown: entries, waiting: 0 }
  const shown = entries.filter(({ id }) => Number(id) <= Number(top))
  return { shown, waiting: entries.length - shown.length }
}
