import { X509Certificate } from 'node:crypto'
import type { EpochMilliseconds } from '#shared/units.ts'

/** What a certificate says of itself. `trouble`: why nothing of it can be told. */
export interface ReadCertificate {
  /** Of the subject alternative name, without their types; without any, its subject. */
  names: string[]
  subject: string
  issuer: string
  /** Hexadecimal. */
  serial: string
  from: EpochMilliseconds | null
  until: EpochMilliseconds | null
}

/** So many of one text are looked at. */
const most = 50

/**
 * Certificates in PEM, in their order; null for one that cannot be read. Only what stands between the lines of a
 * certificate is looked at: keys in the same text stay unread.
 */
export function certificatesIn(pem: string): (ReadCertificate | null)[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,60000}-----END CERTIFICATE-----/g) ?? []
  return blocks.slice(0, most).map(read)
}

function read(block: string): ReadCertificate | null {
  try {
    const certificate = new X509Certificate(block)
    const alternatives = (certificate.subjectAltName ?? '').split(', ').filter(each => each !== '')
    const subject = oneLine(certificate.subject)
    return {
      names: alternatives.length === 0 ? [subject] : alternatives.map(withoutType),
      subject,
      issuer: oneLine(certificate.issuer),
      serial: certificate.serialNumber.toLowerCase(),
      from: moment(certificate.validFrom),
      until: moment(certificate.validTo),
    }
  } catch {
    return null
  }
}

const moment = (text: string): EpochMilliseconds | null => {
  const time = Date.parse(text)
  return Number.isFinite(time) ? time : null
}
const withoutType = (name: string): string => name.replace(/^(?:URI|DNS|IP Address|email):/, '').replaceAll('"', '')
const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')
