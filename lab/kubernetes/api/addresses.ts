import type { KubeObject } from '#lab/contract.ts'
import { numberFrom } from '#lab/kubernetes/identity.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'

/** Gives a Service its cluster address and node ports, as the API server does when one is created. */
export function withAddresses(service: KubeObject, store: KubernetesStore, before?: KubeObject): KubeObject {
  const spec = fieldsOf(service.spec)
  if (spec['type'] === 'ExternalName') return service
  const clusterIP = textOf(spec['clusterIP']) || textOf(at(before, 'spec.clusterIP')) || freeAddress(service, store)
  const exposed = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
  const oldPorts = listOf(at(before, 'spec.ports'))
  const ports = listOf(spec['ports']).map(port => {
    if (!exposed || numberOf(port['nodePort'])) return port
    const known = oldPorts.find(old => old['port'] === port['port'])?.['nodePort']
    return { ...port, nodePort: numberOf(known) || freeNodePort(service, store, numberOf(port['port'])) }
  })
  return {
    ...service,
    spec: { ...spec, clusterIP, clusterIPs: [clusterIP], ...(spec['ports'] === undefined ? {} : { ports }) },
  }
}

/** One of 10.96.0.0/12 that no Service has; it follows from the name where it can. */
function freeAddress(service: KubeObject, store: KubernetesStore): string {
  const used = new Set(store.list('services').map(other => textOf(at(other, 'spec.clusterIP'))))
  const size = 1 << 20
  const first = numberFrom(`${service.metadata.namespace}/${service.metadata.name}`, size)
  for (let step = 0; step < size; step++) {
    const slot = (first + step) % size
    const address = `10.${96 + (slot >> 16)}.${(slot >> 8) & 255}.${slot & 255}`
    if ((slot & 255) !== 0 && (slot & 255) !== 255 && !used.has(address)) return address
  }
  throw new Error('no cluster address is free')
}

function freeNodePort(service: KubeObject, store: KubernetesStore, port: number): number {
  const used = new Set(
    store.list('services').flatMap(other => listOf(at(other, 'spec.ports')).map(item => numberOf(item['nodePort']))),
  )
  const size = 2768
  const first = numberFrom(`${service.metadata.namespace}/${service.metadata.name}/${port}`, size)
  for (let step = 0; step < size; step++) {
    const candidate = 30000 + ((first + step) % size)
    if (!used.has(candidate)) return candidate
  }
  throw new Error('no node port is free')
}
