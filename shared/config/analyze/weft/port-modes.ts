import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { containersOf } from '#shared/config/world/membership.ts'
import { isAmbient } from '#shared/config/world/ambient.ts'
import { hasPeerSelector, mtlsModeOf, peerSelector } from '#shared/config/world/mtls.ts'
import { at, items, number, record, text } from '#shared/config/world/read.ts'
import { callKind, callOf } from '#shared/config/world/traffic.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { disableInAmbient, portLevelIgnored, portWithoutListener, strictWithPlaintext } from './messages.ts'
import { servicesOfPod } from './workloads.ts'

/** Modes on ports nobody has, modes nobody can follow, and callers that a mode shuts out. */
export const portModes: EachAnalyzer = {
  name: 'weft.PortModes',
  each: ['security.istio.io/PeerAuthentication'],
  analyze(policy, world, report) {
    const ports = Object.keys(record(policy.spec?.['portLevelMtls']))
    const namespace = policy.metadata.namespace ?? ''
    if (ports.length > 0 && !hasPeerSelector(policy))
      report(policy, portLevelIgnored, [], { path: ['spec', 'portLevelMtls'] })
    else if (ports.length > 0) {
      const known = portsOf(world, podsSelected(world, namespace, peerSelector(policy)))
      for (const port of ports)
        if (known.length > 0 && !known.includes(Number(port))) {
          const path = ['spec', 'portLevelMtls', port]
          report(policy, portWithoutListener, [port, known], {
            path,
            fix: { title: `Remove port ${port}`, edits: [{ object: refOf(policy), edits: [{ op: 'remove', path }] }] },
          })
        }
    }
    if (isAmbient(world, namespace) && text(at(policy.spec, 'mtls', 'mode')) === 'DISABLE')
      report(policy, disableInAmbient, [], { path: ['spec', 'mtls', 'mode'] })
    shutOut(policy, world, report)
  },
}

/** Callers measured in plaintext that come to workloads which this policy makes STRICT. */
function shutOut(policy: MeshObject, world: World, report: Parameters<EachAnalyzer['analyze']>[2]): void {
  const isRoot = policy.metadata.namespace === world.settings.rootNamespace
  const callers = new Set<string>()
  for (const object of world.list(callKind, isRoot ? undefined : policy.metadata.namespace)) {
    const { source, destination, port, isMutual } = callOf(object)
    if (isMutual !== false) continue
    const effective = mtlsModeOf(world, destination.namespace, destination.labels, port)
    if (effective.mode === 'STRICT' && effective.policy === policy)
      callers.add(`${source.namespace}/${source.workload} to ${destination.namespace}/${destination.workload}`)
  }
  if (callers.size > 0)
    report(policy, strictWithPlaintext, [[...callers].toSorted().slice(0, 5)], {
      path: ['spec'],
      evidence: [...callers].toSorted().slice(0, 20),
    })
}

/** Ports that containers declare and Services lead to. */
function portsOf(world: World, pods: readonly MeshObject[]): number[] {
  const found = new Set<number>()
  for (const pod of pods) {
    for (const container of containersOf(pod))
      for (const port of items(container['ports'])) found.add(number(port['containerPort']) ?? 0)
    for (const service of servicesOfPod(world, pod))
      for (const port of items(service.spec?.['ports'])) {
        const target = port['targetPort'] === undefined ? port['port'] : port['targetPort']
        if (typeof target === 'number') found.add(target)
      }
  }
  return [...found].toSorted((a, b) => a - b)
}
