import { fullHost } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { items, record, text, textMap, texts } from '#shared/config/world/read.ts'
import { kindKeyOf, type World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** What an object is about. */
export interface Applies {
  hosts: string[]
  /** Pods it selects; null where its kind selects none by its nature. */
  pods: readonly MeshObject[] | null
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name'
const gatewayGroup = 'gateway.networking.k8s.io'

/** Pure; what it asks of the world is what its answer depends on. */
export function appliesTo(object: MeshObject, world: World): Applies {
  return { hosts: [...new Set(hostsOf(object))].sort(), pods: podsOf(object, world) }
}

function hostsOf(object: MeshObject): string[] {
  const spec = object.spec ?? {}
  const namespace = object.metadata.namespace ?? ''
  const full = (host: string) => fullHost(host, namespace)
  switch (kindKeyOf(object)) {
    case 'networking.istio.io/VirtualService':
    case 'networking.istio.io/ServiceEntry':
      return texts(spec['hosts']).map(full)
    case 'networking.istio.io/DestinationRule':
      return text(spec['host']) === '' ? [] : [full(text(spec['host']))]
    case 'networking.istio.io/Gateway':
      // `namespace/host`: which namespaces may bind to it.
      return items(spec['servers']).flatMap(server => texts(server['hosts']).map(host => host.replace(/^[^/]*\//, '')))
    case `${gatewayGroup}/Gateway`:
      return items(spec['listeners'])
        .map(listener => text(listener['hostname']))
        .filter(host => host !== '')
    case `${gatewayGroup}/HTTPRoute`:
    case `${gatewayGroup}/GRPCRoute`:
    case `${gatewayGroup}/TLSRoute`:
    case `${gatewayGroup}/TCPRoute`:
    case `${gatewayGroup}/UDPRoute`:
      return [...texts(spec['hostnames']), ...serviceHosts(items(spec['parentRefs']), namespace)]
    case `${gatewayGroup}/BackendTLSPolicy`:
      return serviceHosts(items(spec['targetRefs']), namespace)
    default:
      return []
  }
}

const serviceHosts = (refs: readonly Json[], namespace: string): string[] =>
  refs
    .filter(ref => text(ref['kind']) === 'Service')
    .map(ref => fullHost(text(ref['name']), text(ref['namespace']) || namespace))

function podsOf(object: MeshObject, world: World): readonly MeshObject[] | null {
  const spec = object.spec ?? {}
  const { namespace = '', name } = object.metadata
  switch (kindKeyOf(object)) {
    case 'security.istio.io/AuthorizationPolicy':
    case 'security.istio.io/RequestAuthentication':
    case 'security.istio.io/PeerAuthentication':
    case 'telemetry.istio.io/Telemetry':
    case 'extensions.istio.io/WasmPlugin':
    case 'networking.istio.io/ProxyConfig':
      return selected(world, object, record(spec['selector'])['matchLabels'])
    case 'networking.istio.io/Sidecar':
    case 'networking.istio.io/EnvoyFilter':
      return selected(world, object, record(spec['workloadSelector'])['labels'])
    case 'networking.istio.io/DestinationRule': {
      const labels = textMap(record(spec['workloadSelector'])['matchLabels'])
      return Object.keys(labels).length === 0 ? null : podsSelected(world, namespace, labels)
    }
    case 'networking.istio.io/ServiceEntry': {
      const labels = textMap(record(spec['workloadSelector'])['labels'])
      return Object.keys(labels).length === 0 ? null : podsSelected(world, namespace, labels)
    }
    // Istio docs, Gateway, `selector`: pods of any namespace, unless istiod is told otherwise.
    case 'networking.istio.io/Gateway': {
      const labels = textMap(spec['selector'])
      return Object.keys(labels).length === 0 ? [] : podsSelected(world, null, labels)
    }
    case `${gatewayGroup}/Gateway`:
      return podsSelected(world, namespace, { [gatewayName]: name })
    case '/Namespace':
      return world.list('/Pod', name)
    case 'apps/Deployment':
    case 'apps/StatefulSet':
    case 'apps/DaemonSet': {
      const labels = textMap(record(spec['selector'])['matchLabels'])
      return Object.keys(labels).length === 0 ? [] : podsSelected(world, namespace, labels)
    }
    default:
      return null
  }
}

/** By `targetRefs` or `targetRef`, by labels, else all pods there; in the root namespace that means everywhere. */
function selected(world: World, object: MeshObject, matchLabels: unknown): readonly MeshObject[] {
  const { namespace = '' } = object.metadata
  const spec = object.spec ?? {}
  const refs = [...items(spec['targetRefs']), ...(spec['targetRef'] === undefined ? [] : [record(spec['targetRef'])])]
  if (refs.length > 0) return refs.flatMap(ref => targeted(world, ref, namespace))
  const isMeshWide = namespace === world.settings.rootNamespace
  return podsSelected(world, isMeshWide ? null : namespace, textMap(matchLabels))
}

/** Istio docs, `PolicyTargetReference`: a Gateway, a Service or a ServiceEntry beside the policy, or a GatewayClass. */
function targeted(world: World, ref: Json, namespace: string): readonly MeshObject[] {
  const name = text(ref['name'])
  switch (text(ref['kind'])) {
    case 'Gateway':
      return podsSelected(world, namespace, { [gatewayName]: name })
    case 'GatewayClass':
      return world
        .list(`${gatewayGroup}/Gateway`)
        .filter(gateway => text(gateway.spec?.['gatewayClassName']) === name)
        .flatMap(gateway => [
          ...podsSelected(world, gateway.metadata.namespace ?? '', { [gatewayName]: gateway.metadata.name }),
        ])
    case 'Service': {
      const selector = textMap(world.get('/Service', namespace, name)?.spec?.['selector'])
      return Object.keys(selector).length === 0 ? [] : podsSelected(world, namespace, selector)
    }
    case 'ServiceEntry': {
      const entry = world.get('networking.istio.io/ServiceEntry', namespace, name)
      const labels = textMap(record(entry?.spec?.['workloadSelector'])['labels'])
      return Object.keys(labels).length === 0 ? [] : podsSelected(world, namespace, labels)
    }
    default:
      return []
  }
}
