import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import { type Fields, isEqual, listOf, textOf } from '#lab/kubernetes/value.ts'
import { backendProblem, backendsOf } from './backends.ts'
import { gatewayController, group } from './classes.ts'
import type { RouteKind } from './listeners.ts'
import { bind, isGatewayRef, placeOf } from './parents.ts'

const plurals: Record<RouteKind, string> = {
  HTTPRoute: 'httproutes',
  GRPCRoute: 'grpcroutes',
  TLSRoute: 'tlsroutes',
  TCPRoute: 'tcproutes',
}
export const routeResources: readonly string[] = Object.values(plurals).map(plural => `${plural}.${group}`)

/** Says of a route which parents took it, and whether its backends are there. */
export function routeController(cluster: Cluster, kind: RouteKind): Controller {
  const { store } = cluster
  const resource = `${plurals[kind]}.${group}`
  const index = createReferenceIndex(store, [resource], referencesOf)
  const to = (reference: string) => index.to(reference, resource)
  return {
    name: kind,
    watches: [
      resource,
      `gateways.${group}`,
      `gatewayclasses.${group}`,
      'services',
      'serviceentries.networking.istio.io',
      `referencegrants.${group}`,
      'namespaces',
    ],
    close: index.close,
    interests(change) {
      const { object } = change
      const place = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
      switch (change.resource) {
        case resource:
          return ownKey(change, resource)
        case `gateways.${group}`:
          return isWishChanged(change) ? to(`gateway ${place}`) : []
        case `gatewayclasses.${group}`:
          return change.type === 'MODIFIED' ? [] : to('gateways')
        case 'services':
          return isWishChanged(change) ? to(`service ${place}`) : []
        case 'serviceentries.networking.istio.io':
          return isWishChanged(change) ? to('hosts') : []
        case `referencegrants.${group}`:
          return to(`grant ${object.metadata.namespace ?? ''}`)
        case 'namespaces':
          return isWishChanged(change) ? to(`namespace ${object.metadata.name}`) : []
        default:
          return []
      }
    },
    reconcile(namespace, name) {
      const route = store.get(resource, namespace, name)
      if (!route || isLeaving(route)) return
      const parents = parentsOf(route)
      const before = listOf(route.status?.['parents'])
      if (parents.length === 0 && before.length === 0) return
      if (isEqual(before, parents)) return
      store.replace({ ...route, status: { ...route.status, parents } })
      tell(route, parents)
    },
  }

  function parentsOf(route: KubeObject): Fields[] {
    const before = listOf(route.status?.['parents'])
    const others = before.filter(parent => parent['controllerName'] !== gatewayController)
    const own = listOf(route.spec?.['parentRefs']).flatMap(parentRef => {
      const said = conditionsOf(route, parentRef)
      if (said === null) return []
      const old = before.find(
        parent => parent['controllerName'] === gatewayController && isEqual(parent['parentRef'], parentRef),
      )
      const conditions = setConditions(listOf(old?.['conditions']), said, {
        time: cluster.since(route),
        generation: route.metadata.generation,
      })
      return [{ conditions, controllerName: gatewayController, parentRef }]
    })
    return [...others, ...own]
  }

  function conditionsOf(route: KubeObject, parentRef: Fields): Condition[] | null {
    const binding = bind(store, route, parentRef)
    if (binding === null) return null
    const problem = backendProblem(store, route)
    const bound = binding.isBound ? binding.listeners.length : 0
    return [
      binding.isBound
        ? holds('Accepted', 'Accepted', bound > 1 ? `Route was valid, bound to ${bound} parents` : 'Route was valid')
        : fails('Accepted', binding.reason, binding.message),
      problem
        ? fails('ResolvedRefs', problem.reason, problem.message)
        : holds('ResolvedRefs', 'ResolvedRefs', 'All references resolved'),
    ]
  }

  /** What went wrong is worth an Event; what went well is in the status. */
  function tell(route: KubeObject, parents: readonly Fields[]): void {
    for (const condition of parents.flatMap(parent => listOf(parent['conditions'])))
      if (condition['status'] === 'False')
        cluster.record(route, 'Warning', textOf(condition['reason']), textOf(condition['message']), gatewayController)
  }
}

function* referencesOf(route: KubeObject): Generator<string> {
  const home = route.metadata.namespace ?? ''
  yield `namespace ${home}`
  for (const parent of listOf(route.spec?.['parentRefs'])) {
    if (isGatewayRef(parent)) yield* ['gateways', `gateway ${placeOf(route, parent)}`]
    else yield* ['hosts', `service ${placeOf(route, parent)}`]
  }
  for (const backend of backendsOf(route)) {
    if (backend['group'] === 'networking.istio.io') yield 'hosts'
    yield `service ${placeOf(route, backend)}`
    const namespace = textOf(backend['namespace'], home)
    if (namespace !== home) yield `grant ${namespace}`
  }
}
