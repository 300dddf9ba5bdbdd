import type { KubeObject } from '#lab/contract.ts'
import { at, listOf, textOf } from '#lab/kubernetes/value.ts'

/** Hosts that a gateway serves over TLS. */
export interface SecureHost {
  /** Name of the listener. */
  listener: string
  hostname: string
  /** Name of the Secret. */
  secret: string
  /** Clients must bring a certificate, too: the Secret says whom to trust (`ca.crt`). */
  isMutual: boolean
}

const secure = (listener: string, hostname: string, isMutual = false): SecureHost => ({
  listener,
  hostname,
  secret: `${hostname.replaceAll('.', '-')}-${isMutual ? 'credential' : 'tls'}`,
  isMutual,
})

/** How long certificates still have when the lab starts, by listener. Negative: their time is over. */
export const daysLeft: Readonly<Record<string, number>> = { https: 69, 'https-partners': 9, 'https-old': -3 }

/** The one that everybody uses: renewed three weeks ago. */
export const freshHost = (hostname: string): SecureHost => secure('https', hostname)

/** Beside it one that somebody should renew soon, and one that nobody uses any more, and nobody renewed. */
export function secureHosts(hostname: string): SecureHost[] {
  const domain = hostname.slice(hostname.indexOf('.') + 1)
  return [
    freshHost(hostname),
    secure('https-partners', `partners.${domain}`, true),
    secure('https-old', `old.${domain}`),
  ]
}

/** Istio documentation, "Secure Gateways", "Configure a mutual TLS ingress gateway": the Gateway API's way to say so. */
export const mutualOption = 'gateway.istio.io/tls-terminate-mode'

/** The hosts that a Gateway of the Gateway API terminates TLS for. */
export const secureHostsOf = ({ kind, apiVersion, spec }: KubeObject): SecureHost[] =>
  kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/')
    ? listOf(spec?.['listeners']).flatMap(listener =>
        listOf(at(listener, 'tls.certificateRefs')).map(reference => ({
          listener: textOf(listener['name']),
          hostname: textOf(listener['hostname']),
          secret: textOf(reference['name']),
          isMutual:
            textOf((at(listener, 'tls.options') as Record<string, unknown> | undefined)?.[mutualOption]) === 'MUTUAL',
        })),
      )
    : []
