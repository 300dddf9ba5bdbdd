import type { MeshObject } from '#shared/mesh/object.ts'
import type { Assertion, Name, Who } from './sentence.ts'
import { pathsOf } from './paths.ts'
import { letPass } from './witness.ts'
import { type Cast, castOf, isCalled } from '#shared/security/cast.ts'
import { createEvaluator, type Evaluator, type Judgement } from '#shared/security/evaluate.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { identityOf } from '#shared/security/evaluate/facts.ts'
import type { Flow } from '#shared/security/flow.ts'
import { judged, type Reading } from '#shared/security/judge.ts'
import { portAt, type Readable, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { type Caller, destinationOf, identity, sourceOf, withMtls } from '#shared/security/party.ts'
import { isRecord, text } from '#shared/security/read.ts'
import { istioDefaults, type Settings } from '#shared/security/world.ts'

/** What somebody wants to be true of the mesh, whatever its policies come to say. Pure. */

export interface Checked {
  outcome: 'holds' | 'broken' | 'uncertain'
  /** A call that breaks it, or that nobody can be sure of, and what decided it. */
  example: (Judgement & { flow: Flow }) | null
  /** Facts that nobody knows; only where it is uncertain. */
  missing: readonly string[]
  /** Calls that were judged. */
  calls: number
}

export interface Checker {
  check: (assertion: Assertion) => Checked
  cast: Cast
  refused: Evaluator['refused']
}

/** More calls than this are not tried for one sentence. */
const most = 200_000

/** What is known besides manifests: what runs, and whose policies could not be read. */
export interface Live {
  workloads: readonly Workload[]
  readable: Readable
}
const manifestsOnly: Live = { workloads: [], readable: { mesh: true, namespaces: null } }

export function createChecker(
  objects: readonly MeshObject[],
  settings: Settings = istioDefaults,
  { workloads: running, readable }: Live = manifestsOnly,
): Checker {
  const cast = castOf(objects, settings, running)
  const evaluator = createEvaluator(objects, settings)
  const reading: Reading = { evaluator, readable, rootNamespace: settings.rootNamespace }
  const around = surroundingsOf(objects, settings.rootNamespace)
  return {
    cast,
    refused: evaluator.refused,
    check(assertion) {
      const { who, at, passes } = assertion
      const unknown = [
        ...('names' in who ? who.names : [])
          .filter(name => identitiesOf(name, cast, objects, settings).length === 0)
          .map(name => `service account ${nameText(name)}`),
        ...at.filter(name => workloadsOf(name, cast, objects).length === 0).map(name => `workload ${nameText(name)}`),
      ]
      if (unknown.length > 0) return { outcome: 'uncertain', example: null, missing: unknown, calls: 0 }
      const callers = callersOf(who, passes, cast, objects, settings)
      const places =
        at.length > 0
          ? [...new Set(at.flatMap(name => workloadsOf(name, cast, objects)))]
          : cast.workloads.filter(({ enforcedBy }) => enforcedBy !== 'none')
      const kinds = requestsOf(assertion, objects)
      if (kinds === null || callers.length * places.length * kinds.length > most)
        return { outcome: 'uncertain', example: null, missing: ['too many kinds of calls to try'], calls: 0 }
      const at1 = (caller: Caller, workload: Workload): Checked =>
        together(
          kinds.map(http => {
            const flow = withMtls(flowOf(caller, workload, assertion, http), around)
            return checkedCall(flow, assertion, reading, workload)
          }),
        )
      // A permission that names no destination is kept where one of them grants it; a prohibition by all.
      const checked =
        at.length === 0 && passes
          ? together(callers.map(caller => best(places.map(workload => at1(caller, workload)))))
          : together(callers.flatMap(caller => places.map(workload => at1(caller, workload))))
      return readable.namespaces === null ? checked : asFarAsSeen(checked, assertion)
    },
  }
}

/** Whoever and whatever is in a namespace that the reader may not see may speak against it, or for it. */
function asFarAsSeen(checked: Checked, { who, at, passes }: Assertion): Checked {
  const unseen = at.length === 0 ? (passes ? 'broken' : 'holds') : null
  const isOpen = checked.outcome === unseen || (checked.outcome === 'holds' && passes && who.kind !== 'these')
  return isOpen ? { ...checked, outcome: 'uncertain', missing: ['workloads of other namespaces'] } : checked
}

const nameText = ({ namespace, name }: Name): string => (namespace === null ? name : `${namespace}/${name}`)

/** Sentences as a ConfigMap keeps them: one under each key. */
export const assertionsIn = (object: MeshObject): string =>
  object.kind === 'ConfigMap' && isRecord(object['data']) ? Object.values(object['data']).map(text).join('\n') : ''

/** Whether anything gets there is another question than whether something named does. */
function checkedCall(flow: Flow, { passes, methods, paths }: Assertion, reading: Reading, workload: Workload): Checked {
  const judgement = judged(reading, flow, workload)
  const { verdict, missing } = judgement
  const isAnything = methods.length === 0 && paths.length === 0
  // Who is kept out chooses freely what is not said; so does who asks whether he gets in at all.
  const found = verdict === 'uncertain' && (!passes || isAnything) ? letPass(flow, reading.evaluator) : null
  const witness = found === null ? null : { ...judged(reading, found, workload), flow: found }
  if (witness !== null && witness.verdict === 'allow') {
    const example = witness
    return { outcome: passes ? 'holds' : 'broken', example: passes ? null : example, missing: [], calls: 1 }
  }
  const example = { ...judgement, flow }
  if (verdict === 'uncertain') return { outcome: 'uncertain', example, missing, calls: 1 }
  const holds = (verdict === 'allow') === passes
  return { outcome: holds ? 'holds' : 'broken', example: holds ? null : example, missing: [], calls: 1 }
}

const order = ['broken', 'uncertain', 'holds'] as const

/** All must hold. */
function together(all: readonly Checked[]): Checked {
  const worst = order.map(outcome => all.find(one => one.outcome === outcome)).find(one => one !== undefined)
  const calls = all.reduce((sum, one) => sum + one.calls, 0)
  if (worst === undefined) return { outcome: 'uncertain', example: null, missing: ['anybody it speaks of'], calls }
  const missing = all.filter(({ outcome }) => outcome === 'uncertain').flatMap(one => one.missing)
  return { ...worst, missing: worst.outcome === 'uncertain' ? [...new Set(missing)] : [], calls }
}

/** One must hold. */
function best(all: readonly Checked[]): Checked {
  const found = order.toReversed().flatMap(outcome => all.find(one => one.outcome === outcome) ?? [])[0]
  const calls = all.reduce((sum, one) => sum + one.calls, 0)
  return found === undefined ? together([]) : { ...found, calls }
}

function callersOf(
  who: Who,
  passes: boolean,
  cast: Cast,
  objects: readonly MeshObject[],
  settings: Settings,
): Caller[] {
  const all = cast.principals.map(identity)
  if (who.kind === 'these') return who.names.flatMap(name => identitiesOf(name, cast, objects, settings))
  // Whoever else may come: another account of each namespace, one of a namespace nobody knows, and one without any.
  const stranger = (namespace: string) => identity(`${settings.trustDomain}/ns/${namespace}/sa/any-other-account`)
  const strangers: Caller[] = passes
    ? []
    : [...cast.namespaces, 'any-other-namespace'].map(stranger).concat([{ kind: 'outside' }])
  const everybody = [...all, ...strangers]
  const placeOf = (caller: Caller) => (caller.kind === 'identity' ? caller.namespace : null)
  switch (who.kind) {
    case 'anything':
      return everybody
    case 'in':
      return everybody.filter(caller => who.namespaces.includes(placeOf(caller) ?? ''))
    case 'outside':
      return everybody.filter(caller => !who.namespaces.includes(placeOf(caller) ?? ''))
    case 'but': {
      const named = who.names.flatMap(name => identitiesOf(name, cast, objects, settings))
      const spared = new Set(named.map(caller => (caller.kind === 'identity' ? caller.principal : '')))
      return everybody.filter(caller => caller.kind !== 'identity' || !spared.has(caller.principal))
    }
  }
}

/** Accounts of that name, and those of workloads of that name; `shop/*` is all of a namespace. */
function identitiesOf(
  { namespace, name }: Name,
  { principals, workloads }: Cast,
  objects: readonly MeshObject[],
  { trustDomain }: Settings,
): Caller[] {
  const accounts = principals.filter(principal => {
    const own = identityOf(principal)
    return (namespace === null || own.namespace === namespace) && (name === '*' || own.account === name)
  })
  const byWorkload = workloads
    .filter(one => (namespace === null || one.namespace === namespace) && isCalled(one, name, objects))
    .flatMap(one => one.serviceAccounts.map(account => `${trustDomain}/ns/${one.namespace}/sa/${account}`))
  // A whole name says who it is, known or not.
  const told = namespace !== null && name !== '*' ? [`${trustDomain}/ns/${namespace}/sa/${name}`] : []
  const found = byWorkload.length + accounts.length > 0 ? [...accounts, ...byWorkload] : told
  return [...new Set(found)].map(identity)
}

const workloadsOf = ({ namespace, name }: Name, { workloads }: Cast, objects: readonly MeshObject[]): Workload[] =>
  workloads.filter(
    one => (namespace === null || one.namespace === namespace) && (name === '*' || isCalled(one, name, objects)),
  )

/** Null: more kinds of paths than anybody tells apart. */
function requestsOf(
  { methods, paths }: Assertion,
  objects: readonly MeshObject[],
): { method?: string; path?: string }[] | null {
  const found = paths.map(pattern => pathsOf(pattern, objects))
  const known = found.filter(some => some !== null)
  if (known.length < found.length) return null
  const every: { path?: string }[] = paths.length === 0 ? [{}] : known.flat().map(path => ({ path }))
  return methods.length === 0 ? every : methods.flatMap(method => every.map(one => ({ ...one, method })))
}

function flowOf(
  caller: Caller,
  workload: Workload,
  { methods, paths, port }: Assertion,
  http: { method?: string; path?: string },
): Flow {
  const ports = [...new Set(workload.ports.map(one => portAt(workload.enforcedBy, one)))]
  const isTcp = workload.ports.length > 0 && workload.ports.every(({ protocol }) => protocol === 'tcp')
  const own = port ?? (ports.length === 1 ? ports[0] : null)
  const protocol = isTcp && methods.length + paths.length === 0 ? 'tcp' : 'http'
  return {
    id: `${workloadKey(workload)}`,
    ...sourceOf(caller),
    destination: { ...destinationOf(workload), ...(own == null ? {} : { port: own }) },
    protocol,
    http: protocol === 'tcp' ? null : http,
  }
}
