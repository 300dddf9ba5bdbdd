import { record, text } from '#shared/config/world/read.ts'
import type { Field } from '#web/config/forms/form.ts'
import { textAt } from '#web/config/forms/networking/suggestions.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

/** From which namespaces something may come: routes of a listener, further listeners of a gateway. */
export const allowedNamespaces = (absent: 'Same' | 'None'): readonly Field<Texts>[] => [
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
