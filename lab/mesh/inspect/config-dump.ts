import type { Push } from '#lab/mesh/xds/pushes.ts'
import { rejections } from '#lab/mesh/xds/pushes.ts'
import { subscribed, type XdsType } from '#lab/mesh/xds/types.ts'
import { bootstrap, staticClusters } from './bootstrap.ts'
import { clusters } from './clusters.ts'
import { loadAssignment, loads } from './endpoints.ts'
import { listeners } from './listeners.ts'
import type { Look, Proxy } from './look.ts'
import { any, type Message } from './proto.ts'
import { routeConfigurations } from './routes.ts'
import { secretMessage, secrets } from './secrets.ts'

/** Envoy's `/config_dump` (Envoy docs, "Administration interface"), and istiod's own of what it sends. */

export interface DumpWish {
  /** istiod does not know how an Envoy was started, nor when it took what. */
  by: 'envoy' | 'istiod'
  includesEndpoints: boolean
}

export const configDump = (look: Look, proxy: Proxy, wish: DumpWish): { configs: Message[] } => ({
  configs: [
    any('envoy.admin.v3.BootstrapConfigDump', wish.by === 'envoy' ? bootstrapPart(look, proxy) : {}),
    clustersPart(look, proxy, wish),
    ...(wish.includesEndpoints ? [endpointsPart(look, proxy, wish)] : []),
    listenersPart(look, proxy, wish),
    any('envoy.admin.v3.ScopedRoutesConfigDump'),
    routesPart(look, proxy, wish),
    any('envoy.admin.v3.SecretsConfigDump', {
      // Sidecars have theirs from their agent, not from istiod.
      dynamic_active_secrets: secrets(look, proxy)
        .filter(({ name }) => wish.by === 'envoy' || name.startsWith('kubernetes://'))
        .map(secret => ({
          name: secret.name,
          ...(wish.by === 'envoy' ? { last_updated: stamp(secret.updated) } : {}),
          secret: secretMessage(secret),
        })),
    }),
  ],
})

/** When a proxy took its version of a type: not before it was there itself. */
interface Taken {
  version_info: string
  last_updated?: string
}

const stamp = (time: number): string => new Date(time).toISOString()

function takenOf({ pushes }: Look, { connection }: Proxy, type: XdsType, { by }: DumpWish): Taken {
  const push: Push = by === 'istiod' ? pushes.sent(type) : pushes.acked(connection, type)
  if (by === 'istiod') return { version_info: push.version }
  return { version_info: push.version, last_updated: stamp(Math.max(push.time, connection.pod.since)) }
}

const bootstrapPart = (look: Look, proxy: Proxy): Message => ({
  bootstrap: bootstrap(look, proxy),
  last_updated: stamp(proxy.connection.pod.since),
})

function clustersPart(look: Look, proxy: Proxy, wish: DumpWish): Message {
  const taken = takenOf(look, proxy, 'cds', wish)
  return any('envoy.admin.v3.ClustersConfigDump', {
    version_info: taken.version_info,
    ...(wish.by === 'envoy'
      ? {
          static_clusters: staticClusters.map(cluster => ({
            cluster: any('envoy.config.cluster.v3.Cluster', cluster),
            last_updated: stamp(proxy.connection.pod.since),
          })),
        }
      : {}),
    dynamic_active_clusters: clusters(proxy).map(cluster => ({
      ...taken,
      cluster: any('envoy.config.cluster.v3.Cluster', cluster),
    })),
  })
}

function endpointsPart(look: Look, proxy: Proxy, wish: DumpWish): Message {
  const taken = takenOf(look, proxy, 'eds', wish)
  return any('envoy.admin.v3.EndpointsConfigDump', {
    dynamic_endpoint_configs: loads(proxy).map(load => ({
      ...taken,
      endpoint_config: any('envoy.config.endpoint.v3.ClusterLoadAssignment', loadAssignment(look, load)),
    })),
  })
}

function listenersPart(look: Look, proxy: Proxy, wish: DumpWish): Message {
  const taken = takenOf(look, proxy, 'lds', wish)
  const { workload } = proxy.connection
  const rejection =
    wish.by === 'envoy' && rejections(look.snapshot).find(one => one.workload === workload.key && one.type === 'lds')
  const refused = rejection && {
    error_state: {
      last_update_attempt: stamp(look.pushes.sent('lds').time),
      details: rejection.problem,
      version_info: look.pushes.sent('lds').version,
    },
  }
  return any('envoy.admin.v3.ListenersConfigDump', {
    version_info: taken.version_info,
    dynamic_listeners: listeners(proxy).map(listener => ({
      name: listener.name,
      active_state: { ...taken, listener: any('envoy.config.listener.v3.Listener', listener) },
      ...refused,
    })),
  })
}

function routesPart(look: Look, proxy: Proxy, wish: DumpWish): Message {
  const taken = takenOf(look, proxy, 'rds', wish)
  return any('envoy.admin.v3.RoutesConfigDump', {
    dynamic_route_configs: routeConfigurations(proxy).map(route => ({
      ...taken,
      route_config: any('envoy.config.route.v3.RouteConfiguration', route),
    })),
  })
}

/** The resources a proxy asks istiod for by name. */
export function namesOf(proxy: Proxy, type: XdsType): string[] {
  if (!subscribed[proxy.connection.type].includes(type)) return []
  switch (type) {
    case 'eds':
      return loads(proxy).map(({ cluster }) => cluster)
    case 'rds':
      return routeConfigurations(proxy).map(({ name }) => name)
    default:
      // All there are.
      return []
  }
}

/** Only the parts of one kind: `?resource=dynamic_listeners`. Null: Envoy knows no such field. */
export function resourcesOf(dump: { configs: Message[] }, resource: string): Message[] | null {
  const found = dump.configs.map(config => config[resource]).find(Array.isArray)
  if (found) return found.map((item: Message) => ({ '@type': typeOf(resource), ...item }))
  return Object.hasOwn(itemTypes, resource) ? [] : null
}

const itemTypes: Readonly<Record<string, string>> = {
  static_clusters: 'ClustersConfigDump.StaticCluster',
  dynamic_active_clusters: 'ClustersConfigDump.DynamicCluster',
  dynamic_endpoint_configs: 'EndpointsConfigDump.DynamicEndpointConfig',
  dynamic_listeners: 'ListenersConfigDump.DynamicListener',
  dynamic_route_configs: 'RoutesConfigDump.DynamicRouteConfig',
  dynamic_active_secrets: 'SecretsConfigDump.DynamicSecret',
}

const typeOf = (resource: string): string => `type.googleapis.com/envoy.admin.v3.${itemTypes[resource] ?? ''}`
