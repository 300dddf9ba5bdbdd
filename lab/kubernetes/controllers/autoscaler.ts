import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, fieldsOf, isEqual, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { type Condition, fails, holds, setConditions } from './conditions.ts'
import { type Cluster, type Controller, isLeaving, isWishChanged, keyOf, ownKey } from './controller.ts'
import { generationOf, replicasOf } from './pod-template.ts'

const resource = 'horizontalpodautoscalers.autoscaling'
const component = 'horizontal-pod-autoscaler'

/** Milliseconds between two looks, and how long a scale-down waits (Kubernetes, "Horizontal Pod Autoscaling"). */
const period = 15_000
const stabilization = 300_000
const tolerance = 0.1

/** Used CPU of a workload's pods in percent of what they ask for; undefined where nothing is known. */
export type CpuUtilization = (namespace: string, workload: string) => number | undefined

/** Scales workloads by their CPU, as far as somebody can say how much they use. */
export function autoscalerController(cluster: Cluster, utilizationOf: CpuUtilization): Controller {
  const { store } = cluster
  /** What was recommended lately: a scale-down takes the largest. */
  const wishes = new Map<string, { time: number; replicas: number }[]>()
  return {
    name: 'HorizontalPodAutoscaler',
    watches: [resource],
    interests: change => (isWishChanged(change) ? ownKey(change, resource) : []),
    reconcile(namespace, name) {
      const key = `${namespace}/${name}`
      const scaler = store.get(resource, namespace, name)
      if (!scaler || isLeaving(scaler)) {
        wishes.delete(key)
        return
      }
      cluster.lookAgain('HorizontalPodAutoscaler', key, cluster.now() + period)
      const target = targetOf(scaler)
      if (!target) {
        const { kind, name: wanted } = fieldsOf(scaler.spec?.['scaleTargetRef'])
        const message = `the HPA controller was unable to get the target's current scale: ${String(kind)} "${String(wanted)}" not found`
        write(scaler, undefined, [fails('AbleToScale', 'FailedGetScale', message)], undefined)
        return
      }
      const used = utilizationOf(namespace, target.metadata.name)
      const wanted = targetUtilization(scaler)
      if (used === undefined || wanted === undefined) {
        const message = 'the HPA was unable to compute the replica count: no metrics returned from resource metrics API'
        const found = holds(
          'AbleToScale',
          'SucceededGetScale',
          "the HPA controller was able to get the target's current scale",
        )
        write(scaler, target, [found, fails('ScalingActive', 'FailedGetResourceMetric', message)], undefined)
        return
      }
      scale(scaler, target, { used, wanted })
    },
  }

  function targetOf(scaler: KubeObject): KubeObject | undefined {
    const { apiVersion, kind, name } = fieldsOf(scaler.spec?.['scaleTargetRef'])
    const found = store.resources.of(textOf(apiVersion), textOf(kind))
    return found?.scale ? store.get(found.name, scaler.metadata.namespace, textOf(name)) : undefined
  }

  function scale(scaler: KubeObject, target: KubeObject, { used, wanted }: { used: number; wanted: number }): void {
    const now = cluster.now()
    const current = replicasOf(target)
    const ratio = used / wanted
    const asked = Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(current * ratio)
    const [least, most] = [numberOf(scaler.spec?.['minReplicas'], 1), numberOf(scaler.spec?.['maxReplicas'], 1)]
    const key = keyOf(scaler)
    const recent = (wishes.get(key) ?? []).filter(wish => now - wish.time < stabilization)
    wishes.set(key, [...recent, { time: now, replicas: asked }])
    const steady = asked < current ? Math.min(current, Math.max(asked, ...recent.map(wish => wish.replicas))) : asked
    // Never more than twice as many at once.
    const bounded = Math.min(most, Math.max(least, Math.min(steady, Math.max(4, current * 2))))
    const isLimited = bounded !== steady
    if (bounded !== current) {
      store.replace({ ...target, spec: { ...target.spec, replicas: bounded } })
      const way = ratio > 1 ? 'above' : 'below'
      const message = `New size: ${bounded}; reason: cpu resource utilization (percentage of request) ${way} target`
      cluster.record(scaler, 'Normal', 'SuccessfulRescale', message, component)
    }
    const conditions = [
      holds('AbleToScale', 'ReadyForNewScale', 'recommended size matches current size'),
      holds(
        'ScalingActive',
        'ValidMetricFound',
        'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      ),
      isLimited
        ? holds(
            'ScalingLimited',
            steady > bounded ? 'TooManyReplicas' : 'TooFewReplicas',
            'the desired replica count is outside of its range',
          )
        : fails('ScalingLimited', 'DesiredWithinRange', 'the desired count is within the acceptable range'),
    ]
    write(scaler, target, conditions, { used, desired: bounded })
  }

  function write(
    stale: KubeObject,
    target: KubeObject | undefined,
    said: Condition[],
    scaled: { used: number; desired: number } | undefined,
  ): void {
    const scaler = store.get(resource, stale.metadata.namespace, stale.metadata.name)
    if (!scaler) return
    const current = numberOf(at(target, 'status.replicas'))
    const desired = scaled?.desired ?? 0
    const conditions = setConditions(listOf(scaler.status?.['conditions']), said, { time: cluster.since(scaler) })
    const hasScaled = target !== undefined && scaled !== undefined && replicasOf(target) !== desired
    const status = {
      ...scaler.status,
      conditions,
      currentReplicas: current,
      desiredReplicas: desired,
      observedGeneration: generationOf(scaler),
      ...(hasScaled ? { lastScaleTime: timestamp(cluster.now()) } : {}),
      ...(scaled === undefined
        ? {}
        : {
            currentMetrics: [
              { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: Math.round(scaled.used) } } },
            ],
          }),
    }
    if (!isEqual(scaler.status, status)) store.replace({ ...scaler, status })
  }
}

function targetUtilization(scaler: KubeObject): number | undefined {
  const metric = listOf(scaler.spec?.['metrics']).find(
    item => item['type'] === 'Resource' && at(item, 'resource.name') === 'cpu',
  )
  const value = at(metric, 'resource.target.averageUtilization')
  return typeof value === 'number' && value > 0 ? value : undefined
}
