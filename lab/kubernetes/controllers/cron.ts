/** The five fields of a CronJob's schedule, in UTC; pure. */

const ranges: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
]
const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
}
const minute = 60_000

/** The next full minute after a time that a schedule names; undefined for one that cannot be read, or names none within a year. */
export function nextTime(schedule: string, after: number): number | undefined {
  const fields = (shorthands[schedule.trim()] ?? schedule).trim().split(/\s+/)
  if (fields.length !== 5) return undefined
  const sets = fields.map((field, index) => valuesOf(field, ranges[index] ?? [0, 0]))
  if (sets.some(set => set === undefined)) return undefined
  const [minutes, hours, days, months, weekdays] = sets
  const isAnyDay = fields[2] === '*' || fields[4] === '*'
  for (let time = (Math.floor(after / minute) + 1) * minute; time < after + 366 * 1440 * minute; ) {
    const date = new Date(time)
    const isDay = days?.has(date.getUTCDate()) ?? false
    const isWeekday = weekdays?.has(date.getUTCDay()) ?? false
    // Where both are given, either will do (crontab(5)).
    const fits = months?.has(date.getUTCMonth() + 1) && (isAnyDay ? isDay && isWeekday : isDay || isWeekday)
    if (!fits) time = (Math.floor(time / (1440 * minute)) + 1) * 1440 * minute
    else if (hours?.has(date.getUTCHours()) && minutes?.has(date.getUTCMinutes())) return time
    else time += minute
  }
  return undefined
}

function valuesOf(field: string, [low, high]: readonly [number, number]): Set<number> | undefined {
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [, from, to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? []
    if (from === undefined || step === '0') return undefined
    const start = from === '*' ? low : Number(from)
    const end = to === undefined ? (from === '*' || step !== undefined ? high : start) : Number(to)
    if (start < low || end > (high === 6 ? 7 : high)) return undefined
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(high === 6 ? value % 7 : value)
  }
  return values
}
