import type { OutlierDetection } from '#lab/mesh/snapshot/traffic-policy.ts'
import { type Load, noLoad } from './gates.ts'

/** Envoy docs, "Outlier detection": one workload's proxies watch the pods of one cluster. */
export interface Detector {
  key: string
  settings: OutlierDetection
  /** Proxies that watch, each for itself; all of them see the same. */
  proxies: number
  /** By pod. */
  hosts: Map<string, Host>
  /** Milliseconds: when the next sweep lets pods come back. */
  nextSweep: number
}

/** A pod as the callers' proxies see it. */
export interface Host {
  /** What it answers; the work of each load is the share that counts as an error. */
  errors: Load
  gatewayErrors: Load
  localErrors: Load
  /** How far each is on its way to as many errors in a row as eject it: from 0 to 1. */
  progress: [number, number, number]
  /** Milliseconds; 0: not ejected. */
  ejectedUntil: number
  /** How often it was ejected lately. */
  times: number
}

/** Envoy's `max_ejection_time`. */
const longestEjection = 300_000

export const newDetector = (key: string, settings: OutlierDetection, proxies: number, nextSweep: number): Detector => ({
  key,
  settings,
  proxies,
  hosts: new Map(),
  nextSweep,
})

export const newHost = (): Host => ({
  errors: noLoad(),
  gatewayErrors: noLoad(),
  localErrors: noLoad(),
  progress: [0, 0, 0],
  ejectedUntil: 0,
  times: 0,
})

export const isEjected = (detector: Detector, pod: string): boolean => (detector.hosts.get(pod)?.ejectedUntil ?? 0) > 0

/** Takes pods out and lets them back in. @param seconds since the last time. */
export function watch(detector: Detector, now: number, seconds: number): void {
  sweep(detector, now)
  const { settings } = detector
  const { splitsLocalOrigin } = settings
  for (const host of detector.hosts.values()) {
    if (host.ejectedUntil > 0) continue
    const rows = [
      inARow(host, 0, host.errors, settings.consecutive5xxErrors, detector.proxies, seconds),
      inARow(host, 1, host.gatewayErrors, settings.consecutiveGatewayErrors, detector.proxies, seconds),
      splitsLocalOrigin &&
        inARow(host, 2, host.localErrors, settings.consecutiveLocalOriginFailures, detector.proxies, seconds),
    ]
    if (rows.includes(true) && mayEject(detector)) eject(host, settings, now)
  }
}

/** Not even the first pod is ejected where that is more than the percentage (Envoy since 1.28). */
function mayEject({ hosts, settings }: Detector): boolean {
  let ejected = 0
  for (const host of hosts.values()) if (host.ejectedUntil > 0) ejected++
  return ((ejected + 1) / hosts.size) * 100 <= settings.maxEjectionPercent
}

function eject(host: Host, settings: OutlierDetection, now: number): void {
  host.times++
  const most = Math.max(longestEjection, settings.baseEjectionTime)
  host.ejectedUntil = now + Math.min(most, settings.baseEjectionTime * host.times)
  host.progress = [0, 0, 0]
}

/** Pods come back when a sweep finds their time over; each sweep without an ejection takes one back from their count. */
function sweep(detector: Detector, now: number): void {
  while (detector.nextSweep <= now) {
    for (const host of detector.hosts.values()) {
      if (host.ejectedUntil === 0) host.times = Math.max(0, host.times - 1)
      else if (host.ejectedUntil <= detector.nextSweep) host.ejectedUntil = 0
    }
    detector.nextSweep += detector.settings.interval
  }
}

/**
 * Where each answer is an error with chance p, n in a row come after (1 − pⁿ) / ((1 − p) pⁿ) answers on average. How
 * much of that has gone by adds up.
 */
function inARow(host: Host, place: 0 | 1 | 2, load: Load, wanted: number, proxies: number, seconds: number): boolean {
  if (wanted === 0 || load.rate <= 0) return false
  const chance = Math.min(1, load.work / load.rate)
  const all = chance ** wanted
  if (all < 1e-12) {
    host.progress[place] = 0
    return false
  }
  const answers = chance >= 1 ? wanted : (1 - all) / ((1 - chance) * all)
  host.progress[place] += ((load.rate / Math.max(1, proxies)) * seconds) / answers
  return host.progress[place] >= 1
}
