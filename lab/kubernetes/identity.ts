import { createHash } from 'node:crypto'

/** What a cluster hands out: uids, name suffixes and times. All of them follow from their arguments. */

/** Kubernetes leaves vowels and look-alikes out of generated names (apimachinery, util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

const digest = (text: string): Buffer => createHash('sha1').update(text).digest()

/** `length` (≤ 20) characters as Kubernetes would append to a name. */
export function suffixOf(text: string, length: number): string {
  const bytes = digest(text)
  return Array.from({ length }, (_, index) => alphabet[(bytes[index] ?? 0) % alphabet.length]).join('')
}

/** A whole number below `bound`. */
export const numberFrom = (text: string, bound: number): number => digest(text).readUInt32BE(0) % bound

export const hexOf = (text: string, length: number): string => digest(text).toString('hex').slice(0, length)

/** A UUID with the version and variant bits of a random one. */
export function uidOf(text: string): string {
  const bytes = digest(text).subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Kubernetes writes times to the second. */
export const timestamp = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z')
