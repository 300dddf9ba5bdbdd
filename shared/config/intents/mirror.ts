import { items, number, record } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { type Place, placeIdOf, subsetChange } from './destinations.ts'
import { type Intent, isProblem, noChange, type Problem } from './intent.ts'
import {
  fromOf,
  nameOfRef,
  routedService,
  type Rule,
  type RuleAt,
  ruleAt,
  ruleChange,
  ruleProblems,
  serviceNotes,
  together,
} from './rules.ts'
import type { Service } from './service.ts'
import { isPercent, withField } from './values.ts'
import { placesView } from './view.ts'

/** A copy of the requests of one rule, whose answers nobody waits for. */
export interface Mirroring {
  rule: RuleAt
  /** A `Place`'s id; null: none. */
  to: string | null
  percent: number
}

export const mirror: Intent<Mirroring> = {
  id: 'mirror',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = placesView(scene, target)
    if (isProblem(view)) return view
    const { service, routing, rule, places } = view
    const count = mirrorsOf(rule).length
    const more: Problem[] =
      count > 1 ? [{ field: null, code: 'moreMirrors', values: { name: nameOfRef(rule.object), count } }] : []
    return {
      model: { rule: ruleAt(rule), ...said(service, rule, places) },
      from: fromOf(rule),
      notes: [...routing.notes, ...serviceNotes(scene.world, service), ...more],
    }
  },
  check(scene, target, { to, percent }) {
    const view = placesView(scene, target)
    if (isProblem(view)) return [view]
    const problems: Problem[] = [...ruleProblems(view.rule)]
    const before = said(view.service, view.rule, view.places)
    if (to !== null && to !== before.to && !view.places.some(({ id }) => id === to))
      problems.push({ field: 'to', code: 'noPlace' })
    if (to !== null && !isPercent(percent)) problems.push({ field: 'percent', code: 'percent' })
    if (to !== null && view.rule.api === 'gateway-api' && !Number.isInteger(percent))
      problems.push({ field: 'percent', code: 'wholePercent' })
    return problems
  },
  write(scene, target, { to, percent }) {
    const model: Wanted = { to, percent }
    const view = placesView(scene, target)
    if (isProblem(view)) return noChange
    const { service, rule, places } = view
    const before = said(service, rule, places)
    if (isEqual(before, model)) return noChange
    const place = places.find(({ id }) => id === model.to) ?? null
    const isElsewhere = before.to !== model.to
    const next =
      rule.api === 'istio' ? istioRule(rule, place, model, isElsewhere) : gatewayRule(rule, place, model, isElsewhere)
    return together(
      place === null || rule.api !== 'istio' ? noChange : subsetChange(scene, service, [place]),
      ruleChange(scene, service, rule, next),
    )
  },
  about: routedService,
}

const isMirror = (filter: Json): boolean => filter['type'] === 'RequestMirror'

/** What the rule mirrors to: `mirror`, else the list `mirrors`; of the Gateway API the filters of that type. */
function mirrorsOf({ api, rule }: Pick<Rule, 'api' | 'rule'>): { destination: Json; percent: number }[] {
  if (api === 'gateway-api')
    return items(rule['filters'])
      .filter(isMirror)
      .map(filter => {
        const written = record(filter['requestMirror'])
        const { numerator, denominator } = record(written['fraction'])
        const part = number(numerator)
        return {
          destination: record(written['backendRef']),
          percent:
            part === undefined ? (number(written['percent']) ?? 100) : (part * 100) / (number(denominator) ?? 100),
        }
      })
  if (typeof rule['mirror'] === 'object' && rule['mirror'] !== null)
    return [
      {
        destination: record(rule['mirror']),
        percent: number(record(rule['mirrorPercentage'])['value']) ?? number(rule['mirrorPercent']) ?? 100,
      },
    ]
  return items(rule['mirrors']).map(each => ({
    destination: record(each['destination']),
    percent: number(record(each['percentage'])['value']) ?? 100,
  }))
}

function said(service: Service, rule: Rule, places: readonly Place[]): Omit<Mirroring, 'rule'> {
  const [first] = mirrorsOf(rule)
  return first === undefined
    ? { to: null, percent: 100 }
    : { to: placeIdOf(service, rule, first.destination, places), percent: first.percent }
}

type Wanted = Omit<Mirroring, 'rule'>

function istioRule({ rule }: Rule, place: Place | null, { percent }: Wanted, isElsewhere: boolean): Json {
  const list = items(rule['mirrors'])
  const isList = list.length > 0 && (typeof rule['mirror'] !== 'object' || rule['mirror'] === null)
  if (place === null && isElsewhere) {
    if (isList) return withField(rule, 'mirrors', list.length === 1 ? null : list.slice(1))
    return ['mirror', 'mirrorPercentage', 'mirrorPercent'].reduce((left, field) => withField(left, field, null), rule)
  }
  if (isList) {
    const [first = {}, ...others] = list
    const moved = isElsewhere && place !== null ? { ...first, destination: place.destination } : first
    return { ...rule, mirrors: [{ ...moved, percentage: { value: percent } }, ...others] }
  }
  const moved = isElsewhere && place !== null ? { ...rule, mirror: place.destination } : rule
  if ((mirrorsOf({ api: 'istio', rule: moved })[0]?.percent ?? 100) === percent) return moved
  return withField({ ...moved, mirrorPercentage: { value: percent } }, 'mirrorPercent', null)
}

function gatewayRule({ rule }: Rule, place: Place | null, { percent }: Wanted, isElsewhere: boolean): Json {
  const filters = items(rule['filters'])
  const index = filters.findIndex(isMirror)
  if (place === null && isElsewhere)
    return withField(rule, 'filters', filters.length === 1 ? null : filters.toSpliced(index, 1))
  const before = index < 0 ? {} : record(filters[index]?.['requestMirror'])
  const { fraction: _, percent: __, ...rest } = before
  const moved = isElsewhere && place !== null ? { ...rest, backendRef: place.destination } : rest
  const filter = {
    ...(filters[index] ?? { type: 'RequestMirror' }),
    requestMirror: percent === 100 ? moved : { ...moved, percent },
  }
  return { ...rule, filters: index < 0 ? [...filters, filter] : filters.with(index, filter) }
}
