import { record, text } from '#shared/config/world/read.ts'
import type { NetworkingTexts } from './text/en.ts'
import type { Field, GroupField } from '#web/config/forms/form.ts'
import { headerName, locality, path } from './checks.ts'
import { localityLabels } from './suggestions.ts'
import { joined } from './titles.ts'

type Texts = NetworkingTexts
const simple = ['LEAST_REQUEST', 'ROUND_ROBIN', 'RANDOM', 'PASSTHROUGH'] as const
const size = (key: 'minimumRingSize' | 'tableSize', absent: number): Field<Texts> => ({
  type: 'number',
  at: [key],
  say: ({ policy }) => policy[key],
  min: 0,
  absent,
})

const consistentHash: readonly Field<Texts>[] = [
  {
    type: 'oneOf',
    at: [],
    say: ({ policy }) => policy.hashOf,
    cases: [
      {
        key: 'httpHeaderName',
        say: ({ policy }) => policy.httpHeaderName,
        value: '',
        fields: [{ type: 'text', at: [], say: ({ policy }) => policy.httpHeaderName, check: headerName }],
      },
      {
        key: 'httpCookie',
        say: ({ policy }) => policy.httpCookie,
        value: { name: '', ttl: '0s' },
        fields: [
          { type: 'text', at: ['name'], say: ({ policy }) => policy.cookieName, isRequired: true, check: headerName },
          { type: 'duration', at: ['ttl'], say: ({ policy }) => policy.cookieTtl, grammar: 'istio' },
          { type: 'text', at: ['path'], say: ({ policy }) => policy.cookiePath, check: path },
          {
            type: 'list',
            at: ['attributes'],
            say: ({ policy }) => policy.cookieAttributes,
            joined: 'none',
            add: [{ say: ({ policy }) => policy.addAttribute, value: { name: '' } }],
            title: entry => joined([text(record(entry)['name']), text(record(entry)['value'])], '='),
            item: [
              { type: 'text', at: ['name'], say: ({ policy }) => policy.attributeName, isRequired: true },
              { type: 'text', at: ['value'], say: ({ policy }) => policy.attributeValue },
            ],
          },
        ],
      },
      {
        key: 'useSourceIp',
        say: ({ policy }) => policy.useSourceIp,
        value: true,
        fields: [{ type: 'flag', at: [], say: ({ policy }) => policy.useSourceIp, absent: false }],
      },
      {
        key: 'httpQueryParameterName',
        say: ({ policy }) => policy.httpQueryParameterName,
        value: '',
        fields: [{ type: 'text', at: [], say: ({ policy }) => policy.httpQueryParameterName }],
      },
    ],
  },
  {
    type: 'oneOf',
    at: [],
    say: ({ policy }) => policy.hashAlgorithm,
    isOptional: true,
    isTucked: true,
    cases: [
      { key: 'ringHash', say: ({ policy }) => policy.ringHash, value: {}, fields: [size('minimumRingSize', 1024)] },
      { key: 'maglev', say: ({ policy }) => policy.maglev, value: {}, fields: [size('tableSize', 65_537)] },
    ],
  },
  { type: 'number', at: ['minimumRingSize'], say: ({ policy }) => policy.oldRingSize, min: 0, when: () => false },
]

