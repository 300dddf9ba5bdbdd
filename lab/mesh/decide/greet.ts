import type { TrafficPolicy } from '#lab/mesh/snapshot/traffic-policy.ts'
import { answer } from './answers.ts'
import type { Answer } from './outcome.ts'
import type { Place } from './place.ts'

/** What comes of first words that the other side does not understand. */
export interface Misunderstanding {
  answer: Answer
  flags: string
  details: string
}

/**
 * Istio docs, "Egress TLS Origination": a host outside speaks TLS on 443, plaintext elsewhere, and never the mesh's own
 * mutual TLS. Null where both sides understand each other.
 */
export function greet({ snapshot, flow, leg }: Place, host: string, policy: TrafficPolicy): Misunderstanding | null {
  const port = leg.way.kind === 'send' ? leg.way.port : flow.port
  const [entry] = snapshot.serviceEntries.get(host) ?? []
  const described = entry?.ports.find(candidate => candidate.port === port)
  const speaksTls = (described?.targetPort ?? port) === 443
  switch (policy.tls?.mode ?? 'DISABLE') {
    case 'SIMPLE':
    case 'MUTUAL':
      return speaksTls ? null : refused(flow.protocol, 'WRONG_VERSION_NUMBER')
    case 'ISTIO_MUTUAL':
      return refused(flow.protocol, speaksTls ? 'CERTIFICATE_VERIFY_FAILED' : 'WRONG_VERSION_NUMBER')
    case 'DISABLE':
      // An application may speak TLS by itself; what a gateway has read as HTTP it sends on as it is.
      if (!speaksTls || flow.source.proxy !== 'gateway' || flow.protocol === 'tcp' || flow.sni !== null) return null
      return { answer: answer(flow.protocol, 400, 8), flags: '-', details: 'via_upstream' }
  }
}

const refused = (protocol: 'http' | 'grpc' | 'tcp', reason: string): Misunderstanding => ({
  answer: answer(protocol, 503, 4),
  flags: protocol === 'tcp' ? 'UF' : 'UF,URX',
  details: `upstream_reset_before_response_started{remote_connection_failure|TLS_error:|${reason}:TLS_error_end}`,
})
