import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { callablesByHost } from '#shared/config/world/hosts.ts'
import { items, number, record, text } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { groupOf, type Json, type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { gatewayKey, group, isGranted, parentsOf, refusal, routeKinds } from './attachment.ts'
import { allowsAny } from './operation-hosts.ts'
import { backendNotFound, backendNotGranted, parentNotFound, routeUnattached } from './messages.ts'

/** Routes of Gateway API: their parents and their backends exist and let them in. */
export const kubernetesRoutes: EachAnalyzer = {
  name: 'weft.KubernetesRoutes',
  each: routeKinds,
  analyze(route, world, report) {
    for (const parent of parentsOf(route)) {
      const key = `${parent.group}/${parent.kind}`
      // A name that is still to be written is for the schema to ask for.
      if (parent.name === '') continue
      if (![gatewayKey, '/Service', 'networking.istio.io/ServiceEntry'].includes(key)) continue
      const found = world.get(key, parent.namespace, parent.name)
      if (!found) {
        report(route, parentNotFound, [parent.kind, `${parent.namespace}/${parent.name}`], {
          path: [...parent.path, 'name'],
        })
        continue
      }
      if (key !== gatewayKey) continue
      const reasons = items(found.spec?.['listeners']).map(listener => refusal(world, route, parent, found, listener))
      if (reasons.includes(null)) continue
      // Of several reasons, that of the listener that came closest: the last question it failed.
      const because =
        reasons.filter(reason => reason !== null).toSorted((a, b) => rank(b) - rank(a))[0] ?? 'it has no listeners'
      report(route, routeUnattached, [`${parent.namespace}/${parent.name}`, because], {
        path: parent.path,
        related: [refOf(found)],
      })
    }
    for (const { backend, path } of backendsOf(route)) judge(route, backend, path, world, report)
  },
}

const rank = (reason: string): number =>
  ['no listener', 'take no', 'of the namespace', 'other hosts'].findLastIndex(part => reason.includes(part))

function backendsOf(route: MeshObject): { backend: Json; path: Path }[] {
  const found: { backend: Json; path: Path }[] = []
  for (const [index, rule] of items(route.spec?.['rules']).entries()) {
    const path = ['spec', 'rules', index]
    for (const [place, backend] of items(rule['backendRefs']).entries())
      found.push({ backend, path: [...path, 'backendRefs', place] })
    for (const [place, filter] of items(rule['filters']).entries())
      if (filter['requestMirror'] !== undefined)
        found.push({
          backend: record(record(filter['requestMirror'])['backendRef']),
          path: [...path, 'filters', place, 'requestMirror', 'backendRef'],
        })
  }
  return found
}

function judge(
  route: MeshObject,
  backend: Json,
  path: Path,
  world: World,
  report: Parameters<EachAnalyzer['analyze']>[2],
): void {
  const home = route.metadata.namespace ?? ''
  const to = {
    group: text(backend['group']),
    kind: text(backend['kind']) || 'Service',
    namespace: text(backend['namespace']) || home,
    name: text(backend['name']),
  }
  if (to.name === '') return
  const key = `${to.group}/${to.kind}`
  // Istio's own kind of backend: a host of the registry.
  if (key === 'networking.istio.io/Hostname') {
    if (world.find(callablesByHost, to.name).length === 0)
      report(route, backendNotFound, [to.kind, to.name], {
        path: [...path, 'name'],
        level: allowsAny(world) ? 'Warning' : 'Error',
      })
    return
  }
  if (key !== '/Service') return
  const service = world.get(key, to.namespace, to.name)
  if (!service) {
    report(route, backendNotFound, [to.kind, `${to.namespace}/${to.name}`], { path: [...path, 'name'] })
    return
  }
  const port = number(backend['port'])
  const known = items(service.spec?.['ports']).map(one => number(one['port']))
  if (port !== undefined && !known.includes(port))
    report(route, backendNotFound, ['port', `${to.namespace}/${to.name}:${port}`], {
      path: [...path, 'port'],
      evidence: [`its ports are ${known.join(', ') || 'none'}`],
    })
  if (!isGranted(world, { group: groupOf(route.apiVersion) || group, kind: route.kind, namespace: home }, to))
    report(route, backendNotGranted, [`${to.namespace}/${to.name}`], {
      path: [...path, 'namespace'],
      related: [refOf(service)],
    })
}
