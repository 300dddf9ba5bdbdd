import { fullHost, serviceNameOf } from './hosts.ts'

/** Istio docs, Sidecar, `IstioEgressListener.hosts`: `namespace/dnsName`, with `.`, `*`, `~` for a namespace. */
export interface EgressHost {
  /** Null: any namespace; `~`: none. */
  namespace: string | null
  /** `*`, `*.example.com` or a name. */
  host: string
}

export function egressHost(written: string, home: string): EgressHost {
  const slash = written.indexOf('/')
  const place = slash < 0 ? '*' : written.slice(0, slash)
  const namespace = place === '.' ? home : place === '*' ? null : place
  const host = written.slice(slash + 1)
  return { namespace, host: host.startsWith('*') || namespace === null ? host : fullHost(host, namespace) }
}

/** Whether a host that lives in a namespace comes in through an entry. */
export function isImported({ namespace, host }: EgressHost, of: string, name: string): boolean {
  if (namespace !== null && namespace !== of) return false
  if (host.startsWith('*')) return name.endsWith(host.slice(1))
  const [own, other] = [serviceNameOf(host), serviceNameOf(name)]
  return own && other ? own.name === other.name && own.namespace === other.namespace : host === name
}
