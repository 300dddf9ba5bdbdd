import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { type EgressHost, egressHost, isImported } from '#shared/config/world/egress.ts'
import { callablesByHost, fullHost } from '#shared/config/world/hosts.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { has, items, record, text, texts } from '#shared/config/world/read.ts'
import { callKind, callOf } from '#shared/config/world/traffic.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { outboundModeEmpty, rootSidecarSelects, sidecarHides, sidecarHostUnknown } from './messages.ts'
import { routedHosts } from './operation-hosts.ts'
import { selectorLabels } from './workloads.ts'

/** What a Sidecar lets its workloads see. */
export const sidecars: EachAnalyzer = {
  name: 'weft.Sidecars',
  each: ['networking.istio.io/Sidecar'],
  analyze(sidecar, world, report) {
    const home = sidecar.metadata.namespace ?? ''
    const spec = sidecar.spec ?? {}
    if (home === world.settings.rootNamespace && Object.keys(selectorLabels(sidecar)).length > 0)
      report(sidecar, rootSidecarSelects, [], { path: ['spec', 'workloadSelector'] })
    const outbound = record(spec['outboundTrafficPolicy'])
    if (has(spec, 'outboundTrafficPolicy') && text(outbound['mode']) === '')
      report(sidecar, outboundModeEmpty, [], { path: ['spec', 'outboundTrafficPolicy'] })
    const imported: EgressHost[] = []
    for (const [index, listener] of items(spec['egress']).entries()) {
      const hosts = texts(listener['hosts'])
      for (const [place, written] of hosts.entries()) {
        const entry = egressHost(written, home)
        imported.push(entry)
        if (isKnown(world, entry)) continue
        const path = ['spec', 'egress', index, 'hosts', place]
        report(sidecar, sidecarHostUnknown, [written], {
          path,
          // The last one has to stay: without hosts the listener is refused.
          ...(hosts.length > 1
            ? {
                fix: {
                  title: `Leave out ${written}`,
                  edits: [{ object: refOf(sidecar), edits: [{ op: 'remove', path }] }],
                },
              }
            : {}),
        })
      }
    }
    if (imported.length > 0) hidden(sidecar, imported, world, report)
  },
}

/** Whether there is anything behind an entry. */
function isKnown(world: World, { namespace, host }: EgressHost): boolean {
  if (namespace === '~' || (namespace === null && host === '*')) return true
  const isHere = (object: MeshObject) => namespace === null || object.metadata.namespace === namespace
  if (!host.startsWith('*')) return [callablesByHost, routedHosts].some(index => world.find(index, host).some(isHere))
  const suffix = host.slice(1)
  const place = namespace ?? undefined
  const names = (object: MeshObject) =>
    object.kind === 'Service'
      ? [fullHost(object.metadata.name, object.metadata.namespace ?? '')]
      : texts(object.spec?.['hosts']).map(name => fullHost(name, object.metadata.namespace ?? ''))
  return ['/Service', 'networking.istio.io/ServiceEntry', 'networking.istio.io/VirtualService'].some(kind =>
    world.list(kind, place).some(object => names(object).some(name => name.endsWith(suffix))),
  )
}

/** Calls that are measured now and go to hosts which do not come in. */
function hidden(
  sidecar: MeshObject,
  imported: readonly EgressHost[],
  world: World,
  report: Parameters<EachAnalyzer['analyze']>[2],
): void {
  const home = sidecar.metadata.namespace ?? ''
  const wanted = selectorLabels(sidecar)
  const lost = new Set<string>()
  for (const object of world.list(callKind)) {
    const { source, destination } = callOf(object)
    if (source.namespace !== home || !hasLabels(source.labels, wanted)) continue
    if (!imported.some(entry => isImported(entry, destination.namespace, destination.host)))
      lost.add(`${home}/${source.workload} to ${destination.host}`)
  }
  if (lost.size > 0)
    report(sidecar, sidecarHides, [[...lost].toSorted().slice(0, 5)], {
      path: ['spec', 'egress'],
      evidence: [...lost].toSorted().slice(0, 20),
    })
}
