import type { Workload } from '#lab/mesh/snapshot/facts.ts'
import type { TlsMode } from '#lab/mesh/snapshot/traffic-policy.ts'
import type { MtlsMode } from '#lab/mesh/snapshot/peer-authentications.ts'

/** How a connection between two proxies comes about, or why it does not. `details` are Envoy's at the caller. */
export type Connection =
  | { kind: 'open'; mtls: boolean }
  /** The listener of a STRICT server has no filter chain for plaintext and closes it; ztunnel refuses it by a policy of its own. */
  | { kind: 'closed'; details: string }
  /** The two sides do not speak the same: the client's handshake fails. */
  | { kind: 'handshake-failed'; details: string }

type ServerMode = Exclude<MtlsMode, 'UNSET'>

/** What the caller's side sends. Nothing said = mTLS exactly when the server can take it, unless the mesh config turns auto mTLS off. */
export function clientSends(
  source: Workload,
  destination: Workload,
  server: ServerMode,
  mode: TlsMode | null,
  enableAutoMtls = true,
): 'mtls' | 'tls' | 'plaintext' {
  const canSend = source.proxy !== 'none'
  if (!canSend) return 'plaintext'
  // ztunnel to ztunnel is always HBONE; a DestinationRule is L7 configuration that ztunnel does not read.
  const serverCan = takesMtls(destination) && (server !== 'DISABLE' || destination.proxy === 'ztunnel')
  const always = source.proxy === 'ztunnel' || destination.proxy === 'ztunnel'
  if (source.proxy === 'ztunnel' || mode === null) return serverCan && (enableAutoMtls || always) ? 'mtls' : 'plaintext'
  switch (mode) {
    case 'DISABLE':
      return 'plaintext'
    case 'ISTIO_MUTUAL':
      return 'mtls'
    case 'SIMPLE':
    case 'MUTUAL':
      return 'tls'
  }
}

/**
 * What listens at a gateway is what its Gateways say: no PeerAuthentication is for it, and its pods are not labelled to
 * take mTLS (`security.istio.io/tlsMode`), so that callers in the mesh send none unless a DestinationRule makes them.
 */
const takesMtls = ({ proxy }: Workload): boolean => proxy !== 'none' && proxy !== 'gateway'

/** Istio docs, PeerAuthentication, mutual TLS modes; ztunnel does not honour DISABLE. */
export function connect(sent: 'mtls' | 'tls' | 'plaintext', destination: Workload, server: ServerMode): Connection {
  if (destination.proxy === 'none')
    return sent === 'plaintext' ? { kind: 'open', mtls: false } : handshakeFailed('WRONG_VERSION_NUMBER')
  switch (sent) {
    case 'tls':
      // A STRICT listener asks for a certificate of the mesh; others hand the bytes to an application that speaks plaintext.
      return handshakeFailed(server === 'STRICT' ? 'TLSV1_ALERT_UNKNOWN_CA' : 'WRONG_VERSION_NUMBER')
    case 'plaintext':
      return server === 'STRICT'
        ? { kind: 'closed', details: 'upstream_reset_before_response_started{connection_termination}' }
        : { kind: 'open', mtls: false }
    case 'mtls':
      return server === 'DISABLE' && destination.proxy !== 'ztunnel'
        ? handshakeFailed('WRONG_VERSION_NUMBER')
        : { kind: 'open', mtls: true }
  }
}

const handshakeFailed = (reason: string): Connection => ({
  kind: 'handshake-failed',
  details: `upstream_reset_before_response_started{remote_connection_failure|TLS_error:|SSL_routines:OPENSSL_internal:${reason}:TLS_error_end}`,
})
