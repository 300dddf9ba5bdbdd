import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { isAmbient, wishedWaypoint } from '#shared/config/world/ambient.ts'
import { hasProxy, isNamespaceAmbient, isPodAmbient } from '#shared/config/world/membership.ts'
import { at, textMap } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, type Path } from '#shared/mesh/object.ts'
import { sidecarAndAmbient, sidecarInAmbient, waypointUnknown, waypointWithoutAmbient } from './messages.ts'
import { isGatewayPod } from './proxy-versions.ts'

const mode = 'istio.io/dataplane-mode'
const inject = 'sidecar.istio.io/inject'

/** Labels that put a workload into two data planes, or before a waypoint it does not reach. */
export const dataPlane: EachAnalyzer = {
  name: 'weft.DataPlane',
  each: ['/Namespace', '/Pod', '/Service', 'apps/Deployment', 'networking.istio.io/ServiceEntry'],
  analyze(object, world, report) {
    const { labels, path } = labelsAt(object)
    const home = object.kind === 'Namespace' ? object.metadata.name : (object.metadata.namespace ?? '')
    const wish = wishedWaypoint({ ...object, metadata: { ...object.metadata, labels } }, home)
    // What a Deployment's pods say, their Deployment says.
    const isMade = object.kind === 'Pod' && (object.metadata.ownerReferences?.length ?? 0) > 0
    if (wish !== null && wish !== 'none' && !isMade) {
      const place = [...path, 'istio.io/use-waypoint']
      if (!world.get('gateway.networking.k8s.io/Gateway', wish.namespace, wish.name))
        report(object, waypointUnknown, [`${wish.namespace}/${wish.name}`], { path: place })
      else if (!isInAmbient(object, labels, home, world)) report(object, waypointWithoutAmbient, [], { path: place })
    }
    if (object.kind === 'Pod' || object.kind === 'Deployment') twoPlanes(object, labels, path, world, report)
  },
}

const labelsAt = (object: MeshObject): { labels: Record<string, string>; path: Path } =>
  object.kind === 'Deployment'
    ? {
        labels: textMap(at(object.spec, 'template', 'metadata', 'labels')),
        path: ['spec', 'template', 'metadata', 'labels'],
      }
    : { labels: textMap(object.metadata.labels), path: ['metadata', 'labels'] }

/** A Service or a ServiceEntry is reached by way of ztunnels wherever its callers are. */
function isInAmbient(object: MeshObject, labels: Record<string, string>, home: string, world: World): boolean {
  if (object.kind === 'Namespace') return isNamespaceAmbient(object)
  if (object.kind === 'ServiceEntry') return true
  return labels[mode] === 'ambient' || (labels[mode] !== 'none' && isAmbient(world, home))
}

function twoPlanes(
  object: MeshObject,
  labels: Record<string, string>,
  path: Path,
  world: World,
  report: Parameters<EachAnalyzer['analyze']>[2],
): void {
  if (isGatewayPod(object)) return
  const isPod = object.kind === 'Pod'
  const isMade = isPod && (object.metadata.ownerReferences?.length ?? 0) > 0
  const reasons = [
    labels[inject] === 'true' && labels[mode] === 'ambient' && !isMade ? 'its labels ask for both' : null,
    isPod && hasProxy(object.spec) && labels[mode] === 'ambient'
      ? 'it has a proxy of its own and the label of ambient mode'
      : null,
    isPod && labels[inject] === 'true' && isPodAmbient(object)
      ? 'it asks for a sidecar and is redirected to ztunnel'
      : null,
  ].filter(reason => reason !== null)
  const [reason] = reasons
  if (reason !== undefined) report(object, sidecarAndAmbient, [reason], { path, evidence: reasons })
  else if (
    isPod &&
    hasProxy(object.spec) &&
    labels[mode] !== 'none' &&
    isAmbient(world, object.metadata.namespace ?? '')
  )
    report(object, sidecarInAmbient, [])
}
