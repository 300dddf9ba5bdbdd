import { coversMatch, matchesOf } from '#shared/config/analyze/weft/matches.ts'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import { has, items, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'
import { destinationOf, entriesOf, type Place, placeIdOf, subsetChange } from './destinations.ts'
import { type Intent, type IntentChange, isProblem, noChange, type Problem, type Scene, type Target } from './intent.ts'
import {
  fromOf,
  nameOfRef,
  newObject,
  routedService,
  type Rule,
  type RuleAt,
  ruleAt,
  ruleChange,
  ruleKey,
  ruleProblems,
  serviceNotes,
  together,
} from './rules.ts'
import { withField } from './values.ts'
import { placesView, type RuleView } from './view.ts'

export type How = 'exact' | 'prefix' | 'regex' | 'present'

/** One thing a request has to have. */
export interface Condition {
  of: 'path' | 'header'
  /** Of a header. */
  name: string
  how: How
  /** Empty where the header only has to be there. */
  value: string
}

/** Requests that have all of it go to a place of their own. */
export interface Routed {
  /** Null: a new rule, before those that would take its requests. */
  rule: RuleAt | null
  when: readonly Condition[]
  /** A `Place`'s id; null: as the rule shares them out now. */
  to: string | null
  /** The rule is taken away. */
  isGone: boolean
}

export const route: Intent<Routed> = {
  id: 'route',
  on: ['service', 'edge'],
  read(scene, target) {
    const view = placesView(scene, target)
    if (isProblem(view)) return view
    const { service, routing, places } = view
    const rule = askedRule(view, target)
    return {
      model:
        rule === null
          ? {
              rule: null,
              when: [{ of: 'header', name: '', how: 'exact', value: '' }],
              to: places.filter(({ version }) => version !== null).at(-1)?.id ?? null,
              isGone: false,
            }
          : { rule: ruleAt(rule), when: whenOf(rule), to: toOf(view, rule), isGone: false },
      from: rule === null ? routing.rules.slice(0, 1).flatMap(fromOf) : fromOf(rule),
      notes: [...routing.notes, ...serviceNotes(scene.world, service)],
    }
  },
  check(scene, target, model) {
    const view = placesView(scene, target)
    if (isProblem(view)) return [view]
    const rule = askedRule(view, target)
    if (model.isGone) return []
    const problems: Problem[] = rule === null ? [] : [...ruleProblems(rule), ...readable(rule)]
    problems.push(...conditionProblems(model.when, (rule ?? view.rule).api, view.rule.object.kind))
    const isKnown = view.places.some(({ id }) => id === model.to)
    if (model.to === null ? rule === null : !isKnown) problems.push({ field: 'to', code: 'noPlace' })
    if (problems.length > 0) return problems
    const twin = view.routing.rules.find(
      each => each.index !== rule?.index && readable(each).length === 0 && isEqual(whenOf(each), model.when),
    )
    return twin === undefined
      ? []
      : [{ field: 'when', code: 'covered', values: { name: nameOfRef(twin.object), rule: String(twin.index + 1) } }]
  },
  write(scene, target, model) {
    const view = placesView(scene, target)
    if (isProblem(view)) return noChange
    const rule = askedRule(view, target)
    const place = view.places.find(({ id }) => id === model.to) ?? null
    if (rule === null) return place === null || model.isGone ? noChange : added(scene, view, model.when, place)
    if (model.isGone) {
      const path = ['spec', rule.api === 'istio' ? 'http' : 'rules', rule.index]
      return { ...noChange, edit: [{ object: rule.object, edits: [{ op: 'remove', path }] }] }
    }
    if (isEqual(whenOf(rule), model.when) && (place === null || toOf(view, rule) === place.id)) return noChange
    const matched = isEqual(whenOf(rule), model.when) ? rule.rule : withWhen(rule, model.when)
    const next = place === null || toOf(view, rule) === place.id ? matched : withPlace(rule, matched, place)
    return together(
      place === null || rule.api !== 'istio' ? noChange : subsetChange(scene, view.service, [place]),
      ruleChange(scene, view.service, rule, next),
    )
  },
  about: routedService,
}

/** The rule that is asked for; null: a new one. The rule for all other requests is none of this task's. */
export const askedRule = ({ routing }: RuleView, { rule: wanted }: Target): Rule | null =>
  routing.rules.find(each => ruleKey(each) === wanted && !each.takesAll) ?? null

/** Conditions of a rule with one alternative. */
export function whenOf({ api, matches }: Rule): Condition[] {
  const [match = {}] = matches
  if (api === 'istio') {
    const words = (of: Condition['of'], name: string, word: Json): Condition => {
      const how = (['exact', 'prefix', 'regex'] as const).find(each => has(word, each))
      return { of, name, how: how ?? 'present', value: how === undefined ? '' : text(word[how]) }
    }
    return [
      ...(has(match, 'uri') ? [words('path', '', record(match['uri']))] : []),
      ...Object.entries(record(match['headers'])).map(([name, word]) => words('header', name, record(word))),
    ]
  }
  const path = record(match['path'])
  const hows: Record<string, How> = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' }
  return [
    ...(has(match, 'path')
      ? [
          {
            of: 'path' as const,
            name: '',
            how: hows[text(path['type'])] ?? 'prefix',
            value: text(path['value']) || '/',
          },
        ]
      : []),
    ...items(match['headers']).map(header => ({
      of: 'header' as const,
      name: text(header['name']),
      how: hows[text(header['type'])] ?? 'exact',
      value: text(header['value']),
    })),
  ]
}

/** The one place a rule sends all to; null: it shares them out. */
function toOf({ service, places }: RuleView, rule: Rule): string | null {
  const entries = entriesOf(rule).filter((entry, _, { length }) => length === 1 || entry['weight'] !== 0)
  const [only, second] = entries
  return only === undefined || second !== undefined
    ? null
    : placeIdOf(service, rule, destinationOf(rule.api, only), places)
}

/** Several alternatives are more than this task shows. */
const readable = ({ matches, object }: Rule): Problem[] =>
  matches.length > 1 ? [{ field: 'rule', code: 'alternatives', values: { name: nameOfRef(object) } }] : []

/** Which comparisons there are: Gateway API docs, HTTPHeaderMatch and HTTPPathMatch, know fewer. */
export const hows = (api: Rule['api'], of: Condition['of']): readonly How[] =>
  api === 'istio'
    ? of === 'path'
      ? ['exact', 'prefix', 'regex']
      : ['exact', 'prefix', 'regex', 'present']
    : of === 'path'
      ? ['exact', 'prefix', 'regex']
      : ['exact', 'regex']

function conditionProblems(when: readonly Condition[], api: Rule['api'], kind: string): Problem[] {
  if (when.length === 0) return [{ field: 'when', code: 'noCondition' }]
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const [index, { of, name, how, value }] of when.entries()) {
    const say = (code: string, values?: Problem['values']) =>
      problems.push({ field: `when.${index}`, code, ...(values === undefined ? {} : { values }) })
    const key = of === 'path' ? 'path' : `header ${name.toLowerCase()}`
    if (seen.has(key)) say('twice', { what: of === 'path' ? 'path' : name })
    seen.add(key)
    // RFC 9110, field names are tokens.
    if (of === 'header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) say('headerName')
    if (of === 'path' && kind === 'GRPCRoute') say('noPaths')
    if (!hows(api, of).includes(how)) say('how', { how })
    if (how !== 'present' && value === '') say('noValue')
    if (of === 'path' && value !== '' && how !== 'regex' && !value.startsWith('/')) say('slash')
    if (how === 'regex' && value !== '' && !isRegex(value)) say('regex')
  }
  return problems
}

function isRegex(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp
  } catch {
    return false
  }
}

