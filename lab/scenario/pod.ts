import type { KubeObject } from '#lab/contract.ts'
import { timestamp, uidOf } from './identity.ts'
import { type Admitted, admitted, type PodTemplate } from './injection.ts'

/** Pods as the API server returns them after Istio's webhook and the CNI plugin had their say. */

type Fields = Record<string, unknown>

export interface PodRequest {
  name: string
  namespace: string
  namespaceLabels: Record<string, string>
  /** The controller: `ReplicaSet`, `StatefulSet` or `DaemonSet`. */
  owner: { apiVersion: string; kind: string; name: string; uid: string }
  /** Labels the controller adds: pod-template-hash, controller-revision-hash, … */
  controllerLabels: Record<string, string>
  template: PodTemplate
  nodeName: string
  hostIP: string
  podIP: string
  createdAt: number
  /** False for a pod that was just started. */
  ready?: boolean
}

export function podOf(request: PodRequest): KubeObject {
  const { owner, template } = request
  const spec = admitted(template, request.namespaceLabels, request.controllerLabels)
  const uid = uidOf(`pods/${request.namespace}/${request.name}/${owner.uid}`)
  const reference = { ...owner, controller: true, blockOwnerDeletion: true }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: request.name,
      ...(owner.kind === 'StatefulSet' ? {} : { generateName: `${owner.name}-` }),
      namespace: request.namespace,
      uid,
      creationTimestamp: timestamp(request.createdAt),
      labels: spec.labels,
      ...(Object.keys(spec.annotations).length > 0 ? { annotations: spec.annotations } : {}),
      ownerReferences: [reference],
    },
    spec: {
      ...spec.pod,
      nodeName: request.nodeName,
      ...(owner.kind === 'StatefulSet' ? { hostname: request.name, subdomain: owner.name } : {}),
    },
    status: statusOf(request, spec.pod, uid),
  }
}

function statusOf(request: PodRequest, pod: Admitted['pod'], uid: string): Fields {
  const ready = request.ready ?? true
  const began = timestamp(request.createdAt)
  const settled = timestamp(request.createdAt + (ready ? 9000 : 0))
  const condition = (type: string, holds: boolean, at: string) => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(holds ? {} : { reason: 'ContainersNotReady' }),
  })
  const report = (container: Fields, isInit: boolean) => ({
    name: container['name'],
    image: container['image'],
    imageID: '',
    containerID: `containerd://${uidOf(`${uid}/${String(container['name'])}`)
      .replaceAll('-', '')
      .repeat(2)}`,
    ready: isInit || ready,
    started: !isInit,
    restartCount: 0,
    state: isInit
      ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: began, finishedAt: began } }
      : { running: { startedAt: began } },
  })
  return {
    phase: 'Running',
    conditions: [
      condition('PodReadyToStartContainers', true, began),
      condition('Initialized', true, began),
      condition('Ready', ready, settled),
      condition('ContainersReady', ready, settled),
      condition('PodScheduled', true, began),
    ],
    hostIP: request.hostIP,
    hostIPs: [{ ip: request.hostIP }],
    podIP: request.podIP,
    podIPs: [{ ip: request.podIP }],
    startTime: began,
    qosClass: 'Burstable',
    ...(pod.initContainers ? { initContainerStatuses: pod.initContainers.map(item => report(item, true)) } : {}),
    containerStatuses: pod.containers.map(item => report(item, false)),
  }
}
