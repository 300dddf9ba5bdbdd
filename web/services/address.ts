import type { ServiceRow } from '#shared/services/api.ts'

/** Addresses of other rooms, by what they are about. The words are theirs; scope words stay as they are. */
type Named = Pick<ServiceRow, 'kind' | 'namespace' | 'name'>

const step = encodeURIComponent

/** Null where there is no page of it: hosts outside, callers without a name. */
export function pageOf({ kind, namespace, name }: Named): string | null {
  if (namespace === '' || name === '') return null
  if (kind === 'service' || kind === 'gateway') return `/services/${step(namespace)}/${step(name)}`
  return kind === 'workload' || kind === 'waypoint' || kind === 'outside'
    ? `/workloads/${step(namespace)}/${step(name)}`
    : null
}

export const mapOf = ({ id, kind, namespace }: Pick<ServiceRow, 'id' | 'kind' | 'namespace'>): string =>
  `/topology?${new URLSearchParams({
    ns: namespace,
    ...(kind === 'workload' ? { level: 'workload' } : {}),
    selected: id,
  }).toString()}`
