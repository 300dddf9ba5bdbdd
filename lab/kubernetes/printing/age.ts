/** How long ago, as kubectl says it: two units at most, fewer the older it is (apimachinery, util/duration). */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  const minutes = Math.trunc(seconds / 60)
  const hours = Math.trunc(minutes / 60)
  const days = Math.trunc(hours / 24)
  const years = Math.trunc(days / 365)
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return two(days, 'd', hours % 24, 'h')
  if (years < 2) return `${days}d`
  if (years < 8) return two(years, 'y', days % 365, 'd')
  return `${years}y`
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`

/** The age of a timestamp; `<unknown>` where there is none. */
export function humanAge(since: string | undefined, now: number): string {
  const began = since === undefined ? Number.NaN : Date.parse(since)
  return Number.isNaN(began) ? '<unknown>' : humanDuration(now - began)
}
