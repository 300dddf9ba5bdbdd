import type { KubeObject } from '#lab/contract.ts'
import { type Condition, holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import type { Change } from '#lab/kubernetes/history.ts'
import { at, type Fields, isEqual, listOf, textOf } from '#lab/kubernetes/value.ts'
import { type ClassInfo, classOf, gatewayController, group } from './classes.ts'
import { instancesOf } from './instances.ts'
import { type Listener, listenersOf } from './listeners.ts'
import { deploy, isManaged, nameLabel, ownResources } from './managed.ts'
import { bind, isGatewayRef, placeOf } from './parents.ts'
import { routeResources } from './route.ts'

const resource = `gateways.${group}`

/** Deploys what a Gateway asks for, and says how far it has come. */
export function gatewayApiController(cluster: Cluster): Controller {
  const { store } = cluster
  const gateways = createReferenceIndex(store, [resource], referencesOf)
  const routes = createReferenceIndex(store, routeResources, function* (route) {
    for (const parent of listOf(route.spec?.['parentRefs'])) if (isGatewayRef(parent)) yield placeOf(route, parent)
  })
  const to = (reference: string) => gateways.to(reference, resource)

  return {
    name: 'Gateway',
    watches: [
      resource,
      `gatewayclasses.${group}`,
      'secrets',
      'endpoints',
      `referencegrants.${group}`,
      'namespaces',
      ...routeResources,
      ...ownResources,
    ],
    close() {
      gateways.close()
      routes.close()
    },
    interests(change) {
      const { object } = change
      const place = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
      const found = ownResources.some(name => name === change.resource) ? owners(change) : []
      switch (change.resource) {
        case resource:
          return ownKey(change, resource)
        case `gatewayclasses.${group}`:
          return to(`class ${object.metadata.name}`)
        case 'secrets':
          return to(`secret ${place}`)
        case 'services':
        case 'endpoints':
          return [...found, ...to(`service ${place}`), ...served(object)]
        case `referencegrants.${group}`:
          return to(`grant ${object.metadata.namespace ?? ''}`)
        case 'namespaces':
          return isWishChanged(change) ? [...to('selector'), ...parentsIn(object.metadata.name)] : []
        default:
          return routeResources.includes(change.resource) && isWishChanged(change)
            ? [change.previous, object].flatMap(parentsOf)
            : found
      }
    },
    reconcile(namespace, name) {
      const gateway = store.get(resource, namespace, name)
      if (!gateway || isLeaving(gateway)) return
      const info = classOf(store, gateway)
      if (!info) return
      if (info.deploys && isManaged(gateway)) deploy(cluster, gateway, info)
      const status = info.deploys ? statusOf(gateway, info) : remoteStatus(gateway)
      if (isEqual(gateway.status, status)) return
      tell(store.replace({ ...gateway, status }), gateway)
    },
  }

  /** A Gateway's own things bring it up when they go or when somebody changes what they should be. */
  function owners(change: Change): string[] {
    if (!isWishChanged(change) || change.type === 'ADDED') return []
    const { namespace = '', ownerReferences = [] } = change.object.metadata
    return ownerReferences.filter(owner => owner.kind === 'Gateway').map(owner => `${namespace}/${owner.name}`)
  }

  /** The Gateway whose Service, or whose Service's Endpoints, this is. */
  function served({ kind, metadata }: KubeObject): string[] {
    const service = kind === 'Service' ? undefined : store.get('services', metadata.namespace, metadata.name)
    const name = (service ?? { metadata }).metadata.labels?.[nameLabel]
    return name === undefined ? [] : [`${metadata.namespace}/${name}`]
  }

  function parentsIn(namespace: string): string[] {
    return routeResources.flatMap(name => store.list(name, namespace)).flatMap(parentsOf)
  }

  function statusOf(gateway: KubeObject, info: ClassInfo): Fields {
    const listeners = listenersOf(store, gateway, info)
    const at = { time: cluster.since(gateway), generation: gateway.metadata.generation }
    const ports = [...new Set(listeners.map(listener => listener.port))]
    const { programmed, addresses } = instancesOf(store, gateway, info, ports)
    const before = listOf(gateway.status?.['listeners'])
    const attached = attachedRoutes(gateway)
    // An address that was told once stays told while the proxies are away.
    const told = addresses.length > 0 ? addresses : gateway.status?.['addresses']
    const conditions: Condition[] = [holds('Accepted', 'Accepted', 'Resource accepted'), programmed]
    return {
      ...(told === undefined ? {} : { addresses: told }),
      conditions: setConditions(listOf(gateway.status?.['conditions']), conditions, at),
      listeners: listeners.map(listener => ({
        attachedRoutes: attached.get(listener.name) ?? 0,
        conditions: setConditions(
          listOf(before.find(item => item['name'] === listener.name)?.['conditions']),
          listener.conditions,
          at,
        ),
        name: listener.name,
        supportedKinds: listener.kinds.map(kind => ({ group, kind })),
      })),
    }
  }

  function remoteStatus(gateway: KubeObject): Fields {
    const addresses = gateway.spec?.['addresses']
    return {
      ...(addresses === undefined ? {} : { addresses }),
      conditions: setConditions(
        listOf(gateway.status?.['conditions']),
        [
          holds('Accepted', 'Accepted', 'Resource accepted'),
          holds('Programmed', 'Programmed', 'This Gateway is remote; Istio will not program it'),
        ],
        { time: cluster.since(gateway), generation: gateway.metadata.generation },
      ),
    }
  }

  /** How many routes each listener took. */
  function attachedRoutes(gateway: KubeObject): Map<Listener['name'], number> {
    const place = `${gateway.metadata.namespace}/${gateway.metadata.name}`
    const counts = new Map<string, number>()
    for (const name of routeResources)
      for (const key of routes.to(place, name)) {
        const slash = key.indexOf('/')
        const route = store.get(name, key.slice(0, slash), key.slice(slash + 1))
        for (const listener of route ? takenBy(route, place) : []) counts.set(listener, (counts.get(listener) ?? 0) + 1)
      }
    return counts
  }

  function takenBy(route: KubeObject, place: string): Set<string> {
    const references = listOf(route.spec?.['parentRefs']).filter(
      parent => isGatewayRef(parent) && placeOf(route, parent) === place,
    )
    return new Set(
      references.flatMap(reference => {
        const binding = bind(store, route, reference)
        return binding?.isBound ? binding.listeners : []
      }),
    )
  }

  function tell(gateway: KubeObject, before: KubeObject): void {
    const of = (object: KubeObject) =>
      listOf(at(object, 'status.conditions')).find(condition => condition['type'] === 'Programmed')
    const [now, old] = [of(gateway), of(before)]
    if (now === undefined || now['reason'] === old?.['reason']) return
    const type = now['status'] === 'True' ? 'Normal' : 'Warning'
    cluster.record(gateway, type, textOf(now['reason']), textOf(now['message']), gatewayController)
  }
}

const parentsOf = (route: KubeObject | null): string[] =>
  route === null
    ? []
    : listOf(route.spec?.['parentRefs'])
        .filter(isGatewayRef)
        .map(parent => placeOf(route, parent))

/** What else a Gateway's status depends on. */
function* referencesOf(gateway: KubeObject): Generator<string> {
  const { namespace = '' } = gateway.metadata
  yield `class ${textOf(gateway.spec?.['gatewayClassName'])}`
  for (const address of listOf(gateway.spec?.['addresses'])) {
    const [name, where = namespace] = textOf(address['value']).split('.')
    yield `service ${where}/${name}`
  }
  for (const listener of listOf(gateway.spec?.['listeners'])) {
    if (at(listener, 'allowedRoutes.namespaces.from') === 'Selector') yield 'selector'
    for (const reference of listOf(at(listener, 'tls.certificateRefs'))) {
      const where = textOf(reference['namespace'], namespace)
      yield `secret ${where}/${textOf(reference['name'])}`
      if (where !== namespace) yield `grant ${where}`
    }
  }
}
