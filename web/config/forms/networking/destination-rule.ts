import { number, record, text, textMap } from '#shared/config/world/read.ts'
import type { NetworkingTexts } from './text/en.ts'
import type { Field, Form } from '#web/config/forms/form.ts'
import { namespaces } from '#web/config/forms/what-exists.ts'
import { destinationHost, exportScope, host, subsetName } from './checks.ts'
import { clientTls, connectionPool, outlierDetection } from './connections.ts'
import { loadBalancer } from './load-balancer.ts'
import { hosts, namespacesOfHost, portsOfHost, selectorOfHost } from './suggestions.ts'
import { joined, some } from './titles.ts'

type Texts = NetworkingTexts

/** What all four levels say: host, subset, and a port of each. */
const anyLevel: readonly Field<Texts>[] = [loadBalancer, connectionPool, outlierDetection, clientTls]

/** What a host or a subset says beside it. */
const trafficPolicy: readonly Field<Texts>[] = [
  ...anyLevel,
  {
    type: 'list',
    at: ['portLevelSettings'],
    say: ({ policy }) => policy.portLevelSettings,
    joined: 'none',
    add: [{ say: ({ policy }) => policy.addPort, value: { port: { number: 80 } } }],
    title: (entry, _, { policy }) =>
      `:${number(record(record(entry)['port'])['number']) ?? '…'} · ${saidIn(entry, policy) || policy.nothing}`,
    item: [
      {
        type: 'number',
        at: ['port', 'number'],
        say: ({ policy }) => policy.port,
        isRequired: true,
        min: 1,
        max: 65_535,
        suggest: portsOfHost,
      },
      ...anyLevel,
    ],
  },
  {
    type: 'group',
    at: ['retryBudget'],
    say: ({ policy }) => policy.retryBudget,
    empty: {},
    fields: [
      {
        type: 'number',
        at: ['percent'],
        say: ({ policy }) => policy.budgetPercent,
        isFraction: true,
        min: 0,
        max: 100,
        unit: '%',
        absent: 20,
      },
      {
        type: 'number',
        at: ['minRetryConcurrency'],
        say: ({ policy }) => policy.minRetryConcurrency,
        min: 0,
        absent: 3,
      },
    ],
  },
  {
    type: 'group',
    at: ['tunnel'],
    say: ({ policy }) => policy.tunnel,
    fields: [
      {
        type: 'choice',
        at: ['protocol'],
        say: ({ policy }) => policy.tunnelProtocol,
        absent: 'CONNECT',
        options: [
          { value: 'CONNECT', say: ({ policy }) => policy.CONNECT },
          { value: 'POST', say: ({ policy }) => policy.POST },
        ],
      },
      {
        type: 'text',
        at: ['targetHost'],
        say: ({ policy }) => policy.targetHost,
        isRequired: true,
        check: destinationHost,
      },
      {
        type: 'number',
        at: ['targetPort'],
        say: ({ policy }) => policy.targetPort,
        isRequired: true,
        min: 1,
        max: 65_535,
      },
    ],
  },
  {
    type: 'group',
    at: ['proxyProtocol'],
    say: ({ policy }) => policy.proxyProtocol,
    empty: {},
    fields: [
      {
        type: 'choice',
        at: ['version'],
        say: ({ policy }) => policy.proxyVersion,
        absent: 'V1',
        options: [
          { value: 'V1', say: ({ policy }) => policy.V1 },
          { value: 'V2', say: ({ policy }) => policy.V2 },
        ],
      },
    ],
  },
]

/** Istio docs, Destination Rule. */
export const destinationRuleForm: Form<Texts> = {
  group: 'networking.istio.io',
  kind: 'DestinationRule',
  fields: [
    {
      type: 'text',
      at: ['spec', 'host'],
      say: ({ policy }) => policy.host,
      isRequired: true,
      suggest: hosts,
      check: host,
    },
    {
      type: 'list',
      at: ['spec', 'subsets'],
      say: ({ policy }) => policy.subsets,
      joined: 'none',
      add: [{ say: ({ policy }) => policy.addSubset, value: { name: '', labels: {} } }],
      title: (entry, _, texts) => subsetTitle(entry, texts),
      item: [
        { type: 'text', at: ['name'], say: ({ policy }) => policy.subsetName, isRequired: true, check: subsetName },
        {
          type: 'labels',
          at: ['labels'],
          say: ({ policy }) => policy.labels,
          namespaces: namespacesOfHost,
          among: selectorOfHost,
        },
        { type: 'group', at: ['trafficPolicy'], say: ({ policy }) => policy.subsetPolicy, fields: trafficPolicy },
      ],
    },
    {
      type: 'group',
      at: ['spec', 'trafficPolicy'],
      say: ({ policy }) => policy.trafficPolicy,
      isOpen: true,
      fields: trafficPolicy,
    },
    {
      type: 'chips',
      at: ['spec', 'exportTo'],
      say: ({ policy }) => policy.exportTo,
      of: 'text',
      suggest: namespaces,
      check: exportScope,
      isTucked: true,
    },
    {
      type: 'labels',
      at: ['spec', 'workloadSelector', 'matchLabels'],
      say: ({ policy }) => policy.workloadSelector,
      isTucked: true,
    },
  ],
}

/** `v2 · version=v2 · outlier detection` */
export function subsetTitle(entry: unknown, { policy }: Texts): string {
  const subset = record(entry)
  const labels = Object.entries(textMap(subset['labels'])).map(([key, value]) => `${key}=${value}`)
  return joined([
    text(subset['name']) || '…',
    labels.length === 0 ? policy.noPods : some(labels),
    saidIn(subset['trafficPolicy'], policy),
  ])
}

/** Which parts a policy says. */
function saidIn(value: unknown, policy: Texts['policy']): string {
  const said = record(value)
  const parts = [
    'loadBalancer',
    'connectionPool',
    'outlierDetection',
    'tls',
    'portLevelSettings',
    'retryBudget',
    'tunnel',
    'proxyProtocol',
  ] as const
  return some(
    parts.filter(part => said[part] !== undefined).map(part => policy[part].label),
    3,
  )
}
