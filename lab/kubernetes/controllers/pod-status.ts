import type { KubeObject } from '#lab/contract.ts'
import { hexOf, timestamp } from '#lab/kubernetes/identity.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'

/** How far a pod has come: its containers are being made, they run, they answer. */
export type Stage = 'creating' | 'running' | 'ready'

export interface Place {
  hostIP: string
  podIP: string
}

/** A pod's status at a stage; what was true before keeps its time. */
export function podStatus(pod: KubeObject, stage: Stage, place: Place, now: number): Fields {
  const time = timestamp(now)
  const before = listOf(at(pod, 'status.conditions'))
  const condition = (type: string, holds: boolean): Fields => {
    const status = holds ? 'True' : 'False'
    const old = before.find(item => item['type'] === type)
    const since = old?.['status'] === status ? old['lastTransitionTime'] : time
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: since ?? time,
      ...(holds ? {} : { reason: 'ContainersNotReady', message: unreadyMessage(pod) }),
    }
  }
  const runs = stage !== 'creating'
  const began = at(pod, 'status.startTime') ?? time
  const init = listOf(at(pod, 'spec.initContainers'))
  return {
    phase: runs ? 'Running' : 'Pending',
    conditions: [
      condition('PodReadyToStartContainers', runs),
      condition('Initialized', runs || init.length === 0),
      condition('Ready', stage === 'ready'),
      condition('ContainersReady', stage === 'ready'),
      condition('PodScheduled', true),
    ],
    hostIP: place.hostIP,
    hostIPs: [{ ip: place.hostIP }],
    ...(runs ? { podIP: place.podIP, podIPs: [{ ip: place.podIP }] } : {}),
    startTime: began,
    qosClass: at(pod, 'status.qosClass') ?? 'Burstable',
    ...(init.length > 0 ? { initContainerStatuses: init.map(item => initStatus(pod, item, runs, time)) } : {}),
    containerStatuses: listOf(at(pod, 'spec.containers')).map(item => containerStatus(pod, item, stage, time)),
  }
}

const unreadyMessage = (pod: KubeObject): string => {
  const names = listOf(at(pod, 'spec.containers')).map(container => String(container['name']))
  return `containers with unready status: [${names.join(' ')}]`
}

function containerStatus(pod: KubeObject, container: Fields, stage: Stage, time: string): Fields {
  const name = String(container['name'])
  const old = listOf(at(pod, 'status.containerStatuses')).find(item => item['name'] === name)
  const runs = stage !== 'creating'
  return {
    name,
    image: container['image'],
    imageID: '',
    ...(runs ? { containerID: containerId(pod, name) } : {}),
    ready: stage === 'ready',
    started: runs,
    restartCount: old?.['restartCount'] ?? 0,
    state: runs
      ? { running: { startedAt: at(old, 'state.running.startedAt') ?? time } }
      : {
          waiting: {
            reason: listOf(at(pod, 'spec.initContainers')).length > 0 ? 'PodInitializing' : 'ContainerCreating',
          },
        },
  }
}

function initStatus(pod: KubeObject, container: Fields, done: boolean, time: string): Fields {
  const name = String(container['name'])
  const old = listOf(at(pod, 'status.initContainerStatuses')).find(item => item['name'] === name)
  const started = at(old, 'state.running.startedAt') ?? time
  const lasts = container['restartPolicy'] === 'Always'
  const ended = { terminated: { exitCode: 0, reason: 'Completed', startedAt: started, finishedAt: time } }
  return {
    name,
    image: container['image'],
    imageID: '',
    ...(done ? { containerID: containerId(pod, name) } : {}),
    ready: done,
    started: lasts && done,
    restartCount: 0,
    state: !done
      ? { waiting: { reason: 'PodInitializing' } }
      : lasts
        ? { running: { startedAt: started } }
        : at(old, 'state.terminated')
          ? { terminated: at(old, 'state.terminated') }
          : ended,
  }
}

const containerId = (pod: KubeObject, container: string): string =>
  `containerd://${hexOf(`${pod.metadata.uid}/${container}`, 40)}${hexOf(`${container}/${pod.metadata.uid}`, 24)}`
