import type { MetricDress } from '#lab/contract.ts'
import type { Outcome, Report } from '#lab/mesh/decide/outcome.ts'
import type { Pod, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { hashText } from '#lab/mesh/traffic/random.ts'
import { categories, type Category } from '#lab/mesh/traffic/categories.ts'

/** One report of one outcome, spread over the proxies that write it: which cell counts what. */
export interface Line {
  report: Report | null
  /** Names the label set but for code and flags. */
  key: string
  /** What is counted: whole requests, connections' calls, or RBAC decisions. */
  kind: 'http' | 'tcp' | 'rbac'
  /** Null: all metrics, with Istio's labels. */
  dress: MetricDress | null
  /** Counts every try, where the others count requests. */
  perTry: boolean
  reporters: Reporter[]
  /** `category * reporters.length + reporter` → cell; −1: not needed yet. */
  cells: Int32Array
  sizes: Sizes
  rbac: Outcome['rbac'][number] | null
}

export interface Reporter {
  /** Null where series carry no pod. */
  pod: Pod | null
  namespace: string
  share: number
}

/** What one request, or one call on a TCP connection, carries. */
export interface Sizes {
  request: number
  response: number
  callsPerConnection: number
}

export function linesOf(snapshot: Snapshot, outcome: Outcome, sizes: Sizes, perPod: boolean): Line[] {
  const lines = outcome.reports.flatMap((report): Line[] => {
    const reporters = reportersOf(snapshot, outcome, report, perPod)
    return dressesOf(report).map(dress => ({
      report,
      key: reportKey(report),
      dress,
      kind: report.layer,
      perTry: report.reporter === 'destination',
      reporters,
      cells: new Int32Array(categories * reporters.length).fill(-1),
      sizes: sizesAt(report, outcome, sizes),
      rbac: null,
    }))
  })
  const counts = outcome.rbac.flatMap(apart).map((rbac): Line => {
    const reporters = spread(proxiesOf(outcome, rbac.at), rbac.at.namespace, perPod)
    return {
      report: null,
      key: `rbac|${rbac.at.key}|${rbac.port}|${rbac.layer}`,
      dress: null,
      kind: 'rbac',
      perTry: true,
      reporters,
      cells: new Int32Array(categories * reporters.length).fill(-1),
      sizes,
      rbac,
    }
  })
  return [...lines, ...counts]
}

/** Who calls reports as a client, who is called and waypoints as servers. ztunnel reads no Telemetry. */
export const sideOf = ({ reporter }: Report): 'client' | 'server' => (reporter === 'source' ? 'client' : 'server')

/** One line for each way that metrics are labelled; one that is counted and not shown where none is. */
function dressesOf(report: Report): readonly (MetricDress | null)[] {
  const dresses = report.ztunnel ? null : report.by.telemetry[sideOf(report)].metrics
  if (dresses === null) return [null]
  return dresses.length === 0 ? [{ key: 'none', metrics: new Set<string>(), removed: [], added: [] }] : dresses
}

/** What is enforced and what a dry run would have done are counted by series of their own. */
function apart(rbac: Outcome['rbac'][number]): Outcome['rbac'] {
  const enforced = rbac.enforced === null ? [] : [{ ...rbac, shadow: null }]
  return rbac.shadow === null ? enforced : [...enforced, { ...rbac, enforced: null }]
}

/** What travels: nothing on a connection that broke, a sentence where a proxy answered. */
function sizesAt(report: Report, outcome: Outcome, sizes: Sizes): Sizes {
  if (report.layer === 'http') return outcome.answer === null ? sizes : { ...sizes, response: 19 }
  // ztunnel carries HTTP on connections that live long.
  const callsPerConnection = sizes.callsPerConnection || 200
  const isBroken = report.failed || (outcome.answer !== null && outcome.answer.code === 0)
  return isBroken ? { request: 0, response: 0, callsPerConnection: 1 } : { ...sizes, callsPerConnection }
}

const reportKey = (report: Report): string =>
  [
    report.reporter,
    report.layer,
    report.ztunnel ? 'z' : '',
    report.by.key,
    peerKey(report.source),
    peerKey(report.destination),
    report.service.host,
    report.service.name,
    report.protocol,
    report.sourcePrincipal ?? '',
    report.destinationPrincipal ?? '',
    report.security,
    report.failed ? 'failed' : '',
  ].join('|')

/** Labels that follow from a workload's own are part of its key: with a new version its series are new ones. */
const peerKey = (peer: Report['source']): string =>
  peer === null ? '' : `${peer.key}@${peer.version}@${peer.canonicalService}@${peer.canonicalRevision}@${peer.app}`

/** Of the destination only the pods that these requests reach. */
const proxiesOf = (outcome: Outcome, by: Workload): readonly Pod[] =>
  by === outcome.destination && outcome.pods.length > 0 ? outcome.pods : by.ready

function reportersOf(snapshot: Snapshot, outcome: Outcome, report: Report, perPod: boolean): Reporter[] {
  const proxies = report.reporter === 'destination' ? proxiesOf(outcome, report.by) : report.by.ready
  if (!report.ztunnel) return spread(proxies, report.by.namespace, perPod)
  const root = snapshot.mesh.rootNamespace
  if (!perPod) return [{ pod: null, namespace: root, share: 1 }]
  const byNode = new Map<string, Reporter>()
  for (const { pod, share } of spread(proxies, root, true)) {
    const ztunnel = snapshot.ztunnels.get(pod?.node ?? '')
    if (ztunnel === undefined) continue
    const known = byNode.get(ztunnel.name)
    if (known) known.share += share
    else byNode.set(ztunnel.name, { pod: ztunnel, namespace: root, share })
  }
  return [...byNode.values()]
}

/** Load is never quite even: each pod's part differs by up to 8 %. */
function spread(pods: readonly Pod[], namespace: string, perPod: boolean): Reporter[] {
  if (pods.length === 0) return []
  if (!perPod) return [{ pod: null, namespace, share: 1 }]
  const parts = pods.map(pod => 1 + ((hashText(pod.name) % 1000) / 1000 - 0.5) * 0.16)
  const total = parts.reduce((sum, part) => sum + part, 0)
  return pods.map((pod, index) => ({ pod, namespace, share: (parts[index] ?? 0) / total }))
}

/** Code, gRPC status and flags that a line reports for an end. */
export interface Told {
  code: number
  grpcStatus: number | null
  flags: string
}

export type Teller = (line: Line, end: Category) => Told
