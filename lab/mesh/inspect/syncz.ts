import { createHash } from 'node:crypto'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import type { Connection } from '#lab/mesh/xds/connections.ts'
import { type Push, rejections } from '#lab/mesh/xds/pushes.ts'
import { subscribed, typeUrls, type XdsType } from '#lab/mesh/xds/types.ts'
import type { Look } from './look.ts'

/** Of one type: the nonces that are the same where a proxy took what it was sent. */
interface Sent {
  sent: string
  acked: string
  sentTime: string
  lastError?: string
}

/** `/debug/syncz` in the form it has since Istio 1.23: the older fields for four types, and `resources` for all. */
export interface SyncStatus {
  cluster_id: string
  proxy: string
  proxy_type: Connection['type']
  istio_version: string
  cluster_sent?: string
  cluster_acked?: string
  listener_sent?: string
  listener_acked?: string
  route_sent?: string
  route_acked?: string
  endpoint_sent?: string
  endpoint_acked?: string
  resources: Record<string, Sent>
}

const older = { cds: 'cluster', lds: 'listener', rds: 'route', eds: 'endpoint' } as const

/** The proxies of one istiod: others know of others. */
export function syncz(look: Look, istiod: Pod, namespace: string | null): SyncStatus[] {
  return look.connections.all
    .filter(one => one.istiod.name === istiod.name)
    .filter(({ pod }) => namespace === null || pod.namespace === namespace)
    .map(connection => statusOf(look, connection))
}

function statusOf(look: Look, connection: Connection): SyncStatus {
  const { snapshot, istioVersion } = look
  const status: SyncStatus = {
    cluster_id: snapshot.mesh.cluster,
    proxy: connection.id,
    proxy_type: connection.type,
    istio_version: istioVersion,
    resources: {},
  }
  for (const type of subscribed[connection.type]) {
    const one = sentOf(look, connection, type)
    status.resources[typeUrls[type]] = one
    if (type in older) {
      const name = older[type as keyof typeof older]
      status[`${name}_sent`] = one.sent
      status[`${name}_acked`] = one.acked
    }
  }
  return status
}

function sentOf({ pushes, snapshot }: Look, connection: Connection, type: XdsType): Sent {
  const [sent, acked] = [pushes.sent(type), pushes.acked(connection, type)]
  const rejection = rejections(snapshot).find(one => one.workload === connection.workload.key && one.type === type)
  return {
    sent: nonceOf(connection, type, sent),
    acked: nonceOf(connection, type, acked),
    // Whoever came later was sent it when it came.
    sentTime: new Date(Math.max(sent.time, connection.pod.since)).toISOString(),
    ...(rejection && sent !== acked ? { lastError: rejection.problem } : {}),
  }
}

/** The version, and then what is different for every answer of every proxy. */
function nonceOf({ id }: Connection, type: XdsType, { version, number }: Push): string {
  const hash = createHash('sha256').update(`${id} ${type} ${number}`).digest('hex')
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`]
  return `${version}${[...parts, hash.slice(20, 32)].join('-')}`
}
