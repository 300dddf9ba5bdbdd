import { X509Certificate } from 'node:crypto'
import type { KubeObject } from '#lab/contract.ts'
import type { FaultKind, FaultWorld } from '#lab/faults/world.ts'

type Fields = Record<string, unknown>
const list = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : [])
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** Secrets that some Gateway serves with, and for which hosts. */
function served({ store }: FaultWorld): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const add = (namespace: string | undefined, name: string | undefined, hosts: string[]) => {
    const key = `${namespace ?? 'default'}/${name ?? ''}`
    if (store.get('secrets', namespace, name ?? '')) found.set(key, [...(found.get(key) ?? []), ...hosts])
  }
  for (const gateway of store.list('gateways.gateway.networking.k8s.io'))
    for (const listener of list(gateway.spec?.['listeners']))
      for (const reference of list((listener['tls'] as Fields | undefined)?.['certificateRefs']))
        add(text(reference['namespace']) ?? gateway.metadata.namespace, text(reference['name']), [
          text(listener['hostname']) ?? '*',
        ])
  for (const gateway of store.list('gateways.networking.istio.io'))
    for (const server of list(gateway.spec?.['servers'])) {
      const name = text((server['tls'] as Fields | undefined)?.['credentialName'])
      const hosts = Array.isArray(server['hosts']) ? server['hosts'].map(String) : []
      if (name !== undefined) add(gateway.metadata.namespace, name, hosts)
    }
  return found
}

/** Nobody renewed it. */
export const expiredCertificate: FaultKind = {
  name: 'expired-certificate',
  about: 'The certificate of a gateway is past its time.',
  isByHandOnly: true,
  // Those that last longest first: they are renewed, so somebody uses them.
  targets: world =>
    [...served(world).keys()]
      .map(target => ({ target, until: validUntil(world, target) }))
      .filter(({ until }) => until > world.look().snapshot.now)
      .toSorted((a, b) => b.until - a.until || (a.target < b.target ? -1 : 1))
      .map(({ target }) => target),
  begin(world, target) {
    const [namespace = '', name = ''] = target.split('/')
    const before = world.store.get('secrets', namespace, name)
    if (before === undefined) return { end: () => undefined }
    const data = { ...(before['data'] as Fields), ...world.expiredCertificate(served(world).get(target) ?? []) }
    world.store.replace({ ...before, data })
    return { end: () => putBack(world, before, data) }
  },
}

/** Milliseconds since the epoch. What is no certificate can be replaced by one that expired as well. */
function validUntil({ store }: FaultWorld, target: string): number {
  const [namespace = '', name = ''] = target.split('/')
  const data = store.get('secrets', namespace, name)?.['data'] as Fields | undefined
  try {
    return Date.parse(new X509Certificate(Buffer.from(text(data?.['tls.crt']) ?? '', 'base64')).validTo)
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}

function putBack({ store }: FaultWorld, before: KubeObject, expired: Fields): void {
  const now = store.get('secrets', before.metadata.namespace, before.metadata.name)
  if (now === undefined || JSON.stringify(now['data']) !== JSON.stringify(expired)) return
  store.replace({ ...now, data: before['data'] })
}
