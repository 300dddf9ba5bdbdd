import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import { list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { SourceError } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** One proxy as istiod tells of it. */
export interface ProxySync {
  /** `pod.namespace` */
  proxy: string
  isSynced: boolean
  /** When it was last sent something; null where istiod is too old to say. */
  sentAt: EpochMilliseconds | null
  /** What it has not taken of what it was sent, with its own words where it refused. */
  behind: { type: string; because: string | null }[]
}

/** A pod of istiod, or its Service where no pod of it is known. */
export interface IstiodPlace {
  namespace: string
  /** `pods/istiod-…:15014` */
  place: string
}

const mostReplicas = 10

/** Each istiod knows its own proxies only: all of them are asked. */
export const istiodPlaces = (namespace: string, pods: readonly string[]): IstiodPlace[] =>
  (pods.length === 0
    ? ['services/http:istiod:15014']
    : pods.slice(0, mostReplicas).map(name => `pods/${name}:15014`)
  ).map(place => ({ namespace, place }))

export const debugPath = ({ namespace, place }: IstiodPlace, page: string): string =>
  `/api/v1/namespaces/${namespace}/${place}/proxy/debug/${page}`

/** What all istiods say together; null where none of them says anything. */
export async function readSyncs(
  client: KubernetesClient,
  places: readonly IstiodPlace[],
  signal: AbortSignal,
): Promise<ProxySync[] | null> {
  const answers = await Promise.all(places.map(place => askSyncs(client, place, signal)))
  const heard = answers.filter(answer => answer !== null)
  return heard.length === 0 ? null : heard.flat()
}

async function askSyncs(client: KubernetesClient, place: IstiodPlace, signal: AbortSignal) {
  try {
    return syncsIn(await client.ask({ method: 'GET', path: debugPath(place, 'syncz'), timeout: 5000 }, signal))
  } catch (error) {
    if (error instanceof SourceError) return null
    throw error
  }
}

const olderTypes = ['cluster', 'listener', 'route', 'endpoint'] as const

/** `/debug/syncz` in its two forms: four types by name, and since Istio 1.23 all of them under `resources`. */
export function syncsIn({ status, list: told }: Pick<ApiAnswer, 'status' | 'list'>): ProxySync[] | null {
  if (status !== 200 || told === null) return null
  return list(told).map(entry => {
    const resources = Object.entries(record(entry['resources'])).map(([type, value]) => ({ type, ...one(value) }))
    const older = olderTypes
      .map(type => ({ type, sent: text(entry[`${type}_sent`]), acked: text(entry[`${type}_acked`]), because: null }))
      // The same types again, by their short names.
      .filter(() => resources.length === 0)
    const behind = [...older, ...resources].filter(({ sent, acked }) => sent !== acked)
    const times = resources.map(({ sentAt }) => sentAt).filter(time => Number.isFinite(time))
    return {
      proxy: text(entry['proxy']),
      isSynced: behind.length === 0 && olderTypes.every(type => same(entry, type)),
      sentAt: times.length === 0 ? null : Math.max(...times),
      behind: behind.map(({ type, because }) => ({ type: shortType(type), because })),
    }
  })
}

const same = (entry: Record<string, unknown>, type: string): boolean =>
  text(entry[`${type}_sent`]) === text(entry[`${type}_acked`])

function one(value: unknown) {
  const { sent, acked, sentTime, lastError } = record(value)
  return {
    sent: text(sent),
    acked: text(acked),
    sentAt: Date.parse(text(sentTime)),
    because: text(lastError).slice(0, 500) || null,
  }
}

/** `type.googleapis.com/envoy.config.listener.v3.Listener` → `Listener`. */
const shortType = (type: string): string => type.slice(type.lastIndexOf('.') + 1).slice(0, 100)
