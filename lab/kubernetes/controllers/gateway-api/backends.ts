import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'
import { group } from './classes.ts'
import { isGranted } from './grants.ts'

/** Everything that a route sends requests to: its backends and its mirrors. */
export const backendsOf = (route: KubeObject): Fields[] =>
  listOf(route.spec?.['rules']).flatMap(rule => [
    ...listOf(rule['backendRefs']),
    ...listOf(rule['filters']).flatMap(filter =>
      filter['type'] === 'RequestMirror' ? [fieldsOf(at(filter, 'requestMirror.backendRef'))] : [],
    ),
  ])

export interface BackendProblem {
  reason: 'BackendNotFound' | 'RefNotPermitted' | 'InvalidKind' | 'InvalidDestination'
  message: string
}

/** What keeps a route from its backends (Gateway API, route condition ResolvedRefs); undefined where all are found. */
export function backendProblem(store: KubernetesStore, route: KubeObject): BackendProblem | undefined {
  for (const reference of backendsOf(route)) {
    const problem = problemOf(store, route, reference)
    if (problem) return problem
  }
  return undefined
}

function problemOf(store: KubernetesStore, route: KubeObject, reference: Fields): BackendProblem | undefined {
  const home = route.metadata.namespace ?? ''
  const namespace = textOf(reference['namespace'], home)
  const name = textOf(reference['name'])
  const refGroup = textOf(reference['group'])
  const kind = textOf(reference['kind'], 'Service')
  const isHostname = refGroup === 'networking.istio.io' && kind === 'Hostname'
  const isService = refGroup === '' && kind === 'Service'
  const to = { group: refGroup, kind, namespace, name }
  if (namespace !== home && !isHostname && !isGranted(store, { group, kind: route.kind, namespace: home }, to))
    return {
      reason: 'RefNotPermitted',
      message: `backendRef ${name}/${namespace} not accessible to a ${route.kind} in namespace "${home}" (missing a ReferenceGrant?)`,
    }
  if (!isService && !isHostname)
    return {
      reason: 'InvalidKind',
      message: `referencing unsupported backendRef: group ${JSON.stringify(refGroup)} kind ${JSON.stringify(kind)}`,
    }
  if (reference['port'] === undefined)
    return { reason: 'InvalidDestination', message: 'port is required in backendRef' }
  const host = isHostname ? name : `${name}.${namespace}.svc.cluster.local`
  const isFound = isHostname ? isKnownHost(store, name) : store.get('services', namespace, name) !== undefined
  return isFound ? undefined : { reason: 'BackendNotFound', message: `backend(${host}) not found` }
}

const isKnownHost = (store: KubernetesStore, host: string): boolean =>
  store.list('serviceentries.networking.istio.io').some(entry => {
    const hosts = entry.spec?.['hosts']
    return Array.isArray(hosts) && hosts.includes(host)
  })
