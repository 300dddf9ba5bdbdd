import type { Json, MeshObject } from '#shared/mesh/object.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import { type Confidence, confidenceIn, enough } from './confidence.ts'
import { type Kind, type Kinds, kindsOf, type Sighting, sightingsOf } from './kinds.ts'
import { type PlatformCall, platformRules } from './platform.ts'
import { type LearnedRule, rulesOf } from './rules.ts'
import { type SharedAccount, sharedAccounts } from './shared.ts'
import type { Enforcer, Flow } from '#shared/security/flow.ts'
import { covers, record, textMap } from '#shared/security/read.ts'
import { callerOf } from '#shared/security/replay/replay.ts'
import { attachmentOf, named } from '#shared/security/why/edits.ts'
import { istioDefaults, type Settings } from '#shared/security/world.ts'

/** Least privilege from traffic: which policies would allow what was seen, and no more. Pure. */

export interface LearnOptions {
  window?: { from: EpochMilliseconds; to: EpochMilliseconds }
  settings?: Settings
  /** Services and Namespaces, as far as they are known. */
  objects?: readonly MeshObject[]
  /** What runs, called or not. */
  workloads?: readonly LearnWorkload[]
  /** Who must get in although nobody may have seen it: gateways, Prometheus, the kubelet. */
  platform?: readonly PlatformCall[]
  /** Rules that stood apart, by their `apartKey`, and belong there as somebody says. */
  admitted?: ReadonlySet<string>
}

export interface LearnWorkload {
  namespace: string
  name: string
  labels: Readonly<Record<string, string>>
  serviceAccounts: readonly string[]
  enforcedBy: Enforcer
}

/** For one workload, or for those that no selector tells apart. */
export interface Proposal {
  namespace: string
  workloads: readonly string[]
  enforcedBy: Enforcer
  /** Null: none is proposed. */
  policy: MeshObject | null
  withheld: Withheld | null
  /** As the policy has them, in its order. */
  rules: readonly LearnedRule[]
  /** What was seen fewer than three times: somebody has to say whether it belongs there. */
  apart: readonly LearnedRule[]
  confidence: Confidence
  /** Of what was seen and passed, what the policy would refuse. */
  refused: { requests: number; callers: readonly string[] }
  shared: readonly SharedAccount[]
}

export type Withheld =
  /** Callers without an identity would be cut off: no rule can name them. */
  | { because: 'unidentified'; requests: number }
  /** Nothing was seen often enough: the policy would refuse everybody. */
  | { because: 'seldom' }
  /** Nothing enforces policies there. */
  | { because: 'unenforced' }
  /** It has no labels of its own, so that a policy would hold for others too. */
  | { because: 'unnamed' }

export interface Learned {
  proposals: readonly Proposal[]
  /** By namespace: whether everything else can be closed. */
  closing: readonly Closing[]
  confidence: Confidence
}

export interface Closing {
  namespace: string
  /** Null: somebody would be cut off. */
  policy: MeshObject | null
  /** Those that would be. */
  cutOff: readonly string[]
  /** Nobody was seen to call them. */
  idle: readonly string[]
}

/** What is told apart, named for whoever lets it in. */
export const apartKey = ({ namespace, workloads }: Pick<Proposal, 'namespace' | 'workloads'>, rule: Json): string =>
  JSON.stringify([namespace, workloads, rule])

