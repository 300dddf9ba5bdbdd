import type { MeshObject } from '#shared/mesh/object.ts'
import { type ClientTls, clientTls } from './evaluate-client.ts'
import { type Facts, factsOf, type Value } from './evaluate-facts.ts'
import { type Atom, F, meaningOf, reduce, T, truthOf } from './evaluate-kleene.ts'
import { type Guard, guardOf } from './evaluate-guard.ts'
import { type Step, trailOf } from './evaluate-trail.ts'
import { type Transport, transportTo } from './evaluate-transport.ts'
import { isOpen, openKey, type Possibilities, possibilities } from './evaluate-worlds.ts'
import type { Flow } from './flow.ts'
import type { PolicyRef } from './policy.ts'
import { type Settings, worldOf } from './world.ts'

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
  /** The same, with its story. */
  explain: (flow: Flow) => Evaluation
  /** What is left to ask of a call once what is known is put in: where two evaluators have the same left, both end alike. */
  residue: (flow: Flow) => string
  /** What a caller with a proxy sends there; null: it is not known. */
  transport: (flow: Flow) => Transport | null
  /** Policies Istio would refuse, and why: what they would do is unknown. */
  refused: readonly { policy: PolicyRef; problems: readonly string[] }[]
}

/** Policies and what is around them, indexed once, to be asked about many flows. */
export function createEvaluator(objects: readonly MeshObject[], settings?: Settings): Evaluator {
  const world = worldOf(objects, settings)
  const guards = new Map<string, { guard: Guard; tried: Map<string, Judgement> }>()
  const standing = (flow: Flow) => {
    const key = keyOf(flow)
    let found = guards.get(key)
    if (found === undefined) guards.set(key, (found = { guard: guardOf(world, flow), tried: new Map() }))
    return found
  }
  const sent = (flow: Flow) => (flow.mtls === undefined ? clientTls(flow, world.around) : null)
  const asSent = (flow: Flow, client: ClientTls | null): Facts =>
    factsOf(client === null ? flow : { ...flow, mtls: client.mtls }, world.settings)
  const judge = (flow: Flow): Judgement => {
    const { guard, tried } = standing(flow)
    return judgeAt(guard, asSent(flow, sent(flow)), tried)
  }
  const { authorization, peer, request } = world.policies
  return {
    judge,
    explain: flow => {
      const judgement = judge(flow)
      const client = sent(flow)
      return { ...judgement, trail: trailOf(standing(flow).guard, asSent(flow, client), client, judgement) }
    },
    residue: flow => residueOf(standing(flow).guard, asSent(flow, sent(flow))),
    transport: flow => transportTo(flow, standing(flow).guard, world.around, world.settings),
    refused: [...authorization, ...peer, ...request]
      .filter(({ problems }) => problems.length > 0)
      .map(({ kind, namespace, name, problems }) => ({ policy: { kind, namespace, name }, problems })),
  }
}

/** One flow alone. @param workloads Services, Namespaces and the like, which say what policies are attached to. */
export const evaluate = (
  policies: readonly MeshObject[],
  workloads: readonly MeshObject[],
  flow: Flow,
  settings?: Settings,
): Evaluation => createEvaluator([...workloads, ...policies], settings).explain(flow)

/** Of a flow, what its guard depends on. */
function keyOf({ destination, protocol, http }: Flow): string {
  const { namespace, workload, labels, enforcedBy } = destination
  const byName = enforcedBy === 'waypoint' ? [workload, http?.host] : enforcedBy === 'gateway' ? [workload] : []
  return JSON.stringify([enforcedBy, namespace, labels, protocol === 'tcp', byName])
}

const residueOf = ({ isRefused, isAsked }: Guard, facts: Facts): string =>
  JSON.stringify([meaningOf(reduce(isRefused, facts)), meaningOf(reduce(isAsked, facts))])

function judgeAt(guard: Guard, facts: Facts, tried: Map<string, Judgement>): Judgement {
  const { isRefused, isAsked } = guard
  if (isOpen(isRefused, isAsked, facts)) {
    const key = openKey(isRefused, isAsked, facts)
    let found = tried.get(key)
    if (found === undefined) tried.set(key, (found = asFarAsKnown(guard, facts)))
    return found
  }
  if (truthOf(isRefused, facts) === T) return { verdict: 'deny', ...decidedBy(refuser(guard, facts)), missing: [] }
  const asking = guard.custom.find(({ expression }) => truthOf(expression, facts) === T)
  if (asking) return { verdict: 'uncertain', ...decidedBy(asking), missing: [answer(asking.policy.provider)] }
  return { verdict: 'allow', ...decidedBy(allower(guard, facts)), missing: [] }
}

/** Where facts are missing: all their values are tried, and only what then differs is uncertain. */
function asFarAsKnown(guard: Guard, facts: Facts): Judgement {
  const possible = possibilities(guard.isRefused, guard.isAsked, facts)
  const { endings, world } = possible
  if (endings.size === 1 && endings.has('deny'))
    return { verdict: 'deny', ...decidedBy(refuser(guard, facts) ?? refuser(guard, facts, world)), missing: [] }
  if (endings.size === 1 && endings.has('allow'))
    return { verdict: 'allow', ...decidedBy(allower(guard, facts) ?? allower(guard, facts, world)), missing: [] }
  const providers = endings.has('asked')
    ? guard.custom.filter(({ expression }) => truthOf(expression, facts) !== F).map(({ policy }) => policy.provider)
    : []
  return {
    verdict: 'uncertain',
    ...decidedBy(open(guard, facts)),
    missing: [...new Set([...factsOfAtoms(possible, facts), ...providers.filter(name => name !== '').map(answer)])],
  }
}

const answer = (provider: string) => `answer of provider ${provider}`

const factsOfAtoms = ({ missing }: Possibilities, facts: Facts): string[] =>
  missing.map(atom => factName(atom, facts)).toSorted()

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
  return guard.deny.find(is) ?? null
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
  return [...guard.custom, ...guard.deny, ...guard.allow].find(({ expression }) => isNot(expression))
}
