import { hashText, mix } from '#lab/mesh/traffic/random.ts'

/** Names of requests: made where a request is thrown, so that its spans and its log lines share them. */

interface Source {
  /** In [0, 1). */
  next(): number
}

/** W3C Trace Context: 32 hexadecimal digits, not all of them zero. */
export const traceId = (dice: Source): string => hex(dice, 32)

export const spanId = (dice: Source): string => hex(dice, 16)

/** As Envoy makes an `x-request-id`: a random UUID. */
export function requestId(dice: Source): string {
  const digits = hex(dice, 32)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-9${digits.slice(17, 20)}-${digits.slice(20)}`
}

function hex(dice: Source, digits: number): string {
  let out = ''
  while (out.length < digits)
    out += Math.floor(dice.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  // An id of zeros means "none" on the wire.
  return /^0+$/.test(out) ? hex(dice, digits) : out.slice(0, digits)
}

/** Scenario paths carry placeholders; a real path carries a value, the same one wherever this request has that path. */
export const fillPath = (path: string, id: string): string =>
  path.includes('{')
    ? path.replaceAll(/\{\w+\}/g, name => String(1000 + (mix(hashText(name), hashText(id), 7) % 9000)))
    : path
