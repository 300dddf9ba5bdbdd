import type { Flow } from '#shared/security/flow.ts'
import type { SeenFlow, Workload } from '#shared/security/landscape.ts'
import { flowsTo, type Matrix } from '#shared/security/matrix.ts'
import type { Caller } from '#shared/security/party.ts'

/** The call that was seen as the evaluator is asked; where none was, what may be called. */
export function seenFlow(seen: SeenFlow | undefined, caller: Caller, workload: Workload, matrix: Matrix): Flow {
  const [first] = flowsTo(caller, workload, matrix)
  if (first === undefined) throw new Error('There is always a protocol to ask for.')
  if (seen === undefined) return first
  const { port: _port, ...destination } = first.destination
  const { http: _http, jwt: _jwt, ...rest } = first
  return {
    ...rest,
    destination: seen.port === null ? destination : { ...destination, port: seen.port },
    protocol: seen.protocol,
    ...(seen.mtls === undefined ? {} : { mtls: seen.mtls }),
    ...(seen.protocol === 'tcp' ? { http: null, jwt: null } : {}),
  }
}
