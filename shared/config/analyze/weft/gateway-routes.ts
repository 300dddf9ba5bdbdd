import type { GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { splitName } from '#shared/config/analyze/istio/names.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { has, items, texts } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { areApart, matchesOf, ruleName } from './matches.ts'
import { routesOverlap } from './messages.ts'

/** Gateways of a VirtualService by their whole names, without `mesh`. */
export const gatewaysOf = ({ spec, metadata }: MeshObject): string[] =>
  texts(spec?.['gateways'])
    .filter(name => name !== 'mesh')
    .map(written => {
      const { namespace, name } = splitName(written, metadata.namespace ?? '')
      return `${namespace}/${name}`
    })

/** At a gateway, VirtualServices of one host are merged, the oldest first: where two take the same request, age decides. */
export const gatewayRoutes: GatherAnalyzer = {
  name: 'weft.GatewayRoutes',
  gather: ['networking.istio.io/VirtualService'],
  units: object =>
    gatewaysOf(object).flatMap(gateway =>
      texts(object.spec?.['hosts']).map(host => `${gateway}|${fullHost(host, object.metadata.namespace ?? '')}`),
    ),
  analyze(members, _, report, unit) {
    if (members.length < 2) return
    const [gateway = '', host = ''] = unit.split('|')
    const before: { object: MeshObject; rule: number }[] = []
    for (const object of oldestFirst(members)) {
      const rules = items(object.spec?.['http']).map((rule, index) => ({ rule, index }))
      for (const { rule, index } of rules) {
        const rival = before.find(({ object: other, rule: place }) => {
          const theirs = items(other.spec?.['http'])[place] ?? {}
          return matchesOf(rule).some(match => matchesOf(theirs).some(one => !areApart(match, one)))
        })
        if (!rival) continue
        report(
          object,
          routesOverlap,
          [
            ruleName(rule, index),
            `${rival.object.metadata.namespace ?? ''}/${rival.object.metadata.name}`,
            rival.rule,
            host,
            gateway,
          ],
          {
            path: ['spec', 'http', index],
            related: [refOf(rival.object)],
          },
        )
        break
      }
      for (const { rule, index } of rules) if (!has(rule, 'delegate')) before.push({ object, rule: index })
    }
  },
}
