import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import type { Cluster } from '#lab/kubernetes/controllers/controller.ts'
import { generationOf, replicasOf } from '#lab/kubernetes/controllers/pod-template.ts'
import { at, type Fields, isEqual, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'

/** What the Sail operator's controllers share (sailoperator.io, "API reference"). */

export const istios = 'istios.sailoperator.io'
export const revisions = 'istiorevisions.sailoperator.io'
export const tags = 'istiorevisiontags.sailoperator.io'

export const reconciled = holds('Reconciled', 'Healthy', '')
export const healthy = holds('Ready', 'Healthy', '')

/** `v1.29.0` → `1.29.0`, as images are tagged. */
export const imageTag = (version: unknown): string => textOf(version).replace(/^v/, '')

/** The names of what a revision installs: the default one without a suffix. */
export const istiodName = (revision: string): string => (revision === 'default' ? 'istiod' : `istiod-${revision}`)

export const inNamespace = (object: KubeObject): string => textOf(at(object, 'spec.namespace'), 'istio-system')

/** Conditions, and in `state` the reason of the first that is not as it should be. */
export function tellSail(
  cluster: Cluster,
  stale: KubeObject,
  resource: string,
  said: Condition[],
  more: Fields = {},
): void {
  const object = cluster.store.get(resource, undefined, stale.metadata.name)
  if (!object) return
  const conditions = setConditions(listOf(object.status?.['conditions']), said, { time: cluster.since(object) })
  const bad = said.find(condition => condition.status !== 'True' && condition.type !== 'InUse')
  const status = {
    ...object.status,
    observedGeneration: generationOf(object),
    conditions,
    state: bad?.reason ?? 'Healthy',
    ...more,
  }
  if (isEqual(object.status, status)) return
  const next = cluster.store.replace({ ...object, status })
  if (bad && bad.reason !== object.status?.['state'])
    cluster.record(next, 'Warning', bad.reason, bad.message, 'sail-operator')
}

export function istiodReadiness(deployment: KubeObject | undefined): Condition {
  const not = (message: string) => fails('Ready', 'IstiodNotReady', message)
  if (!deployment) return not('istiod Deployment not found')
  const wanted = replicasOf(deployment)
  if (wanted === 0) return not('istiod Deployment is scaled to zero replicas')
  const ready = numberOf(deployment.status?.['readyReplicas'])
  return ready >= wanted ? healthy : not('not all istiod pods are ready')
}

export function daemonReadiness(set: KubeObject | undefined, name: string): Condition {
  const not = (message: string) => fails('Ready', 'DaemonSetNotReady', message)
  if (!set) return not(`${name} DaemonSet not found`)
  const wanted = numberOf(set.status?.['desiredNumberScheduled'])
  return numberOf(set.status?.['numberReady']) >= wanted ? healthy : not(`not all ${name} pods are ready`)
}
