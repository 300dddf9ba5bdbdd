import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, fieldsOf, isEqual, listOf, numberOf, stringsOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, ownerKeys, ownKey } from './controller.ts'
import { nextTime } from './cron.ts'
import { endOf } from './job.ts'
import { leave } from './leaving.ts'
import { ownerOf } from './pod-template.ts'

const component = 'cronjob-controller'

/** Makes a Job whenever the schedule says so, and keeps a few of the finished ones. */
export function cronJobController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'CronJob',
    watches: ['cronjobs.batch', 'jobs.batch'],
    interests: change => [...ownKey(change, 'cronjobs.batch'), ...ownerKeys(change, 'jobs.batch', 'CronJob')],
    reconcile(namespace, name) {
      const cron = store.get('cronjobs.batch', namespace, name)
      if (!cron || isLeaving(cron)) return
      const now = cluster.now()
      const last = Date.parse(textOf(cron.status?.['lastScheduleTime'], cron.metadata.creationTimestamp))
      const due = nextTime(textOf(cron.spec?.['schedule']), Math.max(last, now - 60_000))
      let started: number | undefined
      if (due !== undefined && due <= now && cron.spec?.['suspend'] !== true)
        started = start(cron, due) ? due : undefined
      const next = nextTime(textOf(cron.spec?.['schedule']), Math.max(now, due ?? now))
      if (next !== undefined)
        cluster.lookAgain('CronJob', `${namespace}/${name}`, due !== undefined && due > now ? due : next)
      forget(cron)
      tellStatus(cron, started)
    },
  }

  function jobsOf(cron: KubeObject): KubeObject[] {
    return owners.owned(cron.metadata.uid, 'jobs.batch')
  }

  function start(cron: KubeObject, due: number): boolean {
    const running = jobsOf(cron).filter(job => endOf(job) === undefined)
    const policy = textOf(cron.spec?.['concurrencyPolicy'], 'Allow')
    if (policy === 'Forbid' && running.length > 0) return false
    if (policy === 'Replace') for (const job of running) leave(cluster, 'jobs.batch', job)
    const { namespace = '', name } = cron.metadata
    const jobName = `${name}-${Math.floor(due / 60_000)}`
    if (store.get('jobs.batch', namespace, jobName)) return false
    const template = fieldsOf(cron.spec?.['jobTemplate'])
    store.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: jobName,
        namespace,
        labels: stringsOf(at(template, 'metadata.labels')),
        annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due) },
        ownerReferences: [ownerOf(cron)],
      },
      spec: fieldsOf(template['spec']),
    })
    cluster.record(cron, 'Normal', 'SuccessfulCreate', `Created job ${jobName}`, component)
    return true
  }

  function forget(cron: KubeObject): void {
    for (const [type, limit] of [
      ['Complete', numberOf(cron.spec?.['successfulJobsHistoryLimit'], 3)],
      ['Failed', numberOf(cron.spec?.['failedJobsHistoryLimit'], 1)],
    ] as const) {
      const ended = jobsOf(cron)
        .filter(job => listOf(job.status?.['conditions']).some(item => item['type'] === type))
        .toSorted((a, b) => (endOf(b) ?? 0) - (endOf(a) ?? 0))
      for (const job of ended.slice(limit)) leave(cluster, 'jobs.batch', job)
    }
  }

  function tellStatus(stale: KubeObject, started: number | undefined): void {
    const cron = store.get('cronjobs.batch', stale.metadata.namespace, stale.metadata.name)
    if (!cron) return
    const { active: _, ...before } = cron.status ?? {}
    const running = jobsOf(cron).filter(job => endOf(job) === undefined)
    const ended = jobsOf(cron).flatMap(job =>
      job.status?.['completionTime'] === undefined ? [] : [textOf(job.status['completionTime'])],
    )
    const status = {
      ...before,
      ...(running.length > 0
        ? {
            active: running.map(({ metadata }) => ({
              apiVersion: 'batch/v1',
              kind: 'Job',
              name: metadata.name,
              namespace: metadata.namespace,
              uid: metadata.uid,
            })),
          }
        : {}),
      ...(started === undefined ? {} : { lastScheduleTime: timestamp(started) }),
      ...(ended.length > 0 ? { lastSuccessfulTime: ended.toSorted().at(-1) } : {}),
    }
    if (!isEqual(cron.status ?? {}, status)) store.replace({ ...cron, status })
  }
}
