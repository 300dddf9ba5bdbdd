import { number, record, text, texts } from '#shared/config/world/read.ts'
import type { NetworkingTexts } from './text/en.ts'
import type { Around, Field, Form, GroupField } from '#web/config/forms/form.ts'
import { base64Sha256, portName, serverHost, sha256 } from './checks.ts'
import { hosts, secrets } from './suggestions.ts'
import { joined, some } from './titles.ts'

type Texts = NetworkingTexts
const protocols = ['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'TLS', 'TCP', 'MONGO'] as const
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

const server = (port: number, protocol: string, tls?: Record<string, unknown>): Record<string, unknown> => ({
  port: { number: port, name: `${protocol.toLowerCase()}-${port}`, protocol },
  hosts: [],
  ...(tls === undefined ? {} : { tls }),
})

/** Istio docs, Gateway. */
export const gatewayForm: Form<Texts> = {
  group: 'networking.istio.io',
  kind: 'Gateway',
  fields: [
    {
      type: 'labels',
      at: ['spec', 'selector'],
      say: ({ gateway }) => gateway.selector,
      isRequired: true,
      namespaces: () => 'all',
    },
    {
      type: 'list',
      at: ['spec', 'servers'],
      say: ({ gateway }) => gateway.servers,
      isRequired: true,
      joined: 'none',
      add: [
        { say: ({ gateway }) => gateway.addHttps, value: server(443, 'HTTPS', { mode: 'SIMPLE', credentialName: '' }) },
        { say: ({ gateway }) => gateway.addHttp, value: server(80, 'HTTP') },
        { say: ({ gateway }) => gateway.addTls, value: server(443, 'TLS', { mode: 'PASSTHROUGH' }) },
        { say: ({ gateway }) => gateway.addTcp, value: server(9000, 'TCP') },
      ],
      title: (entry, _, said) => serverTitle(entry, said),
      item: [
        {
          type: 'number',
          at: ['port', 'number'],
          say: ({ gateway }) => gateway.port,
          isRequired: true,
          min: 1,
          max: 65_535,
        },
        {
          type: 'choice',
          at: ['port', 'protocol'],
          say: ({ gateway }) => gateway.protocol,
          isRequired: true,
          options: protocols.map(value => ({ value, say: ({ gateway }) => gateway[value] })),
        },
        {
          type: 'text',
          at: ['port', 'name'],
          say: ({ gateway }) => gateway.portName,
          isRequired: true,
          check: portName,
        },
        {
          type: 'chips',
          at: ['hosts'],
          say: ({ gateway }) => gateway.hosts,
          of: 'text',
          isRequired: true,
          suggest: hosts,
          check: serverHost,
        },
        serverTls,
        { type: 'text', at: ['name'], say: ({ gateway }) => gateway.name, isTucked: true },
        { type: 'text', at: ['bind'], say: ({ gateway }) => gateway.bind, isTucked: true },
        { type: 'text', at: ['defaultEndpoint'], say: ({ gateway }) => gateway.defaultEndpoint, isTucked: true },
        {
          type: 'number',
          at: ['port', 'targetPort'],
          say: ({ gateway }) => gateway.targetPort,
          min: 0,
          max: 65_535,
          when: () => false,
        },
      ],
    },
  ],
}

/** `443 HTTPS · *.shop.example · TLS SIMPLE shop-cert` */
export function serverTitle(entry: unknown, { gateway }: Texts): string {
  const { port, hosts: served, tls } = record(entry)
  const { mode, credentialName, httpsRedirect } = record(tls)
  return joined([
    joined([String(number(record(port)['number']) ?? '…'), text(record(port)['protocol'])], ' '),
    some(texts(served)) || gateway.noHost,
    text(mode) === '' ? '' : joined(['TLS', text(mode), text(credentialName)], ' '),
    httpsRedirect === true ? gateway.httpsRedirect.label : '',
  ])
}
