import type { KubeObject } from '#lab/contract.ts'
import { hexOf, timestamp } from '#lab/kubernetes/identity.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { numberOf, textOf } from '#lab/kubernetes/value.ts'
import type { Cluster } from './controller.ts'
import { isLeaving } from './controller.ts'

/** Real clusters forget Events after an hour too. */
const lifetime = 3_600_000

/** Tells of what happens, as core/v1 Events; the same thing again raises a count. */
export function createRecorder(store: KubernetesStore, now: () => number): Cluster['record'] {
  return (object, type, reason, message, component) => {
    const namespace = object.metadata.namespace ?? 'default'
    const room = store.get('namespaces', undefined, namespace)
    if (!room || isLeaving(room)) return
    const { name, uid = '' } = object.metadata
    const eventName = `${name}.${hexOf(`${uid}/${reason}/${message}/${component}`, 16)}`
    const before = store.get('events', namespace, eventName)
    const time = timestamp(now())
    if (before) {
      store.replace({ ...before, count: numberOf(before['count'], 1) + 1, lastTimestamp: time })
      return
    }
    store.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        ...(object.metadata.namespace === undefined ? {} : { namespace }),
        uid,
        resourceVersion: object.metadata.resourceVersion,
      },
      reason,
      message,
      type,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
      count: 1,
    })
  }
}

export function forgetOldEvents(store: KubernetesStore, now: number): void {
  const oldest = timestamp(now - lifetime)
  const isOld = (event: KubeObject): boolean => {
    const last =
      textOf(event['lastTimestamp']) || textOf(event['eventTime']) || (event.metadata.creationTimestamp ?? '')
    return last < oldest
  }
  for (const event of store.list('events').filter(isOld))
    store.remove('events', event.metadata.namespace, event.metadata.name)
}
