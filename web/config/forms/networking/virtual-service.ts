import { has, items, number, record, text, textMap } from '#shared/config/world/read.ts'
import type { NetworkingTexts } from './text/en.ts'
import type { Field, Form, ListField } from '#web/config/forms/form.ts'
import { namespaces } from '#web/config/forms/what-exists.ts'
import { exportScope, fill, gatewayName, host } from './checks.ts'
import { corsPolicy } from './cors.ts'
import { headerChanges, sharedDestinations } from './destination.ts'
import { httpAction } from './http-action.ts'
import { httpMatches, tcpMatches, tlsMatches } from './http-match.ts'
import { fault, mirrors, retries, rewrite } from './http-policies.ts'
import { hosts, istioGateways } from './suggestions.ts'
import { alternatives, httpMatch, joined, layer4Match, shares } from './titles.ts'

type Texts = NetworkingTexts

/** Istio docs, Virtual Service. */
export const virtualServiceForm: Form<Texts> = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  fields: [
    {
      type: 'chips',
      at: ['spec', 'hosts'],
      say: ({ route }) => route.hosts,
      of: 'text',
      isRequired: true,
      suggest: hosts,
      check: host,
    },
    {
      type: 'chips',
      at: ['spec', 'gateways'],
      say: ({ route }) => route.gateways,
      of: 'text',
      suggest: istioGateways,
      check: gatewayName,
    },
    {
      type: 'list',
      at: ['spec', 'http'],
      say: ({ route }) => route.http,
      joined: 'order',
      add: [
        { say: ({ route }) => route.addHttp, value: { route: [{ destination: { host: '' } }] } },
        { say: ({ route }) => route.addRedirect, value: { redirect: { uri: '/' } } },
        { say: ({ route }) => route.addAnswer, value: { directResponse: { status: 503 } } },
        { say: ({ route }) => route.addDelegate, value: { delegate: { name: '' } } },
      ],
      title: (entry, _, texts) => httpTitle(entry, texts),
      item: [
        { type: 'text', at: ['name'], say: ({ route }) => route.name, isTucked: true },
        httpMatches,
        httpAction,
        { type: 'duration', at: ['timeout'], say: ({ route }) => route.timeout, grammar: 'istio' },
        retries,
        rewrite,
        headerChanges(({ route }) => route.changedHeaders),
        fault,
        ...mirrors,
        corsPolicy,
      ],
    },
    layer4('tls', tlsMatches),
    layer4('tcp', tcpMatches),
    {
      type: 'chips',
      at: ['spec', 'exportTo'],
      say: ({ route }) => route.exportTo,
      of: 'text',
      suggest: namespaces,
      check: exportScope,
      isTucked: true,
    },
  ],
}

function layer4(key: 'tls' | 'tcp', matches: Field<Texts>): ListField<Texts> {
  const match = key === 'tls' ? { match: [{ sniHosts: [] }] } : {}
  return {
    type: 'list',
    at: ['spec', key],
    say: ({ route }) => route[key],
    joined: 'order',
    add: [
      {
        say: ({ route }) => (key === 'tls' ? route.addTls : route.addTcp),
        value: { ...match, route: [{ destination: { host: '' } }] },
      },
    ],
    title: (entry, _, { route }) => {
      const { match: conditions, route: to } = record(entry)
      return `${alternatives(items(conditions).map(layer4Match), route.everyConnection)} → ${shares(to) || route.nowhere}`
    },
    item: [matches, ...sharedDestinations(['route'])],
  }
}

/** `/api/* · GET → reviews v1 90 %, v2 10 %` */
export function httpTitle(entry: unknown, { route }: Texts): string {
  const rule = record(entry)
  const conditions = alternatives(items(rule['match']).map(httpMatch), route.every)
  const name = text(rule['name'])
  return `${name === '' ? '' : `${name}: `}${conditions} → ${joined([...faults(rule['fault'], route), action(rule, route)])}`
}

function action(rule: Record<string, unknown>, words: Texts['route']): string {
  if (has(rule, 'redirect')) {
    const { scheme, authority, uri } = textMap(rule['redirect'])
    const to = `${scheme === undefined ? '' : `${scheme}://`}${authority ?? ''}${uri ?? ''}`
    return fill(words.redirects, { to: to === '' ? words.nowhere : to })
  }
  if (has(rule, 'directResponse'))
    return fill(words.answers, { status: number(record(rule['directResponse'])['status']) ?? '…' })
  if (has(rule, 'delegate')) {
    const { name = '', namespace = '' } = textMap(rule['delegate'])
    return fill(words.delegates, { name: joined([namespace, name], '/') })
  }
  return shares(rule['route']) || words.nowhere
}

function faults(fault: unknown, words: Texts['route']): string[] {
  const { delay, abort } = record(fault)
  const { fixedDelay } = textMap(delay)
  const { httpStatus, grpcStatus } = textMap(abort)
  const status = httpStatus ?? grpcStatus
  return [
    ...(fixedDelay === undefined ? [] : [fill(words.delays, { delay: fixedDelay })]),
    ...(status === undefined ? [] : [fill(words.aborts, { status })]),
  ]
}
