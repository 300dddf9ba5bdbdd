/** `10.4.0.0/16`, `10.4.3.7` and their IPv6 kin: is the address inside? What does not parse holds nothing. */
export function inBlock(address: string, block: string): boolean {
  const [base = '', length] = block.split('/')
  const [wanted, held] = [bits(base), bits(address)]
  if (wanted === null || held === null || wanted.length !== held.length) return false
  const prefix = length === undefined ? wanted.length : Number(length)
  return Number.isInteger(prefix) && prefix <= wanted.length && wanted.slice(0, prefix) === held.slice(0, prefix)
}

function bits(address: string): string | null {
  if (address.includes(':')) return bits6(address)
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255)) return null
  return parts.map(part => part.toString(2).padStart(8, '0')).join('')
}

function bits6(address: string): string | null {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const all = [...left, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...right]
  if (all.length !== 8 || all.some(group => !/^[0-9a-f]{1,4}$/i.test(group))) return null
  return all.map(group => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}
