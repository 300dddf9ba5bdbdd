/** `10.4.0.0/16`, `10.4.3.7` and their IPv6 kin. */
export interface Block {
  /** The bits that count, as text of 0 and 1. */
  prefix: string
  /** Of a whole address of this family. */
  width: number
}

/** Null: no address, or a length that is none. */
export function readBlock(block: string): Block | null {
  const slash = block.indexOf('/')
  const whole = bitsOf(slash < 0 ? block : block.slice(0, slash))
  if (whole === null) return null
  if (slash < 0) return { prefix: whole, width: whole.length }
  const written = block.slice(slash + 1)
  const length = /^\d{1,3}$/.test(written) ? Number(written) : Number.NaN
  return length <= whole.length ? { prefix: whole.slice(0, length), width: whole.length } : null
}

/** Is the address, written as bits, inside? */
export const holdsAddress = ({ prefix, width }: Block, bits: string): boolean =>
  bits.length === width && bits.startsWith(prefix)

/** Is the address in a block as it is written? What does not parse holds nothing. */
export function isInside(address: string, written: string): boolean {
  const [block, bits] = [readBlock(written), bitsOf(address)]
  return block !== null && bits !== null && holdsAddress(block, bits)
}

/** An address as text of 0 and 1: 32 of them, or 128. */
export function bitsOf(address: string): string | null {
  if (address.includes(':')) return bits6(address)
  const parts = address.split('.')
  if (parts.length !== 4) return null
  let bits = ''
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null
    bits += Number(part).toString(2).padStart(8, '0')
  }
  return bits
}

function bits6(address: string): string | null {
  const halves = address.split('::')
  if (halves.length > 2) return null
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')]
  const gap = halves.length === 1 ? 0 : 8 - left.length - right.length
  const all = [...left, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...right]
  if (all.length !== 8 || all.some(group => !/^[0-9a-f]{1,4}$/i.test(group))) return null
  return all.map(group => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}
