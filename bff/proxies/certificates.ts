import { X509Certificate } from 'node:crypto'
import { text } from '#bff/sources/kubernetes-raw.ts'
import { field, few, type Row, short } from './message.ts'

/** `chain`: what a proxy proves itself with. `authority`: whom it trusts. */
export type Use = 'chain' | 'authority'

const most = 50

/** Certificates of an Envoy DataSource: PEM as text or in base64. */
export function certificatesOf(name: string, use: Use, source: unknown): Row[] {
  const inline = text(field(source, 'inline_string'))
  const bytes = text(field(source, 'inline_bytes'))
  const file = text(field(source, 'filename'))
  const pem = inline === '' ? Buffer.from(bytes, 'base64').toString('latin1') : inline
  if (pem === '' && file !== '') return [unread(name, use, `It is in the file ${short(file)} of the proxy.`)]
  return pemRows(name, use, pem)
}

/** Only what stands between the lines of a certificate is looked at: keys in the same text stay unread. */
export function pemRows(name: string, use: Use, pem: string): Row[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,60000}-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return [unread(name, use, 'There is no certificate in it that can be read.')]
  return blocks.slice(0, most).map((block, index) => rowOf(block, name, index === 0 ? use : next(use)))
}

/** After the first of a chain come those who signed it. */
const next = (use: Use): Use | 'issuer' => (use === 'chain' ? 'issuer' : use)

function rowOf(block: string, name: string, use: Use | 'issuer'): Row {
  try {
    const read = new X509Certificate(block)
    const names = (read.subjectAltName ?? '').split(', ').filter(each => each !== '')
    const [from, until] = [Date.parse(read.validFrom), Date.parse(read.validTo)]
    return {
      cells: {
        name: short(name),
        use,
        identity: names.length === 0 ? oneLine(read.subject) : few(names.map(withoutType)),
        issuer: oneLine(read.issuer),
        serial: short(read.serialNumber.toLowerCase()),
        from: Number.isFinite(from) ? from : null,
        until: Number.isFinite(until) ? until : null,
      },
      objects: [],
      trouble: null,
    }
  } catch {
    return unread(name, use, 'It is no certificate that can be read.')
  }
}

const withoutType = (name: string): string => name.replace(/^(?:URI|DNS|IP Address|email):/, '').replaceAll('"', '')
const oneLine = (name: string | undefined): string => short((name ?? '').split('\n').join(', '))

const unread = (name: string, use: string, trouble: string): Row => ({
  cells: { name: short(name), use, identity: null, issuer: null, serial: null, from: null, until: null },
  objects: [],
  trouble,
})
