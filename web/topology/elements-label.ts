import { byteRateParts, durationParts, percentParts, type Quantity, rateParts } from '#web/ui/format.ts'

/** Texts of edges: as everywhere on the page, but without trailing zeros, for a label has no column to line up in. */

const thin = '\u202f'
const short = ({ value, unit }: Quantity, gap = thin): string =>
  `${value.includes('.') ? value.replace(/\.?0+$/, '') : value}${gap}${unit}`

/** Requests per second: `318/s`, `22.4/s`, `0.015/s`, `18/h`. */
export const rateText = (perSecond: number): string => short(rateParts(perSecond, '', true), '')

/** Bytes per second: `640 kB/s`. */
export const bytesText = (perSecond: number): string => short(byteRateParts(perSecond, true))

/** A part of a whole (0 to 1): `12.4 %`. Never `100 %` or `0 %` for what is not quite that. */
export const shareText = (ratio: number): string => short(percentParts(ratio))

/** Milliseconds: `52.1 ms`, `1.62 s`. */
export const durationText = (milliseconds: number): string => short(durationParts(milliseconds))
