import type { SampleStore, StoreEvent, WebhookReview } from '#lab/contract.ts'
import type { Pod, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { chance, hashText } from '#lab/mesh/traffic/random.ts'
import { type Connection, connectionsOf, istiodOf } from '#lab/mesh/xds/connections.ts'
import { type Push, type PushLog, rejections } from '#lab/mesh/xds/pushes.ts'
import { subscribed, type XdsType, xdsTypes } from '#lab/mesh/xds/types.ts'
import type { Cells } from './cells.ts'
import { conflictsIn } from './conflicts.ts'
import { aboutIstiod, type Counters, createCounters, plainCell } from './counters.ts'
import { instanceOf, targetLabels } from './identity.ts'
import { createProxies, type ProxiesOptions } from './proxies.ts'

/** What istiod and the proxies tell of configuration and its way, and which targets are up. */
export interface ControlPlane {
  /** An object changed. Its configuration is pushed with the next `sync`. */
  see(event: StoreEvent): void
  /** The webhook was asked about an object. */
  review(review: WebhookReview): void
  /** After a change of what exists: what has gathered is pushed. */
  sync(snapshot: Snapshot, time: number): void
  advance(time: number): void
  targets(lastScrape: number): ReturnType<SampleStore['targets']>
}

export interface ControlPlaneOptions {
  cells: Cells
  perPod: boolean
  istioVersion: string
  /** Milliseconds since the epoch. */
  rootExpiry: number
  certificateExpiry: ProxiesOptions['certificateExpiry']
  pushes: PushLog
  /** How many VirtualServices there are. */
  virtualServices: () => number
}

/** Of configuration: everything that is made of it, except endpoints. Workloads and services: all. */
const configured = /(^|\.)(networking|security|telemetry|extensions)\.istio\.io$|(^|\.)gateway\.networking\.k8s\.io$/

/** What istiod's registry watches, by the names of its metric. */
const registry: Readonly<Record<string, string>> = {
  services: 'Services',
  pods: 'Pods',
  nodes: 'Nodes',
  'endpointslices.discovery.k8s.io': 'EndpointSlice',
}

const events = { ADDED: 'add', MODIFIED: 'update', DELETED: 'delete' } as const

/** One istiod with the proxies that are connected to it. */
interface Istiod {
  pod: Pod | null
  counters: Counters
  connected: readonly Connection[]
}

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { cells, perPod, istioVersion, rootExpiry, pushes } = options
  const proxies = createProxies({ cells, perPod, istioVersion, certificateExpiry: options.certificateExpiry })
  let istiods: Istiod[] = []
  let scraped: readonly Connection[] = []
  const waiting = new Set<XdsType>()
  /** Counted, and not yet written. */
  let isBehind = false
  let reviews = 0

  /** One push to the proxies that want any of it, as busy as their number and the number of services make istiod. */
  const push = ({ counters, connected }: Istiod, snapshot: Snapshot, made: Push, types: readonly XdsType[]) => {
    const reached = connected.filter(({ type }) => subscribed[type].some(own => types.includes(own)))
    const { services } = snapshot
    for (const type of types) {
      const count = reached.filter(one => subscribed[one.type].includes(type)).length
      counters.count('pilot_xds_pushes', { type }, count)
      const from = 0.0004 + 0.0001 * chance(made.number, 1, type.charCodeAt(0))
      counters.observe('pilot_xds_push_time', { type }, { from, to: from + 0.003 + services.size * 0.000_02, count })
    }
    const queue = 0.0002 + reached.length * 0.0002
    counters.observe('pilot_proxy_queue_time', {}, { from: 0.0001, to: queue, count: reached.length })
    // Changes are gathered until nothing has come for 100 ms (Istio docs, PILOT_DEBOUNCE_AFTER).
    const from = 0.1 + 0.001 + 0.02 * chance(made.number, 2, 0)
    const to = from + 0.02 + queue + 0.06 * chance(made.number, 3, 0)
    counters.observe('pilot_proxy_convergence_time', {}, { from, to, count: reached.length })
    for (const { workload, type } of rejections(snapshot)) {
      if (!types.includes(type) || snapshot.held.has(workload)) continue
      const own = reached.filter(one => one.workload.key === workload)
      if (own.length === 0) continue
      counters.count('pilot_total_xds_rejects', { type }, own.length)
      // One series per proxy is only bearable where series carry pods. Istio never takes these gauges back.
      const name = `pilot_xds_${type}_reject`
      if (perPod) for (const { id } of own) counters.count(name, { node: id, err: 'Internal' })
      else counters.count(name, { err: 'Internal' }, own.length)
    }
    proxies.push(snapshot, reached, types)
  }

  /** Proxies that came to be ask for everything; nobody made them wait. */
  const welcome = ({ counters }: Istiod, fresh: readonly Connection[]) => {
    if (fresh.length === 0) return
    for (const type of xdsTypes) {
      const count = fresh.filter(one => subscribed[one.type].includes(type)).length
      if (count > 0) counters.count('pilot_xds_pushes', { type }, count)
      counters.observe('pilot_xds_push_time', { type }, { from: 0.0005, to: 0.006, count })
    }
    counters.observe('pilot_proxy_queue_time', {}, { from: 0.0001, to: 0.0004, count: fresh.length })
    counters.observe('pilot_proxy_convergence_time', {}, { from: 0.002, to: 0.02, count: fresh.length })
  }

  const measure = ({ counters, connected }: Istiod, snapshot: Snapshot, time: number) => {
    counters.gauge('pilot_info', { version: istioVersion }, 1)
    counters.gauge('istio_build', { component: 'pilot', tag: istioVersion }, 1)
    counters.gauge('pilot_xds', { version: istioVersion }, connected.length)
    counters.gauge('pilot_services', {}, snapshot.services.size + snapshot.serviceEntries.size)
    counters.gauge('pilot_virt_services', {}, options.virtualServices())
    const conflicts = conflictsIn(snapshot)
    counters.gauge('pilot_conflict_inbound_listener', {}, conflicts.inbound)
    counters.gauge('pilot_conflict_outbound_listener_tcp_over_current_tcp', {}, conflicts.outboundTcp)
    counters.gauge('citadel_server_root_cert_expiry_timestamp', {}, Math.floor(rootExpiry / 1000))
    counters.gauge('citadel_server_root_cert_expiry_seconds', {}, Math.floor((rootExpiry - time) / 1000))
    // A rate of nothing needs a first sample, too.
    counters.count('pilot_total_xds_rejects', { type: 'lds' }, 0)
  }

  const renew = (snapshot: Snapshot) => {
    const istiod = istiodOf(snapshot)
    const namespace = istiod?.namespace ?? snapshot.mesh.rootNamespace
    const ready = istiod?.ready ?? []
    const pods = perPod ? ready : ready.length > 0 ? [null] : []
    const before = istiods
    scraped = connectionsOf(snapshot).all
    istiods = pods.map(pod => {
      const known = before.find(one => one.pod?.name === pod?.name)
      const connected = pod === null ? scraped : scraped.filter(one => one.istiod.name === pod.name)
      const next = { pod, counters: known?.counters ?? createCounters(cells, pod, namespace), connected }
      const old = new Set(known?.connected.map(({ id }) => id))
      welcome(
        next,
        connected.filter(({ id }) => !old.has(id)),
      )
      return next
    })
    tellUp(snapshot, ready, namespace)
  }

  return {
    see({ type, resource, object }) {
      isBehind = true
      const event = events[type]
      const kind = registry[resource]
      const types = typesOf(resource)
      const isInjected = object.metadata.annotations?.['sidecar.istio.io/status'] !== undefined
      // Each istiod watches everything; of the webhook's requests, one gets each.
      for (const { counters } of istiods) {
        if (kind !== undefined) counters.count('pilot_k8s_reg_events', { type: kind, event })
        if (configured.test(resource)) counters.count('pilot_k8s_cfg_events', { type: object.kind, event })
        if (types.length > 0) counters.count('pilot_push_triggers', { type: reasonOf(resource) })
      }
      if (resource === 'pods' && type === 'ADDED' && isInjected) {
        const asked = istiods[hashText(object.metadata.name) % Math.max(1, istiods.length)]
        asked?.counters.count('sidecar_injection_requests_total', {})
        asked?.counters.count('sidecar_injection_success_total', {})
      }
      for (const pushed of types) waiting.add(pushed)
    },
    review({ group, version, resource, isValid }) {
      isBehind = true
      // The webhook's Service leads to one istiod after the other.
      const asked = istiods[reviews++ % Math.max(1, istiods.length)]
      const about = { group, version, resource }
      if (isValid) asked?.counters.count('galley_validation_passed', about)
      else asked?.counters.count('galley_validation_failed', { ...about, reason: 'invalid_resource' })
    },
    sync(snapshot, time) {
      isBehind = false
      renew(snapshot)
      const types = xdsTypes.filter(type => waiting.has(type))
      waiting.clear()
      const made = types.length > 0 && istiods.length > 0 ? pushes.push(time, types, snapshot) : null
      for (const istiod of istiods) {
        if (made) push(istiod, snapshot, made, types)
        measure(istiod, snapshot, time)
        istiod.counters.write()
      }
      proxies.write(scraped)
    },
    advance(time) {
      const name = 'citadel_server_root_cert_expiry_seconds'
      for (const { counters } of istiods) {
        counters.gauge(name, {}, Math.floor((rootExpiry - time) / 1000))
        counters.write(isBehind ? undefined : name)
      }
      isBehind = false
      proxies.advance(time)
    },
    targets: lastScrape =>
      scraped.map(({ pod }) => ({
        labels: { ...targetLabels(pod, pod.namespace) },
        scrapeUrl: `http://${instanceOf(pod)}/stats/prometheus`,
        lastScrape,
        health: 'up',
      })),
  }

  function tellUp(snapshot: Snapshot, ready: readonly Pod[], namespace: string): void {
    const put = (key: string, labels: Record<string, string>, owner: string) =>
      cells.set(cells.find(key) ?? cells.create(plainCell(key, 'up', labels, owner)), 1)
    // Above the small preset series carry no pod label, and `up` would be one series many times over.
    if (!perPod) return put('up', { namespace, job: 'istiod' }, `${namespace}/istiod`)
    const proxied = [...snapshot.workloads.values()].filter(one => one.proxy !== 'none' && one.proxy !== 'ztunnel')
    const pods = [...proxied.flatMap(workload => workload.pods), ...snapshot.ztunnels.values()]
    for (const pod of [...pods, ...ready]) {
      const labels = ready.includes(pod) ? aboutIstiod(pod, namespace) : targetLabels(pod, pod.namespace)
      put(`up|${pod.namespace}/${pod.name}`, labels, `${pod.namespace}/${pod.name}`)
    }
  }
}

/** Istio's words for why it pushes. */
const reasonOf = (resource: string): string =>
  configured.test(resource)
    ? 'config'
    : resource === 'services'
      ? 'service'
      : resource === 'pods'
        ? 'endpoint'
        : 'global'

/** What a change makes istiod push. */
function typesOf(resource: string): readonly XdsType[] {
  if (resource === 'pods') return ['eds', 'wds']
  if (resource === 'services') return ['cds', 'eds', 'lds', 'rds', 'nds', 'wds']
  // Labels of namespaces say who is in the mesh, and how.
  if (resource === 'configmaps' || resource === 'namespaces') return ['cds', 'eds', 'lds', 'rds']
  if (!configured.test(resource)) return []
  return resource.endsWith('security.istio.io')
    ? ['cds', 'eds', 'lds', 'rds', 'wads']
    : ['cds', 'eds', 'lds', 'rds', 'nds']
}
