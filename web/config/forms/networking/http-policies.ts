import { has, number, record } from '#shared/config/world/read.ts'
import type { Field, GroupField } from '#web/config/forms/form.ts'
import { grpcStatus, grpcStatuses, regex, retryConditions, retryOn } from './checks.ts'
import { destinationFields } from './destination.ts'
import { words } from './suggestions.ts'
import type { NetworkingTexts } from './text/en.ts'
import { destination, joined, percentText } from './titles.ts'

type Texts = NetworkingTexts

/** A share of the requests, with fractions. */
export const percentageAt = (...above: readonly string[]): Field<Texts> => ({
  type: 'number',
  at: [...above, 'value'],
  say: ({ route }) => (above[0] === 'mirrorPercentage' ? route.mirrorPercentage : route.percentage),
  isFraction: true,
  min: 0,
  max: 100,
  unit: '%',
  absent: 100,
})

export const retries: GroupField<Texts> = {
  type: 'group',
  at: ['retries'],
  say: ({ route }) => route.retries,
  fields: [
    { type: 'number', at: ['attempts'], say: ({ route }) => route.attempts, min: 0, max: 2_147_483_647, absent: 2 },
    { type: 'duration', at: ['perTryTimeout'], say: ({ route }) => route.perTryTimeout, grammar: 'istio' },
    {
      type: 'text',
      at: ['retryOn'],
      say: ({ route }) => route.retryOn,
      suggest: words(...retryConditions),
      check: retryOn,
      placeholder: 'connect-failure,refused-stream,unavailable,cancelled',
    },
    {
      type: 'duration',
      at: ['backoff'],
      say: ({ route }) => route.backoff,
      grammar: 'istio',
      absent: '25ms',
      isTucked: true,
    },
    {
      type: 'flag',
      at: ['retryRemoteLocalities'],
      say: ({ route }) => route.retryRemoteLocalities,
      absent: false,
      isTucked: true,
    },
    {
      type: 'flag',
      at: ['retryIgnorePreviousHosts'],
      say: ({ route }) => route.retryIgnorePreviousHosts,
      absent: true,
      isTucked: true,
    },
  ],
}

export const fault: GroupField<Texts> = {
  type: 'group',
  at: ['fault'],
  say: ({ route }) => route.fault,
  fields: [
    {
      type: 'group',
      at: ['delay'],
      say: ({ route }) => route.delay,
      fields: [
        {
          type: 'duration',
          at: ['fixedDelay'],
          say: ({ route }) => route.fixedDelay,
          grammar: 'istio',
          isRequired: true,
        },
        percentageAt('percentage'),
        {
          type: 'number',
          at: ['percent'],
          say: ({ route }) => route.percent,
          min: 0,
          max: 100,
          unit: '%',
          when: () => false,
        },
      ],
    },
    {
      type: 'group',
      at: ['abort'],
      say: ({ route }) => route.abort,
      fields: [
        {
          type: 'oneOf',
          at: [],
          say: ({ route }) => route.abortWith,
          cases: [
            {
              key: 'httpStatus',
              say: ({ route }) => route.httpStatus,
              value: 503,
              fields: [{ type: 'number', at: [], say: ({ route }) => route.status, min: 200, max: 599 }],
            },
            {
              key: 'grpcStatus',
              say: ({ route }) => route.grpcStatus,
              value: 'UNAVAILABLE',
              fields: [
                {
                  type: 'text',
                  at: [],
                  say: ({ route }) => route.status,
                  suggest: words(...grpcStatuses),
                  check: grpcStatus,
                },
              ],
            },
          ],
        },
        percentageAt('percentage'),
      ],
    },
  ],
}

export const rewrite: GroupField<Texts> = {
  type: 'group',
  at: ['rewrite'],
  say: ({ route }) => route.rewrite,
  fields: [
    {
      type: 'oneOf',
      at: [],
      say: ({ route }) => route.rewritePath,
      isOptional: true,
      cases: [
        {
          key: 'uri',
          say: ({ route }) => route.rewriteUri,
          value: '/',
          fields: [{ type: 'text', at: [], say: ({ route }) => route.redirectUri }],
        },
        {
          key: 'uriRegexRewrite',
          say: ({ route }) => route.rewriteRegex,
          value: { match: '', rewrite: '' },
          fields: [
            { type: 'text', at: ['match'], say: ({ route }) => route.rewriteMatch, isRequired: true, check: regex },
            { type: 'text', at: ['rewrite'], say: ({ route }) => route.rewriteTo, isRequired: true },
          ],
        },
      ],
    },
    { type: 'text', at: ['authority'], say: ({ route }) => route.rewriteAuthority },
  ],
}

/** Copies of requests: a list, and the older single one where it is still written. */
export const mirrors: readonly Field<Texts>[] = [
  {
    type: 'list',
    at: ['mirrors'],
    say: ({ route }) => route.mirrors,
    joined: 'none',
    add: [{ say: ({ route }) => route.addMirror, value: { destination: { host: '' } } }],
    title: (entry, _, { route }) => {
      const { destination: to, percentage } = record(entry)
      const share = number(record(percentage)['value'])
      return joined([destination(to) || route.nowhere, share === undefined ? '' : percentText(share)])
    },
    item: [...destinationFields('destination'), percentageAt('percentage')],
  },
  { type: 'group', at: ['mirror'], say: ({ route }) => route.mirror, when: () => false, fields: destinationFields() },
  { ...percentageAt('mirrorPercentage'), when: ({ value }) => has(record(value), 'mirror') },
  {
    type: 'number',
    at: ['mirrorPercent'],
    say: ({ route }) => route.mirrorPercent,
    min: 0,
    max: 100,
    unit: '%',
    when: () => false,
  },
]
