import { hash32 } from './random.ts'

/** What Kubernetes would hand out: uids, name suffixes, addresses and times. All of them follow from their arguments. */

/** Kubernetes leaves vowels and look-alikes out of generated names (apimachinery, util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

export function suffix(text: string, length: number): string {
  let out = ''
  for (let index = 0; index < length; index++) out += alphabet[hash32(`${text}#${index}`) % alphabet.length]
  return out
}

/** A UUID with the version and variant bits of a random one. */
export function uidOf(text: string): string {
  const words = [0, 1, 2, 3].map(word => hash32(`${text}@${word}`).toString(16).padStart(8, '0')).join('')
  const variant = '89ab'[hash32(text) % 4]
  return `${words.slice(0, 8)}-${words.slice(8, 12)}-4${words.slice(13, 16)}-${variant}${words.slice(17, 20)}-${words.slice(20, 32)}`
}

/** Kubernetes writes times to the second. */
export const timestamp = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z')

/** Every node owns one /24 of 10.64.0.0/10. `slot` counts from 0. */
export const podAddress = (node: number, slot: number): string => `10.${64 + (node >> 8)}.${node & 255}.${slot + 2}`

/** Cluster addresses come from 10.32.0.0/12, apart from the pods'. */
export const serviceAddress = (index: number): string =>
  `10.${32 + ((index + 10) >> 16)}.${((index + 10) >> 8) & 255}.${(index + 10) & 255}`

export const nodeAddress = (index: number): string => `192.168.${10 + (index >> 7)}.${(index & 127) + 11}`

/** Where the internet finds the gateway: an address from the block kept for documentation (RFC 5737). */
export const loadBalancerAddress = '203.0.113.10'
