import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, isEqual, listOf, numberOf } from '#lab/kubernetes/value.ts'
import { holds, setConditions } from './conditions.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownerKeys, ownKey } from './controller.ts'
import { leave } from './leaving.ts'
import { createPod, freePodName, isActive, isReady } from './pod-template.ts'

const component = 'job-controller'

/** Runs pods until as many as wanted have succeeded, or too many have failed. */
export function jobController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'Job',
    watches: ['jobs.batch', 'pods'],
    interests: change => [...ownKey(change, 'jobs.batch'), ...ownerKeys(change, 'pods', 'Job')],
    reconcile(namespace, name) {
      const job = store.get('jobs.batch', namespace, name)
      if (!job || isLeaving(job)) return
      const pods = owners.owned(job.metadata.uid, 'pods')
      const inPhase = (phase: string) => pods.filter(pod => at(pod, 'status.phase') === phase).length
      const [succeeded, failed] = [inPhase('Succeeded'), inPhase('Failed')]
      const active = pods.filter(isActive)
      const completions = numberOf(job.spec?.['completions'], 1)
      const end = endOf(job)
      const isComplete = succeeded >= completions
      const hasFailed = failed > numberOf(job.spec?.['backoffLimit'], 6)
      if (end !== undefined) expire(job, end)
      else if (isComplete || hasFailed) for (const pod of active) leave(cluster, 'pods', pod)
      else if (job.spec?.['suspend'] !== true) {
        const parallelism = numberOf(job.spec?.['parallelism'], 1)
        const missing = Math.min(parallelism, completions - succeeded) - active.length
        for (let count = 0; count < missing; count++) start(job)
      }
      tellStatus(job, { succeeded, failed, isComplete, hasFailed })
    },
  }

  function start(job: KubeObject): void {
    const labels = { 'batch.kubernetes.io/job-name': job.metadata.name, 'job-name': job.metadata.name }
    const pod = createPod(cluster, job, { name: freePodName(cluster, job), labels, generated: true })
    cluster.record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component)
  }

  /** Kubernetes, "Automatic Cleanup for Finished Jobs". */
  function expire(job: KubeObject, end: number): void {
    const lifetime = job.spec?.['ttlSecondsAfterFinished']
    if (typeof lifetime !== 'number') return
    const time = end + lifetime * 1000
    if (cluster.now() >= time) leave(cluster, 'jobs.batch', job)
    else cluster.lookAgain('Job', keyOf(job), time)
  }

  function tellStatus(
    stale: KubeObject,
    {
      succeeded,
      failed,
      isComplete,
      hasFailed,
    }: { succeeded: number; failed: number; isComplete: boolean; hasFailed: boolean },
  ): void {
    const job = store.get('jobs.batch', stale.metadata.namespace, stale.metadata.name)
    if (!job || endOf(job) !== undefined) return
    const active = owners.owned(job.metadata.uid, 'pods').filter(isActive)
    const now = cluster.since(job)
    const said = isComplete
      ? [holds('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods')]
      : hasFailed
        ? [holds('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')]
        : []
    const status = {
      ...(said.length > 0 ? { conditions: setConditions([], said, { time: now }) } : {}),
      startTime: job.status?.['startTime'] ?? timestamp(now),
      ...(isComplete ? { completionTime: timestamp(now) } : {}),
      ...(active.length > 0 ? { active: active.length } : {}),
      ready: active.filter(isReady).length,
      ...(succeeded > 0 ? { succeeded } : {}),
      ...(failed > 0 ? { failed } : {}),
    }
    if (isEqual(job.status, status)) return
    store.replace({ ...job, status })
    if (isComplete) cluster.record(job, 'Normal', 'Completed', 'Job completed', component)
    else if (hasFailed)
      cluster.record(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', component)
  }
}

/** When a Job came to its end; undefined while it runs. */
export function endOf(job: KubeObject): number | undefined {
  const condition = listOf(job.status?.['conditions']).find(
    item => (item['type'] === 'Complete' || item['type'] === 'Failed') && item['status'] === 'True',
  )
  return condition && Date.parse(String(condition['lastTransitionTime']))
}
