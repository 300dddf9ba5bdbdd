import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { callablesByHost, fullHost } from '#shared/config/world/hosts.ts'
import { at, items, text } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { filterNameRetired, filterVersionUnknown, filterHostUnknown } from './messages.ts'
import { routedHosts } from './operation-hosts.ts'
import { proxyVersion } from './proxy-versions.ts'

/** Names that proxies had before 1.8, Envoy's docs, "Version history", 1.14: and those of parts that are gone. */
const isRetired = (name: string): boolean =>
  (name.startsWith('envoy.') && !/^envoy\.(filters|transport_sockets|extensions|bootstrap|clusters)\./.test(name)) ||
  ['mixer', 'istio_authn', 'envoy.filters.network.mixer', 'envoy.filters.http.mixer'].includes(name)

/** EnvoyFilters that look for what no proxy has. */
export const envoyFilters: EachAnalyzer = {
  name: 'weft.EnvoyFilters',
  each: ['networking.istio.io/EnvoyFilter'],
  analyze(filter, world, report) {
    let versions: ReadonlySet<string> | null = null
    for (const [index, patch] of items(filter.spec?.['configPatches']).entries()) {
      const path = ['spec', 'configPatches', index, 'match']
      const wanted = text(at(patch, 'match', 'proxy', 'proxyVersion'))
      if (wanted !== '') {
        versions ??= versionsIn(world)
        const pattern = compiled(wanted)
        if (versions.size > 0 && pattern && ![...versions].some(version => pattern.test(version)))
          report(filter, filterVersionUnknown, [wanted, [...versions].toSorted()], {
            path: [...path, 'proxy', 'proxyVersion'],
          })
      }
      const place = ['listener', 'filterChain', 'filter']
      for (const steps of [place, [...place, 'subFilter']]) {
        const name = text(at(patch, 'match', ...steps, 'name'))
        if (isRetired(name)) report(filter, filterNameRetired, [name], { path: [...path, ...steps, 'name'] })
      }
      const service = text(at(patch, 'match', 'cluster', 'service'))
      if (service !== '' && !isKnown(world, service))
        report(filter, filterHostUnknown, [service], { path: [...path, 'cluster', 'service'] })
      const [, host] = /^([^:*|]+):\d+$/.exec(text(at(patch, 'match', 'routeConfiguration', 'vhost', 'name'))) ?? []
      if (host !== undefined && !isKnown(world, host))
        report(filter, filterHostUnknown, [host], { path: [...path, 'routeConfiguration', 'vhost', 'name'] })
    }
  },
}

/** Lists stay the same until one of theirs changes: all filters share one look at the pods. */
const known = new WeakMap<readonly MeshObject[], ReadonlySet<string>>()

function versionsIn(world: World): ReadonlySet<string> {
  const pods = world.list('/Pod')
  const versions = known.get(pods) ?? new Set(pods.flatMap(pod => proxyVersion(pod) ?? []))
  known.set(pods, versions)
  return versions
}

function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern)
  } catch {
    // A pattern that is none is the server's word to refuse.
    return null
  }
}

const isKnown = (world: World, host: string): boolean =>
  [callablesByHost, routedHosts].some(
    index => world.find(index, fullHost(host, '')).length > 0 || world.find(index, host).length > 0,
  )
