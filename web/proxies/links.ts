import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ScopeSearch } from '#web/api/scope.ts'

/** Addresses of other rooms, by what they are about. */
const step = encodeURIComponent

export function objectHref({ group, kind, namespace, name }: ObjectRef, scope: ScopeSearch = {}): string {
  if (group === '' && kind === 'Service') return `/services/${step(namespace)}/${step(name)}${tail(scope)}`
  const steps = [group === '' ? 'core' : group, kind, namespace === '' ? '-' : namespace, name]
  return `/config/${steps.map(step).join('/')}${tail(scope)}`
}

/** `shop/web`, as the tables tell a workload. */
export function workloadHref(text: string, scope: ScopeSearch = {}): string {
  const [namespace = '', name = ''] = text.split('/')
  return `/workloads/${step(namespace)}/${step(name)}${tail(scope)}`
}

function tail({ ns, at, window }: ScopeSearch): string {
  const words = Object.entries({ ns, at, window }).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return words.length === 0 ? '' : `?${new URLSearchParams(words).toString()}`
}
