import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { at } from '#lab/kubernetes/value.ts'
import type { Note } from './routine.ts'
import { stamp } from './stamp.ts'

/** What istiod writes of itself: changes gather for a moment, then one push goes to all proxies. */
export interface IstiodLog {
  see(resource: string, object: KubeObject): void
  /** The lines of what has gathered. Milliseconds since the epoch. */
  take(time: number): Note[]
}

/** Configuration of these groups goes to the proxies. */
const pushed = /(^|\.)(networking|security|telemetry|extensions)\.istio\.io$|(^|\.)gateway\.networking\.k8s\.io$/

/** A push as istiod numbers it; the first is that of its start. */
export interface NumberedPush {
  number: number
  version: string
}

/** @param latest the last push of whoever makes them; without it each second with changes is one. */
export function createIstiodLog(store: ObjectStore, latest?: () => NumberedPush): IstiodLog {
  let changes = 0
  let isFull = false
  let reason = ''
  let told = latest ? 1 : 0
  return {
    see(resource, object) {
      const isConfiguration = pushed.test(resource) || resource === 'services' || resource === 'namespaces'
      if (!isConfiguration && !resource.startsWith('endpointslices')) return
      changes++
      isFull ||= isConfiguration
      const { namespace, name } = object.metadata
      reason ||= `${object.kind}/${namespace === undefined ? '' : `${namespace}/`}${name}`
    },
    take(time) {
      const { number, version } = latest?.() ?? ownPush(told + 1, time)
      // What has not gone out yet is still gathering.
      if (changes === 0 || number <= told) return []
      told = number
      const more = changes > 1 ? ` and ${changes - 1} more configs` : ''
      const services = store.list('services').length
      const endpoints = store.list('pods').filter(pod => at(pod, 'status.phase') === 'Running').length
      const what = isFull
        ? `XDS: Pushing Services:${services} ConnectedEndpoints:${endpoints} Version:${version}`
        : `XDS: Incremental Pushing ConnectedEndpoints:${endpoints} Version:${version}`
      const first = `Push debounce stable[${number}] ${changes} for config ${reason}${more}: 100.2ms since last change, ${Math.max(100, changes)}.4ms since last push, full=${isFull}`
      changes = 0
      isFull = false
      reason = ''
      return [
        { time: time - 20, text: `${stamp(time - 20)}\tinfo\tads\t${first}` },
        { time: time - 18, text: `${stamp(time - 18)}\tinfo\tads\t${what}` },
      ]
    },
  }
}

const ownPush = (number: number, time: number): NumberedPush => ({
  number,
  version: `${new Date(time).toISOString().slice(0, 19)}Z/${number}`,
})
