import type { Evaluation, Evaluator, Judgement } from './evaluate.ts'
import type { Flow } from './flow.ts'
import type { Readable, Workload } from './landscape.ts'

/** A verdict as far as whoever asks may read policies: what unread ones may change is not certain. */

export interface Reading {
  evaluator: Evaluator
  readable: Readable
  rootNamespace: string
}

export const judged = (reading: Reading, flow: Flow, workload: Workload | undefined): Judgement =>
  asFarAsKnown(reading.evaluator.judge(flow), reading, flow, workload)

/** The same, without a word on who decided, where nobody needs it. */
export const fated = (reading: Reading, flow: Flow, workload: Workload | undefined): Judgement => {
  const { evaluator, readable } = reading
  // Which policy refuses says whether unread ones may change it.
  const isReadWhole = readable.mesh && readable.namespaces === null
  return asFarAsKnown(isReadWhole ? evaluator.verdict(flow) : evaluator.judge(flow), reading, flow, workload)
}

export function explained(reading: Reading, flow: Flow, workload: Workload | undefined): Evaluation {
  const evaluation = reading.evaluator.explain(flow)
  const { verdict, missing, decidedBy } = asFarAsKnown(evaluation, reading, flow, workload)
  return {
    verdict,
    missing,
    ...(decidedBy && { decidedBy }),
    trail: evaluation.trail.map(step => (step.step === 'verdict' ? { ...step, verdict, missing } : step)),
  }
}

function asFarAsKnown(judgement: Judgement, reading: Reading, flow: Flow, workload: Workload | undefined): Judgement {
  const { enforcedBy } = flow.destination
  if (enforcedBy === 'none') return judgement
  const unknown = [
    ...unread(judgement, reading, flow),
    // Some pods have a proxy and some have none: what those refuse, these let pass.
    ...(judgement.verdict !== 'allow' && workload && workload.guarded < workload.pods ? ['destination.proxy'] : []),
  ]
  return unknown.length === 0
    ? judgement
    : { ...judgement, verdict: 'uncertain', missing: [...new Set([...judgement.missing, ...unknown])] }
}

/** Policies that may say otherwise. A DENY that matches refuses whatever others say; so does a namespace's own STRICT. */
function unread({ verdict, decidedBy }: Judgement, { readable, rootNamespace }: Reading, flow: Flow): string[] {
  const { namespace } = flow.destination
  const isOwnRead = readable.namespaces === null || readable.namespaces.includes(namespace)
  if (isOwnRead && readable.mesh) return []
  if (verdict === 'deny' && decidedBy?.kind === 'AuthorizationPolicy') return []
  if (verdict === 'deny' && decidedBy?.kind === 'PeerAuthentication' && decidedBy.namespace === namespace && isOwnRead)
    return []
  return [
    ...(isOwnRead ? [] : [unreadFact(namespace)]),
    ...(readable.mesh || namespace === rootNamespace ? [] : [unreadMesh]),
  ]
}

/** Facts that are missing because of the reader's rights. */
export const unreadMesh = 'policies of the mesh'
export const unreadFact = (namespace: string): string => `policies of namespace ${namespace}`

/**
 * Before Istio 1.30, and without a flag since (`PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`), a workload asks one
 * authorizer only: where two are named, istiod refuses what either of them would be asked about (istio/istio#58082).
 */
export const severalProviders = 'whether istiod takes several providers'
