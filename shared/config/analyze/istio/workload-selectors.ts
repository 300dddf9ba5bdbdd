import type { GatherAnalyzer, Message, Report } from '#shared/config/analyze/analyzer.ts'
import { podsSelected, selectorText } from '#shared/config/world/labels.ts'
import { isNamespaceAmbient, isPodAmbient } from '#shared/config/world/membership.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import {
  conflictingSidecarSelectors,
  conflictingTelemetrySelectors,
  ineffectivePolicy,
  multipleSidecars,
  multipleTelemetries,
  referencedResourceNotFound,
} from './messages.ts'
import { nameOf, namespaceOf } from './names.ts'

/** Sidecars and Telemetries: one for a namespace, one for a workload. */
interface Selecting {
  name: string
  kind: string
  /** Where its selector is, and what that calls its labels. */
  field: 'workloadSelector' | 'selector'
  labels: 'labels' | 'matchLabels'
  many: Message<[readonly string[], string]>
  same: Message<[readonly string[], string, string]>
  /** Needs a sidecar: means nothing in ambient mode. */
  isForSidecars: boolean
}

const selecting = (about: Selecting): GatherAnalyzer => ({
  name: about.name,
  gather: [about.kind],
  units: object => [namespaceOf(object)],
  analyze(members, world, report, namespace) {
    const isBare = (object: MeshObject) => object.spec?.[about.field] === undefined || object.spec[about.field] === null
    // Telemetry with targetRefs belongs to a gateway.
    const open = members.filter(object => isBare(object) && object.spec?.['targetRefs'] === undefined)
    const isAmbient = about.isForSidecars && isNamespaceAmbient(world.get('/Namespace', '', namespace))
    if (isAmbient)
      for (const object of open)
        report(object, ineffectivePolicy, ['the namespace is in ambient mode, where there are no sidecars'])
    else if (open.length > 1) each(open, report, about.many, (names): [readonly string[], string] => [names, namespace])
    bySelector(members, namespace, world, report, about)
  },
})

function bySelector(
  members: readonly MeshObject[],
  namespace: string,
  world: World,
  report: Report,
  about: Selecting,
): void {
  const byPod = new Map<MeshObject, MeshObject[]>()
  for (const object of members) {
    const wanted = textMap(record(object.spec?.[about.field])[about.labels])
    if (Object.keys(wanted).length === 0) continue
    const pods = podsSelected(world, namespace, wanted)
    if (pods.length === 0)
      report(object, referencedResourceNotFound, ['workload with the labels', selectorText(wanted)], {
        path: ['spec', about.field, about.labels],
      })
    for (const pod of pods) byPod.set(pod, [...(byPod.get(pod) ?? []), object])
  }
  const told = new Set<MeshObject>()
  for (const [pod, objects] of byPod) {
    if (about.isForSidecars && isPodAmbient(pod)) {
      for (const object of objects)
        if (!told.has(object)) {
          told.add(object)
          report(object, ineffectivePolicy, ['the selected workload is in ambient mode, without a sidecar'])
        }
    } else if (objects.length > 1) {
      // Once for each pair of rivals: a workload's pods are all alike.
      const fresh = objects.filter(object => !told.has(object))
      for (const object of fresh) told.add(object)
      const names = objects.map(nameOf)
      for (const object of fresh)
        report(object, about.same, [names, namespace, pod.metadata.name], {
          related: objects.filter(other => other !== object).map(refOf),
        })
    }
  }
}

function each<Args extends readonly unknown[]>(
  objects: readonly MeshObject[],
  report: Report,
  message: Message<Args>,
  args: (names: readonly string[]) => Args,
): void {
  const names = objects.map(nameOf)
  for (const object of objects)
    report(object, message, args(names), { related: objects.filter(other => other !== object).map(refOf) })
}

export const sidecarSelectors = selecting({
  name: 'sidecar.SelectorAnalyzer',
  kind: 'networking.istio.io/Sidecar',
  field: 'workloadSelector',
  labels: 'labels',
  many: multipleSidecars,
  same: conflictingSidecarSelectors,
  isForSidecars: true,
})

export const telemetrySelectors = selecting({
  name: 'telemetry.SelectorAnalyzer',
  kind: 'telemetry.istio.io/Telemetry',
  field: 'selector',
  labels: 'matchLabels',
  many: multipleTelemetries,
  same: conflictingTelemetrySelectors,
  isForSidecars: false,
})
