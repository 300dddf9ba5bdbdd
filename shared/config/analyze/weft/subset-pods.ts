import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { findHost } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { items, text, textMap, texts } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { subsetNotReady, subsetWithoutLabels } from './messages.ts'

/** Subsets that tell no pods apart, and those whose pods cannot answer. That there are no pods Istio says itself. */
export const subsetPods: EachAnalyzer = {
  name: 'weft.SubsetPods',
  each: ['networking.istio.io/DestinationRule'],
  analyze(rule, world, report) {
    const subsets = items(rule.spec?.['subsets'])
    const labelled = subsets.map(subset => textMap(subset['labels']))
    const found = findHost(
      world,
      text(rule.spec?.['host']),
      rule.metadata.namespace ?? '',
      texts(rule.spec?.['exportTo']),
    )
    for (const [index, labels] of labelled.entries()) {
      const name = text(subsets[index]?.['name'])
      const path = ['spec', 'subsets', index]
      if (Object.keys(labels).length === 0)
        report(rule, subsetWithoutLabels, [name], {
          path,
          level: labelled.some(others => Object.keys(others).length > 0) ? 'Info' : 'Warning',
        })
      if (!found?.selector) continue
      const pods = podsSelected(world, found.object.metadata.namespace ?? '', { ...found.selector, ...labels })
      if (pods.length > 0 && !pods.some(isReady))
        report(rule, subsetNotReady, [name, pods.length], {
          path: [...path, 'labels'],
          evidence: pods.slice(0, 5).map(({ metadata }) => metadata.name),
        })
    }
  },
}

/** A pod that says nothing of itself is taken to be well: manifests have no status. */
function isReady({ status = {}, metadata }: MeshObject): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  const ready = items(status['conditions']).find(condition => condition['type'] === 'Ready')
  return ready === undefined
    ? !['Pending', 'Failed', 'Succeeded'].includes(text(status['phase']))
    : ready['status'] === 'True'
}
