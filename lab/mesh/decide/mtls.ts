import type { Workload } from '#lab/mesh/snapshot/facts.ts'
import type { TlsMode } from '#lab/mesh/snapshot/destination-rules.ts'
import type { MtlsMode } from '#lab/mesh/snapshot/peer-authentications.ts'

/** How a connection between two proxies comes about, or why it does not. */
export type Connection =
  | { kind: 'open'; mtls: boolean }
  /** The listener of a STRICT server has no filter chain for plaintext and closes it. */
  | { kind: 'closed' }
  /** The two sides do not speak the same: the client's handshake fails. */
  | { kind: 'handshake-failed' }

type ServerMode = Exclude<MtlsMode, 'UNSET'>

/** What the caller's side sends. Nothing said = mTLS exactly when the server can take it (auto mTLS). */
export function clientSends(
  source: Workload,
  destination: Workload,
  server: ServerMode,
  mode: TlsMode | null,
): 'mtls' | 'tls' | 'plaintext' {
  const canSend = source.proxy !== 'none'
  if (!canSend) return 'plaintext'
  // ztunnel to ztunnel is always HBONE; a DestinationRule is L7 configuration that ztunnel does not read.
  const serverCan = destination.proxy !== 'none' && (server !== 'DISABLE' || destination.proxy === 'ztunnel')
  if (source.proxy === 'ztunnel' || mode === null) return serverCan ? 'mtls' : 'plaintext'
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

/** Istio docs, PeerAuthentication, mutual TLS modes; ztunnel does not honour DISABLE. */
export function connect(sent: 'mtls' | 'tls' | 'plaintext', destination: Workload, server: ServerMode): Connection {
  if (destination.proxy === 'none')
    return sent === 'plaintext' ? { kind: 'open', mtls: false } : { kind: 'handshake-failed' }
  switch (sent) {
    case 'tls':
      return { kind: 'handshake-failed' }
    case 'plaintext':
      return server === 'STRICT' ? { kind: 'closed' } : { kind: 'open', mtls: false }
    case 'mtls':
      return server === 'DISABLE' && destination.proxy !== 'ztunnel'
        ? { kind: 'handshake-failed' }
        : { kind: 'open', mtls: true }
  }
}
