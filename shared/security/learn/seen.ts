import type { SeenFlow } from '#shared/security/landscape.ts'
import type { Sighting } from './kinds.ts'
import { callsOf, type Stage } from '#shared/security/replay/seen.ts'

/** Calls as metrics tell them → sightings that policies are learned from: who called is known by workload too. */
export function sightingsOf(flows: readonly SeenFlow[], stage: Stage): Sighting[] {
  const callers = new Map<string | number, string>(flows.map(({ id, source }) => [id, source.workload]))
  return callsOf(flows, stage).map(call => {
    const sourceWorkload = callers.get(call.flow.id) ?? ''
    return { ...call, ...(sourceWorkload === '' ? {} : { sourceWorkload }) }
  })
}
