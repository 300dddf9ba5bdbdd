import { MarkedMap } from '#web/topology/MarkedMap.tsx'
import type { TraceMap } from '#web/traces/MapStage.tsx'

/** The map of services, lent to the room of traces. */
export const traceMap: TraceMap = props => <MarkedMap {...props} level="service" />
