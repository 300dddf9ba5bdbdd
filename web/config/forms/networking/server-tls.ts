import { record, text } from '#shared/config/world/read.ts'
import type { Around, Field, GroupField } from '#web/config/forms/form.ts'
import { base64Sha256, sha256 } from './checks.ts'
import { secrets } from './suggestions.ts'
import type { NetworkingTexts } from './text/en.ts'

type Texts = NetworkingTexts
const modes = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'PASSTHROUGH', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL'] as const
const versions = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'] as const

/** Certificates are read where TLS ends at the gateway with certificates of its own. */
const opensTls = ({ value }: Around): boolean => !/PASSTHROUGH$|^ISTIO/.test(text(record(value)['mode']))
const asksCallers = ({ value }: Around): boolean => /^(OPTIONAL_)?MUTUAL$/.test(text(record(value)['mode']))

const file = (key: 'serverCertificate' | 'privateKey' | 'caCertificates' | 'caCrl'): Field<Texts> => ({
  type: 'text',
  at: [key],
  say: ({ gateway }) => gateway[key],
  placeholder: '/etc/certs/…',
  isTucked: true,
  when: opensTls,
})
const version = (key: 'minProtocolVersion' | 'maxProtocolVersion'): Field<Texts> => ({
  type: 'choice',
  at: [key],
  say: ({ gateway }) => gateway[key],
  isTucked: true,
  when: opensTls,
  absent: 'TLS_AUTO',
  options: versions.map(value => ({ value, say: ({ gateway }) => gateway[value] })),
})

/** Istio docs, Gateway, ServerTLSSettings. */
export const serverTls: GroupField<Texts> = {
  type: 'group',
  at: ['tls'],
  say: ({ gateway }) => gateway.tls,
  fields: [
    {
      type: 'choice',
      at: ['mode'],
      say: ({ gateway }) => gateway.mode,
      options: [
        { value: null, say: ({ gateway }) => gateway.notSaid },
        ...modes.map(value => ({ value, say: ({ gateway }: Texts) => gateway[value] })),
      ],
    },
    {
      type: 'text',
      at: ['credentialName'],
      say: ({ gateway }) => gateway.credentialName,
      suggest: secrets,
      when: opensTls,
    },
    { type: 'flag', at: ['httpsRedirect'], say: ({ gateway }) => gateway.httpsRedirect, absent: false },
    {
      type: 'text',
      at: ['caCertCredentialName'],
      say: ({ gateway }) => gateway.caCertCredentialName,
      suggest: secrets,
      when: asksCallers,
    },
    {
      type: 'chips',
      at: ['subjectAltNames'],
      say: ({ gateway }) => gateway.subjectAltNames,
      of: 'text',
      when: asksCallers,
    },
    version('minProtocolVersion'),
    version('maxProtocolVersion'),
    {
      type: 'chips',
      at: ['cipherSuites'],
      say: ({ gateway }) => gateway.cipherSuites,
      of: 'text',
      isTucked: true,
      when: opensTls,
    },
    {
      type: 'chips',
      at: ['credentialNames'],
      say: ({ gateway }) => gateway.credentialNames,
      of: 'text',
      suggest: secrets,
      isTucked: true,
      when: opensTls,
    },
    {
      type: 'chips',
      at: ['verifyCertificateSpki'],
      say: ({ gateway }) => gateway.verifyCertificateSpki,
      of: 'text',
      check: base64Sha256,
      isTucked: true,
      when: asksCallers,
    },
    {
      type: 'chips',
      at: ['verifyCertificateHash'],
      say: ({ gateway }) => gateway.verifyCertificateHash,
      of: 'text',
      check: sha256,
      isTucked: true,
      when: asksCallers,
    },
    file('serverCertificate'),
    file('privateKey'),
    file('caCertificates'),
    file('caCrl'),
    {
      type: 'list',
      at: ['tlsCertificates'],
      say: ({ gateway }) => gateway.tlsCertificates,
      joined: 'none',
      when: opensTls,
      add: [{ say: ({ gateway }) => gateway.addCertificate, value: { serverCertificate: '', privateKey: '' } }],
      title: entry => text(record(entry)['serverCertificate']) || '…',
      item: (['serverCertificate', 'privateKey', 'caCertificates'] as const).map(
        (key): Field<Texts> => ({
          type: 'text',
          at: [key],
          say: ({ gateway }) => gateway[key],
          placeholder: '/etc/certs/…',
        }),
      ),
    },
  ],
}
