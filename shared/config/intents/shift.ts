import { fullHost } from '#shared/config/world/hosts.ts'
import { items, number, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { all, destinationOf, entriesOf, type Place, placeIdOf, subsetChange } from './destinations.ts'
import { type Intent, isProblem, noChange } from './intent.ts'
import {
  fromOf,
  routedService,
  type Rule,
  type RuleAt,
  ruleAt,
  ruleChange,
  ruleProblems,
  serviceNotes,
  serviceTarget,
  together,
} from './rules.ts'
import type { Service } from './service.ts'
import { inHundred } from './shares.ts'
import { placesView } from './view.ts'

export interface Share {
  /** A `Place`'s id. */
  id: string
  /** Percent, whole. */
  weight: number
}

/** How the requests of one rule are shared out. */
export interface Shift {
  rule: RuleAt
  /** Null: not split; every pod of the service gets the same. */
  shares: readonly Share[] | null
}

export const shift: Intent<Shift> = {
  id: 'shift',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = placesView(scene, target)
    if (isProblem(view)) return view
    const { service, routing, rule, places } = view
    return {
      model: { rule: ruleAt(rule), shares: sharesOf(service, rule, places) },
      from: fromOf(rule),
      notes: [...routing.notes, ...serviceNotes(scene.world, service)],
    }
  },
  check(scene, target, model) {
    const view = placesView(scene, target)
    if (isProblem(view)) return [view]
    const sum = (model.shares ?? []).reduce((total, { weight }) => total + weight, 0)
    return [
      ...ruleProblems(view.rule),
      ...(model.shares !== null && sum !== 100 ? [{ field: 'shares', code: 'sum', values: { sum } }] : []),
    ]
  },
  write(scene, target, model) {
    const view = placesView(scene, target)
    if (isProblem(view)) return noChange
    const { service, rule, places } = view
    if (isEqual(sharesOf(service, rule, places), model.shares)) return noChange
    const field = rule.api === 'istio' ? 'route' : 'backendRefs'
    const entries = model.shares === null ? unsplit(service, rule, places) : split(service, rule, places, model.shares)
    const named = places.filter(({ id }) => model.shares?.some(share => share.id === id && share.weight > 0))
    return together(
      rule.api === 'istio' ? subsetChange(scene, service, named) : noChange,
      ruleChange(scene, service, rule, { ...rule.rule, [field]: entries }),
    )
  },
  about(object) {
    if (object.kind !== 'DestinationRule') return routedService(object)
    const isOfSubsets = items(object.spec?.['subsets']).length > 1
    return isOfSubsets ? serviceTarget(fullHost(text(object.spec?.['host']), object.metadata.namespace ?? '')) : null
  },
}

/** What the entries say, as whole percents over all places; null where they say nothing of versions. */
function sharesOf(service: Service, rule: Rule, places: readonly Place[]): Share[] | null {
  const weights = new Map<string, number>()
  const entries = entriesOf(rule)
  for (const entry of entries) {
    const id = placeIdOf(service, rule, destinationOf(rule.api, entry), places)
    weights.set(id, (weights.get(id) ?? 0) + weightOf(rule, entry, entries.length))
  }
  if (entries.length === 0 || (weights.size === 1 && weights.has(all))) return null
  const parts = inHundred(places.map(({ id }) => weights.get(id) ?? 0))
  return places.map(({ id }, index) => ({ id, weight: parts[index] ?? 0 }))
}

/** Istio docs, HTTPRouteDestination: one alone has all. Gateway API docs, BackendRef: absent means 1. */
const weightOf = (rule: Rule, entry: Json, count: number): number =>
  rule.api === 'istio' ? (count === 1 ? 1 : (number(entry['weight']) ?? 0)) : (number(entry['weight']) ?? 1)

/** Entries stay where they are and get their weights; a place that is new is named behind them. */
function split(service: Service, rule: Rule, places: readonly Place[], shares: readonly Share[]): Json[] {
  const left = new Map(shares.map(({ id, weight }) => [id, weight]))
  const entries = entriesOf(rule)
  const isWhole = sharesOf(service, rule, places) === null
  const kept = isWhole
    ? []
    : entries.map(entry => {
        const id = placeIdOf(service, rule, destinationOf(rule.api, entry), places)
        const weight = left.get(id) ?? 0
        // What is named twice gets it once.
        left.delete(id)
        return { ...entry, weight }
      })
  const { destination: _, weight: __, ...rest } = isWhole ? (entries[0] ?? {}) : {}
  const more = places.flatMap(({ id, destination }) => {
    const weight = left.get(id) ?? 0
    if (weight === 0) return []
    if (rule.api === 'gateway-api') return [{ ...destination, weight }]
    return [{ destination, ...rest, weight }]
  })
  return [...kept, ...more]
}

/** One entry that names the service as a whole. */
function unsplit(service: Service, rule: Rule, places: readonly Place[]): Json[] {
  const entries = entriesOf(rule)
  const idOf = (entry: Json) => placeIdOf(service, rule, destinationOf(rule.api, entry), places)
  const own = entries.find(entry => idOf(entry) === all) ?? entries.find(entry => idOf(entry).startsWith('subset '))
  const first = own ?? entries[0] ?? {}
  const { weight: _, ...rest } = first
  if (rule.api === 'istio') {
    const { subset: __, ...destination } = destinationOf('istio', first)
    return [{ ...rest, destination: own === undefined ? { host: service.host } : destination }]
  }
  const port = service.ports.find(({ number: each }) => each === first['port']) ?? service.ports[0]
  return [{ ...rest, name: service.name, ...(port === undefined ? {} : { port: port.number }) }]
}