function matchOf(rule: Pick<Rule, 'api'>, before: Json, when: readonly Condition[]): Json {
  const path = when.find(({ of }) => of === 'path')
  const headers = when.filter(({ of }) => of === 'header')
  if (rule.api === 'istio') {
    const word = ({ how, value }: Condition): Json => (how === 'present' ? {} : { [how]: value })
    const known = withField(before, 'uri', path === undefined ? null : word(path))
    const named = headers.map(each => [each.name, word(each)])
    return withField(known, 'headers', named.length === 0 ? null : Object.fromEntries(named))
  }
  const types: Record<How, string> = {
    exact: 'Exact',
    prefix: 'PathPrefix',
    regex: 'RegularExpression',
    present: 'Exact',
  }
  const known = withField(before, 'path', path === undefined ? null : { type: types[path.how], value: path.value })
  const listed = headers.map(({ name, how, value }) => ({ type: types[how], name, value }))
  return withField(known, 'headers', listed.length === 0 ? null : listed)
}

function withWhen(rule: Rule, when: readonly Condition[]): Json {
  const [match = {}] = rule.matches
  return { ...rule.rule, [rule.api === 'istio' ? 'match' : 'matches']: [matchOf(rule, match, when)] }
}

function withPlace(rule: Rule, value: Json, { destination }: Place): Json {
  const [first = {}] = entriesOf(rule)
  if (rule.api === 'gateway-api') return { ...value, backendRefs: [destination] }
  const { weight: _, ...rest } = first
  return { ...value, route: [{ ...rest, destination }] }
}

