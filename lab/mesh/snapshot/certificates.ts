import type { ObjectStore } from '#lab/contract.ts'
import { fields, text } from './read.ts'

/** What a gateway may serve TLS with: Secrets with a certificate and its key, as cert-manager or `kubectl create secret tls` writes them. */
export interface Certificates {
  isReadable(namespace: string, name: string): boolean
}

export function readCertificates(store: ObjectStore): Certificates {
  const known = new Map<string, boolean>()
  return {
    isReadable(namespace, name) {
      const key = `${namespace}/${name}`
      const found = known.get(key)
      if (found !== undefined) return found
      const data = fields(store.get('secrets', namespace, name)?.['data'])
      const isPem = (field: string) =>
        Buffer.from(text(data[field]) ?? '', 'base64')
          .toString('latin1')
          .includes('-----BEGIN')
      const made = (isPem('tls.crt') && isPem('tls.key')) || (isPem('cert') && isPem('key'))
      known.set(key, made)
      return made
    },
  }
}
