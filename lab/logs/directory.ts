import type { ObjectStore } from '#lab/contract.ts'
import { at, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import type { Directory } from './access.ts'
import { internet } from './clients.ts'

/** Addresses and ports of services, looked up when a line is read, remembered until services change. */
export function createDirectory(
  store: ObjectStore,
  trustDomain: string,
  outside: ReadonlyMap<string, string>,
): Directory & { see(resource: string): void } {
  const known = new Map<string, { address: string; ports: ReadonlyMap<number, number> }>()
  const look = (host: string) => {
    const found = known.get(host)
    if (found) return found
    // Hosts are text that strangers choose: what is remembered is bounded.
    if (known.size > 5000) known.clear()
    const made = read(host)
    known.set(host, made)
    return made
  }
  const read = (host: string) => {
    const [name = '', namespace] = host.split('.')
    const service = store.get('services', namespace, name)
    const address = textOf(at(service, 'spec.clusterIP'))
    return {
      address: address === '' || address === 'None' ? (outside.get(host) ?? internet) : address,
      ports: new Map(
        listOf(at(service, 'spec.ports')).map(port => {
          const number = numberOf(port['port'])
          return [number, numberOf(port['targetPort'], number)]
        }),
      ),
    }
  }
  return {
    trustDomain,
    addressOf: host => look(host).address,
    targetPort: (host, port) => look(host).ports.get(port) ?? port,
    see(resource) {
      if (resource === 'services') known.clear()
    },
  }
}
