import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { unreachableRules } from '#shared/config/analyze/istio/unreachable-rules.ts'
import { has, items } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type Json, type MeshObject, pathText } from '#shared/mesh/object.ts'
import { matchNeverReached, routeNeverReached } from './messages.ts'
import { coversConnection, coversMatch, matchesOf, ruleName } from './matches.ts'

/** Rules that never act, with the earlier matches that take their requests. What Istio says itself is not said again. */
export const unreachableRoutes: EachAnalyzer = {
  name: 'weft.UnreachableRoutes',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    const said = placesIstioNames(virtualService, world)
    for (const protocol of ['http', 'tls', 'tcp'] as const) {
      const covers = protocol === 'http' ? coversMatch : coversConnection
      const rules = items(virtualService.spec?.[protocol])
      const seen: { match: Json; name: string }[] = []
      for (const [index, rule] of rules.entries()) {
        const matches = matchesOf(rule)
        const takers = matches.map(match => seen.find(earlier => covers(earlier.match, match)))
        const path = ['spec', protocol, index]
        if (takers.every(taker => taker !== undefined)) {
          const names = [...new Set(takers.map(taker => taker?.name ?? ''))]
          if (!said.has(pathText(path)))
            report(virtualService, routeNeverReached, [ruleName(rule, index), names], {
              path,
              evidence: takers.map((taker, match) => `match ${match}: ${taker?.name ?? ''} takes it`),
            })
        } else
          for (const [match, taker] of takers.entries()) {
            const place = [...path, 'match', match]
            if (taker && !said.has(pathText(place)))
              report(virtualService, matchNeverReached, [match, ruleName(rule, index), taker.name], { path: place })
          }
        // A delegate's own rules decide what is taken; the rest comes back.
        if (!has(rule, 'delegate'))
          for (const match of matches) seen.push({ match, name: `rule ${ruleName(rule, index)}` })
      }
    }
  },
}

function placesIstioNames(virtualService: MeshObject, world: World): Set<string> {
  const places = new Set<string>()
  const listen: Report = (_object, _message, _args, more = {}) => {
    places.add(pathText(more.path ?? []))
  }
  unreachableRules.analyze(virtualService, world, listen)
  return places
}
