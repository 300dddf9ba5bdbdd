import { attachment, ifPolicyIs, waypointOf } from './attach.ts'
import type { Reading, Sight } from './field.ts'
import { all, always, any, type Expression, never, not } from './kleene.ts'
import { modesOf, type PossibleMode, refusals } from './peer.ts'
import { type ReadRule, readRule } from './rule.ts'
import { type Tokens, tokensOf } from './token.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { AuthorizationPolicy, Policies } from '#shared/security/policy.ts'
import type { Authorizer, Settings, World } from '#shared/security/world.ts'

/** All that stands before one destination, made ready: found once, asked for every flow that goes there. */
export interface Guard {
  rootNamespace: string
  sight: Sight
  modes: readonly PossibleMode[]
  /** STRICT modes that refuse plaintext. */
  strict: readonly PossibleMode[]
  tokens: Tokens
  /** Rules of CUSTOM policies that have nobody to ask. */
  unanswered: readonly Entry[]
  deny: readonly Entry[]
  allow: readonly Entry[]
  custom: readonly Entry[]
  /** Everything attached, also what decides nothing. */
  attached: readonly Attached[]
  whole: () => Whole
}

export interface Whole {
  isRefused: Expression
  isAsked: Expression
}

export interface Attached {
  policy: AuthorizationPolicy
  /** Why it decides nothing here; null: it does. */
  idle: 'audit' | 'dry-run' | 'unsupported' | 'http-authorizer' | null
  /** CUSTOM names a provider that the mesh does not have: what it matches is refused. */
  isAuthorizerMissing: boolean
  rules: readonly ReadRule[]
  exists: Expression
  /** Rules that may match, where the policy is there. */
  entries: readonly Entry[]
}

export interface Entry {
  policy: AuthorizationPolicy
  /** Null: of a policy that Istio would refuse, whose rules say nothing. */
  rule: number | null
  id: string
  expression: Expression
}

/** Of a flow, what its guard depends on. */
export function guardKey({ destination, protocol, http }: Flow): string {
  const { namespace, workload, labels, enforcedBy } = destination
  const byName = enforcedBy === 'waypoint' ? [workload, http?.host] : enforcedBy === 'gateway' ? [workload] : []
  return JSON.stringify([enforcedBy, namespace, labels, protocol === 'tcp', byName])
}

export function guardOf(world: World, flow: Flow): Guard {
  const { destination } = flow
  const { enforcedBy } = destination
  const sight = sightOf(flow)
  const near = enforcedBy === 'none' ? null : policiesFor(world, destination)
  const modes =
    near === null || enforcedBy === 'gateway'
      ? []
      : modesOf(near.peer, destination, world.around.rootNamespace, world.settings.version)
  const strict = refusals(modes)
  const { tokens, attached } = attachedOf(near?.authorization ?? [], flow, world)
  return guardWith({ rootNamespace: world.settings.rootNamespace, sight, modes, strict, tokens }, attached)
}

/** Of a guard, what no AuthorizationPolicy changes. */
type Frame = Pick<Guard, 'rootNamespace' | 'sight' | 'modes' | 'strict' | 'tokens'>

/** The same door with other AuthorizationPolicies. */
export function guardWith({ rootNamespace, sight, modes, strict, tokens }: Frame, found: readonly Attached[]): Guard {
  // Those of the mesh first, whichever was told first.
  const placeOf = ({ policy: { namespace, name } }: Attached) =>
    `${namespace === rootNamespace ? '' : namespace}/${name}`
  const attached = found.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const of = (action: AuthorizationPolicy['action']) => entriesIn(attached, action).toSorted(byId)
  let whole: Whole | undefined
  return {
    rootNamespace,
    sight,
    modes,
    strict,
    tokens,
    unanswered: unansweredIn(attached).toSorted(byId),
    deny: of('DENY'),
    allow: of('ALLOW'),
    custom: of('CUSTOM'),
    attached,
    // Mostly only the lists are asked for.
    whole: () => (whole ??= wholeOf(together([frameOf({ strict, tokens }), partsOf(attached)]))),
  }
}

/** What policies say, so that it can be put together with what others say. */
export interface Parts {
  refusing: Expression
  /** An ALLOW policy is there, */
  exists: Expression
  /** and one of their rules matches. */
  allowing: Expression
  asking: Expression
}

/** What the connection and the token say. */
export const frameOf = ({ strict, tokens }: Pick<Guard, 'strict' | 'tokens'>): Parts => ({
  refusing: any([...strict.map(({ expression }) => expression), tokens.isRefused]),
  exists: never,
  allowing: never,
  asking: never,
})

export function partsOf(attached: readonly Attached[]): Parts {
  const of = (action: AuthorizationPolicy['action']) =>
    any(entriesIn(attached, action).map(({ expression }) => expression))
  const allowing = attached.filter(({ policy, idle }) => policy.action === 'ALLOW' && idle === null)
  return {
    refusing: any([of('DENY'), ...unansweredIn(attached).map(({ expression }) => expression)]),
    exists: any(allowing.map(({ exists }) => exists)),
    allowing: of('ALLOW'),
    asking: of('CUSTOM'),
  }
}

export function together(some: readonly Parts[]): Parts {
  const of = (part: keyof Parts) => any(some.map(one => one[part]))
  return { refusing: of('refusing'), exists: of('exists'), allowing: of('allowing'), asking: of('asking') }
}

export const wholeOf = ({ refusing, exists, allowing, asking }: Parts): Whole => ({
  isRefused: any([refusing, all([exists, not(allowing)])]),
  isAsked: asking,
})

