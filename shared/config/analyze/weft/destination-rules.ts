import type { GatherAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { entryScopes, fullHost, isSeenFrom, serviceNameOf } from '#shared/config/world/hosts.ts'
import { has, items, text } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { destinationRuleHidden, destinationRuleOutranked } from './messages.ts'

/** Several rules of one host: those of one namespace are merged, the oldest first; another namespace's take their place whole. */
export const destinationRules: GatherAnalyzer = {
  name: 'weft.DestinationRules',
  gather: ['networking.istio.io/DestinationRule'],
  units: rule => [fullHost(text(rule.spec?.['host']), rule.metadata.namespace ?? '')],
  analyze(members, world, report, host) {
    if (members.length < 2) return
    // Rules for some callers only stand beside the others.
    const general = members.filter(rule => !has(rule.spec ?? {}, 'workloadSelector'))
    const groups = Map.groupBy(
      general,
      rule => `${rule.metadata.namespace ?? ''} ${entryScopes(rule).toSorted().join()}`,
    )
    for (const group of groups.values()) outrank(oldestFirst(group), host, report)
    const home = serviceNameOf(host)?.namespace
    if (home === undefined) return
    for (const mine of general) {
      const reader = mine.metadata.namespace ?? ''
      if (reader === home || reader === world.settings.rootNamespace) continue
      const theirs = general.filter(rule => rule.metadata.namespace === home && isSeenFrom(entryScopes(rule), reader))
      const beside = general.filter(rule => rule.metadata.namespace === reader)
      if (theirs.length > 0) hide(mine, beside, theirs, host, report)
    }
  },
}

function outrank(rules: readonly MeshObject[], host: string, report: Report): void {
  const subsets = new Map<string, MeshObject>()
  let policy: MeshObject | null = null
  for (const rule of rules) {
    const lost = (what: string, winner: MeshObject, path: (string | number)[]) =>
      report(rule, destinationRuleOutranked, [what, winner.metadata.name, host], {
        path,
        related: [refOf(winner)],
        fix: {
          title: `Remove what has no effect`,
          edits: [{ object: refOf(rule), edits: [{ op: 'remove', path }] }],
        },
      })
    for (const [index, subset] of items(rule.spec?.['subsets']).entries()) {
      const winner = subsets.get(text(subset['name']))
      if (winner && winner !== rule) lost(`the subset ${text(subset['name'])}`, winner, ['spec', 'subsets', index])
      if (!winner) subsets.set(text(subset['name']), rule)
    }
    if (!has(rule.spec ?? {}, 'trafficPolicy')) continue
    if (policy) lost('the trafficPolicy', policy, ['spec', 'trafficPolicy'])
    else policy = rule
  }
}

function hide(
  mine: MeshObject,
  beside: readonly MeshObject[],
  theirs: readonly MeshObject[],
  host: string,
  report: Report,
): void {
  const namesIn = (rules: readonly MeshObject[]) =>
    rules.flatMap(rule => items(rule.spec?.['subsets']).map(subset => text(subset['name'])))
  const own = new Set(namesIn(beside))
  const hasPolicy = (rules: readonly MeshObject[]) => rules.some(rule => has(rule.spec ?? {}, 'trafficPolicy'))
  const lost = [
    ...[...new Set(namesIn(theirs))].filter(name => !own.has(name)).map(name => `subset ${name}`),
    ...(hasPolicy(theirs) && !hasPolicy(beside) ? ['trafficPolicy'] : []),
  ]
  if (lost.length === 0) return
  const names = theirs.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(', ')
  report(mine, destinationRuleHidden, [names, host, lost], { path: ['spec', 'host'], related: theirs.map(refOf) })
}
