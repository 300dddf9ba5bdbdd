import type { GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { entryScopes, fullHost, serviceNameOf, serviceScopes } from '#shared/config/world/hosts.ts'
import { items, number, text, texts } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { entryOverService, entryTwice } from './messages.ts'

const portsOf = (entry: MeshObject) =>
  new Map(items(entry.spec?.['ports']).map(port => [number(port['number']) ?? 0, text(port['protocol']).toUpperCase()]))
const meet = (a: readonly string[], b: readonly string[]): boolean =>
  a.includes('*') || b.includes('*') || a.some(scope => b.includes(scope))

/** Two ServiceEntries for one host and port, or one for a host that a Service has. */
export const entryOverlaps: GatherAnalyzer = {
  name: 'weft.ServiceEntries',
  gather: ['networking.istio.io/ServiceEntry'],
  units: entry => texts(entry.spec?.['hosts']).map(host => fullHost(host, entry.metadata.namespace ?? '')),
  analyze(members, world, report, host) {
    const path = (entry: MeshObject) => [
      'spec',
      'hosts',
      texts(entry.spec?.['hosts']).findIndex(name => fullHost(name, entry.metadata.namespace ?? '') === host),
    ]
    const name = serviceNameOf(host)
    const service = name ? world.get('/Service', name.namespace, name.name) : undefined
    const [first, ...rest] = oldestFirst(members)
    for (const entry of members)
      if (service && meet(serviceScopes(service), entryScopes(entry)))
        report(entry, entryOverService, [host], { path: path(entry), related: [refOf(service)] })
    if (first === undefined) return
    for (const [index, entry] of rest.entries()) {
      const rival = [first, ...rest.slice(0, index)].find(other => {
        const theirs = portsOf(other)
        // Where the protocols differ Istio says it itself.
        return (
          meet(entryScopes(entry), entryScopes(other)) &&
          [...portsOf(entry)].some(([port, protocol]) => theirs.get(port) === protocol)
        )
      })
      if (rival)
        report(entry, entryTwice, [host, `${rival.metadata.namespace ?? ''}/${rival.metadata.name}`], {
          path: path(entry),
          related: [refOf(rival)],
        })
    }
  },
}
