import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import type { Fix } from '#shared/config/finding.ts'
import { findHost, fullHost, serviceNameOf } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { items, text } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { destinationsOf } from './destinations.ts'
import { referencedResourceNotFound } from './messages.ts'
import { namespaceOf } from './names.ts'

/** Hosts that are no Services keep their name; `reviews` and `reviews.shop` mean what their full name says. */
const hostKey = (host: string, namespace: string): string => {
  const full = fullHost(host, namespace)
  const service = serviceNameOf(full)
  return service ? `${service.name}.${service.namespace}` : full
}

export const subsetsByHost: Index = {
  name: 'subsetsByHost',
  of: ['networking.istio.io/DestinationRule'],
  keys: rule => {
    const host = hostKey(text(rule.spec?.['host']), namespaceOf(rule))
    // Without a subset's name: whatever is about the host.
    return [...new Set([`${host}|`, ...items(rule.spec?.['subsets']).map(subset => `${host}|${text(subset['name'])}`)])]
  },
}

/** A subset is what a DestinationRule of that host says it is. */
export const destinationSubsets: EachAnalyzer = {
  name: 'virtualservice.DestinationRuleAnalyzer',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    for (const { destination, path, isMirror } of destinationsOf(virtualService)) {
      const [host, subset] = [text(destination['host']), text(destination['subset'])]
      if (subset === '') continue
      const key = `${hostKey(host, namespaceOf(virtualService))}|${subset}`
      if (world.find(subsetsByHost, key).length === 0) {
        const what = `${isMirror ? 'mirror' : 'host'}+subset in destinationrule`
        const fix = addition(virtualService, host, subset, world)
        report(virtualService, referencedResourceNotFound, [what, `${host}+${subset}`], {
          path: [...path, 'subset'],
          ...(fix && { fix }),
        })
      }
    }
  },
}

/** Where pods of the host carry that version and one DestinationRule is about it, it is plain what the subset would be. */
function addition(virtualService: MeshObject, host: string, subset: string, world: World): Fix | null {
  const home = namespaceOf(virtualService)
  const [rule, ...more] = world.find(subsetsByHost, `${hostKey(host, home)}|`)
  const selector = findHost(world, host, home)?.selector
  if (rule === undefined || more.length > 0 || !selector) return null
  const place = serviceNameOf(fullHost(host, home))?.namespace ?? home
  // Istio docs, "DestinationRule lookup path": of the caller's namespace, or of the Service's.
  if (![home, place].includes(namespaceOf(rule))) return null
  const labels = { version: subset }
  if (podsSelected(world, place, { ...selector, ...labels }).length === 0) return null
  const count = items(rule.spec?.['subsets']).length
  const value = { name: subset, labels }
  return {
    title: `Add subset ${subset} to DestinationRule ${namespaceOf(rule)}/${rule.metadata.name}`,
    edits: [
      {
        object: refOf(rule),
        edits: [
          count === 0
            ? { op: 'set', path: ['spec', 'subsets'], value: [value] }
            : { op: 'insert', path: ['spec', 'subsets', count], value },
        ],
      },
    ],
  }
}
