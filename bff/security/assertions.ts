import { HttpProblem } from '#bff/http/problem.ts'
import { isSeen, openSight } from '#bff/http/sight.ts'
import { list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { Limit } from '#bff/sources/limit.ts'
import { SourceError } from '#bff/sources/source.ts'
import { type Assertions, assertionsLabel } from '#shared/security/assertions.ts'
import type { LandscapeDeps } from './landscape.ts'

export interface AssertionDeps extends Pick<LandscapeDeps, 'kubernetes' | 'seers' | 'now'> {
  users: Pick<KubernetesUsers, 'as'>
}

/** Read anew for each caller with their own rights: of all namespaces at once, or of each they see. */
export async function readAssertionsFor(user: string, deps: AssertionDeps, signal: AbortSignal): Promise<Assertions> {
  const client = deps.users.as(user)
  const read = async (namespace: string | null) => {
    const place = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`
    const path = `/api/v1${place}/configmaps?labelSelector=${encodeURIComponent(`${assertionsLabel}=true`)}`
    const { status, json } = await client.ask({ method: 'GET', path }, signal)
    if (status === 403) return null
    const items = json?.['items']
    if (status !== 200 || !Array.isArray(items)) {
      const said = text(json?.['message']).slice(0, 300)
      throw new SourceError('kubernetes', 'refused', `Kubernetes answers ${status} for configmaps: ${said}`)
    }
    return items as unknown[]
  }
  const all = await read(null)
  if (all !== null) return told(deps.now(), all, [])
  const names = deps.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
  const sight = await (deps.seers ?? openSight).of(user, names)
  const seen = names.filter(name => isSeen(sight, name))
  const limit = new Limit(8)
  const found = await Promise.all(seen.map(name => limit.run(() => read(name), signal)))
  const refused = seen.filter((_, index) => found[index] === null)
  if (refused.length === seen.length)
    throw new HttpProblem(403, `${user} may not list configmaps in any namespace: that right is what reads assertions.`)
  return told(
    deps.now(),
    found.flatMap(one => one ?? []),
    refused.map(name => `You may not list configmaps in namespace ${name}.`),
  )
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
