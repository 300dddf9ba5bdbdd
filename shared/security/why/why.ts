import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { createEvaluator, type Evaluation, type Evaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { allowing, type Edit, type Find, named, refusing } from './edits.ts'
import { istioDefaults, type Settings } from '#shared/security/world.ts'

export interface Offer {
  /** Done together they turn the verdict; most often it is one. */
  edits: readonly Edit[]
  /** What the call would then come to: proven, not hoped. */
  evaluation: Evaluation
}

/** More than two edits at once is no small change. */
const deepest = 2
/** Evaluations that are made to find offers. */
const tries = 60

/**
 * Up to three smallest edits that would turn a certain verdict, each tried by the evaluator before it is offered. An
 * uncertain one wants facts, not edits.
 */
export function turning(
  objects: readonly MeshObject[],
  asked: Flow,
  settings: Settings = istioDefaults,
  count = 3,
): Offer[] {
  const flow = named(asked, settings.trustDomain)
  const near = nearTo(objects, flow, settings)
  const first = createEvaluator(near, settings).explain(flow)
  if (first.verdict === 'uncertain') return []
  const wanted = first.verdict === 'deny' ? 'allow' : 'deny'
  const offers: Offer[] = []
  let level: { objects: readonly MeshObject[]; edits: readonly Edit[]; evaluation: Evaluation }[] = [
    { objects: near, edits: [], evaluation: first },
  ]
  let left = tries
  for (let depth = 0; depth < deepest && offers.length < count; depth++) {
    const next: typeof level = []
    for (const state of level)
      for (const edit of editsFor(state, flow, wanted)) {
        if (left-- <= 0) break
        const changed = applied(state.objects, edit)
        const evaluator: Evaluator = createEvaluator(changed, settings)
        // What Istio would refuse is no way to change anything.
        if (edit.after !== null && isRefused(evaluator, edit.after)) continue
        const evaluation = evaluator.explain(flow)
        const edits = [...state.edits, edit]
        if (evaluation.verdict === wanted) offers.push({ edits, evaluation })
        else next.push({ objects: changed, edits, evaluation })
      }
    level = next
  }
  return offers.toSorted((a, b) => sizeOf(a) - sizeOf(b)).slice(0, count)
}

/** Two edits of one rule let more pass than was asked for: a policy of its own goes before them. */
const sizeOf = ({ edits }: Offer) => edits.reduce((sum, { size }) => sum + size, 3 * (edits.length - 1))

function editsFor(
  state: { objects: readonly MeshObject[]; evaluation: Evaluation },
  flow: Flow,
  wanted: 'allow' | 'deny',
): Edit[] {
  const byKey = new Map(state.objects.map(object => [keyOf(refOf(object)), object]))
  const find: Find = (kind, namespace, name) => byKey.get(keyOf({ group: 'security.istio.io', kind, namespace, name }))
  const edits = (wanted === 'allow' ? allowing : refusing)(flow, state.evaluation, find)
  // A new policy never takes the name of one that is there.
  return edits.filter(({ before, after }) => before !== null || after === null || !byKey.has(keyOf(refOf(after))))
}

const applied = (objects: readonly MeshObject[], { before, after }: Edit): MeshObject[] => [
  ...objects.flatMap(object => (object === before ? (after === null ? [] : [after]) : [object])),
  ...(before === null && after !== null ? [after] : []),
]

const isRefused = ({ refused }: Evaluator, { kind, metadata }: MeshObject): boolean =>
  refused.some(
    ({ policy }) =>
      policy.kind === kind && policy.name === metadata.name && policy.namespace === (metadata.namespace ?? 'default'),
  )

/** Policies of other namespaces have no say, and trying goes faster without them. */
function nearTo(objects: readonly MeshObject[], { destination }: Flow, { rootNamespace }: Settings): MeshObject[] {
  const own = new Set([destination.namespace, rootNamespace])
  return objects.filter(
    ({ apiVersion, metadata }) =>
      !apiVersion.startsWith('security.istio.io/') || own.has(metadata.namespace ?? 'default'),
  )
}
