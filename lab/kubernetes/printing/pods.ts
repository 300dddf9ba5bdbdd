import type { KubeObject } from '#lab/contract.ts'
import { column } from '#lab/kubernetes/kinds/kind.ts'
import type { Column } from '#lab/kubernetes/resources.ts'
import { at, type Fields, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { humanAge } from './age.ts'

/** READY, STATUS and RESTARTS of a pod as `kubectl get pods` prints them. */
export const podColumns: Column[] = [
  column('Ready', pod => readyOf(pod)),
  column('Status', pod => statusOf(pod)),
  column('Restarts', (pod, now) => restartsOf(pod, now)),
]

export const widePodColumns: Column[] = [
  column('IP', pod => textOf(at(pod, 'status.podIP'), '<none>'), { wide: true }),
  column('Node', pod => textOf(at(pod, 'spec.nodeName'), '<none>'), { wide: true }),
  column('Nominated Node', pod => textOf(at(pod, 'status.nominatedNodeName'), '<none>'), { wide: true }),
  column('Readiness Gates', () => '<none>', { wide: true }),
]

const statuses = (pod: KubeObject): Fields[] => listOf(at(pod, 'status.containerStatuses'))

/** Init containers that keep running (`restartPolicy: Always`) are sidecars and count as containers. */
const lasting = (pod: KubeObject): Fields[] =>
  listOf(at(pod, 'spec.initContainers')).filter(container => container['restartPolicy'] === 'Always')

function lastingStatuses(pod: KubeObject): Fields[] {
  const names = new Set(lasting(pod).map(container => container['name']))
  return listOf(at(pod, 'status.initContainerStatuses')).filter(status => names.has(status['name']))
}

function readyOf(pod: KubeObject): string {
  const total = listOf(at(pod, 'spec.containers')).length + lasting(pod).length
  const ready = [...statuses(pod), ...lastingStatuses(pod)].filter(status => status['ready'] === true).length
  return `${ready}/${total}`
}

function restartsOf(pod: KubeObject, now: number): string {
  let restarts = 0
  let last = ''
  for (const status of [...statuses(pod), ...lastingStatuses(pod)]) {
    restarts += numberOf(status['restartCount'])
    const finished = textOf(at(status, 'lastState.terminated.finishedAt'))
    if (finished > last) last = finished
  }
  return restarts > 0 && last !== '' ? `${restarts} (${humanAge(last, now)} ago)` : String(restarts)
}

export function statusOf(pod: KubeObject): string {
  const phase = textOf(at(pod, 'status.reason')) || textOf(at(pod, 'status.phase'), 'Unknown')
  if (pod.metadata.deletionTimestamp) return phase === 'NodeLost' ? 'Unknown' : 'Terminating'
  const starting = initStatus(pod)
  if (starting) return starting
  let reason = phase
  let running = false
  for (const status of statuses(pod).toReversed()) {
    const found = reasonOf(fieldsOf(status['state']))
    if (found) reason = found
    else if (status['ready'] === true && at(status, 'state.running')) running = true
  }
  const ready = listOf(at(pod, 'status.conditions')).some(item => item['type'] === 'Ready' && item['status'] === 'True')
  return reason === 'Completed' && running ? (ready ? 'Running' : 'NotReady') : reason
}

function reasonOf(state: Fields): string {
  const waiting = textOf(at(state, 'waiting.reason'))
  if (waiting) return waiting
  const ended = fieldsOf(state['terminated'])
  if (Object.keys(ended).length === 0) return ''
  return (
    textOf(ended['reason']) ||
    (numberOf(ended['signal']) ? `Signal:${numberOf(ended['signal'])}` : `ExitCode:${numberOf(ended['exitCode'])}`)
  )
}

/** `Init:0/2` and its likes while init containers run; undefined when they are done. */
function initStatus(pod: KubeObject): string | undefined {
  const containers = listOf(at(pod, 'spec.initContainers'))
  const found = listOf(at(pod, 'status.initContainerStatuses'))
  const lastingNames = new Set(lasting(pod).map(container => container['name']))
  for (const [index, status] of found.entries()) {
    const state = fieldsOf(status['state'])
    if (at(state, 'terminated') !== undefined && numberOf(at(state, 'terminated.exitCode')) === 0) continue
    if (lastingNames.has(status['name']) && status['started'] === true) continue
    if (at(state, 'terminated') !== undefined) return `Init:${reasonOf(state)}`
    const waiting = textOf(at(state, 'waiting.reason'))
    if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`
    return `Init:${index}/${containers.length}`
  }
  return undefined
}