/** What a new rule takes over from the rule that had its requests: how long callers wait is not what this task is about. */
const inherited = { istio: ['timeout', 'retries', 'corsPolicy'], 'gateway-api': ['timeouts', 'retry'] } as const

function added(
  scene: Scene,
  { service, routing, rule }: RuleView,
  when: readonly Condition[],
  place: Place,
): IntentChange {
  const { api, object } = rule
  // Where ports have rules of their own, the new one is of the same port.
  const port = rule.matches[0]?.['port']
  const match = matchOf(rule, api === 'istio' && port !== undefined ? { port } : {}, when)
  const rules = routing.rules.filter(each => each.object.name === object.name && each.object.kind === object.kind)
  const heir = rules.find(({ takesAll }) => takesAll)?.rule ?? (has(rule.rule, 'match') ? rule.rule : {})
  const kept = Object.fromEntries(inherited[api].flatMap(name => (has(heir, name) ? [[name, heir[name]]] : [])))
  const value: Json =
    api === 'istio'
      ? { match: [match], route: [{ destination: place.destination }], ...kept }
      : { matches: [match], backendRefs: [place.destination], ...kept }
  const subsets = api === 'istio' ? subsetChange(scene, service, [place]) : noChange
  const field = api === 'istio' ? 'http' : 'rules'
  const there = scene.world.get(`${object.group}/${object.kind}`, object.namespace, object.name)
  // A first rule alone would leave all other requests without an answer.
  const whole = routing.fresh.filter(each => isEqual(each.object, object)).map(each => each.rule)
  const list = rules.length === 0 ? whole : items(there?.spec?.[field])
  const next = list.toSpliced(rules.length === 0 ? 0 : firstTaker(rules, api, match), 0, value)
  if (there === undefined) {
    const made = newObject(scene.world, service, rule)
    return together(subsets, { ...noChange, create: [{ ...made, spec: { ...made.spec, [field]: next } }] })
  }
  const edits = editsBetween(there.spec?.[field], next, ['spec', field])
  return together(subsets, { ...noChange, edit: [{ object, edits }] })
}

/** Istio asks its rules in their order: the new one stands before the first that would take its requests. */
function firstTaker(rules: readonly Rule[], api: Rule['api'], match: Json): number {
  const taker =
    api === 'istio'
      ? rules.find(({ rule, takesAll }) => takesAll || matchesOf(rule).some(earlier => coversMatch(earlier, match)))
      : rules.find(({ takesAll }) => takesAll)
  return taker?.index ?? rules.length
}
