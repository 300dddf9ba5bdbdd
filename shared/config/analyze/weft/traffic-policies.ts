import { has, items, number, record, text, textMap } from '#shared/config/world/read.ts'
import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'

/** One place of a DestinationRule that sets a policy for traffic. */
export interface PlacedPolicy {
  policy: Json
  path: Path
  /** Of a subset: its labels. */
  labels: Readonly<Record<string, string>>
  isSubset: boolean
  /** The Service's port, where it is for one alone. */
  port: number | null
  /** Ports that have a policy of their own in the same place. */
  besides: readonly number[]
}

export function policiesOf({ spec = {} }: MeshObject): PlacedPolicy[] {
  const found: PlacedPolicy[] = []
  const take = (holder: Json, path: Path, labels: Readonly<Record<string, string>>, isSubset: boolean) => {
    if (!has(holder, 'trafficPolicy')) return
    const policy = record(holder['trafficPolicy'])
    const ports = items(policy['portLevelSettings'])
    const besides = ports.map(settings => number(record(settings['port'])['number']) ?? 0)
    const place = [...path, 'trafficPolicy']
    found.push({ policy, path: place, labels, isSubset, port: null, besides })
    for (const [index, settings] of ports.entries())
      found.push({
        policy: settings,
        path: [...place, 'portLevelSettings', index],
        labels,
        isSubset,
        port: besides[index] ?? 0,
        besides: [],
      })
  }
  take(spec, ['spec'], {}, false)
  for (const [index, subset] of items(spec['subsets']).entries())
    take(subset, ['spec', 'subsets', index], textMap(subset['labels']), true)
  return found
}

export const tlsModeOf = (policy: Json): string => text(record(policy['tls'])['mode'])
