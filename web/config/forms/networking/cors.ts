import type { NetworkingTexts } from './text/en.ts'
import type { GroupField } from '#web/config/forms/form.ts'
import { headerName, method } from './checks.ts'
import { stringMatch } from './string-match.ts'
import { words } from './suggestions.ts'
import { stringMatch as stringMatchTitle } from './titles.ts'

/** Istio docs, Virtual Service, CorsPolicy. */
export const corsPolicy: GroupField<NetworkingTexts> = {
  type: 'group',
  at: ['corsPolicy'],
  say: ({ route }) => route.cors,
  fields: [
    {
      type: 'list',
      at: ['allowOrigins'],
      say: ({ route }) => route.allowOrigins,
      joined: 'or',
      add: [{ say: ({ route }) => route.addOrigin, value: { exact: '' } }],
      title: entry => stringMatchTitle(entry),
      item: [stringMatch],
    },
    { type: 'chips', at: ['allowOrigin'], say: ({ route }) => route.allowOrigin, of: 'text', when: () => false },
    {
      type: 'chips',
      at: ['allowMethods'],
      say: ({ route }) => route.allowMethods,
      of: 'text',
      suggest: words('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
      check: method,
    },
    { type: 'chips', at: ['allowHeaders'], say: ({ route }) => route.allowHeaders, of: 'text', check: headerName },
    { type: 'chips', at: ['exposeHeaders'], say: ({ route }) => route.exposeHeaders, of: 'text', check: headerName },
    { type: 'duration', at: ['maxAge'], say: ({ route }) => route.maxAge, grammar: 'istio' },
    { type: 'flag', at: ['allowCredentials'], say: ({ route }) => route.allowCredentials, absent: false },
    {
      type: 'choice',
      at: ['unmatchedPreflights'],
      say: ({ route }) => route.unmatchedPreflights,
      isTucked: true,
      absent: 'FORWARD',
      options: [
        { value: 'FORWARD', say: ({ route }) => route.FORWARD },
        { value: 'IGNORE', say: ({ route }) => route.IGNORE },
      ],
    },
  ],
}
