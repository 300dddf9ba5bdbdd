import { record, text } from '#shared/config/world/read.ts'
import type { Field, GroupField } from '#web/config/forms/form.ts'
import { headerName, path } from './checks.ts'
import { localityLb } from './locality.ts'
import type { NetworkingTexts } from './text/en.ts'
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
        fields: [{ type: 'text', at: [], say: ({ policy }) => policy.hashName, check: headerName }],
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
        fields: [{ type: 'text', at: [], say: ({ policy }) => policy.hashName }],
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
