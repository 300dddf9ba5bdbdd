import type { Json } from '#bff/sources/kubernetes-raw.ts'
import { at, count, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { LogContainer } from '#shared/logs/api.ts'

/** A container of a pod as far as its log goes. */
export type Container = Omit<LogContainer, 'id' | 'isRead' | 'workload'> & {
  /** Why the last one of it ended, in Kubernetes' words. */
  ended: string
}

const lists = [
  ['containers', 'containerStatuses', 'container'],
  ['initContainers', 'initContainerStatuses', 'init'],
  ['ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral'],
] as const

/** Those that run with the pod first. An init container that keeps running (a sidecar since Kubernetes 1.29) is one of them. */
export function containersOf(pod: Json): Container[] {
  const name = text(at(pod, 'metadata')['name'])
  const spec = record(pod['spec'])
  const status = record(pod['status'])
  return lists.flatMap(([specs, statuses, kind]) =>
    list(spec[specs]).map((container): Container => {
      const told = list(status[statuses]).find(each => each['name'] === container['name'])
      const last = at(told, 'lastState', 'terminated')
      const now = at(told, 'state', 'terminated')
      return {
        pod: name,
        container: text(container['name']),
        kind: kind === 'init' && container['restartPolicy'] === 'Always' ? 'container' : kind,
        state: stateOf(record(told?.['state'])),
        restarts: count(told?.['restartCount']),
        hasPrevious: Object.keys(last).length > 0,
        ended: endOf(Object.keys(now).length > 0 ? now : last),
      }
    }),
  )
}

function stateOf(state: Json): Container['state'] {
  if (state['running'] !== undefined) return 'running'
  if (state['waiting'] !== undefined) return 'waiting'
  return state['terminated'] === undefined ? 'unknown' : 'ended'
}

function endOf(terminated: Json): string {
  const reason = text(terminated['reason']).slice(0, 100)
  if (reason === '' && terminated['exitCode'] === undefined) return ''
  return `${reason === '' ? 'ended' : reason}, exit code ${count(terminated['exitCode'])}`
}

/** What a view begins with: everything but what has done its work before the pod began. */
export const isUsual = ({ kind }: Container): boolean => kind !== 'init'
