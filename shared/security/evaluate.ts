import type { MeshObject } from '#shared/mesh/object.ts'
import { clientTls } from './evaluate/client.ts'
import { type Facts, factsOf, type Value } from './evaluate/facts.ts'
import { changedGuard, changedWhole, differenceOf, isOfSame, type Rests } from './evaluate/difference.ts'
import { type Atom, F, T, truthOf } from './evaluate/kleene.ts'
import { type Guard, guardKey, guardOf } from './evaluate/guard.ts'
import { type Step, trailOf } from './evaluate/trail.ts'
import { type Transport, transportTo } from './evaluate/transport.ts'
import { type Left, leftOf, type Possibilities, possibilities } from './evaluate/worlds.ts'
import type { Flow } from './flow.ts'
import { severalProviders } from './judge.ts'
import type { PolicyRef } from './policy.ts'
import { type Settings, type World, worldOf } from './world.ts'

export interface Judgement {
  verdict: 'allow' | 'deny' | 'uncertain'
  /** Absent: nothing stood against it, or no ALLOW policy matched. */
  decidedBy?: PolicyRef & { rule?: number }
  /** Facts that can change the verdict: none where it is certain. */
  missing: readonly string[]
}

export interface Evaluation extends Judgement {
  /** How it came to that, in order. */
  trail: readonly Step[]
}

export interface Evaluator {
  judge: (flow: Flow) => Judgement
  /** The same, mostly without a word on who decided: thousands are asked for at each key. */
  verdict: (flow: Flow) => Judgement
  /** The same, with its story. */
  explain: (flow: Flow) => Evaluation
  /** What is left to ask of a call once what is known is put in: where two evaluators have the same left, both end alike. */
  residue: (flow: Flow) => string
  /** What a caller with a proxy sends there; null: it is not known. */
  transport: (flow: Flow) => Transport | null
  /** Policies Istio would refuse, and why: what they would do is unknown. */
  refused: readonly { policy: PolicyRef; problems: readonly string[] }[]
}

interface Options {
  /** One of mostly the same objects, in the same settings, that remembers: what stands unchanged is taken over. */
  near?: Evaluator
  /** The same flows are asked again and again: what is found out about them is kept as long as the evaluator. */
  remembers?: boolean
}

interface Known {
  world: World
  guardBefore: (flow: Flow) => Guard
  left: (flow: Flow) => Left
  memory: { keys: Map<Flow, string>; facts: Map<Flow, Facts> } | null
  rests: Rests | null
}
const known = new WeakMap<Evaluator, Known>()

const kept = <K, V>(map: Map<K, V> | undefined, key: K, make: () => V): V => {
  let found = map?.get(key)
  if (found === undefined) {
    found = make()
    map?.set(key, found)
  }
  return found
}

/** Policies and what is around them, indexed once, to be asked about many flows. */
export function createEvaluator(
  objects: readonly MeshObject[],
  settings?: Settings,
  { near, remembers = near !== undefined }: Options = {},
): Evaluator {
  const told = near && known.get(near)
  const world = worldOf(objects, settings, told?.world)
  const difference = told === undefined ? null : differenceOf(told.world, world)
  const other = difference === null ? undefined : told
  // Whatever calls are made of, policies do not change it.
  const memory = other?.memory ?? (remembers ? { keys: new Map(), facts: new Map() } : null)
  const keyOf = (flow: Flow): string => kept(memory?.keys, flow, () => guardKey(flow))
  const guards = new Map<string, Guard>()
  const guardBefore = (flow: Flow): Guard => {
    const key = keyOf(flow)
    return kept(guards, key, () => {
      if (other === undefined || difference === null) return guardOf(world, flow)
      const change = difference.at(flow, key)
      if (change.kind === 'other') return guardOf(world, flow)
      const before = other.guardBefore(flow)
      return change.kind === 'none' ? before : changedGuard(before, difference.gone, change.come)
    })
  }
  const sent = (flow: Flow) => (flow.mtls === undefined ? clientTls(flow, world.around) : null)
  const factsBy = (flow: Flow): Facts =>
    kept(memory?.facts, flow, () => {
      const client = sent(flow)
      return factsOf(client === null ? flow : { ...flow, mtls: client.mtls }, world.settings)
    })
  const leftovers = remembers ? new Map<Flow, Left>() : undefined
  const left = (flow: Flow): Left => kept(leftovers, flow, () => leftAnew(flow))
  const leftAnew = (flow: Flow): Left => {
    const change = difference?.at(flow, keyOf(flow)) ?? null
    if (other === undefined || difference === null || change === null || change.kind === 'other')
      return leftOf(guardBefore(flow).whole(), factsBy(flow))
    if (change.kind === 'none') return other.left(flow)
    if (!isOfSame(other.rests, difference.gone)) other.rests = { gone: difference.gone, of: new Map() }
    const facts = factsBy(flow)
    return leftOf(changedWhole(flow, facts, other.guardBefore(flow), other.rests, change.parts), facts)
  }
  const judge = (flow: Flow): Judgement => judgeBy(left(flow), factsBy(flow), () => guardBefore(flow))
  const { authorization, peer, request } = world.policies
  const evaluator: Evaluator = {
    judge,
    verdict: flow => {
      const facts = factsBy(flow)
      const possible = possibilities(left(flow), facts)
      const [ending, ...more] = possible.endings
      if (ending === undefined || possible.endings.has('asked')) return judge(flow)
      return more.length === 0
        ? { verdict: ending === 'deny' ? 'deny' : 'allow', missing: [] }
        : { verdict: 'uncertain', missing: factsOfAtoms(possible, facts) }
    },
    explain: flow => {
      const judgement = judge(flow)
      return { ...judgement, trail: trailOf(guardBefore(flow), factsBy(flow), sent(flow), judgement) }
    },
    residue: flow => left(flow).key,
    transport: flow => transportTo(flow, guardBefore(flow), world.around, world.settings),
    refused: [...authorization, ...peer, ...request]
      .filter(({ problems }) => problems.length > 0)
      .map(({ kind, namespace, name, problems }) => ({ policy: { kind, namespace, name }, problems })),
  }
  known.set(evaluator, { world, guardBefore, left, memory, rests: null })
  return evaluator
}

