import { record, text } from '#shared/config/world/read.ts'
import type { Path } from '#shared/mesh/object.ts'
import type { NetworkingTexts } from './text/en.ts'
import type { Around, Field, GroupField, Say } from '#web/config/forms/form.ts'
import { destinationHost, headerName, subsetName } from './checks.ts'
import { hosts, portsOf, subsetsOf } from './suggestions.ts'
import { destination, joined } from './titles.ts'

type Texts = NetworkingTexts
type Fields = readonly Field<Texts>[]

/** Istio's Destination: host, subset, port. `above`: where it stands in the entry. */
export const destinationFields = (...above: readonly string[]): Fields => [
  {
    type: 'text',
    at: [...above, 'host'],
    say: ({ route }) => route.host,
    isRequired: true,
    suggest: hosts,
    check: destinationHost,
  },
  {
    type: 'text',
    at: [...above, 'subset'],
    say: ({ route }) => route.subset,
    suggest: subsetsOf(...above, 'host'),
    check: subsetName,
    isHalf: true,
  },
  {
    type: 'number',
    at: [...above, 'port', 'number'],
    say: ({ route }) => route.port,
    min: 1,
    max: 65_535,
    suggest: portsOf(...above, 'host'),
    isHalf: true,
  },
]

const isSeveral = (at: Path) => (around: Around) => {
  const entries = at.reduce<unknown>((inner, step) => record(inner)[step], around.value)
  return Array.isArray(entries) && entries.length > 1
}

/** The subset first: hosts are long, and often the same. */
function shareName(entry: unknown): string {
  const { destination: to } = record(entry)
  const { subset, ...rest } = record(to)
  return joined([text(subset), destination(rest)], ' ')
}

/** Who answers, and in which shares. `more`: what else a destination says. */
export const sharedDestinations = (at: Path, more: Fields = []): Fields => [
  {
    type: 'shares',
    at,
    say: ({ route }) => route.shares,
    weight: 'weight',
    absent: 0,
    when: isSeveral(at),
    name: shareName,
  },
  {
    type: 'list',
    at,
    say: ({ route }) => route.destinations,
    isRequired: true,
    joined: 'none',
    add: [{ say: ({ route }) => route.addDestination, value: { destination: { host: '' } } }],
    title: (entry, _, { route }) => destination(record(entry)['destination']) || route.nowhere,
    item: [...destinationFields('destination'), ...more],
  },
]

const changes = (key: 'request' | 'response', say: Say<Texts>): GroupField<Texts> => ({
  type: 'group',
  at: [key],
  say,
  fields: [
    { type: 'pairs', at: ['set'], say: ({ route }) => route.set },
    { type: 'pairs', at: ['add'], say: ({ route }) => route.add },
    { type: 'chips', at: ['remove'], say: ({ route }) => route.remove, of: 'text', check: headerName },
  ],
})

/** Istio's Headers: what is set, added and removed on the way there and back. */
export const headerChanges = (say: Say<Texts>): GroupField<Texts> => ({
  type: 'group',
  at: ['headers'],
  say,
  fields: [changes('request', ({ route }) => route.request), changes('response', ({ route }) => route.response)],
})
