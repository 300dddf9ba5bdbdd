import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import { groupOf, refOf } from '#shared/mesh/object.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { covers, record, records, text, texts } from '#shared/security/read.ts'

/** A Secret that a gateway terminates TLS with. */
export interface SecretUse {
  namespace: string
  name: string
  /** Its listeners or servers ask callers for certificates, too. */
  isMutual: boolean
  usedBy: ObjectRef[]
  hosts: string[]
}

/**
 * Secrets by the objects that name them, each once. Gateway API, `listeners[].tls.certificateRefs`: in the Gateway's own
 * namespace unless said. Istio documentation, "Secure Gateways": `credentialName` is looked for where the gateway's pods
 * run, and what callers are trusted by may be kept beside it as `<name>-cacert`.
 */
export function secretUsesIn(objects: readonly MeshObject[], workloads: readonly Workload[]): SecretUse[] {
  const found = new Map<string, SecretUse>()
  for (const object of objects)
    for (const { namespace, name, hosts, isMutual } of usesOf(object, workloads)) {
      const key = `${namespace}/${name}`
      const use = found.get(key) ?? { namespace, name, isMutual: false, usedBy: [], hosts: [] }
      use.isMutual ||= isMutual
      use.hosts = [...new Set([...use.hosts, ...hosts])]
      const ref = refOf(object)
      if (
        !use.usedBy.some(each => each.kind === ref.kind && each.namespace === ref.namespace && each.name === ref.name)
      )
        use.usedBy.push(ref)
      found.set(key, use)
    }
  return [...found.values()].sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
}

type Use = Omit<SecretUse, 'usedBy'>

function usesOf(object: MeshObject, workloads: readonly Workload[]): Use[] {
  if (object.kind !== 'Gateway') return []
  const spec = record(object.spec)
  const own = object.metadata.namespace ?? 'default'
  switch (groupOf(object.apiVersion)) {
    case 'gateway.networking.k8s.io':
      return records(spec['listeners']).flatMap(listener => usesOfListener(listener, own))
    case 'networking.istio.io': {
      const selector = Object.fromEntries(
        Object.entries(record(spec['selector'])).map(([key, value]) => [key, String(value)]),
      )
      const places = new Set(
        Object.keys(selector).length === 0
          ? []
          : workloads.filter(({ labels }) => covers(selector, labels)).map(({ namespace }) => namespace),
      )
      return records(spec['servers']).flatMap(server => usesOfServer(server, [...places]))
    }
    default:
      return []
  }
}

function usesOfListener(listener: Record<string, unknown>, own: string): Use[] {
  const tls = record(listener['tls'])
  const hostname = text(listener['hostname'])
  const options = record(tls['options'])
  return records(tls['certificateRefs'])
    .filter(reference => (text(reference['kind']) || 'Secret') === 'Secret' && text(reference['name']) !== '')
    .map(reference => ({
      namespace: text(reference['namespace']) || own,
      name: text(reference['name']),
      isMutual: text(options['gateway.istio.io/tls-terminate-mode']) === 'MUTUAL',
      hosts: [hostname === '' ? '*' : hostname],
    }))
}

function usesOfServer(server: Record<string, unknown>, places: readonly string[]): Use[] {
  const tls = record(server['tls'])
  const names = [text(tls['credentialName']), ...texts(tls['credentialNames'])].filter(name => name !== '')
  // `ns/host` limits who may route it: the host is what the certificate is for.
  const hosts = texts(server['hosts']).map(host => host.slice(host.indexOf('/') + 1))
  const isMutual = ['MUTUAL', 'OPTIONAL_MUTUAL'].includes(text(tls['mode']))
  return places.flatMap(namespace => [...new Set(names)].map(name => ({ namespace, name, isMutual, hosts })))
}
