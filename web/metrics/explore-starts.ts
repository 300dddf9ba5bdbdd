import type { Explored } from '#shared/metrics/api.ts'
import { quoted } from './place.ts'

/** Questions to begin with. Pure, and of Istio's own metrics only: what a mesh has of them it tells by itself. */

const service = 'destination_service_namespace, destination_service_name'
const there = 'reporter=~"destination|waypoint"'
const failed = 'response_code=~"0|5.."'

const rate = (metric: string, matchers: readonly string[]): string => `rate(${metric}{${matchers.join(',')}}[5m])`
const requests = (...matchers: string[]) => rate('istio_requests_total', [there, ...matchers])
const p95 = (by: string, ...matchers: string[]) =>
  `histogram_quantile(0.95, sum by (${by}) (${rate('istio_request_duration_milliseconds_bucket', [there, ...matchers])}))`

/** Where nothing fails the share is none, and not unknown. */
const errorShare = (sum: string, ...matchers: string[]) => {
  const all = `${sum} (${requests(...matchers)})`
  return `(${sum} (${requests(...matchers, failed)}) or ${all} * 0) / ${all}`
}

export const meshStarts = {
  requests: `sum by (${service}) (${requests()})`,
  errors: errorShare(`sum by (${service})`),
  latency: p95(`le, ${service}`),
  plaintext: `sum by (source_workload_namespace, source_workload, ${service}) (${rate('istio_requests_total', ['reporter="destination"', 'connection_security_policy!="mutual_tls"'])})`,
  flags: `sum by (response_flags) (${rate('istio_requests_total', ['response_flags!="-"'])})`,
  tcp: `sum by (${service}) (${rate('istio_tcp_sent_bytes_total', [there])} + ${rate('istio_tcp_received_bytes_total', [there])})`,
} as const
export type MeshStart = keyof typeof meshStarts

export interface BusyService {
  namespace: string
  name: string
  /** 1/s. */
  requestRate: number
}

const most = 8

/** The first question is asked by the page itself: whom one could ask about. */
export const busiest = `topk(${most}, ${meshStarts.requests})`

/** Of each moment there were as many: those of now. */
export const busiestIn = ({ rows }: Pick<Explored, 'rows'>): BusyService[] =>
  rows
    .flatMap(({ labels, last }): BusyService[] => {
      const [namespace, name] = [labels['destination_service_namespace'], labels['destination_service_name']]
      return namespace === undefined || name === undefined || last === null || last === 0
        ? []
        : [{ namespace, name, requestRate: last }]
    })
    .toSorted((a, b) => b.requestRate - a.requestRate)
    .slice(0, most)

/** The golden signals of one service. */
export function serviceStarts({ namespace, name }: Pick<BusyService, 'namespace' | 'name'>) {
  const own = [`destination_service_namespace=${quoted(namespace)}`, `destination_service_name=${quoted(name)}`]
  return {
    requests: `sum by (response_code) (${requests(...own)})`,
    errors: errorShare('sum', ...own),
    latency: p95('le', ...own),
    callers: `sum by (source_workload_namespace, source_workload) (${requests(...own)})`,
  } as const
}
export type ServiceStart = keyof ReturnType<typeof serviceStarts>
