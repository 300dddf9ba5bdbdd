import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { type Callable, findHost } from '#shared/config/world/hosts.ts'
import { hasLabels, type Labels, labelsOf, podsSelected } from '#shared/config/world/labels.ts'
import { items, text, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { subsetSelectsNoPods, unknownDestinationHost } from './messages.ts'
import { namespaceOf } from './names.ts'

/** A DestinationRule is about a host that exists, and each of its subsets about pods that do. */
export const subsets: EachAnalyzer = {
  name: 'destinationrule.PodNotSelectedAnalyzer',
  each: ['networking.istio.io/DestinationRule'],
  analyze(rule, world, report) {
    const host = text(rule.spec?.['host'])
    const found = findHost(world, host, namespaceOf(rule), texts(rule.spec?.['exportTo']))
    if (found === undefined) {
      report(rule, unknownDestinationHost, [host], { path: ['spec', 'host'] })
      return
    }
    for (const [index, subset] of items(rule.spec?.['subsets']).entries()) {
      const wanted = { ...found.selector, ...textMap(subset['labels']) }
      if (!isAnySelected(world, found, wanted))
        report(rule, subsetSelectsNoPods, [text(subset['name'])], { path: ['spec', 'subsets', index, 'labels'] })
    }
  },
}

const topology = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone']

/** Istio gives endpoints their node's place as labels beside the pod's own. */
function isAnySelected(world: World, found: Callable, wanted: Labels): boolean {
  const places = [...topology, 'kubernetes.io/hostname'].filter(key => wanted[key] !== undefined)
  const own = Object.fromEntries(Object.entries(wanted).filter(([key]) => !places.includes(key)))
  const pods = podsSelected(world, namespaceOf(found.object), own)
  return places.length === 0 ? pods.length > 0 : pods.some(pod => hasLabels(placed(world, pod), wanted))
}

function placed(world: World, pod: MeshObject): Labels {
  const name = text(pod.spec?.['nodeName'])
  const node = name === '' ? undefined : world.get('/Node', '', name)
  if (node === undefined) return labelsOf(pod)
  const place = Object.fromEntries(topology.flatMap(key => (labelsOf(node)[key] ? [[key, labelsOf(node)[key]]] : [])))
  return { ...labelsOf(pod), ...place, 'kubernetes.io/hostname': name }
}
