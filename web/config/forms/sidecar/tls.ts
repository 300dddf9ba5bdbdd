import { at, text } from '#shared/config/world/read.ts'
import type { Field, GroupField } from '#web/config/forms/form.ts'
import { serverTls } from '#web/config/forms/networking/server-tls.ts'
import type { Texts } from './text-en.ts'

/** What a gateway's TLS says alike of a sidecar's. The rest istiod refuses there: Secrets, redirects, names of callers. */
const alike = new Set([
  'minProtocolVersion',
  'maxProtocolVersion',
  'cipherSuites',
  'verifyCertificateSpki',
  'verifyCertificateHash',
])

type File = 'serverCertificate' | 'privateKey' | 'caCertificates' | 'caCrl'
const file = (key: File): Field<Texts> => ({
  type: 'text',
  at: [key],
  say: ({ sidecar }) => sidecar[key],
  placeholder: '/etc/certs/…',
})

/** Istio docs, Sidecar, IstioIngressListener, `tls`. */
export const tls: GroupField<Texts> = {
  type: 'group',
  at: ['tls'],
  say: ({ sidecar }) => sidecar.tls,
  fields: [
    {
      type: 'choice',
      at: ['mode'],
      say: ({ gateway }) => gateway.mode,
      absent: 'PASSTHROUGH',
      options: [
        { value: 'SIMPLE', say: ({ sidecar }) => sidecar.simple },
        { value: 'MUTUAL', say: ({ gateway }) => gateway.MUTUAL },
        { value: 'OPTIONAL_MUTUAL', say: ({ gateway }) => gateway.OPTIONAL_MUTUAL },
        { value: 'PASSTHROUGH', say: ({ gateway }) => gateway.PASSTHROUGH },
      ],
    },
    file('serverCertificate'),
    file('privateKey'),
    { ...file('caCertificates'), isTucked: true },
    { ...file('caCrl'), isTucked: true },
    {
      type: 'list',
      at: ['tlsCertificates'],
      say: ({ gateway }) => gateway.tlsCertificates,
      joined: 'none',
      add: [{ say: ({ gateway }) => gateway.addCertificate, value: { serverCertificate: '', privateKey: '' } }],
      title: (entry, index, { sidecar }) => text(at(entry, 'serverCertificate')) || sidecar.pairTitle(index + 1),
      item: [file('serverCertificate'), file('privateKey'), file('caCertificates')],
    },
    ...serverTls.fields.filter(field => alike.has(String(field.at[0]))),
  ],
}
