import { items, record, text } from '#shared/config/world/read.ts'
import type { Field, Form } from '#web/config/forms/form.ts'
import { fill, pathOrExpression } from '#web/config/forms/networking/checks.ts'
import { alternatives, joined } from '#web/config/forms/networking/titles.ts'
import { compared, comparedTitle } from './compared.ts'
import { filters, httpFilterTags } from './filters.ts'
import { attachment, backends, backendsTitle, matches, ruleName, sessionPersistence, timing } from './rule.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const

/** Gateway API, HTTPRouteMatch. */
const match: readonly Field<Texts>[] = [
  {
    type: 'group',
    at: ['path'],
    say: ({ route }) => route.path,
    isOpen: true,
    fields: [
      {
        type: 'choice',
        at: ['type'],
        say: ({ route }) => route.pathType,
        absent: 'PathPrefix',
        options: [
          { value: 'PathPrefix', say: ({ route }) => route.PathPrefix },
          { value: 'Exact', say: ({ route }) => route.Exact },
          { value: 'RegularExpression', say: ({ route }) => route.RegularExpression },
        ],
      },
      { type: 'text', at: ['value'], say: ({ route }) => route.value, check: pathOrExpression, placeholder: '/' },
    ],
  },
  {
    type: 'choice',
    at: ['method'],
    say: ({ route }) => route.method,
    isTucked: true,
    options: [
      { value: null, say: ({ route }) => route.anyMethod },
      ...methods.map(value => ({ value, say: () => ({ label: value, help: value }) })),
    ],
  },
  compared('headers'),
  compared('queryParams'),
]

/** Gateway API, HTTPRoute. */
export const httpRouteForm: Form<Texts> = {
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  fields: [
    ...attachment,
    {
      type: 'list',
      at: ['spec', 'rules'],
      say: ({ route }) => route.rules,
      joined: 'none',
      add: [
        { say: ({ route }) => route.addRule, value: { backendRefs: [{ name: '', port: 80 }] } },
        {
          say: ({ route }) => route.addRedirect,
          value: { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] },
        },
      ],
      title: (entry, _, texts) => httpRuleTitle(entry, texts),
      item: [
        ruleName,
        matches(match, httpMatchTitle, { path: { type: 'PathPrefix', value: '/' } }),
        filters(httpFilterTags, ({ route }) => route.filters),
        ...backends(httpFilterTags),
        ...timing,
        sessionPersistence,
      ],
    },
  ],
}

/** `/cart/* · GET · x-user: ann` */
function httpMatchTitle(entry: unknown): string {
  const { path: compare, method, headers, queryParams } = record(entry)
  const { type, value } = record(compare)
  return joined([
    pathTitle(text(type) || 'PathPrefix', text(value)),
    text(method),
    ...items(headers).map(each => comparedTitle(each, 'headers')),
    ...items(queryParams).map(each => comparedTitle(each, 'queryParams')),
  ])
}

/** A prefix of whole parts: `/` is everything. */
function pathTitle(type: string, value: string): string {
  if (type === 'Exact') return value
  if (type === 'RegularExpression') return `~ ${value}`
  const parts = value.replace(/\/+$/, '')
  return parts === '' ? '' : `${parts}/*`
}

/** `/api/* · GET → reviews-v1:9080 90 %, reviews-v2:9080 10 %` */
export function httpRuleTitle(entry: unknown, { route }: Texts): string {
  const rule = record(entry)
  const conditions = alternatives(items(rule['matches']).map(httpMatchTitle), route.every)
  const redirect = items(rule['filters']).find(({ type }) => type === 'RequestRedirect')
  const to = redirect === undefined ? backendsTitle(rule['backendRefs']) : redirectTitle(redirect, route)
  const name = text(rule['name'])
  return `${name === '' ? '' : `${name}: `}${conditions} → ${to || route.nowhere}`
}

function redirectTitle(filter: unknown, words: Texts['route']): string {
  const { scheme, hostname, path: next } = record(record(filter)['requestRedirect'])
  const { replaceFullPath, replacePrefixMatch } = record(next)
  const host = text(hostname)
  const start = text(scheme) === '' ? host : `${text(scheme)}://${host || '…'}`
  return fill(words.redirects, { to: `${start}${text(replaceFullPath) || text(replacePrefixMatch)}` || '…' })
}
