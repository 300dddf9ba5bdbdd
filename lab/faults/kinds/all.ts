import type { FaultKind } from '#lab/faults/world.ts'
import { badRoute } from './bad-route.ts'
import { expiredCertificate } from './expired-certificate.ts'
import { failingVersion } from './failing-version.ts'
import { leakingMemory } from './leaking-memory.ts'
import { plaintextCaller } from './plaintext-caller.ts'
import { proxyOutOfSync } from './proxy-out-of-sync.ts'
import { serverOutages } from './server-outage.ts'
import { slowDatabase } from './slow-database.ts'
import { trafficStorm } from './traffic-storm.ts'
import { zoneOutage } from './zone-outage.ts'

export const faultKinds: readonly FaultKind[] = [
  slowDatabase,
  failingVersion,
  leakingMemory,
  expiredCertificate,
  badRoute,
  plaintextCaller,
  trafficStorm,
  zoneOutage,
  proxyOutOfSync,
  ...serverOutages,
]