/** One flow alone. @param workloads Services, Namespaces and the like, which say what policies are attached to. */
export const evaluate = (
  policies: readonly MeshObject[],
  workloads: readonly MeshObject[],
  flow: Flow,
  settings?: Settings,
): Evaluation => createEvaluator([...workloads, ...policies], settings).explain(flow)

/** Where facts are missing, all their values are tried, and only what then differs is uncertain. */
function judgeBy(left: Left, facts: Facts, guardBefore: () => Guard): Judgement {
  const possible = possibilities(left, facts)
  const { endings, world } = possible
  const guard = guardBefore()
  if (endings.size === 1 && endings.has('deny'))
    return { verdict: 'deny', ...decidedBy(refuser(guard, facts) ?? refuser(guard, facts, world)), missing: [] }
  if (endings.size === 1 && endings.has('allow'))
    return { verdict: 'allow', ...decidedBy(allower(guard, facts) ?? allower(guard, facts, world)), missing: [] }
  const asked = endings.has('asked')
    ? guard.custom.filter(({ expression }) => truthOf(expression, facts) !== F).map(({ policy }) => policy.provider)
    : []
  const providers = new Set(guard.custom.map(({ policy }) => policy.provider))
  return {
    verdict: 'uncertain',
    ...decidedBy(open(guard, facts)),
    missing: [
      ...factsOfAtoms(possible, facts),
      ...new Set(asked.filter(name => name !== '').map(answer)),
      ...(asked.length > 0 && providers.size > 1 ? [severalProviders] : []),
    ],
  }
}

const answer = (provider: string) => `answer of provider ${provider}`

const factsOfAtoms = ({ missing }: Possibilities, facts: Facts): string[] => [
  ...new Set(missing.map(atom => factName(atom, facts)).toSorted()),
]

/** Of a token that is not known at all, no part is asked for. */
function factName({ fact }: Atom, { flow: { jwt } }: Facts): string {
  if (!fact.startsWith('jwt')) return fact
  if (jwt === undefined) return 'jwt'
  return fact === 'jwt' ? (jwt?.issuer === undefined ? 'jwt.issuer' : 'jwt.subject') : fact
}

interface Decider {
  policy: PolicyRef
  rule?: number | null
}

const decidedBy = (decider: Decider | null | undefined): Pick<Judgement, 'decidedBy'> => {
  if (!decider) return {}
  const { policy, rule } = decider
  const { kind, namespace, name } = policy
  return { decidedBy: { kind, namespace, name, ...(typeof rule === 'number' ? { rule } : {}) } }
}

/** The first that refuses, in the order in which they are asked. Null: that no ALLOW policy matched is nobody's rule. */
function refuser(guard: Guard, facts: Facts, world?: ReadonlyMap<string, Value>): Decider | null {
  const is = ({ expression }: { expression: Parameters<typeof truthOf>[0] }) => truthOf(expression, facts, world) === T
  const strict = guard.strict.find(is)
  if (strict?.policy) return { policy: strict.policy }
  const [reader] = guard.tokens.policies
  if (reader && is({ expression: guard.tokens.isRefused })) return { policy: reader }
  return guard.unanswered.find(is) ?? guard.deny.find(is) ?? null
}

const allower = (guard: Guard, facts: Facts, world?: ReadonlyMap<string, Value>): Decider | undefined =>
  guard.allow.find(({ expression }) => truthOf(expression, facts, world) === T)

/** The first whose say is not known. */
function open(guard: Guard, facts: Facts): Decider | undefined {
  const isNot = (expression: Parameters<typeof truthOf>[0]) => truthOf(expression, facts) !== F
  const strict = guard.strict.find(({ expression }) => isNot(expression))
  if (strict?.policy) return { policy: strict.policy }
  const [reader] = guard.tokens.policies
  if (reader && isNot(guard.tokens.isRefused)) return { policy: reader }
  return [...guard.custom, ...guard.unanswered, ...guard.deny, ...guard.allow].find(({ expression }) =>
    isNot(expression),
  )
}
