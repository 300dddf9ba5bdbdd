import { mostCallers } from '#shared/metrics/callers.ts'
import type { MetricsSubject } from './query.ts'

/** What is chosen of the charts, as the address says it. What is not said is the default. */
export interface MetricsSearch {
  /** Whose charts: a service or workload by namespace and name, of one caller only (`namespace/workload,workload`); else the mesh. */
  of?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
  caller?: string | undefined
  range?: string | undefined
  /** Milliseconds since the epoch, both or none. */
  from?: string | undefined
  to?: string | undefined
  direction?: string | undefined
  split?: string | undefined
  reporter?: string | undefined
  compare?: string | undefined
  q?: string | undefined
  /** Of a table: a column, `-` before it for the largest first. */
  sort?: string | undefined
}
export type OnMetricsSearch = (patch: Partial<MetricsSearch>) => void

export const ranges = ['900', '3600', '10800', '43200', '86400', '604800'] as const
export const splits = ['none', 'version', 'caller', 'code', 'flag', 'protocol'] as const
export const reporters = ['auto', 'destination', 'source'] as const
export const compares = ['none', 'hour', 'day', 'week'] as const
export const shifts = { none: 0, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

export const oneOf = <Value extends string>(text: string | undefined, known: readonly Value[], rest: Value): Value =>
  known.find(each => each === text) ?? rest

/** `from` and `to` where both are moments in order. */
export function spanIn({ from, to }: MetricsSearch): { from: string; to: string } | null {
  if (from === undefined || to === undefined || !/^\d{1,15}$/.test(from) || !/^\d{1,15}$/.test(to)) return null
  return Number(from) < Number(to) ? { from, to } : null
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

export const kinds = ['mesh', 'service', 'workload', 'edge', 'gateway'] as const
export type Kind = (typeof kinds)[number]

/** What was chosen to look at; a service of one caller is an edge. */
export const kindIn = ({ of, caller }: MetricsSearch): Kind =>
  of === 'service' && caller !== undefined ? 'edge' : oneOf(of, kinds, 'mesh')

/** Whose charts the address asks for; a half-broken link shows the mesh. A gateway is a workload, an edge a service of one caller. */
export function subjectIn({ of = '', namespace = '', name = '', caller = '' }: MetricsSearch): MetricsSubject {
  const kind = oneOf(of, kinds, 'mesh')
  if (kind === 'mesh' || !label.test(namespace) || !objectName.test(name)) return { of: 'mesh' }
  const [from = '', workloads = '', ...rest] = caller.split('/')
  const callers = workloads.split(',')
  const isCaller =
    label.test(from) &&
    callers.length <= mostCallers &&
    callers.every(workload => objectName.test(workload)) &&
    rest.length === 0
  const isWorkload = kind === 'workload' || kind === 'gateway'
  return { of: isWorkload ? 'workload' : 'service', namespace, name, ...(isCaller && { caller }) }
}

/** What is still to be chosen before there are charts of it; null: nothing. */
export function missingIn(search: MetricsSearch): 'service' | 'workload' | 'gateway' | 'caller' | null {
  const kind = kindIn(search)
  if (kind === 'mesh') return null
  if ((search.name ?? '') === '') return kind === 'edge' ? 'service' : kind
  return kind === 'edge' && (search.caller ?? '') === '' ? 'caller' : null
}
