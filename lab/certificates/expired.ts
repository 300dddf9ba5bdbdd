import { createAuthority, issue, serialOf } from './certificate.ts'

const day = 86_400_000

/** A key and a certificate that was valid for 90 days until yesterday, as the data of a `kubernetes.io/tls` Secret. */
export function expiredTls(hosts: readonly string[], now: number): Record<'tls.crt' | 'tls.key', string> {
  const name = { organization: 'Let them renew', commonName: 'Forgotten CA' }
  const [validFrom, expiry] = [now - 91 * day, now - day]
  const authority = createAuthority({
    subject: name,
    serial: serialOf('forgotten'),
    validFrom,
    expiry: now + 365 * day,
  })
  const dns = hosts.filter(host => host !== '*')
  const made = issue(authority, {
    subject: { commonName: dns[0] ?? 'gateway' },
    names: { dns },
    serial: serialOf(`expired ${dns.join(' ')}`),
    validFrom,
    expiry,
  })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return { 'tls.crt': base64(made.pem), 'tls.key': base64(made.key) }
}
