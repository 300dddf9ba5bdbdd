import type { ObjectStore, SampleStore } from '#lab/contract.ts'
import type { MeshCertificates } from '#lab/certificates/mesh.ts'
import { type Snapshot, toldTo } from '#lab/mesh/snapshot/facts.ts'
import { type Connection, type Connections, connectionsOf } from '#lab/mesh/xds/connections.ts'
import type { Pushes } from '#lab/mesh/xds/pushes.ts'

/** Everything that an answer is made of. */
export interface Look {
  snapshot: Snapshot
  connections: Connections
  pushes: Pushes
  store: Pick<ObjectStore, 'list' | 'get'>
  samples: SampleStore
  certificates: MeshCertificates
  istioVersion: string
  /** Milliseconds since the epoch. */
  now: number
}

export const lookAt = (all: Omit<Look, 'connections'>): Look => ({
  ...all,
  connections: connectionsOf(all.snapshot),
})

/** One proxy, looked at: `told` is what it was given, `now` what exists. */
export interface Proxy {
  connection: Connection
  told: Snapshot
  now: Snapshot
}

export const proxyOf = ({ snapshot }: Look, connection: Connection): Proxy => ({
  connection,
  told: toldTo(snapshot, connection.workload),
  now: snapshot,
})
