/** Texts of edges: at most three significant digits, a unit after a no-break space. Pure. */

/** Three significant digits without trailing zeros: 318, 22.4, 0.015. Not for numbers of 1000 and more. */
export function digits(value: number): string {
  if (value === 0) return '0'
  if (value < 0.001) return '<0.001'
  return String(Number(value.toPrecision(3)))
}

/** 1730 → `1.73 k`, with the unit glued on: `1.73 k/s`, `3.42 MB/s`. */
function scaled(value: number, unit: string): string {
  const prefixes = ['', 'k', 'M', 'G', 'T']
  let prefix = 0
  let rest = value
  while (prefix < prefixes.length - 1 && Number(rest.toPrecision(3)) >= 1000) {
    rest /= 1000
    prefix += 1
  }
  return `${digits(rest)}\u00a0${prefixes[prefix] ?? ''}${unit}`
}

/** Requests per second: `318/s`, `1.73k/s`. */
export function rateText(perSecond: number): string {
  return scaled(perSecond, '').replace('\u00a0', '') + '/s'
}

/** Bytes per second: `640 kB/s`. */
export function bytesText(perSecond: number): string {
  return perSecond > 0 && perSecond < 1 ? '<1\u00a0B/s' : scaled(perSecond, 'B/s')
}

/** A part of a whole (0 to 1): `12.4 %`. Never `100 %` or `0 %` for what is not quite that. */
export function shareText(ratio: number): string {
  const percent = ratio * 100
  if (percent > 0 && percent < 0.01) return '<0.01\u00a0%'
  const text = String(Number(percent.toPrecision(3)))
  if (text === '100' && ratio < 1) return '>99.9\u00a0%'
  return `${text}\u00a0%`
}

/** Milliseconds: `52.1 ms`, `1.62 s`, `2.5 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 999.5) return `${digits(milliseconds)}\u00a0ms`
  if (milliseconds < 59_950) return `${digits(milliseconds / 1000)}\u00a0s`
  return `${digits(milliseconds / 60_000)}\u00a0min`
}

/** A name longer than `most` characters, cut in the middle: `risk.car…mple`. */
export function cutName(name: string, most: number): string {
  const letters = [...name]
  if (letters.length <= most) return name
  const head = Math.ceil((most - 1) * 0.62)
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`
}
