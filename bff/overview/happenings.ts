import type { Json } from '#bff/sources/kubernetes-raw.ts'
import { at, count, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { Happening } from '#shared/overview/api.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

export const lookback: Milliseconds = 30 * 60_000
const most = 200

/**
 * Events of Kubernetes (core/v1) that tell of a change or a worry, newest first: a Deployment that lets one ReplicaSet
 * grow and another shrink rolls out, one that only changes the size of one scales.
 */
export function happeningsIn(events: readonly Json[], now: EpochMilliseconds): Happening[] {
  const young = events.map(eventOf).filter(({ at: time }) => time > now - lookback && time <= now + 60_000)
  const scaled = Map.groupBy(
    young.filter(({ reason }) => reason === 'ScalingReplicaSet'),
    ({ namespace, name }) => `${namespace}/${name}`,
  )
  const changes = [...scaled.values()].flatMap((own): Happening[] => {
    const sets = new Set(own.map(({ message }) => /replica set (\S+)/.exec(message)?.[1]))
    const latest = own.reduce((a, b) => (b.at > a.at ? b : a))
    return sets.size > 1
      ? [{ ...latest, kind: 'rollout', count: sets.size }]
      : own.map(each => ({ ...each, kind: 'scaling' }))
  })
  const rescaled = young
    .filter(({ reason }) => reason === 'SuccessfulRescale')
    .map((each): Happening => ({ ...each, kind: 'scaling' }))
  const warnings = Map.groupBy(
    young.filter(({ isWarning }) => isWarning),
    ({ namespace, of, name, reason }) => `${namespace}/${of}/${name}/${reason}`,
  )
  const worries = [...warnings.values()].map((own): Happening => {
    const latest = own.reduce((a, b) => (b.at > a.at ? b : a))
    return { ...latest, kind: 'warning', count: own.reduce((sum, each) => sum + each.count, 0) }
  })
  return [...changes, ...rescaled, ...worries]
    .map(({ at: time, kind, namespace, of, name, reason, message, count: times }) => ({
      at: time,
      kind,
      namespace,
      of,
      name,
      reason,
      message,
      count: times,
    }))
    .sort((a, b) => b.at - a.at)
    .slice(0, most)
}

function eventOf(event: Json): Omit<Happening, 'kind'> & { isWarning: boolean } {
  const about = record(event['involvedObject'])
  const metadata = at(event, 'metadata')
  const times = [
    text(at(event, 'series')['lastObservedTime']),
    text(event['lastTimestamp']),
    text(event['eventTime']),
    text(metadata['creationTimestamp']),
  ].map(Date.parse)
  return {
    at: times.find(time => Number.isFinite(time)) ?? 0,
    namespace: text(metadata['namespace']) || text(about['namespace']),
    of: text(about['kind']).slice(0, 63),
    name: text(about['name']).slice(0, 253),
    reason: text(event['reason']).slice(0, 128),
    message: text(event['message']).slice(0, 400),
    count: Math.max(1, count(event['count'], 1)),
    isWarning: event['type'] === 'Warning',
  }
}

export const itemsOf = (reply: Json | null): Json[] => list(reply?.['items'])
