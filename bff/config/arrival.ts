import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import { SourceError } from '#bff/sources/source.ts'
import { appliesTo } from '#shared/config/applies/applies.ts'
import { lastChange } from '#shared/config/ownership/fields.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { refText } from './object.ts'

export interface Arrival {
  known: boolean
  arrived: number
  of: number
  because: string | null
}

/** One proxy as istiod tells of it. */
export interface ProxySync {
  /** `pod.namespace` */
  proxy: string
  isSynced: boolean
  /** When it was last sent something; null where istiod is too old to say. */
  sentAt: EpochMilliseconds | null
}

const silent = (because: string): Arrival => ({ known: false, arrived: 0, of: 0, because })
const mostReplicas = 10

/**
 * In how many proxies a written object has arrived: those that took all they were sent, and were sent something since
 * the write. Istiod is asked through the API server as the console itself: numbers of proxies are told, and nothing else.
 */
export async function arrivalOf(deps: Deps, ref: ObjectRef, signal: AbortSignal): Promise<Arrival> {
  const { root, istiods, changedAt, selected } = await deps.mirror.ask(({ world, read }) => {
    const object = read(ref)
    const change = object && lastChange(object.metadata.managedFields ?? [])
    const pods = object && appliesTo(object, world).pods
    const namespace = world.settings.rootNamespace
    return {
      root: namespace,
      istiods: world.list('/Pod', namespace).filter(({ metadata }) => metadata.labels?.['app'] === 'istiod'),
      changedAt: object ? (change?.at ?? Date.parse(object.metadata.creationTimestamp ?? '') ?? null) : null,
      selected: pods && new Set(pods.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`)),
    }
  })
  if (changedAt === null || Number.isNaN(changedAt)) return silent(`The console has not heard of ${refText(ref)} yet.`)
  // Each istiod knows its own proxies only.
  const places = istiods.slice(0, mostReplicas).map(({ metadata }) => `pods/${metadata.name}:15014`)
  const answers = await Promise.all(
    (places.length === 0 ? ['services/http:istiod:15014'] : places).map(place =>
      askDebug(deps, `/api/v1/namespaces/${root}/${place}/proxy/debug/syncz`, signal),
    ),
  )
  const heard = answers.filter(answer => answer !== null)
  if (heard.length === 0) return silent('Istiod does not say.')
  return countArrived(heard.flat(), changedAt, selected ?? null)
}

/** Clocks of istiod and of the API server differ, and both tell whole seconds at times. */
const slack: Milliseconds = 2000

/** Pure. */
export function countArrived(
  proxies: readonly ProxySync[],
  changedAt: EpochMilliseconds,
  selected: ReadonlySet<string> | null,
): Arrival {
  const concerned = selected === null ? proxies : proxies.filter(({ proxy }) => selected.has(proxy))
  if (concerned.length === 0)
    return { known: true, arrived: 0, of: 0, because: 'No proxy is concerned: none that istiod knows is selected.' }
  const isLater = ({ sentAt }: ProxySync) => sentAt === null || sentAt >= Math.floor(changedAt / 1000) * 1000 - slack
  const sent = concerned.filter(isLater)
  // Of an object that selects nobody by itself, those are concerned that were sent something because of it.
  const of = selected === null && sent.length > 0 ? sent.length : concerned.length
  const arrived = sent.filter(({ isSynced }) => isSynced).length
  return {
    known: true,
    arrived,
    of,
    because: sent.length === 0 ? 'Istiod has sent nothing since the change was written.' : null,
  }
}

async function askDebug(deps: Deps, path: string, signal: AbortSignal): Promise<ProxySync[] | null> {
  try {
    const answer = await deps.users.as(deps.users.current).ask({ method: 'GET', path, timeout: 5000 }, signal)
    return syncsIn(answer)
  } catch (error) {
    if (error instanceof SourceError) return null
    throw error
  }
}

/** `/debug/syncz` in its two forms: four types by name, and since Istio 1.23 all of them under `resources`. */
export function syncsIn({ status, list }: Pick<ApiAnswer, 'status' | 'list'>): ProxySync[] | null {
  if (status !== 200 || list === null) return null
  return items(list).map(entry => {
    const resources = Object.values(record(entry['resources'])).map(record)
    const older = ['cluster', 'listener', 'route', 'endpoint'].every(
      type => text(entry[`${type}_sent`]) === text(entry[`${type}_acked`]),
    )
    const times = resources.map(({ sentTime }) => Date.parse(text(sentTime))).filter(time => Number.isFinite(time))
    return {
      proxy: text(entry['proxy']),
      isSynced: older && resources.every(({ sent, acked }) => text(sent) === text(acked)),
      sentAt: times.length === 0 ? null : Math.max(...times),
    }
  })
}
