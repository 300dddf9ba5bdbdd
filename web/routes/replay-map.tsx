import { NotOnMap } from '#web/security/replay/NotOnMap.tsx'
import type { DrawCalls } from '#web/security/replay/ReplayTable.tsx'
import { MarkedMap } from '#web/topology/MarkedMap.tsx'

/** The map, lent to the room of security: what a change would do to calls. */
export const replayMap: DrawCalls = calls => (
  <MarkedMap calls={calls} missing={missing => <NotOnMap calls={missing} />} />
)