export function learn(sightings: readonly Sighting[], options: LearnOptions = {}): Learned {
  const { workloads = [], window = null, settings = istioDefaults } = options
  const seen = sightings.map(one => ({ ...one, flow: named(one.flow, settings.trustDomain) }))
  const groups = Map.groupBy(seen, ({ flow }) => {
    const { namespace, enforcedBy, workload, labels } = flow.destination
    // While a workload moves from sidecars to ambient, one selector is for both.
    return JSON.stringify([namespace, enforcedBy === 'none', placeOf(flow, options) ?? workload ?? labels])
  })
  const names = new Set<string>()
  const made = [...groups.values()].map(own => proposalFor(own, options, names))
  const proposals = made
    .map(({ proposal }) => proposal)
    .toSorted((a, b) => (`${a.namespace}/${a.workloads[0]}` < `${b.namespace}/${b.workloads[0]}` ? -1 : 1))
  const namespaces = [...new Set([...proposals, ...workloads].map(({ namespace }) => namespace))].toSorted()
  return {
    proposals,
    closing: namespaces.map(namespace => closingOf(namespace, proposals, workloads)),
    confidence: confidenceIn(
      made.flatMap(({ kinds }) => kinds),
      window,
    ),
  }
}

function proposalFor(
  seen: readonly Sighting[],
  options: LearnOptions,
  taken: Set<string>,
): { proposal: Proposal; kinds: Kind[] } {
  const { window = null, settings = istioDefaults, workloads = [], platform = [], objects = [], admitted } = options
  const [{ flow }] = seen as [Sighting, ...Sighting[]]
  const { namespace, enforcedBy } = flow.destination
  const names = [...new Set(seen.map(({ flow: { destination } }) => nameOf(destination)))].toSorted()
  const found = kindsOf(seen, settings.pathNormalization)
  const kinds = [...found.http, ...found.connections, ...found.bare]
  const isOften = ({ sightings }: Kind) => sightings >= enough
  // A rule that also asks for methods or paths lets no connection pass: they get rules of their own.
  const often = [...rulesOf([...found.http.filter(isOften), ...found.wide]), ...rulesOf(connectionsIn(found))]
  const apart = [found.http, found.connections, found.bare].flatMap(some =>
    some.filter(kind => !isOften(kind)).flatMap(kind => rulesOf([kind], 'admitted')),
  )
  const isAdmitted = ({ rule }: LearnedRule) => admitted?.has(apartKey({ namespace, workloads: names }, rule)) === true
  const learned = [...often, ...apart.filter(isAdmitted)]
  const explicit = platformRules(platform, { namespace, workloads: names, enforcedBy })
  const rules = [...learned, ...explicit]
  const place = placeOf(flow, options)
  const draft = place === null ? null : policyOf(namespace, names[0] ?? 'workload', place, rules, taken)
  const refused = refusedBy(draft, seen, objects, settings)
  const withheld = withheldBecause(enforcedBy, place, learned, refused, found)
  return {
    kinds,
    proposal: {
      namespace,
      workloads: names,
      enforcedBy,
      policy: withheld === null ? draft : null,
      withheld,
      rules,
      apart,
      confidence: confidenceIn(kinds, window),
      refused: {
        requests: refused.reduce((sum, { requests }) => sum + requests, 0),
        callers: [...new Set(refused.map(one => callerOf(one.flow)))].toSorted(),
      },
      shared: sharedAccounts(seen, workloads, settings.trustDomain),
    },
  }
}

/** A caller's ports are named where all of them are known. */
function connectionsIn({ connections }: Kinds): Kind[] {
  return [...Map.groupBy(connections, ({ principal }) => principal).values()].flatMap(own => {
    const often = own.filter(({ sightings }) => sightings >= enough)
    const total = own.reduce((sum, { sightings }) => sum + sightings, 0)
    const requests = own.reduce((sum, kind) => sum + kind.requests, 0)
    if (total < enough) return []
    if (often.length > 0 && own.every(({ port }) => port !== null)) return often
    return own.slice(0, 1).map(kind => ({ ...kind, port: null, sightings: total, requests }))
  })
}

