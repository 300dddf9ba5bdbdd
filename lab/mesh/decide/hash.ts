import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { HashBy } from '#lab/mesh/snapshot/load-balancer.ts'
import { chance, hashText } from '#lab/mesh/traffic/random.ts'
import type { Preference } from './balance.ts'
import { headerOf } from './match.ts'
import type { Flow } from './outcome.ts'

/**
 * Requests with one key stay on one pod; when it is gone they go to the next in the key's own order, and a new pod
 * takes only the keys that put it first. Null: these requests have no key, or as many as there are people, and spread.
 */
export function byKey(hash: HashBy, flow: Flow, pods: readonly Pod[]): Preference[] | null {
  const keys = keysOf(hash, flow)
  if (keys.length === 0) return null
  return keys.map(key => {
    const seed = hashText(key)
    const ranked = pods
      .map(pod => ({ pod, rank: chance(seed, hashText(pod.ip || pod.name), 0x68617368) }))
      .toSorted((a, b) => b.rank - a.rank)
    return { share: 1 / keys.length, tiers: ranked.map(({ pod }) => [{ pod, weight: 1 }]) }
  })
}

function keysOf(hash: HashBy, flow: Flow): string[] {
  switch (hash.kind) {
    case 'header':
      return single(pseudo(hash.name, flow) ?? headerOf(flow, hash.name))
    case 'cookie':
      return single(cookie(flow, hash.name))
    case 'query':
      return single(new URLSearchParams(flow.path.split('?')[1] ?? '').get(hash.name) ?? undefined)
    case 'source':
      return addresses(flow)
  }
}

/** `{id}` stands for many values. */
const single = (value: string | undefined): string[] => (value === undefined || value.includes('{') ? [] : [value])

function pseudo(name: string, flow: Flow): string | undefined {
  switch (name) {
    case ':authority':
    case 'host':
      return flow.host
    case ':path':
      return flow.path
    case ':method':
      return flow.method
    default:
      return undefined
  }
}

function cookie(flow: Flow, name: string): string | undefined {
  for (const part of (headerOf(flow, 'cookie') ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

/** Of the internet come many addresses, of a workload those of its pods. */
function addresses({ source, remoteAddress }: Flow): string[] {
  if (remoteAddress !== null) return [remoteAddress]
  return source.proxy === 'gateway' ? [] : podAddresses(source)
}

const podAddresses = (source: Workload): string[] => source.ready.map(pod => pod.ip || pod.name)
