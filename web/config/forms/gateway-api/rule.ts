import { items, record } from '#shared/config/world/read.ts'
import type { Field, ListField } from '#web/config/forms/form.ts'
import { errorStatus, hostname, objectName } from '#web/config/forms/networking/checks.ts'
import { percentText } from '#web/config/forms/networking/titles.ts'
import { filters, type grpcFilterTags, type httpFilterTags } from './filters.ts'
import { backendFields, backendTitle, parentRefs } from './refs.ts'
import type { GatewayApiTexts } from './text/en.ts'

/** What HTTPRoute and GRPCRoute have in common. */

type Texts = GatewayApiTexts
type Fields = readonly Field<Texts>[]

export const ruleName: Field<Texts> = {
  type: 'text',
  at: ['name'],
  say: ({ route }) => route.name,
  isTucked: true,
  check: objectName,
}

/** Above the rules. */
export const attachment: Fields = [
  parentRefs,
  { type: 'chips', at: ['spec', 'hostnames'], say: ({ route }) => route.hostnames, of: 'text', check: hostname },
  {
    type: 'choice',
    at: ['spec', 'useDefaultGateways'],
    say: ({ route }) => route.useDefaultGateways,
    isTucked: true,
    absent: 'None',
    options: [
      { value: 'None', say: ({ route }) => route.None },
      { value: 'All', say: ({ route }) => route.All },
    ],
  },
]

/** Conditions: any of the sets, all within one. */
export const matches = (
  item: Fields,
  title: (entry: unknown) => string,
  first: Record<string, unknown>,
  isCall = false,
): ListField<Texts> => ({
  type: 'list',
  at: ['matches'],
  say: ({ route }) => route.matches,
  joined: 'or',
  isAnded: true,
  add: [{ say: ({ route }) => route.addMatch, value: first }],
  title: (entry, _, { route }) => title(entry) || (isCall ? route.everyCall : route.every),
  item,
})

/** Who answers, and in which shares: one that says no weight has 1. */
export const backends = (tags: typeof httpFilterTags | typeof grpcFilterTags): Fields => [
  {
    type: 'shares',
    at: ['backendRefs'],
    say: ({ route }) => route.shares,
    weight: 'weight',
    absent: 1,
    when: ({ value }) => items(record(value)['backendRefs']).length > 1,
    name: backendTitle,
  },
  {
    type: 'list',
    at: ['backendRefs'],
    say: ({ route }) => route.backendRefs,
    joined: 'none',
    add: [{ say: ({ route }) => route.addBackend, value: { name: '', port: 80 } }],
    title: (entry, _, { route }) => backendTitle(entry) || route.nowhere,
    item: [...backendFields(), filters(tags, ({ route }) => route.backendFilters)],
  },
]

/** Gateway API, SessionPersistence. */
export const sessionPersistence: Field<Texts> = {
  type: 'group',
  at: ['sessionPersistence'],
  say: ({ route }) => route.sessionPersistence,
  empty: {},
  fields: [
    { type: 'text', at: ['sessionName'], say: ({ route }) => route.sessionName },
    {
      type: 'choice',
      at: ['type'],
      say: ({ route }) => route.sessionType,
      absent: 'Cookie',
      options: [
        { value: 'Cookie', say: ({ route }) => route.Cookie },
        { value: 'Header', say: ({ route }) => route.Header },
      ],
    },
    { type: 'duration', at: ['absoluteTimeout'], say: ({ route }) => route.absoluteTimeout, grammar: 'gateway-api' },
    { type: 'duration', at: ['idleTimeout'], say: ({ route }) => route.idleTimeout, grammar: 'gateway-api' },
    {
      type: 'choice',
      at: ['cookieConfig', 'lifetimeType'],
      say: ({ route }) => route.lifetimeType,
      absent: 'Session',
      when: ({ value }) => record(value)['type'] !== 'Header',
      options: [
        { value: 'Session', say: ({ route }) => route.Session },
        { value: 'Permanent', say: ({ route }) => route.Permanent },
      ],
    },
  ],
}

/** Gateway API, HTTPRouteTimeouts and HTTPRouteRetry. */
export const timing: Fields = [
  {
    type: 'group',
    at: ['timeouts'],
    say: ({ route }) => route.timeouts,
    fields: [
      { type: 'duration', at: ['request'], say: ({ route }) => route.request, grammar: 'gateway-api' },
      { type: 'duration', at: ['backendRequest'], say: ({ route }) => route.backendRequest, grammar: 'gateway-api' },
    ],
  },
  {
    type: 'group',
    at: ['retry'],
    say: ({ route }) => route.retry,
    empty: {},
    fields: [
      { type: 'number', at: ['attempts'], say: ({ route }) => route.attempts, min: 0 },
      { type: 'chips', at: ['codes'], say: ({ route }) => route.codes, of: 'number', check: errorStatus },
      { type: 'duration', at: ['backoff'], say: ({ route }) => route.backoff, grammar: 'gateway-api' },
    ],
  },
]

/** `reviews-v1:9080 90 %, reviews-v2:9080 10 %` */
export function backendsTitle(value: unknown): string {
  const all = items(value)
  const weights = all.map(({ weight }) => (typeof weight === 'number' ? weight : 1))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return all
    .map((entry, index) => {
      const part = all.length < 2 || whole === 0 ? '' : ` ${percentText((100 * (weights[index] ?? 0)) / whole)}`
      return `${backendTitle(entry)}${part}`
    })
    .join(', ')
}