function withheldBecause(
  enforcedBy: Enforcer,
  place: Json | null,
  learned: readonly LearnedRule[],
  refused: readonly Sighting[],
  { unidentified }: Kinds,
): Withheld | null {
  if (enforcedBy === 'none') return { because: 'unenforced' }
  if (place === null) return { because: 'unnamed' }
  const nameless = new Set(unidentified)
  const lost = refused.filter(sighting => nameless.has(sighting))
  if (lost.reduce((sum, sighting) => sum + sightingsOf(sighting), 0) >= enough)
    return { because: 'unidentified', requests: lost.reduce((sum, { requests }) => sum + requests, 0) }
  return learned.length === 0 ? { because: 'seldom' } : null
}

/** The evaluator's word for it, with this policy alone. */
function refusedBy(
  policy: MeshObject | null,
  seen: readonly Sighting[],
  objects: readonly MeshObject[],
  settings: Settings,
): Sighting[] {
  if (policy === null) return []
  const { judge } = createEvaluator([...objects.filter(({ apiVersion }) => !isPolicy(apiVersion)), policy], settings)
  return seen.filter(({ flow, passed }) => passed !== false && judge(flow).verdict === 'deny')
}

const isPolicy = (apiVersion: string) => apiVersion.startsWith('security.istio.io/')

/** What a policy is attached to; at a waypoint that are Services, and a selector says nothing. */
function placeOf(flow: Flow, { objects = [] }: LearnOptions): Json | null {
  const { namespace, labels, enforcedBy } = flow.destination
  if (enforcedBy === 'waypoint') {
    const services = objects.filter(({ kind, apiVersion, metadata, spec }) => {
      const selector = textMap(record(spec)['selector'])
      const isHere = kind === 'Service' && apiVersion === 'v1' && (metadata.namespace ?? 'default') === namespace
      return isHere && Object.keys(selector).length > 0 && covers(selector, labels)
    })
    const targetRefs = services.map(({ metadata }) => ({ group: '', kind: 'Service', name: metadata.name }))
    // Istio takes up to 16 of them.
    if (targetRefs.length > 0) return { targetRefs: targetRefs.slice(0, 16) }
  }
  return attachmentOf(flow)
}

const nameOf = ({ workload, labels }: Flow['destination']): string => workload ?? labels['app'] ?? 'workload'

function policyOf(
  namespace: string,
  workload: string,
  place: Json,
  rules: readonly LearnedRule[],
  taken: Set<string>,
): MeshObject {
  const plain = workload
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 40)
  const where = 'targetRefs' in place ? '-waypoint' : ''
  const base = `${plain.replace(/^-+|-+$/g, '') || 'workload'}${where}-from-traffic`
  let name = base
  for (let count = 2; taken.has(`${namespace}/${name}`); count++) name = `${base}-${count}`
  taken.add(`${namespace}/${name}`)
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace },
    spec: { ...place, action: 'ALLOW', rules: rules.map(({ rule }) => rule) },
  }
}

/**
 * Closing a namespace refuses whoever calls a workload without a policy of its own. Before a waypoint's workloads it
 * would refuse the waypoint too: to their ztunnel all calls come from there.
 */
function closingOf(namespace: string, proposals: readonly Proposal[], workloads: readonly LearnWorkload[]): Closing {
  const own = proposals.filter(one => one.namespace === namespace)
  const here = workloads.filter(one => one.namespace === namespace)
  const open = own
    .filter(({ withheld, enforcedBy }) => enforcedBy === 'waypoint' || (withheld && withheld.because !== 'unenforced'))
    .flatMap(one => one.workloads)
  const behind = here.filter(({ enforcedBy }) => enforcedBy === 'waypoint').map(({ name }) => name)
  const cutOff = [...new Set([...open, ...behind])].toSorted()
  const called = new Set(own.flatMap(one => one.workloads))
  const isClosable = cutOff.length === 0 && own.some(({ policy }) => policy !== null)
  return {
    namespace,
    policy: isClosable
      ? {
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata: { name: 'deny-all', namespace },
          spec: {},
        }
      : null,
    cutOff,
    idle: here.flatMap(({ name }) => (called.has(name) ? [] : [name])).toSorted(),
  }
}
