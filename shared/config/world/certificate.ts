/** Just enough of X.509 (RFC 5280, 4.1) to say when a certificate holds. The page has no library for it, and needs none. */

export interface Validity {
  /** Milliseconds since the epoch. */
  from: number
  until: number
}

/** The dates of the first certificate of a PEM text in base64, as a Secret holds it; null where it is none. */
export function validityOf(data: string): Validity | null {
  const pem = decode(data)
  if (pem === null) return null
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(
    Array.from(pem, byte => String.fromCharCode(byte)).join(''),
  )?.[1]
  const bytes = body === undefined ? null : decode(body)
  if (bytes === null) return null
  const certificate = read(bytes, 0)
  const signed = certificate && read(bytes, certificate.start)
  if (certificate?.tag !== 0x30 || signed?.tag !== 0x30 || certificate.end > bytes.length) return null
  const fields: Element[] = []
  for (let at = signed.start; at < signed.end; ) {
    const field = read(bytes, at)
    if (field === null) return null
    fields.push(field)
    at = field.end
  }
  // Version (tagged, may be absent), serial number, signature, issuer, validity …
  const validity = fields[fields[0]?.tag === 0xa0 ? 4 : 3]
  const first = validity?.tag === 0x30 ? read(bytes, validity.start) : null
  const second = first && read(bytes, first.end)
  const [from, until] = [first, second].map(time => time && dateOf(bytes, time))
  return from == null || until == null ? null : { from, until }
}

interface Element {
  tag: number
  start: number
  end: number
}

/** One element of DER: a tag, a length, and what it holds. */
function read(bytes: Uint8Array, at: number): Element | null {
  const [tag, size] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || size === undefined) return null
  if (size < 0x80) return bounded(bytes, tag, at + 2, size)
  const count = size & 0x7f
  if (count === 0 || count > 4) return null
  const length = bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0)
  return bounded(bytes, tag, at + 2 + count, length)
}

const bounded = (bytes: Uint8Array, tag: number, start: number, length: number): Element | null =>
  start + length > bytes.length ? null : { tag, start, end: start + length }

/** UTCTime, whose years begin in 1950, and GeneralizedTime. */
function dateOf(bytes: Uint8Array, { tag, start, end }: Element): number | null {
  const written = String.fromCharCode(...bytes.subarray(start, end))
  const [, year = '', month, day, hour, minute, second] =
    /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(written) ?? []
  if (year.length !== (tag === 0x17 ? 2 : 4)) return null
  const century = year.length === 4 ? 0 : Number(year) < 50 ? 2000 : 1900
  return Date.UTC(Number(year) + century, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const digits = new Map(alphabet.split('').map((letter, value) => [letter, value]))

/** Base64 (RFC 4648); null where something else is in it. */
function decode(text: string): Uint8Array | null {
  const letters = text.replace(/\s/g, '').replace(/={1,2}$/, '')
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4))
  let [held, bits, at] = [0, 0, 0]
  for (const letter of letters) {
    const value = digits.get(letter)
    if (value === undefined) return null
    held = ((held << 6) | value) & 0xfff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return bytes
}
