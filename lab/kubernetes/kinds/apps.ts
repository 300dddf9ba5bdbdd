import {
  autoscalerColumns,
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  statefulSetColumns,
  wideColumns,
} from '#lab/kubernetes/printing/workloads.ts'
import type { Column, Kind } from '#lab/kubernetes/resources.ts'
import { at, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { builtIn, column } from './kind.ts'

const workload = (
  kind: string,
  shortNames: string[],
  columns: Column[],
  wide: Column[],
  options: Partial<Kind> = {},
): Kind => {
  const made = builtIn({
    group: 'apps',
    versions: ['v1'],
    kind,
    shortNames,
    categories: ['all'],
    status: true,
    counted: true,
    columns,
    ...options,
  })
  return { ...made, columns: [...made.columns, ...wide] }
}

const scale = { scale: true } as const
const withoutSelector = wideColumns.slice(0, 2)

export const appsKinds: Kind[] = [
  workload('Deployment', ['deploy'], deploymentColumns, wideColumns, scale),
  workload('ReplicaSet', ['rs'], replicaSetColumns, wideColumns, scale),
  workload('StatefulSet', ['sts'], statefulSetColumns, withoutSelector, scale),
  workload('DaemonSet', ['ds'], daemonSetColumns, wideColumns),
  builtIn({
    group: 'apps',
    versions: ['v1'],
    kind: 'ControllerRevision',
    columns: [
      column('Controller', object => {
        const owner = object.metadata.ownerReferences?.find(reference => reference.controller)
        return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>'
      }),
      column('Revision', object => numberOf(object['revision']), { type: 'integer' }),
    ],
  }),
  builtIn({
    group: 'autoscaling',
    versions: ['v2'],
    kind: 'HorizontalPodAutoscaler',
    shortNames: ['hpa'],
    categories: ['all'],
    status: true,
    columns: autoscalerColumns,
  }),
  builtIn({
    group: 'batch',
    versions: ['v1'],
    kind: 'Job',
    categories: ['all'],
    status: true,
    counted: true,
    columns: [
      column('Completions', job => {
        const wanted = at(job, 'spec.completions')
        return `${numberOf(at(job, 'status.succeeded'))}/${numberOf(wanted, 1)}`
      }),
    ],
  }),
  builtIn({
    group: 'batch',
    versions: ['v1'],
    kind: 'CronJob',
    shortNames: ['cj'],
    categories: ['all'],
    status: true,
    counted: true,
    columns: [
      column('Schedule', job => textOf(at(job, 'spec.schedule'))),
      column('Suspend', job => (at(job, 'spec.suspend') === true ? 'True' : 'False')),
    ],
  }),
]
