import { spiffeId, type WorkloadCertificate } from '#lab/certificates/mesh.ts'
import { fields, text } from '#lab/mesh/snapshot/read.ts'
import type { Look, Proxy } from './look.ts'
import { any, type Message } from './proto.ts'

/** SDS: what a proxy proves itself with, and whom it trusts. Keys are never shown. */

export interface Secret {
  name: string
  /** PEM of the chain, or of the authority. */
  pem: string
  /** Whom to trust has no key. */
  hasKey: boolean
  /** Milliseconds since the epoch. */
  updated: number
}

export function certificateOf({ certificates, snapshot, now }: Look, { connection }: Proxy): WorkloadCertificate {
  const { namespace, serviceAccount } = connection.workload
  return certificates.workloadCertificate(spiffeId(snapshot.mesh.trustDomain, namespace, serviceAccount), now)
}

export function secrets(look: Look, proxy: Proxy): Secret[] {
  const own = certificateOf(look, proxy)
  const began = proxy.connection.pod.since
  return [
    { name: 'default', pem: own.chain, hasKey: true, updated: Math.max(own.validFrom, began) },
    { name: 'ROOTCA', pem: look.certificates.root.pem, hasKey: false, updated: began },
    ...credentials(look, proxy),
  ]
}

/** A gateway's own: from Secrets of its namespace, as they are now. */
function credentials({ store }: Look, { told, connection: { workload } }: Proxy): Secret[] {
  const names = new Set(
    told.router
      .portsOf(workload)
      .flatMap(({ servers }) => servers.flatMap(({ tls }) => (tls && tls.validUntil !== null ? tls.credentials : []))),
  )
  return [...names].flatMap(name => {
    const object = store.get('secrets', workload.namespace, name)
    const data = fields(object?.['data'])
    const pem = Buffer.from(text(data['tls.crt']) ?? text(data['cert']) ?? '', 'base64').toString('latin1')
    const updated = Date.parse(object?.metadata.creationTimestamp ?? '') || workload.pods[0]?.since || 0
    return pem === '' ? [] : [{ name: `kubernetes://${name}`, pem, hasKey: true, updated }]
  })
}

const inline = (pem: string): Message => ({ inline_bytes: Buffer.from(pem).toString('base64') })

/** As Envoy writes it into a dump. */
export const secretMessage = ({ name, pem, hasKey }: Secret): Message =>
  any('envoy.extensions.transport_sockets.tls.v3.Secret', {
    name,
    ...(hasKey
      ? { tls_certificate: { certificate_chain: inline(pem), private_key: inline('[redacted]') } }
      : { validation_context: { trusted_ca: inline(pem) } }),
  })
