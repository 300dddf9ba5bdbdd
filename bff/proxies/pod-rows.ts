import { podView } from '#bff/sources/kubernetes-views.ts'
import { at, count, type Json, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { ContainerRow, PodRow, ProxyKind } from '#shared/proxies/api.ts'

/** A pod as the API server tells it → what is shown of it before Prometheus and istiod have said their part. */
export interface SeenPod extends Omit<PodRow, 'proxy' | 'sync'> {
  namespace: string
  version: string | null
  workload: string
  /** Captured by the ztunnel of its node. */
  isCaptured: boolean
}

export function seenPod(object: Json): SeenPod {
  const view = podView(object)
  const metadata = at(object, 'metadata')
  const status = at(object, 'status')
  const kind = kindOf(object, view.hasSidecar, view.isAmbient)
  const createdAt = Date.parse(text(metadata['creationTimestamp']))
  return {
    name: view.name,
    namespace: view.namespace,
    workload: view.workload.name,
    phase: view.phase,
    reason: text(status['reason']) || unschedulable(status) || null,
    isReady: view.isReady,
    isEnding: metadata['deletionTimestamp'] !== undefined,
    node: text(at(object, 'spec')['nodeName']),
    createdAt: Number.isFinite(createdAt) ? createdAt : null,
    containers: containersOf(object),
    kind,
    version: view.proxyVersion,
    isCaptured: kind === 'ztunnel' && !isZtunnel(object),
  }
}

const proxyArgs = (object: Json): string[] => {
  const spec = at(object, 'spec')
  const proxy = [...list(spec['containers']), ...list(spec['initContainers'])].find(
    container => container['name'] === 'istio-proxy',
  )
  const args = proxy?.['args']
  return Array.isArray(args) ? args.filter(arg => typeof arg === 'string') : []
}

const isZtunnel = (object: Json): boolean => proxyArgs(object)[1] === 'ztunnel'

/** `proxy sidecar`, `proxy router`, `proxy waypoint`, `proxy ztunnel`: what pilot-agent is started as. */
function kindOf(object: Json, hasProxy: boolean, isAmbient: boolean): ProxyKind {
  const [, started] = proxyArgs(object)
  if (hasProxy)
    switch (started) {
      case 'router':
        return 'gateway'
      case 'waypoint':
        return 'waypoint'
      case 'ztunnel':
        return 'ztunnel'
      default:
        return 'sidecar'
    }
  return isAmbient ? 'ztunnel' : 'none'
}

const unschedulable = (status: Json): string =>
  text(
    list(status['conditions']).find(each => each['type'] === 'PodScheduled' && each['status'] === 'False')?.['reason'],
  )

/** Those that go on running: the ones of the pod, and init containers that are restarted always (sidecars). */
function containersOf(object: Json): ContainerRow[] {
  const [spec, status] = [at(object, 'spec'), at(object, 'status')]
  const states = new Map(
    [...list(status['containerStatuses']), ...list(status['initContainerStatuses'])].map(each => [
      text(each['name']),
      each,
    ]),
  )
  const lasting = list(spec['initContainers']).filter(each => each['restartPolicy'] === 'Always')
  return [...list(spec['containers']), ...lasting].map(container => {
    const name = text(container['name'])
    const told = record(states.get(name))
    const [[state, detail] = ['', {}]] = Object.entries(record(told['state']))
    const last = at(told, 'lastState', 'terminated')
    return {
      name,
      image: text(container['image']),
      isReady: told['ready'] === true,
      restarts: count(told['restartCount']),
      state,
      reason: (state === 'running' ? text(last['reason']) : text(record(detail)['reason'])) || null,
      cpu: null,
      memory: null,
    }
  })
}
