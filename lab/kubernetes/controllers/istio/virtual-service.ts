import type { KubeObject } from '#lab/contract.ts'
import { fails, holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import { type Fields, isEqual, listOf, textOf } from '#lab/kubernetes/value.ts'
import { analyze, destinationsOf, fullHost, gatewaysOf, hostsOf, rivalsOf, shownMessage } from './analysis.ts'

const resource = 'virtualservices.networking.istio.io'

/** Writes what istiod's analysis finds into the status of VirtualServices; those without a finding stay as they are. */
export function virtualServiceController(cluster: Cluster): Controller {
  const { store } = cluster
  const index = createReferenceIndex(store, [resource], referencesOf)
  const to = (reference: string) => index.to(reference, resource)
  return {
    name: 'VirtualService',
    watches: [
      resource,
      'services',
      'serviceentries.networking.istio.io',
      'destinationrules.networking.istio.io',
      'gateways.networking.istio.io',
    ],
    close: index.close,
    interests(change) {
      const { object, previous } = change
      if (!isWishChanged(change)) return []
      const { namespace = '', name } = object.metadata
      switch (change.resource) {
        case resource: {
          const hosts = [object, previous].flatMap(item => (item ? hostsOf(item) : []))
          return [...ownKey(change, resource), ...hosts.flatMap(host => to(`own ${host}`))]
        }
        case 'services':
          return to(`host ${name}.${namespace}.svc.cluster.local`)
        case 'gateways.networking.istio.io':
          return to(`gateway ${namespace}/${name}`)
        case 'destinationrules.networking.istio.io':
          return [object, previous].flatMap(item =>
            item ? to(hostReference(fullHost(textOf(item.spec?.['host']), namespace))) : [],
          )
        default:
          return [object, previous].flatMap(item =>
            item ? hostsOf(item).flatMap(host => to(hostReference(host))) : [],
          )
      }
    },
    reconcile(namespace, name) {
      const object = store.get(resource, namespace, name)
      if (!object || isLeaving(object)) return
      const others = [...new Set(hostsOf(object).flatMap(host => to(`own ${host}`)))]
      const messages = analyze(store, object, rivalsOf(store, object, others))
      tell(object, messages.map(shownMessage))
    },
  }

  function tell(object: KubeObject, messages: Fields[]): void {
    if (messages.length === 0 && object.status?.['validationMessages'] === undefined) return
    const codes = messages.map(message => textOf((message['type'] as Fields)['code']))
    const isBad = messages.some(message => message['level'] === 'ERROR')
    const said = isBad
      ? fails('Reconciled', 'AnalysisFailed', `istiod's analysis found ${codes.join(', ')}`)
      : holds('Reconciled', 'Reconciled', '')
    const conditions = setConditions(listOf(object.status?.['conditions']), [said], { time: cluster.since(object) })
    const { validationMessages: _, ...before } = object.status ?? {}
    const status = {
      ...before,
      conditions,
      observedGeneration: String(object.metadata.generation ?? 1),
      ...(messages.length > 0 ? { validationMessages: messages } : {}),
    }
    if (isEqual(object.status, status)) return
    const next = store.replace({ ...object, status })
    if (isBad) cluster.record(next, 'Warning', 'AnalysisFailed', said.message, 'istiod')
  }
}

/** What has a wildcard may concern anybody. */
const hostReference = (host: string): string => (host.startsWith('*') ? 'anything' : `host ${host}`)

function* referencesOf(object: KubeObject): Generator<string> {
  yield 'anything'
  for (const host of hostsOf(object)) yield `own ${host}`
  for (const gateway of gatewaysOf(object)) yield `gateway ${gateway}`
  for (const destination of destinationsOf(object))
    yield `host ${fullHost(textOf(destination['host']), object.metadata.namespace ?? '')}`
}
