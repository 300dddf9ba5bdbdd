import type { MtlsMode, PeerAuthentication } from '#shared/security/policy.ts'

/** What one of a workload's ports asks for in ztunnel; null: all that are not named. */
export interface Ruling {
  mode: 'STRICT' | 'PERMISSIVE'
  policy: PeerAuthentication | null
  port: number | null
}

/**
 * ztunnel knows no modes: istiod makes refusals of plaintext of them, and what it makes is not always what the three
 * policies together would say to a sidecar. As istiod's ambient controller has it since 1.24.2
 * (`convertedSelectorPeerAuthentications` and `convertPeerAuthentication`; istio/istio#54073):
 * DISABLE is PERMISSIVE; of a workload without a mode of its own under STRICT, DISABLE on a port is passed over unless
 * another port is PERMISSIVE; STRICT on a port of a workload that is PERMISSIVE is taken for said already where the mesh
 * is STRICT and its namespace says nothing; and where that namespace has a policy without a mode, ports that are
 * PERMISSIVE leave nothing of the mesh's STRICT. What istiod refers to and does not send, ztunnel passes over.
 */
export function ztunnelRulings(
  workload: PeerAuthentication | null,
  namespace: PeerAuthentication | null,
  mesh: PeerAuthentication | null,
): Ruling[] {
  const above = [namespace, mesh].find(one => one !== null && one.mode !== 'UNSET') ?? null
  const isStrictAbove = above?.mode === 'STRICT'
  const inherited: Ruling = { mode: isStrictAbove ? 'STRICT' : 'PERMISSIVE', policy: above, port: null }
  if (workload === null) return [inherited]
  const ports = [...workload.byPort].filter(([, mode]) => mode !== 'UNSET')
  const own = (mode: Ruling['mode'], port: number | null = null): Ruling => ({ mode, policy: workload, port })
  const asWritten = ports.map(([port, mode]) => own(mode === 'STRICT' ? 'STRICT' : 'PERMISSIVE', port))
  switch (workload.mode) {
    case 'STRICT':
      return [...asWritten, own('STRICT')]
    case 'PERMISSIVE':
    case 'DISABLE': {
      const isTakenForSaid = mesh?.mode === 'STRICT' && (namespace === null || namespace.mode === 'UNSET')
      return isTakenForSaid ? [own('PERMISSIVE')] : [...asWritten, own('PERMISSIVE')]
    }
    case 'UNSET': {
      if (!isStrictAbove) return [...asWritten, inherited]
      const has = (wanted: MtlsMode) => ports.some(([, mode]) => mode === wanted)
      if (!has('PERMISSIVE')) return [inherited]
      return namespace?.mode === 'UNSET' ? [own('PERMISSIVE')] : [...asWritten, inherited]
    }
  }
}
