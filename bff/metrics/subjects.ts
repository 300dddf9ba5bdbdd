import { HttpProblem } from '#bff/http/problem.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import { inventoryOf } from '#bff/mesh/inventory.ts'
import { oneOf, select } from '#bff/sources/promql.ts'
import type { Sample } from '#bff/sources/source.ts'
import type { Subjects, SubjectsQuery } from '#shared/metrics/api.ts'
import type { Deps } from './read.ts'

/** So many are offered; more letters choose among the others. */
const most = 50

type Named = Subjects['subjects'][number]

/** Who called a service, by either proxy's word: asked once a minute whatever is typed meanwhile. */
export function callerReadings({ sources: { prometheus }, now }: Deps) {
  return sharedReading<{ namespace: string; name: string }, Sample[]>({
    key: query => JSON.stringify([query.namespace, query.name]),
    fresh: () => 60_000,
    now,
    read: ({ namespace, name }, signal) => {
      const matchers = [oneOf('destination_service_namespace', [namespace]), oneOf('destination_service_name', [name])]
      const of = (metric: string) =>
        `group by (source_workload_namespace, source_workload) (${select(metric, matchers)})`
      return prometheus.query(`${of('istio_requests_total')} or ${of('istio_tcp_sent_bytes_total')}`, now(), signal)
    },
  })
}

/** What charts can be about, as far as somebody may see it: what exists, and of an edge who calls. */
export async function subjectsOf(
  query: SubjectsQuery,
  { sources }: Deps,
  sight: Sight,
  readCallers: ReturnType<typeof callerReadings>,
  signal: AbortSignal,
): Promise<Subjects> {
  const all = query.of === 'caller' ? await callersOf(query, sight, readCallers, signal) : existing(query.of, sources)
  const wanted = query.has.toLowerCase()
  const found = all
    .filter(each => isSeen(sight, each.namespace) && nameOf(each).toLowerCase().includes(wanted))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return { subjects: found.slice(0, most), more: Math.max(0, found.length - most) }
}

const nameOf = ({ namespace, name }: Named): string => `${namespace}/${name}`

function existing(of: Exclude<SubjectsQuery['of'], 'caller'>, sources: Deps['sources']): Named[] {
  const objects = sources.kubernetes.objects()
  if (objects === null) return []
  const { services, workloads } = inventoryOf(objects)
  const found =
    of === 'service'
      ? [...services.values()]
      : [...workloads.values()].filter(({ role }) => of !== 'gateway' || role !== null)
  return found.map(({ namespace, name }) => ({ namespace, name }))
}

async function callersOf(
  { namespace, name }: SubjectsQuery,
  sight: Sight,
  read: ReturnType<typeof callerReadings>,
  signal: AbortSignal,
): Promise<Named[]> {
  if (namespace === undefined || name === undefined)
    throw new HttpProblem(400, 'Callers are of a service: say which, `namespace=` and `name=`.')
  if (!isSeen(sight, namespace)) return []
  return (await read({ namespace, name }, signal)).flatMap(({ metric }) => {
    const [from = '', workload = ''] = [metric['source_workload_namespace'], metric['source_workload']]
    // Whoever is not of the mesh has no name to ask by.
    return from === '' || from === 'unknown' || workload === '' ? [] : [{ namespace: from, name: workload }]
  })
}
