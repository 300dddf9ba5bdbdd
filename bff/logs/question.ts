import type { MeshObjects, PodView } from '#bff/sources/source.ts'
import type { LogsQuery } from '#shared/logs/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** Lines of one container that are there already, unless told. */
const usualTail = 1000

/** The pods a view is about, by name. */
export const podsMeant = (objects: Pick<MeshObjects, 'pods'>, query: LogsQuery): PodView[] =>
  objects.pods
    .filter(
      ({ namespace, name, workload }) =>
        namespace === query.namespace &&
        (query.pod === undefined || name === query.pod) &&
        (query.workload === undefined || query.workload.length === 0 || query.workload.includes(workload.name)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** `GET …/log` of one container; `after` is the stamp of the last line that was read of it. */
export function logPath(query: LogsQuery, of: { pod: string; container: string }, after: string): string {
  const words = new URLSearchParams({ container: of.container, timestamps: 'true' })
  if (query.follow) words.set('follow', 'true')
  if (query.previous) words.set('previous', 'true')
  if (after !== '') words.set('sinceTime', after)
  else {
    if (query.from !== undefined) words.set('sinceTime', new Date(query.from).toISOString())
    else if (query.since !== undefined) words.set('sinceSeconds', String(query.since))
    // From a moment on the last lines would be the wrong ones.
    if (query.from === undefined) words.set('tailLines', String(query.tail ?? usualTail))
  }
  return `${podPath(query.namespace, of.pod)}/log?${words.toString()}`
}

export const podPath = (namespace: string, pod: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`

/** The runtime's stamp at the beginning of a line; '' where there is none. */
export const stampOf = (text: string): string => /^\d{4}-\d\d-\d\dT\S+(?= )/.exec(text.slice(0, 40))?.[0] ?? ''

export const isAfter = (stamp: string, moment: EpochMilliseconds | undefined): boolean =>
  moment !== undefined && stamp !== '' && Date.parse(stamp) > moment
