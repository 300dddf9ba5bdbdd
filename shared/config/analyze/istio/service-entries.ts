import type { EachAnalyzer, GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { entryScopes } from '#shared/config/world/hosts.ts'
import { at, has, items, number, text, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { refOf } from '#shared/mesh/object.ts'
import { addressesRequired, conflictingEntryProtocol } from './messages.ts'
import { nameOf } from './names.ts'

/** Istio docs, Service Entry, `addresses`: TCP carries no host, so only an address tells one service from another. */
export const entryAddresses: EachAnalyzer = {
  name: 'serviceentry.ProtocolAddressesAnalyzer',
  each: ['networking.istio.io/ServiceEntry'],
  analyze(entry, world, report) {
    const given = items(entry.status?.['addresses']).length > 0
    if (given || has(entry.spec ?? {}, 'addresses') || areAllocated(world)) return
    for (const [index, port] of items(entry.spec?.['ports']).entries())
      if (['', 'TCP'].includes(text(port['protocol']).toUpperCase()))
        report(entry, addressesRequired, [], { path: ['spec', 'ports', index, 'protocol'] })
  },
}

/** With DNS captured and allocation on, Istio gives addresses by itself. */
function areAllocated(world: World): boolean {
  const proxy = textMap(at(world.settings.meshConfig, 'defaultConfig', 'proxyMetadata'))
  const isOn = (name: string) => proxy[name] === 'true'
  return isOn('ISTIO_META_DNS_CAPTURE') && isOn('ISTIO_META_DNS_AUTO_ALLOCATE')
}

/** One host and port, several protocols, seen from the same place. */
export const entryProtocols: GatherAnalyzer = {
  name: 'serviceentry.ConflictingServiceEntryProtocolAnalyzer',
  gather: ['networking.istio.io/ServiceEntry'],
  units: entry =>
    texts(entry.spec?.['hosts']).flatMap(host =>
      items(entry.spec?.['ports']).map(port => `${host}|${number(port['number']) ?? 0}`),
    ),
  analyze(members, _, report, unit) {
    if (members.length < 2) return
    const bar = unit.lastIndexOf('|')
    const [host, port] = [unit.slice(0, bar), Number(unit.slice(bar + 1))]
    const said = members.map(entry => ({
      entry,
      scopes: entryScopes(entry),
      protocols: items(entry.spec?.['ports'])
        .filter(one => number(one['number']) === port)
        .map(one => text(one['protocol']).toUpperCase()),
    }))
    for (const { entry, scopes } of said) {
      const together = said.filter(other => meet(scopes, other.scopes))
      const protocols = [...new Set(together.flatMap(other => other.protocols))].toSorted()
      if (protocols.length < 2) continue
      const names = together.map(other => nameOf(other.entry)).toSorted()
      const related = together.filter(other => other.entry !== entry).map(other => refOf(other.entry))
      report(entry, conflictingEntryProtocol, [names.join(', '), host, port, protocols.join(', ')], {
        path: ['spec', 'ports'],
        related,
      })
    }
  },
}

const meet = (a: readonly string[], b: readonly string[]): boolean =>
  a.includes('*') || b.includes('*') || a.some(scope => b.includes(scope))
