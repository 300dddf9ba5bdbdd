import { number, record, text } from '#shared/config/world/read.ts'
import type { Path } from '#shared/mesh/object.ts'
import type { Around, Field, Form, GroupField, Suggest } from '#web/config/forms/form.ts'
import { address, hostname, objectName } from '#web/config/forms/networking/checks.ts'
import { textAt, words } from '#web/config/forms/networking/suggestions.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import { gatewayTls } from './gateway-tls.ts'
import { objectRef } from './object-ref.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
const protocols = ['HTTPS', 'HTTP', 'TLS', 'TCP', 'UDP', 'HBONE'] as const
const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

const hasTls = ({ value }: Around): boolean => /^(HTTPS|TLS)$/.test(text(record(value)['protocol']))

/** From which namespaces something may come: routes of a listener, further listeners of a gateway. */
const allowedNamespaces = (absent: 'Same' | 'None'): readonly Field<Texts>[] => [
  {
    type: 'choice',
    at: ['namespaces', 'from'],
    say: ({ gateway }) => gateway.from,
    absent,
    options: (['Same', 'All', 'Selector', ...(absent === 'None' ? (['None'] as const) : [])] as const).map(value => ({
      value,
      say: ({ gateway }: Texts) => gateway[value],
    })),
  },
  {
    type: 'group',
    at: ['namespaces', 'selector'],
    say: ({ gateway }) => gateway.selector,
    when: ({ value }) => textAt(value, 'namespaces', 'from') === 'Selector',
    isOpen: true,
    fields: [
      { type: 'pairs', at: ['matchLabels'], say: ({ gateway }) => gateway.matchLabels },
      {
        type: 'list',
        at: ['matchExpressions'],
        say: ({ gateway }) => gateway.matchExpressions,
        joined: 'and',
        add: [{ say: ({ gateway }) => gateway.addExpression, value: { key: '', operator: 'Exists' } }],
        title: entry => joined([text(record(entry)['key']), text(record(entry)['operator'])], ' ') || '…',
        item: [
          { type: 'text', at: ['key'], say: ({ gateway }) => gateway.key, isRequired: true },
          {
            type: 'choice',
            at: ['operator'],
            say: ({ gateway }) => gateway.operator,
            isRequired: true,
            options: operators.map(value => ({ value, say: ({ gateway }) => gateway[value] })),
          },
          {
            type: 'chips',
            at: ['values'],
            say: ({ gateway }) => gateway.values,
            of: 'text',
            when: ({ value }) => ['In', 'NotIn'].includes(text(record(value)['operator'])),
          },
        ],
      },
    ],
  },
]

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
const secrets: Suggest = around =>
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

const listeners: Field<Texts> = {
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
      options: protocols.map(value => ({ value, say: ({ gateway }) => gateway[value] })),
    },
    { type: 'number', at: ['port'], say: ({ gateway }) => gateway.port, isRequired: true, min: 1, max: 65_535 },
    { type: 'text', at: ['hostname'], say: ({ gateway }) => gateway.hostname, check: hostname },
    listenerTls,
    allowedRoutes,
  ],
}

const pairs = (at: Path, say: Field<Texts>['say']): Field<Texts> => ({ type: 'pairs', at, say })

/** Gateway API, Gateway. */
export const kubernetesGatewayForm: Form<Texts> = {
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  fields: [
    {
      type: 'text',
      at: ['spec', 'gatewayClassName'],
      say: ({ gateway }) => gateway.gatewayClassName,
      isRequired: true,
      suggest: words('istio', 'istio-waypoint', 'istio-remote', 'istio-east-west'),
      check: objectName,
    },
    listeners,
    {
      type: 'list',
      at: ['spec', 'addresses'],
      say: ({ gateway }) => gateway.addresses,
      joined: 'none',
      add: [{ say: ({ gateway }) => gateway.addAddress, value: { type: 'IPAddress', value: '' } }],
      title: entry => text(record(entry)['value']) || text(record(entry)['type']) || '…',
      item: [
        {
          type: 'choice',
          at: ['type'],
          say: ({ gateway }) => gateway.addressType,
          absent: 'IPAddress',
          options: [
            { value: 'IPAddress', say: ({ gateway }) => gateway.IPAddress },
            { value: 'Hostname', say: ({ gateway }) => gateway.Hostname },
          ],
        },
        { type: 'text', at: ['value'], say: ({ gateway }) => gateway.addressValue, check: address },
      ],
    },
    {
      type: 'group',
      at: ['spec', 'infrastructure'],
      say: ({ gateway }) => gateway.infrastructure,
      fields: [
        pairs(['labels'], ({ gateway }) => gateway.labels),
        pairs(['annotations'], ({ gateway }) => gateway.annotations),
        {
          type: 'group',
          at: ['parametersRef'],
          say: ({ gateway }) => gateway.parametersRef,
          fields: objectRef([], { kind: 'ConfigMap', isSaid: true }).filter(({ at }) => !at.includes('namespace')),
        },
      ],
    },
    gatewayTls(secrets),
    {
      type: 'group',
      at: ['spec', 'allowedListeners'],
      say: ({ gateway }) => gateway.allowedListeners,
      fields: allowedNamespaces('None'),
    },
    {
      type: 'choice',
      at: ['spec', 'defaultScope'],
      say: ({ gateway }) => gateway.defaultScope,
      isTucked: true,
      absent: 'None',
      options: [
        { value: 'None', say: ({ gateway }) => gateway.no },
        { value: 'All', say: ({ gateway }) => gateway.yes },
      ],
    },
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
