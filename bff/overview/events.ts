import { HttpProblem } from '#bff/http/problem.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import type { Json } from '#bff/sources/kubernetes-raw.ts'
import { text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { Limit } from '#bff/sources/limit.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { itemsOf } from './happenings.ts'

interface Asked {
  user: string
  namespaces: readonly string[]
}

/** Of all namespaces at once; a cluster keeps events for an hour, so this is many of them. */
const page = 2000
/** Where somebody may not list all of them, so many namespaces are asked one by one. */
const mostNamespaces = 40

/** Events as the caller may list them: everywhere in one question, or namespace by namespace. */
export function eventReadings(deps: {
  users: KubernetesUsers
  sources: { kubernetes: Pick<Kubernetes, 'objects'> }
  now: () => EpochMilliseconds
}): (asked: Asked, signal: AbortSignal) => Promise<{ items: Json[]; refused: string[] }> {
  const { users, sources, now } = deps
  const limit = new Limit(8)
  return sharedReading<Asked, { items: Json[]; refused: string[] }>({
    key: asked => JSON.stringify(asked),
    fresh: () => 14_000,
    now,
    read: async ({ user, namespaces }, signal) => {
      const client = users.as(user)
      const ask = async (namespace: string | null) => {
        const path = `/api/v1/${namespace === null ? '' : `namespaces/${encodeURIComponent(namespace)}/`}events?limit=${page}`
        const { status, json } = await client.ask({ method: 'GET', path }, signal)
        if (status === 403) return null
        if (status !== 200)
          throw new HttpProblem(
            502,
            `Kubernetes answers ${status} for events: ${text(json?.['message']).slice(0, 300)}`,
          )
        return itemsOf(json)
      }
      const all = namespaces.length === 1 ? null : await ask(null)
      if (all !== null) {
        const isWanted = (event: Json) =>
          namespaces.length === 0 || namespaces.includes(text((event['metadata'] as Json | undefined)?.['namespace']))
        return { items: all.filter(isWanted), refused: [] }
      }
      const known = sources.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
      const names = (namespaces.length > 0 ? namespaces : known).slice(0, mostNamespaces)
      const answers = await Promise.all(
        names.map(async name => ({ name, items: await limit.run(() => ask(name), signal) })),
      )
      // A namespace somebody did not name, and may not read, is not named to them.
      const refused = answers.filter(({ name, items }) => items === null && namespaces.includes(name))
      return { items: answers.flatMap(({ items }) => items ?? []), refused: refused.map(({ name }) => name) }
    },
  })
}
