import { labelledConfigMaps } from '#bff/mesh/labelled.ts'
import { list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { type Assertions, assertionsLabel } from '#shared/security/assert/assertions.ts'
import type { LandscapeDeps } from '#bff/security/landscape.ts'

export interface AssertionDeps extends Pick<LandscapeDeps, 'kubernetes' | 'seers' | 'now'> {
  users: Pick<KubernetesUsers, 'as'>
}

/** Read anew for each caller with their own rights: of all namespaces at once, or of each they see. */
export async function readAssertionsFor(user: string, deps: AssertionDeps, signal: AbortSignal): Promise<Assertions> {
  const { items, partial } = await labelledConfigMaps(assertionsLabel, 'assertions', user, deps, signal)
  return told(deps.now(), items, partial)
}

const told = (at: number, items: readonly unknown[], partial: string[]): Assertions => ({
  at,
  objects: items.map(slim),
  written: Object.fromEntries(items.map(item => [nameOf(item), lastWrite(item)])),
  partial,
})

const nameOf = (item: unknown): string => {
  const { namespace, name } = record(record(item)['metadata'])
  return `${text(namespace)}/${text(name)}`
}

/** Who wrote its data last, by the notes of who owns which field; else all that is known is when it was made. */
function lastWrite(item: unknown): Assertions['written'][string] {
  const metadata = record(record(item)['metadata'])
  const [last] = list(metadata['managedFields'])
    .map(record)
    .filter(({ fieldsV1 }) => 'f:data' in record(fieldsV1))
    .map(({ manager, time }) => ({ manager: text(manager), at: momentIn(time) }))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
  return last ?? { manager: '', at: momentIn(metadata['creationTimestamp']) }
}

function momentIn(time: unknown): number | null {
  const at = Date.parse(text(time))
  return Number.isNaN(at) ? null : at
}

/** Lists leave out what their items are. */
function slim(item: unknown): Record<string, unknown> {
  const { metadata, data } = record(item)
  const { managedFields: _fields, ...rest } = record(metadata)
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: rest, data: record(data) }
}
