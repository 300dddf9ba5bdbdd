import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { has, items, number, record, text, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { httpFieldsOnTcp } from './messages.ts'
import { actionOf, httpFieldsOf, isBoundToTarget } from './rules.ts'
import { podsOf, reachOf, selectorLabels, servicesOfPod } from './workloads.ts'

const tcp = new Set(['tcp', 'tls', 'https', 'mongo', 'mysql', 'redis'])
const wellKnown = new Set([25, 53, 3306, 27_017])

/** Istio docs, "Protocol Selection": what is spoken on a Service's port; null where the proxy finds out by itself. */
function protocolOf(port: Json): 'http' | 'tcp' | null {
  const said = (text(port['appProtocol']) || text(port['name'])).toLowerCase().split('-')[0] ?? ''
  if (said === 'kubernetes.io/h2c' || said.startsWith('http') || said.startsWith('grpc'))
    return said === 'https' ? 'tcp' : 'http'
  if (tcp.has(said) || wellKnown.has(number(port['port']) ?? 0)) return 'tcp'
  return null
}

/** Methods and paths exist in HTTP only: on other ports an ALLOW rule about them never matches, a DENY rule forgets them. */
export const httpOnTcp: EachAnalyzer = {
  name: 'weft.HttpFieldsOnTcp',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    const action = actionOf(policy)
    const fields = httpFieldsOf(policy)
    if (fields.length === 0 || isBoundToTarget(policy) || (action !== 'ALLOW' && action !== 'DENY')) return
    const ports = portsOf(world, policy)
    const isTcpOnly = ports.size > 0 && [...ports.values()].every(protocols => isOnly(protocols, 'tcp'))
    for (const [index, rule] of items(policy.spec?.['rules']).entries()) {
      const mine = fields.filter(field => field.rule === index)
      const [first] = mine
      if (first === undefined) continue
      const named = items(rule['to']).flatMap(({ operation }) => texts(record(operation)['ports']).map(Number))
      const asked = named.length > 0 ? named : action === 'DENY' || isTcpOnly ? [...ports.keys()] : []
      const bare = asked.filter(port => isOnly(ports.get(port), 'tcp')).toSorted((a, b) => a - b)
      if (bare.length > 0)
        report(policy, httpFieldsOnTcp, [action, [...new Set(mine.map(({ field }) => field))], bare], {
          path: first.path,
        })
    }
  },
}

const isOnly = (protocols: ReadonlySet<string> | undefined, only: string): boolean =>
  protocols !== undefined && protocols.size === 1 && protocols.has(only)

/** Ports of the selected workloads as their Services know them, with what those say is spoken there. */
function portsOf(world: World, policy: MeshObject): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>()
  // Without a selector every Service of its reach leads to somebody it is about: pods need not be asked one by one.
  const isForAll = Object.keys(selectorLabels(policy)).length === 0
  const services = isForAll
    ? world.list('/Service', reachOf(world, policy) ?? undefined).filter(({ spec }) => has(spec ?? {}, 'selector'))
    : new Set(podsOf(world, policy).flatMap(pod => servicesOfPod(world, pod)))
  for (const service of services)
    for (const port of items(service.spec?.['ports'])) {
      const at = number(port['targetPort']) ?? number(port['port'])
      if (at === undefined || typeof port['targetPort'] === 'string') continue
      found.set(at, (found.get(at) ?? new Set()).add(protocolOf(port) ?? 'found out'))
    }
  return found
}
