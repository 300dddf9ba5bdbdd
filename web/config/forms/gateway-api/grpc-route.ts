import { items, record, text } from '#shared/config/world/read.ts'
import type { Field, Form } from '#web/config/forms/form.ts'
import { alternatives, joined } from '#web/config/forms/networking/titles.ts'
import { compared, comparedTitle, comparison } from './compared.ts'
import { filters, grpcFilterTags } from './filters.ts'
import { attachment, backends, backendsTitle, matches, ruleName, sessionPersistence } from './rule.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts

/** Gateway API, GRPCRouteMatch. */
const match: readonly Field<Texts>[] = [
  {
    type: 'group',
    at: ['method'],
    say: ({ route }) => route.grpcMethod,
    isOpen: true,
    fields: [
      { type: 'text', at: ['service'], say: ({ route }) => route.grpcService },
      { type: 'text', at: ['method'], say: ({ route }) => route.grpcMethodName },
      { ...comparison, isTucked: true },
    ],
  },
  compared('headers'),
]

/** Gateway API, GRPCRoute. */
export const grpcRouteForm: Form<Texts> = {
  group: 'gateway.networking.k8s.io',
  kind: 'GRPCRoute',
  fields: [
    ...attachment,
    {
      type: 'list',
      at: ['spec', 'rules'],
      say: ({ route }) => route.rules,
      joined: 'none',
      add: [{ say: ({ route }) => route.addRule, value: { backendRefs: [{ name: '', port: 80 }] } }],
      title: (entry, _, texts) => grpcRuleTitle(entry, texts),
      item: [
        ruleName,
        matches(match, grpcMatchTitle, { method: { service: '' } }, true),
        filters(grpcFilterTags, ({ route }) => route.filters),
        ...backends(grpcFilterTags),
        sessionPersistence,
      ],
    },
  ],
}

/** `shop.v1.Cart/AddItem · x-user: ann` */
function grpcMatchTitle(entry: unknown): string {
  const { method: called, headers } = record(entry)
  const { type, service, method } = record(called)
  const isAny = text(service) === '' && text(method) === ''
  const call = isAny ? '' : `${text(service) || '*'}/${text(method) || '*'}`
  return joined([
    type === 'RegularExpression' && !isAny ? `~ ${call}` : call,
    ...items(headers).map(each => comparedTitle(each, 'headers')),
  ])
}

/** `shop.v1.Cart/* → cart:9000` */
export function grpcRuleTitle(entry: unknown, { route }: Texts): string {
  const rule = record(entry)
  const name = text(rule['name'])
  const conditions = alternatives(items(rule['matches']).map(grpcMatchTitle), route.everyCall)
  return `${name === '' ? '' : `${name}: `}${conditions} → ${backendsTitle(rule['backendRefs']) || route.nowhere}`
}
