/** Addresses and CIDR blocks, both families, as numbers. */

interface Address {
  width: 32 | 128
  bits: bigint
}

export interface Block extends Address {
  length: number
}

export function addressIn(text: string): Address | null {
  if (text.includes(':')) return sixIn(text)
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some(part => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return null
  return { width: 32, bits: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
}

function sixIn(text: string): Address | null {
  const [head = '', tail, ...more] = withoutDots(text).split('::')
  if (more.length > 0) return null
  const groups = (side: string) => (side === '' ? [] : side.split(':'))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const gap = 8 - left.length - right.length
  if (tail === undefined ? gap !== 0 : gap < 1) return null
  const all = [...left, ...Array.from({ length: gap }, () => '0'), ...right]
  if (all.some(group => !/^[0-9a-f]{1,4}$/i.test(group))) return null
  return { width: 128, bits: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) }
}

/** `::ffff:10.0.0.1` in groups of four. */
function withoutDots(text: string): string {
  const colon = text.lastIndexOf(':')
  const four = text.includes('.') ? addressIn(text.slice(colon + 1)) : null
  if (four === null) return text
  return `${text.slice(0, colon + 1)}${(four.bits >> 16n).toString(16)}:${(four.bits & 0xffffn).toString(16)}`
}

/** `10.4.0.0/16`, or one address. Null: neither. */
export function blockIn(text: string): Block | null {
  const [written = '', length, ...more] = text.split('/')
  const address = addressIn(written)
  if (address === null || more.length > 0) return null
  if (length === undefined) return { ...address, length: address.width }
  return /^\d{1,3}$/.test(length) && Number(length) <= address.width ? { ...address, length: Number(length) } : null
}

export function holds(block: Block, address: Address): boolean {
  const rest = BigInt(block.width - block.length)
  return block.width === address.width && block.bits >> rest === address.bits >> rest
}

/** One address of every region that these blocks cut the address space into, as text. */
export function addressesAround(blocks: readonly Block[]): string[] {
  const found = new Set<string>()
  for (const width of [32, 128] as const) {
    const starts = new Set([0n])
    for (const block of blocks.filter(one => one.width === width)) {
      const size = 1n << BigInt(width - block.length)
      const first = (block.bits / size) * size
      starts.add(first)
      if (first + size < 1n << BigInt(width)) starts.add(first + size)
    }
    for (const bits of starts) found.add(textOf({ width, bits }))
  }
  return [...found]
}

function textOf({ width, bits }: Address): string {
  const [size, count] = width === 32 ? [8n, 4] : [16n, 8]
  const groups = Array.from(
    { length: count },
    (_, index) => (bits >> (size * BigInt(count - 1 - index))) & ((1n << size) - 1n),
  )
  return groups.map(group => group.toString(width === 32 ? 10 : 16)).join(width === 32 ? '.' : ':')
}
