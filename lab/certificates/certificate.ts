import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as X509,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** X.509 certificates (RFC 5280) over elliptic keys: the library writes their bytes, Node signs them. */

export interface KeyPair {
  privateKey: KeyObject
  publicKey: KeyObject
}

/** Whom a certificate is for; empty fields are left out. */
export interface Subject {
  organization?: string
  commonName?: string
}

export interface Certificate {
  /** PEM. */
  pem: string
  /** Of the key, PKCS #8 PEM. */
  key: string
  /** Hexadecimal, without leading zeros. */
  serial: string
  /** Milliseconds since the epoch, whole seconds. */
  validFrom: number
  expiry: number
}

export interface Authority extends Certificate {
  subject: Subject
  keys: KeyPair
}

export interface CertificateWish {
  subject: Subject
  names?: { dns?: readonly string[]; ip?: readonly string[]; uri?: readonly string[] }
  serial: string
  validFrom: number
  expiry: number
  /** Of the owner; new ones unless told. */
  keys?: KeyPair
}

export const createKeys = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A serial number that follows from a text: positive, and never empty. */
export const serialOf = (text: string): string => `1${createHash('sha256').update(text).digest('hex').slice(0, 31)}`

export const randomSerial = (): string => `1${randomBytes(16).toString('hex').slice(0, 31)}`

/** A certificate that signs others and itself. */
export function createAuthority(wish: Omit<CertificateWish, 'names'>): Authority {
  const keys = wish.keys ?? createKeys()
  return {
    ...made(wish, keys, { subject: wish.subject, keys }, [
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
    ]),
    subject: wish.subject,
    keys,
  }
}

/** A certificate for a server, a client or a workload, signed by an authority. */
export function issue(authority: Pick<Authority, 'subject' | 'keys'>, wish: CertificateWish): Certificate {
  const { dns = [], ip = [], uri = [] } = wish.names ?? {}
  const names = [
    ...dns.map(dNSName => new GeneralName({ dNSName })),
    ...ip.map(iPAddress => new GeneralName({ iPAddress })),
    ...uri.map(uniformResourceIdentifier => new GeneralName({ uniformResourceIdentifier })),
  ]
  const isNameless = Object.keys(wish.subject).length === 0
  return made(wish, wish.keys ?? createKeys(), authority, [
    extension(id_ce_basicConstraints, true, new BasicConstraints()),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment)),
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: keyIdOf(authority.keys) }),
    ),
    // RFC 5280, 4.1.2.6: who has no subject is known by these names alone, and nobody may pass over them.
    ...(names.length > 0 ? [extension(id_ce_subjectAltName, isNameless, new SubjectAlternativeName(names))] : []),
  ])
}

/** What a certificate says, from its PEM: for tests and for who shows it. */
export const readCertificate = (pem: string): X509Certificate => new X509Certificate(pem)

/** ecdsa-with-SHA256 (RFC 5758). */
const algorithm = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })

function made(
  { subject, serial, validFrom, expiry }: CertificateWish,
  keys: KeyPair,
  issuer: Pick<Authority, 'subject' | 'keys'>,
  extensions: Extension[],
): Certificate {
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(Buffer.from(serial.length % 2 === 0 ? serial : `0${serial}`, 'hex')),
    signature: algorithm,
    issuer: nameOf(issuer.subject),
    subject: nameOf(subject),
    validity: new Validity({ notBefore: new Date(wholeSeconds(validFrom)), notAfter: new Date(wholeSeconds(expiry)) }),
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(keys), SubjectPublicKeyInfo),
    extensions: new Extensions([
      ...extensions,
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdOf(keys))),
    ]),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), issuer.keys.privateKey)
  const whole = new X509({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: bytesOf(signature) })
  return {
    pem: pemOf(Buffer.from(AsnConvert.serialize(whole))),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    serial: serial.replace(/^0+/, ''),
    validFrom: wholeSeconds(validFrom),
    expiry: wholeSeconds(expiry),
  }
}

const extension = (extnID: string, critical: boolean, value: unknown): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

const organizationName = '2.5.4.10'
const commonName = '2.5.4.3'

function nameOf(subject: Subject): Name {
  const parts: [string, string | undefined][] = [
    [organizationName, subject.organization],
    [commonName, subject.commonName],
  ]
  return new Name(
    parts.flatMap(([type, utf8String]) =>
      utf8String === undefined
        ? []
        : [
            new RelativeDistinguishedName([
              new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) }),
            ]),
          ],
    ),
  )
}

const spkiOf = ({ publicKey }: KeyPair): Buffer => publicKey.export({ type: 'spki', format: 'der' })

/** RFC 7093, method 1: the first 160 bits of a hash of the key. */
const keyIdOf = (keys: KeyPair): KeyIdentifier =>
  new KeyIdentifier(bytesOf(createHash('sha256').update(spkiOf(keys)).digest().subarray(0, 20)))

const bytesOf = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000
