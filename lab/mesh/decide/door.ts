import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { type Pod, type Snapshot, type Workload, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { TlsMode } from '#lab/mesh/snapshot/traffic-policy.ts'
import type { EnforcementPoint } from './attach.ts'
import { clientSends, type Connection, connect } from './mtls.ts'
import type { Flow } from './outcome.ts'
import type { Target } from './target.ts'
import type { Arrival } from './verdict.ts'

/** The three doors a request may come to, and what each sees of it: a gateway's, a waypoint's, the destination's own. */

export const isJudgedAtGateway = ({ source, passedOn }: Flow): boolean => source.proxy === 'gateway' && !passedOn

export interface Door {
  point: EnforcementPoint
  arrival: Arrival
}

/** Requests begin here: they come from outside, in plaintext or with the client's own TLS. */
export const gatewayDoor = ({ source, sni, port }: Flow): Door => ({
  point: { kind: 'gateway', workload: source },
  arrival: { peer: null, principal: null, sni, destinationAddress: source.ready[0]?.ip ?? '', port },
})

/** Callers come to a waypoint by HBONE, which proves who they are. */
export const waypointDoor = ({ source }: Flow, waypoint: Workload, asked: Target, port: number): Door => ({
  point: { kind: 'waypoint', workload: waypoint, service: { ...asked.name, isEntry: asked.kind === 'outside' } },
  arrival: {
    peer: source,
    principal: source.principal,
    sni: null,
    destinationAddress: asked.kind === 'service' ? asked.service.address : '',
    port,
  },
})

export function connectionTo(
  snapshot: Snapshot,
  peer: Workload,
  workload: Workload,
  targetPort: number,
  mode: TlsMode | null,
): Connection {
  const told = toldTo(snapshot, workload).peerAuthentications
  const server =
    workload.proxy === 'gateway' ? 'PERMISSIVE' : effectiveMode(told, workload, targetPort, snapshot.mesh.rootNamespace)
  return connect(clientSends(peer, workload, server, mode, snapshot.config.enableAutoMtls), workload, server)
}

/** Null: nobody stands before the pod. @param upstreamCluster Envoy's name at the caller. */
export function podDoor(
  peer: Workload,
  workload: Workload,
  pods: readonly Pod[],
  connection: { mtls: boolean; upstreamCluster: string; port: number },
): Door | null {
  const kind = workload.proxy
  if (kind !== 'sidecar' && kind !== 'ztunnel' && kind !== 'gateway') return null
  const { mtls, upstreamCluster, port } = connection
  return {
    point: { kind, workload },
    arrival: {
      peer,
      principal: mtls ? peer.principal : null,
      sni: mtls && peer.proxy !== 'ztunnel' && kind !== 'ztunnel' ? sniOf(upstreamCluster) : null,
      destinationAddress: pods[0]?.ip ?? '',
      port,
    },
  }
}

/** What Istio's proxies name in the handshake with each other: `outbound_.8080_.v1_.catalog.shop.svc.cluster.local`. */
const sniOf = (upstreamCluster: string): string => upstreamCluster.split('|').join('_.')
