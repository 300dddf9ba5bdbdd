import { number, record, text } from '#shared/config/world/read.ts'
import type { Around, Field, GroupField, Suggest } from '#web/config/forms/form.ts'
import { hostname, objectName } from '#web/config/forms/networking/checks.ts'
import { textAt, words } from '#web/config/forms/networking/suggestions.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import { allowedNamespaces } from './allowed.ts'
import { objectRef } from './object-ref.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
const protocols = ['HTTPS', 'HTTP', 'TLS', 'TCP', 'UDP', 'HBONE'] as const

const hasTls = ({ value }: Around): boolean => /^(HTTPS|TLS)$/.test(text(record(value)['protocol']))

const allowedRoutes: GroupField<Texts> = {
  type: 'group',
  at: ['allowedRoutes'],
  say: ({ gateway }) => gateway.allowedRoutes,
  fields: [
    ...allowedNamespaces('Same'),
    {
      type: 'list',
      at: ['kinds'],
      say: ({ gateway }) => gateway.kinds,
      joined: 'or',
      add: [{ say: ({ gateway }) => gateway.addKind, value: { kind: 'HTTPRoute' } }],
      title: entry => text(record(entry)['kind']) || '…',
      item: [
        {
          type: 'text',
          at: ['kind'],
          say: ({ gateway }) => gateway.kind,
          isRequired: true,
          suggest: words('HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'),
        },
        { type: 'text', at: ['group'], say: ({ gateway }) => gateway.kindGroup, isTucked: true, isEmptyKept: true },
      ],
    },
  ],
}

/** Secrets of the namespace beside, else of the gateway's own. */
export const secrets: Suggest = around =>
  (around.inventory?.secrets ?? [])
    .filter(({ namespace }) => namespace === (textAt(around.value, 'namespace') || namespaceOf(around.object)))
    .map(({ name, namespace }) => ({ value: name, detail: namespace }))

const listenerTls: GroupField<Texts> = {
  type: 'group',
  at: ['tls'],
  say: ({ gateway }) => gateway.tls,
  when: hasTls,
  isOpen: true,
  fields: [
    {
      type: 'choice',
      at: ['mode'],
      say: ({ gateway }) => gateway.mode,
      absent: 'Terminate',
      options: [
        { value: 'Terminate', say: ({ gateway }) => gateway.Terminate },
        { value: 'Passthrough', say: ({ gateway }) => gateway.Passthrough },
      ],
    },
    {
      type: 'list',
      at: ['certificateRefs'],
      say: ({ gateway }) => gateway.certificateRefs,
      joined: 'none',
      when: ({ value }) => record(value)['mode'] !== 'Passthrough',
      add: [{ say: ({ gateway }) => gateway.addSecret, value: { name: '' } }],
      title: entry => joined([text(record(entry)['namespace']), text(record(entry)['name']) || '…'], '/'),
      item: objectRef([], { suggest: secrets }),
    },
    { type: 'pairs', at: ['options'], say: ({ gateway }) => gateway.options, isTucked: true },
  ],
}

const listener = (name: string, port: number, protocol: string, more: Record<string, unknown> = {}) => ({
  name,
  port,
  protocol,
  ...more,
})

export const listeners: Field<Texts> = {
  type: 'list',
  at: ['spec', 'listeners'],
  say: ({ gateway }) => gateway.listeners,
  isRequired: true,
  joined: 'none',
  add: [
    {
      say: ({ gateway }) => gateway.addHttps,
      value: listener('https', 443, 'HTTPS', { tls: { certificateRefs: [{ name: '' }] } }),
    },
    { say: ({ gateway }) => gateway.addHttp, value: listener('http', 80, 'HTTP') },
    { say: ({ gateway }) => gateway.addTls, value: listener('tls', 443, 'TLS', { tls: { mode: 'Passthrough' } }) },
    { say: ({ gateway }) => gateway.addTcp, value: listener('tcp', 9000, 'TCP') },
    { say: ({ gateway }) => gateway.addWaypoint, value: listener('mesh', 15_008, 'HBONE') },
  ],
  title: (entry, _, texts) => listenerTitle(entry, texts),
  item: [
    { type: 'text', at: ['name'], say: ({ gateway }) => gateway.name, isRequired: true, check: objectName },
    {
      type: 'choice',
      at: ['protocol'],
      say: ({ gateway }) => gateway.protocol,
      isRequired: true,
      isHalf: true,
      options: protocols.map(value => ({ value, say: ({ gateway }) => gateway[value] })),
    },
    {
      type: 'number',
      at: ['port'],
      say: ({ gateway }) => gateway.port,
      isRequired: true,
      isHalf: true,
      min: 1,
      max: 65_535,
    },
    { type: 'text', at: ['hostname'], say: ({ gateway }) => gateway.hostname, check: hostname },
    listenerTls,
    allowedRoutes,
  ],
}

/** `443 HTTPS · *.shop.example · shop-cert` */
export function listenerTitle(entry: unknown, { gateway }: Texts): string {
  const { name, port, protocol, hostname: host, tls } = record(entry)
  const { mode, certificateRefs } = record(tls)
  const certificates = Array.isArray(certificateRefs) ? certificateRefs.map(ref => text(record(ref)['name'])) : []
  return joined([
    joined([String(number(port) ?? '…'), text(protocol)], ' '),
    text(host) || gateway.anyHost,
    mode === 'Passthrough' ? gateway.Passthrough.label : certificates.join(', '),
    text(name),
  ])
}
