import type { Prometheus, Sample } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Readings } from './paths.ts'
import type { GraphQueries } from './queries.ts'

/** All queries at one `time=`. The first that fails ends the others. */
export async function readAll(
  prometheus: Pick<Prometheus, 'query'>,
  queries: GraphQueries,
  at: EpochMilliseconds,
  signal?: AbortSignal,
): Promise<Readings> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const ask = (promql: string): Promise<Sample[]> => prometheus.query(promql, at, either)
  const { requests, durations, bodyBytes, tcpBytes, connections, connectionTroubles, refusals } = queries
  try {
    const answers = await Promise.all([
      ask(requests),
      ask(durations),
      ask(bodyBytes),
      ask(tcpBytes),
      ask(connections),
      ask(connectionTroubles),
      ask(refusals),
    ])
    return {
      requests: answers[0],
      durations: answers[1],
      bodyBytes: answers[2],
      tcpBytes: answers[3],
      connections: answers[4],
      connectionTroubles: answers[5],
      refusals: answers[6],
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
