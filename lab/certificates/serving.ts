import { type Certificate, createAuthority, issue, randomSerial } from './certificate.ts'

/** What the API server shows to its clients, and what they check it with. */
export interface Serving {
  /** PEM; for `certificate-authority-data` and `kube-root-ca.crt`. */
  authority: string
  /** For `node:https`. */
  tls: { key: string; cert: string }
}

const day = 86_400_000

/**
 * The API server's own authority and certificate, new with each start. Their times are the real clock's, whatever time
 * the lab lives in: clients check them by theirs.
 */
export function createServing(realNow: number): Serving {
  const validFrom = realNow - day
  const authority = createAuthority({
    subject: { commonName: 'kubernetes' },
    serial: randomSerial(),
    validFrom,
    expiry: realNow + 3650 * day,
  })
  const serving: Certificate = issue(authority, {
    subject: { commonName: 'kube-apiserver' },
    names: {
      dns: [
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ],
      ip: ['127.0.0.1', '::1'],
    },
    serial: randomSerial(),
    validFrom,
    expiry: realNow + 365 * day,
  })
  return { authority: authority.pem, tls: { key: serving.key, cert: serving.pem } }
}
