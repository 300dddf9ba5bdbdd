import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { podsSelected, selectorText } from '#shared/config/world/labels.ts'
import { has } from '#shared/config/world/read.ts'
import { selectsNothing } from './messages.ts'
import { isBoundToTarget } from './rules.ts'
import { reachOf, selectorLabels, selectsEntry } from './workloads.ts'

/** Objects that select nothing. Of AuthorizationPolicies, Sidecars and Telemetries Istio says it itself. */
export const selectors: EachAnalyzer = {
  name: 'weft.Selectors',
  each: [
    'security.istio.io/PeerAuthentication',
    'security.istio.io/RequestAuthentication',
    'extensions.istio.io/WasmPlugin',
    'networking.istio.io/EnvoyFilter',
    'networking.istio.io/ProxyConfig',
    'networking.istio.io/DestinationRule',
    'networking.istio.io/ServiceEntry',
  ],
  analyze(object, world, report) {
    const wanted = selectorLabels(object)
    if (Object.keys(wanted).length === 0 || isBoundToTarget(object) || !world.has('/Pod')) return
    // Only these reach from the root namespace into others.
    const isLocal = ['PeerAuthentication', 'DestinationRule', 'ServiceEntry'].includes(object.kind)
    const reach = isLocal ? (object.metadata.namespace ?? '') : reachOf(world, object)
    if (podsSelected(world, reach, wanted).length > 0 || selectsEntry(world, reach, wanted)) return
    report(object, selectsNothing, [selectorText(wanted), reach === null ? 'in the mesh' : `in ${reach}`], {
      path: ['spec', has(object.spec ?? {}, 'selector') ? 'selector' : 'workloadSelector'],
    })
  },
}
