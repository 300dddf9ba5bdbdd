import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import type { Connection } from '#lab/mesh/xds/connections.ts'
import { subscribed, typeUrls, type XdsType } from '#lab/mesh/xds/types.ts'
import type { Look } from './look.ts'

/** `/debug/adsz` and `/debug/connections`: who is connected to this istiod. */

export const connectionId = ({ id }: Connection): string => `${id}-1`

export const connectionz = (look: Look, istiod: Pod) => listed(look, istiod, basics)

/** @param namesOf the resources a proxy asks for by name; asked only for a single proxy, as it is dear. */
export function adsz(
  look: Look,
  istiod: Pod,
  only: Connection | null,
  namesOf: (connection: Connection, type: XdsType) => string[],
) {
  const whole = (connection: Connection) => ({
    ...basics(connection),
    labels: connection.pod.labels,
    metadata: metadataOf(look, connection),
    locality: connection.pod.place,
    ...(only
      ? {
          watches: Object.fromEntries(
            subscribed[connection.type].map(type => [typeUrls[type], namesOf(connection, type)]),
          ),
        }
      : {}),
  })
  return only ? { totalClients: 1, clients: [whole(only)] } : listed(look, istiod, whole)
}

function listed(look: Look, istiod: Pod, tell: (connection: Connection) => object) {
  const own = look.connections.all.filter(one => one.istiod.name === istiod.name)
  return { totalClients: own.length, clients: own.map(tell) }
}

const basics = (connection: Connection) => ({
  connectionId: connectionId(connection),
  connectedAt: new Date(connection.pod.since).toISOString(),
})

/** Node metadata as far as it is known: Istio's own names. */
export const metadataOf = ({ snapshot, istioVersion }: Look, { pod, workload }: Connection) => ({
  CLUSTER_ID: snapshot.mesh.cluster,
  INSTANCE_IPS: pod.ip,
  ISTIO_VERSION: istioVersion,
  LABELS: pod.labels,
  NAME: pod.name,
  NAMESPACE: pod.namespace,
  NODE_NAME: pod.node,
  SERVICE_ACCOUNT: workload.serviceAccount,
  WORKLOAD_NAME: workload.name,
})
