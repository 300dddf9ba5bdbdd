import { sharedReading } from '#bff/http/shared-reading.ts'
import { parts, range, sumBy } from '#bff/sources/promql.ts'
import type { Prometheus } from '#bff/sources/source.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { connectionLabels, flowQueries, type FlowQueries, requestLabels, tcpIncreases } from './queries.ts'

/**
 * Calls as the rules of `deploy/prometheus-rules.yaml` record them: grouped as the flows need them, every five minutes,
 * so that a month is read from one small series for each kind of call instead of one for each pod and code.
 */
export const recordedEvery: Seconds = 300

const names = {
  requests: 'weft:istio_requests:increase5m',
  opened: 'weft:istio_tcp_connections_opened:increase5m',
  sent: 'weft:istio_tcp_sent_bytes:increase5m',
}

/** What the rules are: their file is held to it by a test. */
export const recordingRules = (): { record: string; expr: string }[] => {
  const { opened, sent } = tcpIncreases(recordedEvery)
  return [
    { record: names.requests, expr: flowQueries(recordedEvery).requests },
    { record: names.opened, expr: `${opened} > 0` },
    { record: names.sent, expr: `${sent} > 0` },
  ]
}

/** Steps are whole numbers of recorded ones. */
export function recordedQueries(step: Seconds): Pick<FlowQueries, 'requests' | 'connections'> {
  const within = (labels: readonly string[], name: string) => sumBy(labels, `sum_over_time(${name}${range(step)})`)
  return {
    requests: within(requestLabels, names.requests),
    connections: parts({
      opened: within(connectionLabels, names.opened),
      carried: `${within(connectionLabels, names.sent)} * 0 + 1`,
    }),
  }
}

/** Recorded now, and when the window began: rules that came within it know a part of it only. */
export const coverageQuery = (window: Seconds): string => {
  const looked = `${names.requests}${range(recordedEvery * 3)}`
  return `count(last_over_time(${looked})) and count(last_over_time(${looked} offset ${range(window).slice(1, -1)}))`
}

/** Short windows are cheap as they are, and of what is scraped seldom five minutes tell nothing. */
export const mayBeRecorded = (window: Seconds, step: Seconds, scrape: Seconds): boolean =>
  window > 3600 && step % recordedEvery === 0 && scrape * 4 <= recordedEvery

/** Rules come and go with a configuration: nobody is asked more often than that. */
const remembered = 300_000

export type Coverage = (window: Seconds, signal: AbortSignal) => Promise<boolean>

export const openCoverage = ({
  prometheus,
  now,
}: {
  prometheus: Pick<Prometheus, 'query'>
  now: () => EpochMilliseconds
}): Coverage =>
  sharedReading<Seconds, boolean>({
    key: String,
    read: async (window, signal) =>
      (await prometheus.query(coverageQuery(window), now(), signal)).some(({ value }) => value > 0),
    fresh: () => remembered,
    now,
  })
