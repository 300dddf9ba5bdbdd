import { attachment, ifPolicyIs, type Surroundings, waypointOf } from './evaluate-attach.ts'
import type { Reading, Sight } from './evaluate-field.ts'
import { all, always, any, type Expression, never, not } from './evaluate-kleene.ts'
import { modesOf, type PossibleMode, refusals } from './evaluate-peer.ts'
import { type ReadRule, readRule } from './evaluate-rule.ts'
import { type Tokens, tokensOf } from './evaluate-token.ts'
import type { Flow } from './flow.ts'
import type { AuthorizationPolicy, PeerAuthentication, Policies } from './policy.ts'
import type { Settings, World } from './world.ts'

/** All that stands before one destination, made ready: found once, asked for every flow that goes there. */
export interface Guard {
  sight: Sight
  modes: readonly PossibleMode[]
  /** STRICT modes that refuse plaintext. */
  strict: readonly PossibleMode[]
  tokens: Tokens
  deny: readonly Entry[]
  allow: readonly Entry[]
  custom: readonly Entry[]
  /** Everything attached, also what decides nothing. */
  attached: readonly Attached[]
  isRefused: Expression
  isAsked: Expression
}

export interface Attached {
  policy: AuthorizationPolicy
  /** Why it decides nothing here; null: it does. */
  idle: 'audit' | 'dry-run' | 'unsupported' | null
  rules: readonly ReadRule[]
  exists: Expression
}

export interface Entry {
  policy: AuthorizationPolicy
  /** Null: of a policy that Istio would refuse, whose rules say nothing. */
  rule: number | null
  expression: Expression
}

export function guardOf(world: World, flow: Flow): Guard {
  const { destination, protocol } = flow
  const { enforcedBy } = destination
  const sight: Sight = enforcedBy === 'ztunnel' ? 'ztunnel' : protocol === 'tcp' ? 'tcp' : 'http'
  const near = enforcedBy === 'none' ? null : policiesFor(world, destination)
  const modes = near === null || enforcedBy === 'gateway' ? [] : peerModes(near.peer, flow, world.around)
  const strict = refusals(modes)
  const tokens = tokensOf(near?.request ?? [], flow, world.around)
  const attached = (near?.authorization ?? []).flatMap(policy =>
    attach(policy, flow, world, { sight, isValidated: tokens.isValidated }),
  )
  const of = (action: AuthorizationPolicy['action']) =>
    attached.filter(({ policy, idle }) => policy.action === action && idle === null)
  const [deny, allow, custom] = [of('DENY'), of('ALLOW'), of('CUSTOM')].map(some =>
    some.flatMap(entriesOf).toSorted(byId),
  )
  const isRefused = any([
    ...strict.map(({ expression }) => expression),
    tokens.isRefused,
    ...(deny ?? []).map(({ expression }) => expression),
    all([any(of('ALLOW').map(({ exists }) => exists)), not(any((allow ?? []).map(({ expression }) => expression)))]),
  ])
  return {
    sight,
    modes,
    strict,
    tokens,
    deny: deny ?? [],
    allow: allow ?? [],
    custom: custom ?? [],
    attached,
    isRefused,
    isAsked: any((custom ?? []).map(({ expression }) => expression)),
  }
}

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

/** ztunnel, which also stands before whatever has a waypoint, does not honour DISABLE. */
function peerModes(
  policies: readonly PeerAuthentication[],
  { destination }: Flow,
  around: Surroundings,
): PossibleMode[] {
  const isAmbient = destination.enforcedBy !== 'sidecar'
  return modesOf(policies, destination, around.rootNamespace).map(one =>
    isAmbient && one.mode === 'DISABLE' ? { ...one, mode: 'PERMISSIVE' } : one,
  )
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
  const idle = idleness(policy, how.sight)
  if (policy.problems.length > 0) {
    const states = ['refused', 'matches', 'silent']
    return [
      {
        policy,
        idle,
        rules: [],
        exists: all([isAttached, not(ifPolicyIs(policy, states, 'refused'))]),
      },
    ]
  }
  return [{ policy, idle, rules: rulesOf(policy, reading), exists: isAttached }]
}

/** Rules as they were read, by who validates tokens and by sight: many workloads have the same policies. */
const read = new WeakMap<AuthorizationPolicy, Map<Expression, Partial<Record<Sight, readonly ReadRule[]>>>>()

function rulesOf(policy: AuthorizationPolicy, reading: Reading): readonly ReadRule[] {
  let own = read.get(policy)
  if (own === undefined) read.set(policy, (own = new Map()))
  let bySight = own.get(reading.isValidated)
  if (bySight === undefined) own.set(reading.isValidated, (bySight = {}))
  return (bySight[reading.sight] ??= policy.rules.map(rule => readRule(rule, policy.action, reading)))
}

function idleness({ action, isDryRun }: AuthorizationPolicy, sight: Sight): Attached['idle'] {
  if (action === 'AUDIT') return 'audit'
  if (action === 'CUSTOM' && sight === 'ztunnel') return 'unsupported'
  // istiod keeps it from ztunnel unless a flag is set (Istio 1.29, upgrade notes).
  return isDryRun ? 'dry-run' : null
}

const trustDomainsOf = ({ trustDomain, trustDomainAliases }: Settings) => [trustDomain, ...trustDomainAliases]

function entriesOf({ policy, rules, exists }: Attached): Entry[] {
  if (policy.problems.length > 0) {
    const matches = ifPolicyIs(policy, ['refused', 'matches', 'silent'], 'matches')
    return [{ policy, rule: null, expression: all([exists, matches]) }]
  }
  return rules.flatMap(({ expression }, rule) =>
    expression === never
      ? []
      : [{ policy, rule, expression: exists === always ? expression : all([exists, expression]) }],
  )
}

/** Envoy holds the rules of a filter by their names, and the first that matches is the one it tells of. */
const idOf = ({ policy, rule }: Entry) => `ns[${policy.namespace}]-policy[${policy.name}]-rule[${rule ?? 0}]`
const byId = (a: Entry, b: Entry) => (idOf(a) < idOf(b) ? -1 : 1)