/** Of some policies those that a flow meets, as its proxy reads them. */
export function attachedOf(policies: readonly AuthorizationPolicy[], flow: Flow, world: World) {
  const { destination } = flow
  const near = destination.enforcedBy === 'none' ? null : policiesFor(world, destination)
  const tokens = tokensOf(near?.request ?? [], flow, world.around)
  const how = { sight: sightOf(flow), isValidated: tokens.isValidated }
  return { tokens, attached: near === null ? [] : policies.flatMap(policy => attach(policy, flow, world, how)) }
}

const sightOf = ({ destination, protocol }: Flow): Sight =>
  destination.enforcedBy === 'ztunnel' ? 'ztunnel' : protocol === 'tcp' ? 'tcp' : 'http'

/** A waypoint of another namespace has what is attached to it there. */
function policiesFor(world: World, destination: Flow['destination']): Policies {
  const near = world.policiesFor(destination.namespace)
  const [place] =
    (destination.enforcedBy === 'waypoint' ? waypointOf(destination, world.around) : null)?.split('/') ?? []
  if (place === undefined || place === destination.namespace || place === world.settings.rootNamespace) return near
  const isThere = ({ namespace }: { namespace: string }) => namespace === place
  const far = world.policiesFor(place)
  return {
    ...near,
    authorization: [...near.authorization, ...far.authorization.filter(isThere)],
    request: [...near.request, ...far.request.filter(isThere)],
  }
}

function attach(
  policy: AuthorizationPolicy,
  flow: Flow,
  { around, settings }: World,
  how: Pick<Reading, 'sight' | 'isValidated'>,
): Attached[] {
  const isAttached = attachment(policy, flow, around)
  if (isAttached === never) return []
  const reading = { ...how, namespace: policy.namespace, trustDomains: trustDomainsOf(settings) }
  const authorizer = settings.authorizers?.find(({ name }) => name === policy.provider)
  const idle = idleness(policy, how.sight, authorizer)
  const isAuthorizerMissing = policy.action === 'CUSTOM' && settings.authorizers != null && authorizer === undefined
  if (policy.problems.length > 0) {
    const states = ['refused', 'matches', 'silent']
    const exists = all([isAttached, not(ifPolicyIs(policy, states, 'refused'))])
    const matches = all([exists, ifPolicyIs(policy, states, 'matches')])
    return [
      {
        policy,
        idle,
        isAuthorizerMissing: false,
        rules: [],
        exists,
        entries: [{ policy, rule: null, id: idOf(policy, null), expression: matches }],
      },
    ]
  }
  const { rules, entries } = rulesOf(policy, reading)
  const where = (one: Entry): Entry => ({ ...one, expression: all([isAttached, one.expression]) })
  return [
    {
      policy,
      idle,
      isAuthorizerMissing,
      rules,
      exists: isAttached,
      entries: isAttached === always ? entries : entries.map(where),
    },
  ]
}

type Read = Pick<Attached, 'rules' | 'entries'>
/** Rules as they were read, by who validates tokens and by sight: many workloads have the same policies. */
const read = new WeakMap<AuthorizationPolicy, Map<Expression, Partial<Record<Sight, Read>>>>()

function rulesOf(policy: AuthorizationPolicy, reading: Reading): Read {
  let own = read.get(policy)
  if (own === undefined) read.set(policy, (own = new Map()))
  let bySight = own.get(reading.isValidated)
  if (bySight === undefined) own.set(reading.isValidated, (bySight = {}))
  return (bySight[reading.sight] ??= readAll(policy, reading))
}

function readAll(policy: AuthorizationPolicy, reading: Reading): Read {
  const rules = policy.rules.map(rule => readRule(rule, policy.action, reading))
  const entries = rules.flatMap(({ expression }, rule) =>
    expression === never ? [] : [{ policy, rule, id: idOf(policy, rule), expression }],
  )
  return { rules, entries }
}

function idleness(
  { action, isDryRun }: AuthorizationPolicy,
  sight: Sight,
  authorizer: Authorizer | undefined,
): Attached['idle'] {
  if (action === 'AUDIT') return 'audit'
  if (action === 'CUSTOM' && sight === 'ztunnel') return 'unsupported'
  if (action === 'CUSTOM' && sight === 'tcp' && authorizer?.speaks === 'http') return 'http-authorizer'
  // istiod keeps it from ztunnel unless a flag is set (Istio 1.29, upgrade notes).
  return isDryRun ? 'dry-run' : null
}

const trustDomainsOf = ({ trustDomain, trustDomainAliases }: Settings) => [trustDomain, ...trustDomainAliases]

const entriesIn = (attached: readonly Attached[], action: AuthorizationPolicy['action']): Entry[] =>
  attached.flatMap(({ policy, idle, isAuthorizerMissing, entries }) =>
    policy.action === action && idle === null && !isAuthorizerMissing ? entries : [],
  )

const unansweredIn = (attached: readonly Attached[]): Entry[] =>
  attached.flatMap(({ idle, isAuthorizerMissing, entries }) => (idle === null && isAuthorizerMissing ? entries : []))

/** Envoy holds the rules of a filter by their names, and the first that matches is the one it tells of. */
const idOf = (policy: AuthorizationPolicy, rule: number | null) =>
  `ns[${policy.namespace}]-policy[${policy.name}]-rule[${rule ?? 0}]`
const byId = (a: Entry, b: Entry) => (a.id < b.id ? -1 : 1)
