import { HttpProblem } from '#bff/http/problem.ts'
import { isSeen, openSight, type Seers } from '#bff/http/sight.ts'
import { text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { Limit } from '#bff/sources/limit.ts'
import { type Kubernetes, SourceError } from '#bff/sources/source.ts'

export interface LabelledDeps {
  users: Pick<KubernetesUsers, 'as'>
  kubernetes: Pick<Kubernetes, 'objects'>
  seers?: Seers
}

/**
 * ConfigMaps of a label, read anew for each caller with their own rights: of all namespaces at once, or of each they
 * see. `partial`: what they may not list, in words; `what` is what these are for.
 */
export async function labelledConfigMaps(
  label: string,
  what: string,
  user: string,
  deps: LabelledDeps,
  signal: AbortSignal,
): Promise<{ items: unknown[]; partial: string[] }> {
  const client = deps.users.as(user)
  const read = async (namespace: string | null) => {
    const place = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`
    const path = `/api/v1${place}/configmaps?labelSelector=${encodeURIComponent(`${label}=true`)}`
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
  if (all !== null) return { items: all, partial: [] }
  const names = deps.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
  const sight = await (deps.seers ?? openSight).of(user, names)
  const seen = names.filter(name => isSeen(sight, name))
  const limit = new Limit(8)
  const found = await Promise.all(seen.map(name => limit.run(() => read(name), signal)))
  const refused = seen.filter((_, index) => found[index] === null)
  if (refused.length === seen.length)
    throw new HttpProblem(403, `${user} may not list configmaps in any namespace: that right is what reads ${what}.`)
  return {
    items: found.flatMap(one => one ?? []),
    partial: refused.map(name => `You may not list configmaps in namespace ${name}.`),
  }
}
