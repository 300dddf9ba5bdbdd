import { X509Certificate } from 'node:crypto'
import type { ObjectStore } from '#lab/contract.ts'
import { fields, text } from './read.ts'

/** What a gateway may serve TLS with: Secrets with a certificate and its key, as cert-manager or `kubectl create secret tls` writes them. */
export interface Certificates {
  /** Milliseconds since the epoch until which clients take it; null where there is nothing to serve with. */
  validUntil(namespace: string, name: string): number | null
}

export function readCertificates(store: ObjectStore): Certificates {
  const known = new Map<string, number | null>()
  return {
    validUntil(namespace, name) {
      const key = `${namespace}/${name}`
      const found = known.get(key)
      if (found !== undefined) return found
      const data = fields(store.get('secrets', namespace, name)?.['data'])
      const pemOf = (field: string) => {
        const pem = Buffer.from(text(data[field]) ?? '', 'base64').toString('latin1')
        return pem.includes('-----BEGIN') ? pem : null
      }
      const pem = pemOf('tls.key') === null ? null : pemOf('tls.crt')
      const generic = pemOf('key') === null ? null : pemOf('cert')
      const served = pem ?? generic
      const until = served === null ? null : expiryOf(served)
      known.set(key, until)
      return until
    },
  }
}

/** What cannot be read as X.509 expires for nobody: whether Envoy would take it is not known here. */
function expiryOf(pem: string): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
