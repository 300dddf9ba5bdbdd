import { number, record, text, texts } from '#shared/config/world/read.ts'
import type { Form } from '#web/config/forms/form.ts'
import { portName, serverHost } from './checks.ts'
import { serverTls } from './server-tls.ts'
import { hosts } from './suggestions.ts'
import type { NetworkingTexts } from './text/en.ts'
import { joined, some } from './titles.ts'

type Texts = NetworkingTexts
const protocols = ['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'TLS', 'TCP', 'MONGO'] as const

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
