import type { KubeObject } from '#lab/contract.ts'
import { at, type Fields, fieldsOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownerKeys, ownKey } from './controller.ts'
import { deadlineOf, deploymentStatus } from './deployment-status.ts'
import { hashLabel, hashOf, isSameTemplate, ownerOf, replicasOf, withoutHash } from './pod-template.ts'
import { nextSizes, resolve } from './rollout.ts'

const component = 'deployment-controller'
const revision = 'deployment.kubernetes.io/revision'

/** One ReplicaSet per pod template; moves pods to the newest as the strategy says. */
export function deploymentController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  const setsOf = (deployment: KubeObject): KubeObject[] =>
    owners
      .owned(deployment.metadata.uid, 'replicasets.apps')
      .filter(set => !isLeaving(set))
      .toSorted((a, b) => revisionOf(a) - revisionOf(b))

  return {
    name: 'Deployment',
    watches: ['deployments.apps', 'replicasets.apps', 'pods'],
    interests: change => [
      ...ownKey(change, 'deployments.apps'),
      ...ownerKeys(change, 'replicasets.apps', 'Deployment'),
      // Where no two versions may run side by side, the last old pod is waited for.
      ...(change.type === 'DELETED'
        ? ownerKeys(change, 'pods', 'ReplicaSet').flatMap(key => {
            const set = store.get('replicasets.apps', change.object.metadata.namespace, key.slice(key.indexOf('/') + 1))
            return set
              ? ownerKeys({ ...change, resource: 'replicasets.apps', object: set }, 'replicasets.apps', 'Deployment')
              : []
          })
        : []),
    ],
    reconcile(namespace, name) {
      const deployment = store.get('deployments.apps', namespace, name)
      if (!deployment || isLeaving(deployment)) return
      const paused = deployment.spec?.['paused'] === true
      let fresh = setsOf(deployment).find(set => isSameTemplate(set.spec?.['template'], deployment.spec?.['template']))
      if (!paused) fresh = fresh ? promote(deployment, fresh) : createSet(deployment)
      if (paused) resizePaused(deployment)
      else if (fresh) roll(deployment, fresh)
      finish(deployment, fresh)
    },
  }

  function createSet(deployment: KubeObject): KubeObject {
    const { namespace, name } = deployment.metadata
    const template = fieldsOf(withoutHash(deployment.spec?.['template']))
    let hash = hashOf(template)
    for (let collision = 1; store.get('replicasets.apps', namespace, `${name}-${hash}`); collision++)
      hash = hashOf(template, collision)
    const labels = { ...(fieldsOf(at(template, 'metadata.labels')) as Record<string, string>), [hashLabel]: hash }
    const selector = fieldsOf(deployment.spec?.['selector'])
    return store.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels,
        annotations: { ...inherited(deployment), [revision]: String(latest(deployment) + 1), ...sizing(deployment) },
        ownerReferences: [ownerOf(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...fieldsOf(selector['matchLabels']), [hashLabel]: hash } },
        template: { ...template, metadata: { ...fieldsOf(template['metadata']), labels } },
      },
      status: { replicas: 0 },
    })
  }

  /** A set that becomes the newest again (a rollback) gets the next revision. */
  function promote(deployment: KubeObject, set: KubeObject): KubeObject {
    const others = setsOf(deployment).filter(other => other !== set)
    const newest = Math.max(0, ...others.map(revisionOf))
    const own = revisionOf(set)
    const annotations = {
      ...set.metadata.annotations,
      [revision]: String(own > newest ? own : newest + 1),
      ...sizing(deployment),
    }
    return store.replace({ ...set, metadata: { ...set.metadata, annotations } })
  }

  function latest(deployment: KubeObject): number {
    const told = Number(deployment.metadata.annotations?.[revision] ?? 0) || 0
    return Math.max(told, ...setsOf(deployment).map(revisionOf))
  }

  function roll(deployment: KubeObject, fresh: KubeObject): void {
    const replicas = replicasOf(deployment)
    const old = setsOf(deployment).filter(set => set.metadata.name !== fresh.metadata.name)
    if (at(deployment, 'spec.strategy.type') === 'Recreate') {
      for (const set of old) resize(deployment, set, 0)
      const isClear = old.every(set => owners.owned(set.metadata.uid, 'pods').length === 0)
      if (isClear) resize(deployment, fresh, replicas)
      return
    }
    const sizes = nextSizes({ replicas, ...limits(deployment) }, sizeOf(fresh), old.map(sizeOf))
    resize(deployment, fresh, sizes.fresh)
    for (const [index, set] of old.entries()) resize(deployment, set, sizes.old[index] ?? 0)
  }

  /** While paused no pod changes its template, but the Deployment can still be scaled. */
  function resizePaused(deployment: KubeObject): void {
    const active = setsOf(deployment).filter(set => replicasOf(set) > 0)
    const [last] = active.slice(-1)
    if (last && active.length === 1) resize(deployment, last, replicasOf(deployment))
  }

  function resize(deployment: KubeObject, set: KubeObject, replicas: number): void {
    const from = replicasOf(set)
    if (from === replicas) return
    store.replace({ ...set, spec: { ...set.spec, replicas } })
    const way = replicas > from ? 'up' : 'down'
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${from} to ${replicas}`
    cluster.record(deployment, 'Normal', 'ScalingReplicaSet', message, component)
  }

  function finish(stale: KubeObject, fresh: KubeObject | undefined): void {
    const deployment = store.get('deployments.apps', stale.metadata.namespace, stale.metadata.name)
    if (!deployment) return
    const sets = setsOf(deployment)
    const current = sets.find(set => set.metadata.name === fresh?.metadata.name)
    const status = deploymentStatus(deployment, current, sets, { ...limits(deployment), now: cluster.now() })
    const annotations = {
      ...deployment.metadata.annotations,
      ...(current ? { [revision]: String(revisionOf(current)) } : {}),
    }
    const next = store.replace({ ...deployment, metadata: { ...deployment.metadata, annotations }, status })
    const deadline = deadlineOf(next)
    if (Number.isFinite(deadline)) cluster.lookAgain('Deployment', keyOf(next), deadline + 1)
    const idle = sets.filter(
      set => set !== current && replicasOf(set) === 0 && numberOf(set.status?.['replicas']) === 0,
    )
    const kept = numberOf(deployment.spec?.['revisionHistoryLimit'], 10)
    for (const set of idle.slice(0, Math.max(0, idle.length - kept)))
      store.remove('replicasets.apps', set.metadata.namespace, set.metadata.name)
  }
}

const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[revision] ?? 0) || 0

const sizeOf = (set: KubeObject) => ({
  wanted: replicasOf(set),
  available: numberOf(set.status?.['availableReplicas']),
})

function limits(deployment: KubeObject): { maxSurge: number; maxUnavailable: number } {
  const replicas = replicasOf(deployment)
  const rolling: Fields = fieldsOf(at(deployment, 'spec.strategy.rollingUpdate'))
  const maxSurge = resolve(rolling['maxSurge'] ?? '25%', replicas, 'up')
  const maxUnavailable = resolve(rolling['maxUnavailable'] ?? '25%', replicas, 'down')
  // Both zero would never move: Kubernetes takes one away then.
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable }
}

function sizing(deployment: KubeObject): Record<string, string> {
  const replicas = replicasOf(deployment)
  return {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + limits(deployment).maxSurge),
  }
}

/** What a ReplicaSet takes over of its Deployment's annotations: all but kubectl's own and the revision. */
function inherited(deployment: KubeObject): Record<string, string> {
  const left = ['kubectl.kubernetes.io/last-applied-configuration', revision]
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {})
      .filter(([key]) => !left.includes(key))
      .map(([key, value]) => [key, textOf(value)]),
  )
}
