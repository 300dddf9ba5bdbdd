import type { Access } from '#shared/logs/access.ts'
import { refusalOf } from '#shared/logs/refusal.ts'

/** A call as far as a proxy's line tells it, for who asks whether it may pass. */
export interface CallFacts {
  /** `namespace/pod`, `id:‹principal›` or `ip:‹address›`; absent: the line does not say. */
  from?: string
  to: string
  port?: string
  protocol?: 'http' | 'tcp'
  method?: string
  path?: string
  host?: string
  mtls?: 'yes' | 'no'
}

/**
 * What the proxy of a pod wrote: of a call to this pod, or by it, as the name of the cluster says (Istio docs, "Envoy
 * Access Logs": `inbound|8080||`, `outbound|8080||cart.shop.svc.cluster.local`); ztunnel names both ends. Null: it does
 * not say whom the call is to.
 */
export function callFactsOf(access: Access, pod: { namespace: string; name: string }): CallFacts | null {
  const own = `${pod.namespace}/${pod.name}`
  const { direction, port, service } = clusterIn(access.upstreamCluster)
  if (access.by === 'ztunnel') {
    if (access.destination === null) return null
    const from = identityIn(access.peer) ?? access.source ?? addressIn(access.downstream)
    const told = { ...said('from', from), to: access.destination, ...said('port', portIn(access.upstreamHost)) }
    return { ...told, protocol: 'tcp', ...(access.peer === null ? { mtls: 'no' as const } : {}) }
  }
  const request = requestIn(access)
  if (direction === 'outbound' && service !== null)
    return { from: own, to: service, ...said('port', portIn(access.upstreamHost)), ...request }
  // Refused where it arrives: then it was sent on nowhere, and the cluster may be missing.
  if (direction !== 'inbound' && refusalOf(access) === null) return null
  const from = identityIn(access.peer) ?? addressIn(access.downstream)
  const to = direction === 'inbound-vip' && service !== null ? service : own
  return { ...said('from', from), to, ...said('port', to === own ? port : null), ...request }
}

/** Absent where nobody said. */
const said = <Name extends string>(name: Name, value: string | null): { [Each in Name]?: string } =>
  (value === null ? {} : { [name]: value }) as { [Each in Name]?: string }

function requestIn({ method, path, authority }: Access): Pick<CallFacts, 'method' | 'path' | 'host' | 'protocol'> {
  if (method === null) return { protocol: 'tcp' }
  return { method, ...said('path', path?.replace(/[?#].*$/, '') ?? null), ...said('host', authority) }
}

function clusterIn(name: string | null): { direction: string; port: string | null; service: string | null } {
  const [direction = '', port = '', , host = ''] = (name ?? '').split('|')
  const [, service = '', namespace = ''] = /^([^.]+)\.([^.]+)\.svc\./.exec(host) ?? []
  return {
    direction,
    port: /^\d+$/.test(port) ? port : null,
    service: service === '' ? null : `${namespace}/${service}`,
  }
}

const identityIn = (peer: string | null): string | null =>
  peer?.startsWith('spiffe://') === true ? `id:${peer.slice('spiffe://'.length)}` : null

/** `10.0.0.7:51123`, `[fd00::7]:51123`. */
function addressIn(address: string | null): string | null {
  const ip = /^\[?([0-9a-fA-F.:]+?)\]?:\S+$/.exec(address ?? '')?.[1]
  return ip === undefined ? null : `ip:${ip}`
}

const portIn = (address: string | null): string | null => /:(\d{1,5})$/.exec(address ?? '')?.[1] ?? null
