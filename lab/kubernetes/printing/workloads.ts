import type { KubeObject } from '#lab/contract.ts'
import { column } from '#lab/kubernetes/kinds/kind.ts'
import type { Column } from '#lab/kubernetes/resources.ts'
import { at, listOf, numberOf, textOf, shown } from '#lab/kubernetes/value.ts'
import { formatSelector } from './labels.ts'

const count = (object: KubeObject, path: string): number => numberOf(at(object, path))
const integer = { type: 'integer' } as const

const containers = (field: 'name' | 'image') => (object: KubeObject) =>
  listOf(at(object, 'spec.template.spec.containers'))
    .map(container => textOf(container[field]))
    .join(',')

const wide: Column[] = [
  column('Containers', containers('name'), { wide: true }),
  column('Images', containers('image'), { wide: true }),
  column('Selector', object => formatSelector(at(object, 'spec.selector')), { wide: true }),
]

export const deploymentColumns: Column[] = [
  column('Ready', object => `${count(object, 'status.readyReplicas')}/${count(object, 'spec.replicas')}`),
  column('Up-to-date', object => count(object, 'status.updatedReplicas'), integer),
  column('Available', object => count(object, 'status.availableReplicas'), integer),
]
export const wideColumns = wide

export const replicaSetColumns: Column[] = [
  column('Desired', object => count(object, 'spec.replicas'), integer),
  column('Current', object => count(object, 'status.replicas'), integer),
  column('Ready', object => count(object, 'status.readyReplicas'), integer),
]

export const statefulSetColumns: Column[] = [
  column('Ready', object => `${count(object, 'status.readyReplicas')}/${count(object, 'spec.replicas')}`),
]

export const daemonSetColumns: Column[] = [
  column('Desired', object => count(object, 'status.desiredNumberScheduled'), integer),
  column('Current', object => count(object, 'status.currentNumberScheduled'), integer),
  column('Ready', object => count(object, 'status.numberReady'), integer),
  column('Up-to-date', object => count(object, 'status.updatedNumberScheduled'), integer),
  column('Available', object => count(object, 'status.numberAvailable'), integer),
  column('Node Selector', object => formatSelector({ matchLabels: at(object, 'spec.template.spec.nodeSelector') })),
]

export const autoscalerColumns: Column[] = [
  column(
    'Reference',
    object => `${textOf(at(object, 'spec.scaleTargetRef.kind'))}/${textOf(at(object, 'spec.scaleTargetRef.name'))}`,
  ),
  column('Targets', object => {
    const current = listOf(at(object, 'status.currentMetrics'))
    const targets = listOf(at(object, 'spec.metrics')).map((metric, index) => {
      const name = textOf(at(metric, 'resource.name'))
      const wanted = at(metric, 'resource.target.averageUtilization')
      const present = at(current[index], 'resource.current.averageUtilization')
      return `${name}: ${typeof present === 'number' ? `${present}%` : '<unknown>'}/${shown(wanted ?? '<auto>')}%`
    })
    return targets.length === 0 ? '<none>' : targets.join(', ')
  }),
  column('MinPods', object => shown(at(object, 'spec.minReplicas') ?? '<unset>')),
  column('MaxPods', object => count(object, 'spec.maxReplicas'), integer),
  column('Replicas', object => count(object, 'status.currentReplicas'), integer),
]
