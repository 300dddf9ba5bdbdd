import type { SeenFlow } from '#shared/security/landscape.ts'
import type { Sighting } from './kinds.ts'
import { callsOf, type Stage } from '#shared/security/replay/seen.ts'

/** Of answers that may be a policy's, none is a habit to be granted. */
const asRefused = (flow: SeenFlow): SeenFlow =>
  flow.refusedShare === undefined ? flow : { ...flow, passed: 0, refused: flow.refused + flow.passed }

/** Calls as metrics tell them → sightings that policies are learned from: who called is known by workload too. */
export function sightingsOf(flows: readonly SeenFlow[], stage: Stage): Sighting[] {
  const callers = new Map<string | number, string>(flows.map(({ id, source }) => [id, source.workload]))
  return callsOf(flows.map(asRefused), stage).map(call => {
    const sourceWorkload = callers.get(call.flow.id) ?? ''
    return { ...call, ...(sourceWorkload === '' ? {} : { sourceWorkload }) }
  })
}
