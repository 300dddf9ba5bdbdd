import type { KubeObject } from '#lab/contract.ts'
import { hexOf, timestamp } from '#lab/kubernetes/identity.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'
import { cannotBePulled, type Happening, type Moment, stepContainer } from './container-life.ts'

export interface Place {
  hostIP: string
  podIP: string
  /** Whether the node tells of itself: nothing on one that does not is ready. */
  isReady: boolean
}

/** A pod's status at a moment, and what happened to its containers since the last look. What was true before keeps its time. */
export function podStatus(pod: KubeObject, place: Place, moment: Moment): { status: Fields; happened: Happening[] } {
  const time = timestamp(moment.now)
  const init = listOf(at(pod, 'spec.initContainers'))
  // An init container that cannot be pulled keeps all others waiting.
  const isInitialized = moment.isCreated && !init.some(cannotBePulled)
  const steps = listOf(at(pod, 'spec.containers')).map(container => {
    const old = listOf(at(pod, 'status.containerStatuses')).find(item => item['name'] === container['name'])
    return stepContainer(pod, container, old, { ...moment, isCreated: isInitialized })
  })
  const statuses = steps.map(step => step.status)
  const unready = statuses.filter(status => status['ready'] !== true).map(status => String(status['name']))
  const phase = phaseOf(pod, statuses)
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  const condition = conditionsOf(pod, time, unready, phase)
  const { isCreated } = moment
  return {
    status: {
      phase,
      conditions: [
        condition('PodReadyToStartContainers', isCreated && !isOver),
        condition('Initialized', isInitialized || init.length === 0),
        condition('Ready', unready.length === 0 && place.isReady),
        condition('ContainersReady', unready.length === 0),
        condition('PodScheduled', true),
      ],
      hostIP: place.hostIP,
      hostIPs: [{ ip: place.hostIP }],
      ...(isCreated ? { podIP: place.podIP, podIPs: [{ ip: place.podIP }] } : {}),
      startTime: at(pod, 'status.startTime') ?? time,
      qosClass: at(pod, 'status.qosClass') ?? 'Burstable',
      ...(init.length > 0
        ? { initContainerStatuses: init.map(item => initStatus(pod, item, isInitialized, isCreated, time)) }
        : {}),
      containerStatuses: statuses,
    },
    happened: [
      ...(isInitialized && !hadBegun(pod) ? init.flatMap(begun) : []),
      ...steps.flatMap(step => step.happened),
    ],
  }
}

const hadBegun = (pod: KubeObject): boolean =>
  listOf(at(pod, 'status.initContainerStatuses')).some(item => item['containerID'] !== undefined)

const begun = ({ name, image }: Fields): Happening[] => [
  { type: 'Normal', reason: 'Pulled', message: `Container image "${String(image)}" already present on machine` },
  { type: 'Normal', reason: 'Created', message: `Created container: ${String(name)}` },
  { type: 'Normal', reason: 'Started', message: `Started container ${String(name)}` },
]

function conditionsOf(pod: KubeObject, time: string, unready: readonly string[], phase: string) {
  const before = listOf(at(pod, 'status.conditions'))
  const reason = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : 'ContainersNotReady'
  return (type: string, isTrue: boolean): Fields => {
    const status = isTrue ? 'True' : 'False'
    const old = before.find(item => item['type'] === type)
    const since = old?.['status'] === status ? old['lastTransitionTime'] : time
    const why = { reason, message: `containers with unready status: [${unready.join(' ')}]` }
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: since ?? time,
      ...(isTrue || type === 'PodReadyToStartContainers' ? {} : unready.length > 0 ? why : { reason: 'NodeNotReady' }),
    }
  }
}

/** Kubernetes, "Pod Lifecycle", "Pod phase". */
function phaseOf(pod: KubeObject, statuses: readonly Fields[]): string {
  const ends = statuses.map(status => at(status, 'state.terminated.exitCode'))
  const policy = at(pod, 'spec.restartPolicy')
  const isOver = statuses.length > 0 && ends.every(code => code !== undefined && (policy === 'Never' || code === 0))
  if (isOver && policy !== undefined && policy !== 'Always')
    return ends.every(code => code === 0) ? 'Succeeded' : 'Failed'
  // Each container must have run once.
  return statuses.every(status => status['containerID'] !== undefined) ? 'Running' : 'Pending'
}

function initStatus(pod: KubeObject, container: Fields, done: boolean, isCreated: boolean, time: string): Fields {
  const name = String(container['name'])
  const old = listOf(at(pod, 'status.initContainerStatuses')).find(item => item['name'] === name)
  const started = at(old, 'state.running.startedAt') ?? time
  const lasts = container['restartPolicy'] === 'Always'
  const ended = { terminated: { exitCode: 0, reason: 'Completed', startedAt: started, finishedAt: time } }
  const reason = isCreated && cannotBePulled(container) ? 'ImagePullBackOff' : 'PodInitializing'
  return {
    name,
    image: container['image'],
    imageID: '',
    ...(done ? { containerID: containerId(pod, name) } : {}),
    ready: done,
    started: lasts && done,
    restartCount: 0,
    state: !done
      ? { waiting: { reason } }
      : lasts
        ? { running: { startedAt: started } }
        : at(old, 'state.terminated')
          ? { terminated: at(old, 'state.terminated') }
          : ended,
  }
}

const containerId = (pod: KubeObject, container: string): string =>
  `containerd://${hexOf(`${pod.metadata.uid}/${container}`, 40)}${hexOf(`${container}/${pod.metadata.uid}`, 24)}`
