import { istiodPlaces, type ProxySync, readSyncs } from '#bff/mesh/proxy-sync.ts'
import { appliesTo } from '#shared/config/applies/applies.ts'
import { lastChange } from '#shared/config/ownership/fields.ts'
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

const silent = (because: string): Arrival => ({ known: false, arrived: 0, of: 0, because })

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
  const places = istiodPlaces(
    root,
    istiods.map(({ metadata }) => metadata.name),
  )
  const heard = await readSyncs(deps.users.as(deps.users.current), places, signal)
  if (heard === null) return silent('Istiod does not say.')
  return countArrived(heard, changedAt, selected ?? null)
}

/** Clocks of istiod and of the API server differ, and both tell whole seconds at times. */
const slack: Milliseconds = 2000

/** Pure. */
export function countArrived(
  proxies: readonly Pick<ProxySync, 'proxy' | 'isSynced' | 'sentAt'>[],
  changedAt: EpochMilliseconds,
  selected: ReadonlySet<string> | null,
): Arrival {
  const concerned = selected === null ? proxies : proxies.filter(({ proxy }) => selected.has(proxy))
  if (concerned.length === 0)
    return { known: true, arrived: 0, of: 0, because: 'No proxy is concerned: none that istiod knows is selected.' }
  const isLater = ({ sentAt }: Pick<ProxySync, 'sentAt'>) =>
    sentAt === null || sentAt >= Math.floor(changedAt / 1000) * 1000 - slack
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
