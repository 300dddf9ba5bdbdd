import { certificatesIn, type ReadCertificate } from '#bff/mesh/pem.ts'
import { text } from '#bff/sources/kubernetes-raw.ts'
import { field, few, type Row, short } from './message.ts'

/** `chain`: what a proxy proves itself with. `authority`: whom it trusts. */
export type Use = 'chain' | 'authority'

/** Certificates of an Envoy DataSource: PEM as text or in base64. */
export function certificatesOf(name: string, use: Use, source: unknown): Row[] {
  const inline = text(field(source, 'inline_string'))
  const bytes = text(field(source, 'inline_bytes'))
  const file = text(field(source, 'filename'))
  const pem = inline === '' ? Buffer.from(bytes, 'base64').toString('latin1') : inline
  if (pem === '' && file !== '') return [unread(name, use, `It is in the file ${short(file)} of the proxy.`)]
  return pemRows(name, use, pem)
}

export function pemRows(name: string, use: Use, pem: string): Row[] {
  const found = certificatesIn(pem)
  if (found.length === 0) return [unread(name, use, 'There is no certificate in it that can be read.')]
  return found.map((certificate, index) => rowOf(certificate, name, index === 0 ? use : next(use)))
}

/** After the first of a chain come those who signed it. */
const next = (use: Use): Use | 'issuer' => (use === 'chain' ? 'issuer' : use)

function rowOf(certificate: ReadCertificate | null, name: string, use: Use | 'issuer'): Row {
  if (certificate === null) return unread(name, use, 'It is no certificate that can be read.')
  const { names, issuer, serial, from, until } = certificate
  return {
    cells: { name: short(name), use, identity: few(names), issuer: short(issuer), serial: short(serial), from, until },
    objects: [],
    trouble: null,
  }
}

const unread = (name: string, use: string, trouble: string): Row => ({
  cells: { name: short(name), use, identity: null, issuer: null, serial: null, from: null, until: null },
  objects: [],
  trouble,
})
