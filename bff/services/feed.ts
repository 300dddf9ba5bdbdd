import { openSight, sightText } from '#bff/http/sight.ts'
import type { Subject } from '#bff/live/subject.ts'
import { type ServiceList, ServicesQuery } from '#shared/services/api.ts'
import { diff, quantise, type ServicesChange } from '#shared/services/list.ts'
import type { Milliseconds } from '#shared/units.ts'
import { cutList, namespacesIn, type ReadList, type WholeList } from './list.ts'
import type { Deps } from './mesh.ts'

const never: Milliseconds = 24 * 3_600_000
export const fastest: Milliseconds = 5_000
/** A reading may take Prometheus and us a quarter of the time between two, not more. */
const breath = 4
/** Shown lists that are remembered to hold their numbers still; the oldest go first. */
const mostRemembered = 64

/** The live list: one reading for all who look, cut to what each may see and asked for, told as the difference. */
export function servicesSubject(
  { seers = openSight, sources }: Deps,
  read: ReadList,
): Subject<ServicesQuery, ServiceList, ServicesChange> {
  const shown = new Map<string, { exact: WholeList; list: ServiceList }>()
  let took: Milliseconds = 0
  let scrapeInterval: Milliseconds = 15_000
  return {
    name: 'services',
    query: ServicesQuery,
    key: keyOf,
    isPersonal: true,
    async read(query, signal, caller = '') {
      const { interval } = await sources.prometheus.scrapeInterval(signal)
      scrapeInterval = interval * 1000
      const exact = await read(query, signal)
      took = exact.duration
      const sight = await seers.of(caller, namespacesIn(exact))
      const key = `${sightText(sight)} ${keyOf(query)}`
      const before = shown.get(key)
      // Others who see the same have had it made already.
      if (before?.exact === exact) return before.list
      const list = quantise(cutList(exact, query.namespaces, sight), before?.list)
      shown.delete(key)
      shown.set(key, { exact, list })
      const [oldest] = shown.keys()
      if (shown.size > mostRemembered && oldest !== undefined) shown.delete(oldest)
      return list
    },
    diff,
    every: ({ at }) => (at !== undefined ? never : Math.max(fastest, scrapeInterval / 3, breath * took)),
  }
}

const keyOf = ({ of, namespaces, at, window }: ServicesQuery): string =>
  JSON.stringify([of, namespaces, at ?? null, window ?? null])
