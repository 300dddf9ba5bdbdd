import { record, text } from '#shared/config/world/read.ts'
import type { GroupField } from '#web/config/forms/form.ts'
import { locality } from './checks.ts'
import { localityLabels } from './suggestions.ts'
import type { NetworkingTexts } from './text/en.ts'

type Texts = NetworkingTexts

/** Istio docs, "Locality Load Balancing". An empty one turns it on. */
export const localityLb: GroupField<Texts> = {
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
