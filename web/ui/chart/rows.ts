import type { Line } from './chart.ts'

/** One moment of a chart, as a table shows it: a value for each line, in the order of the lines. */
export interface ChartRow {
  at: number
  values: (number | null)[]
}

/** All moments of all lines, latest first: what a table and a file are made of. */
export function rowsOf(lines: readonly Line[]): ChartRow[] {
  const rows = new Map<number, (number | null)[]>()
  for (const [index, { times, values }] of lines.entries())
    for (const [at, time] of times.entries()) {
      const row = rows.get(time) ?? lines.map(() => null)
      row[index] = values[at] ?? null
      rows.set(time, row)
    }
  return [...rows].map(([at, values]) => ({ at, values })).sort((a, b) => b.at - a.at)
}

/** What a spreadsheet would run as a formula is kept as text by an apostrophe (OWASP, CSV injection). */
export const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180: times as ISO 8601, oldest first, numbers unrounded, nothing where there is no sample. */
export function csvOf(lines: readonly Line[]): string {
  const head = ['time', ...lines.map(({ name }) => csvCell(name))]
  const body = rowsOf(lines)
    .reverse()
    .map(({ at, values }) => [
      new Date(at).toISOString(),
      ...values.map(value => (value === null ? '' : String(value))),
    ])
  return `${[head, ...body].map(row => row.join(',')).join('\r\n')}\r\n`
}
