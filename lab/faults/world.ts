import type { ServerName } from '#lab/control/outage.ts'
import type { ObjectStore, Scenario } from '#lab/contract.ts'
import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import type { Disturbance } from '#lab/mesh/traffic/disturbances.ts'
import type { Plan } from '#lab/mesh/traffic/plan.ts'

/** What a fault can lay its hands on. */
export interface FaultWorld {
  scenario: Scenario
  store: ObjectStore
  /** What exists and how the traffic flows, as of the last second. */
  look(): { snapshot: Snapshot; plan: Plan }
  /** Takes a server away, or gives it back. */
  setOutage(server: ServerName, isDown: boolean): void
  /** A node that is not ready: its pods leave their Services. */
  setNodeReady(node: string, isReady: boolean): void
  /** The proxies of a workload (`namespace/name`) keep what they were told until now. */
  holdProxies(workload: string, isHeld: boolean): void
  /** The application of a pod (`namespace/name`) takes so many bytes more each second; 0 ends it. At its limit it is killed. */
  leak(pod: string, bytesPerSecond: number): void
  /** A key and a certificate for these hosts whose time is over, as the data of a TLS Secret. */
  expiredCertificate(hosts: readonly string[]): Record<'tls.crt' | 'tls.key', string>
}

/** Something that can go wrong. */
export interface FaultKind {
  name: string
  /** What it is, in a sentence. */
  about: string
  /** Only when somebody asks for it: no small incident, but one that stops everything or takes the console's sources away. */
  isByHandOnly: boolean
  /** What it can happen to now, in a steady order; none where the mesh has nothing of the kind. */
  targets(world: FaultWorld): string[]
  /** @param strength 1 as by hand; less for the small incidents of the schedule. */
  begin(world: FaultWorld, target: string, strength: number): RunningFault
}

export interface RunningFault {
  /** What it does to the traffic; asked once a second with the seconds since it began. */
  disturbances?(elapsed: number): readonly Disturbance[]
  end(): void
}

/** A fault that only disturbs the traffic, the same from its beginning to its end. */
export const disturbing = (...disturbances: Disturbance[]): RunningFault => ({
  disturbances: () => disturbances,
  end: () => undefined,
})
