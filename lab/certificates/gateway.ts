import type { KubeObject } from '#lab/contract.ts'
import { daysLeft, type SecureHost } from '#lab/scenario/secure-hosts.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Authority, createAuthority, issue, serialOf } from './certificate.ts'

/** Certificates of gateways: what a public authority signed for their hosts, as the Secrets they are kept in. */

const day = 86_400_000
/** What public authorities give. */
const lifetime = 90 * day

export interface GatewayCertificates {
  /** The Secret of a host in a gateway's namespace. */
  secretOf(namespace: string, host: SecureHost): KubeObject
  /** The data of a TLS Secret whose time was over three days before a moment. */
  expired(hosts: readonly string[], now: number): Record<'tls.crt' | 'tls.key', string>
}

export function createGatewayCertificates(options: { seed: number; startedAt: number }): GatewayCertificates {
  const { seed, startedAt } = options
  const authority = (organization: string, commonName: string): Authority =>
    createAuthority({
      subject: { organization, commonName },
      serial: serialOf(`${seed}/${commonName}`),
      validFrom: startedAt - 800 * day,
      expiry: startedAt + 1000 * day,
    })
  const publicAuthority = authority('Example Trust Services', 'Example Trust E1')
  const partners = authority('Example Partners', 'Partner Clients Root')

  function serve(hosts: readonly string[], expiry: number) {
    const [commonName = 'gateway'] = hosts
    const { pem, key } = issue(publicAuthority, {
      subject: { commonName },
      names: { dns: hosts },
      serial: serialOf(`${seed}/${hosts.join()}/${expiry - startedAt}`),
      validFrom: expiry - lifetime,
      expiry,
    })
    return { 'tls.crt': base64(pem + publicAuthority.pem), 'tls.key': base64(key) }
  }

  return {
    secretOf(namespace, { listener, hostname, secret, isMutual }) {
      // Ten hours into a day: "9 days left" stays true for a while.
      const expiry = startedAt + (daysLeft[listener] ?? 69) * day + (10 * day) / 24
      const data = serve([hostname], expiry)
      return {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: secret,
          namespace,
          creationTimestamp: timestamp(expiry - lifetime),
          labels: { 'app.kubernetes.io/managed-by': isMutual ? 'platform-team' : 'cert-manager' },
        },
        // Only a generic Secret may hold whom to trust beside key and certificate.
        type: isMutual ? 'Opaque' : 'kubernetes.io/tls',
        data: isMutual ? { ...data, 'ca.crt': base64(partners.pem) } : data,
      }
    },
    expired: (hosts, now) => serve(hosts, now - 3 * day),
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
