import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { has, items, number, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { destinationTwice, loneWeight, weightMissing, weightsAreShares, weightsAreZero } from './messages.ts'

/** Istio docs, HTTPRouteDestination, `weight`: a share of the sum of all; of a single destination it means nothing. */
export const weights: EachAnalyzer = {
  name: 'weft.Weights',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, _, report) {
    for (const protocol of ['http', 'tls', 'tcp'])
      for (const [index, rule] of items(virtualService.spec?.[protocol]).entries()) {
        const routes = items(rule['route'])
        const path = ['spec', protocol, index, 'route']
        if (routes.length === 1) alone(virtualService, routes[0] ?? {}, [...path, 0], report)
        if (routes.length < 2) continue
        share(virtualService, routes, path, report)
        twice(virtualService, routes, path, report)
      }
  },
}

function alone(object: MeshObject, route: Json, path: Path, report: Report): void {
  const weight = number(route['weight']) ?? 0
  if (weight < 1 || weight > 99) return
  const place = [...path, 'weight']
  report(object, loneWeight, [weight], {
    path: place,
    fix: { title: 'Leave out the weight', edits: [{ object: refOf(object), edits: [{ op: 'remove', path: place }] }] },
  })
}

function share(object: MeshObject, routes: readonly Json[], path: Path, report: Report): void {
  const parts = routes.map(route => number(route['weight']) ?? 0)
  const sum = parts.reduce((a, b) => a + b, 0)
  if (sum <= 0) {
    report(object, weightsAreZero, [], { path })
    return
  }
  for (const [index, route] of routes.entries())
    if (!has(route, 'weight'))
      report(object, weightMissing, [nameOf(route)], { path: [...path, index], evidence: [`the others have ${sum}`] })
  // Where one has everything it has everything, whatever the number.
  if (sum === 100 || parts.filter(part => part > 0).length < 2) return
  const percent = parts.map(part => (part / sum) * 100)
  const shares = percent.map(part => `${Math.round(part * 10) / 10} %`)
  const edits = percent.map((value, index) => ({ op: 'set' as const, path: [...path, index, 'weight'], value }))
  report(object, weightsAreShares, [parts, sum, shares], {
    path,
    // The very same shares, written so that they sum to 100.
    ...(percent.every(Number.isInteger)
      ? { fix: { title: `Write ${percent.join(' / ')}`, edits: [{ object: refOf(object), edits }] } }
      : {}),
  })
}

function twice(object: MeshObject, routes: readonly Json[], path: Path, report: Report): void {
  const home = object.metadata.namespace ?? ''
  const keyOf = (route: Json) => {
    const { host, subset, port } = record(route['destination'])
    return [fullHost(text(host), home), text(subset), number(record(port)['number']) ?? ''].join('|')
  }
  const first = new Map<string, number>()
  for (const [index, route] of routes.entries()) {
    const key = keyOf(route)
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, index)
      continue
    }
    const other = routes[earlier] ?? {}
    const { weight: own = 0, destination: _d, ...rest } = route
    const { weight: theirs = 0, destination: _o, ...others } = other
    const value = (number(own) ?? 0) + (number(theirs) ?? 0)
    const edits = [
      { op: 'set' as const, path: [...path, earlier, 'weight'], value },
      { op: 'remove' as const, path: [...path, index] },
    ]
    report(object, destinationTwice, [nameOf(route)], {
      path: [...path, index, 'destination'],
      ...(isEqual(rest, others) ? { fix: { title: 'Make them one', edits: [{ object: refOf(object), edits }] } } : {}),
    })
  }
}

const nameOf = (route: Json): string => {
  const { host, subset } = record(route['destination'])
  return text(subset) === '' ? text(host) : `${text(host)} (${text(subset)})`
}