const localityLb: GroupField<Texts> = {
  type: 'group',
  at: ['localityLbSetting'],
  say: ({ policy }) => policy.locality,
  empty: {},
  fields: [
    { type: 'flag', at: ['enabled'], say: ({ policy }) => policy.localityEnabled, absent: true },
    {
      type: 'oneOf',
      at: [],
      say: ({ policy }) => policy.localityHow,
      isOptional: true,
      cases: [
        {
          key: 'distribute',
          say: ({ policy }) => policy.distribute,
          value: [{ from: '', to: {} }],
          fields: [
            {
              type: 'list',
              at: [],
              say: ({ policy }) => policy.distribute,
              joined: 'none',
              add: [{ say: ({ policy }) => policy.addDistribute, value: { from: '', to: {} } }],
              title: entry =>
                `${text(record(entry)['from']) || '…'} → ${
                  Object.entries(record(record(entry)['to']))
                    .map(([where, part]) => `${where} ${String(part)} %`)
                    .join(', ') || '…'
                }`,
              item: [
                {
                  type: 'text',
                  at: ['from'],
                  say: ({ policy }) => policy.distributeFrom,
                  isRequired: true,
                  check: locality,
                },
                {
                  type: 'map',
                  at: ['to'],
                  say: ({ policy }) => policy.distributeTo,
                  isRequired: true,
                  keyWords: ({ policy }) => policy.distributeLocality,
                  check: locality,
                  value: 100,
                  item: [
                    {
                      type: 'number',
                      at: [],
                      say: ({ policy }) => policy.distributeShare,
                      min: 1,
                      max: 100,
                      unit: '%',
                    },
                  ],
                },
              ],
            },
          ],
        },
        {
          key: 'failover',
          say: ({ policy }) => policy.failover,
          value: [{ from: '', to: '' }],
          fields: [
            {
              type: 'list',
              at: [],
              say: ({ policy }) => policy.failover,
              joined: 'none',
              add: [{ say: ({ policy }) => policy.addFailover, value: { from: '', to: '' } }],
              title: entry => `${text(record(entry)['from']) || '…'} → ${text(record(entry)['to']) || '…'}`,
              item: [
                { type: 'text', at: ['from'], say: ({ policy }) => policy.failoverFrom, isRequired: true },
                { type: 'text', at: ['to'], say: ({ policy }) => policy.failoverTo, isRequired: true },
              ],
            },
          ],
        },
        {
          key: 'failoverPriority',
          say: ({ policy }) => policy.failoverPriority,
          value: [],
          fields: [
            {
              type: 'chips',
              at: [],
              say: ({ policy }) => policy.failoverPriority,
              of: 'text',
              suggest: localityLabels,
            },
          ],
        },
      ],
    },
  ],
}

/** Istio docs, Destination Rule, LoadBalancerSettings. */
export const loadBalancer: GroupField<Texts> = {
  type: 'group',
  at: ['loadBalancer'],
  say: ({ policy }) => policy.loadBalancer,
  fields: [
    {
      type: 'oneOf',
      at: [],
      say: ({ policy }) => policy.algorithm,
      isOptional: true,
      cases: [
        {
          key: 'simple',
          say: ({ policy }) => policy.simple,
          value: 'LEAST_REQUEST',
          fields: [
            {
              type: 'choice',
              at: [],
              say: ({ policy }) => policy.simple,
              options: simple.map(value => ({ value, say: ({ policy }: Texts) => policy[value] })),
            },
          ],
        },
        {
          key: 'consistentHash',
          say: ({ policy }) => policy.consistentHash,
          value: { httpHeaderName: '' },
          fields: consistentHash,
        },
      ],
    },
    {
      type: 'group',
      at: ['warmup'],
      say: ({ policy }) => policy.warmup,
      fields: [
        {
          type: 'duration',
          at: ['duration'],
          say: ({ policy }) => policy.warmupDuration,
          grammar: 'istio',
          isRequired: true,
        },
        {
          type: 'number',
          at: ['minimumPercent'],
          say: ({ policy }) => policy.minimumPercent,
          isFraction: true,
          min: 0,
          max: 100,
          unit: '%',
          absent: 10,
        },
        {
          type: 'number',
          at: ['aggression'],
          say: ({ policy }) => policy.aggression,
          isFraction: true,
          min: 1,
          absent: 1,
        },
      ],
    },
    {
      type: 'duration',
      at: ['warmupDurationSecs'],
      say: ({ policy }) => policy.warmupDurationSecs,
      grammar: 'istio',
      when: () => false,
    },
    localityLb,
  ],
}
