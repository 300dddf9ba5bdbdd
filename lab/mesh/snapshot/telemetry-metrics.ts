import type { MetricDress, ProxyTelemetry } from '#lab/contract.ts'
import { compileValue } from './expression.ts'
import { type Fields, fields, items, text } from './read.ts'

/** Istio docs, MetricSelector: the names of the standard metrics, and the series they are. */
const standard: Readonly<Record<string, string>> = {
  REQUEST_COUNT: 'istio_requests_total',
  REQUEST_DURATION: 'istio_request_duration_milliseconds',
  REQUEST_SIZE: 'istio_request_bytes',
  RESPONSE_SIZE: 'istio_response_bytes',
  TCP_OPENED_CONNECTIONS: 'istio_tcp_connections_opened_total',
  TCP_CLOSED_CONNECTIONS: 'istio_tcp_connections_closed_total',
  TCP_SENT_BYTES: 'istio_tcp_sent_bytes_total',
  TCP_RECEIVED_BYTES: 'istio_tcp_received_bytes_total',
  GRPC_REQUEST_MESSAGES: 'istio_request_messages_total',
  GRPC_RESPONSE_MESSAGES: 'istio_response_messages_total',
}

/** `null` removes the tag. */
type Tags = Map<string, string | null>

/**
 * Overrides add up from the widest to the narrowest object; of one tag the last word counts. Metrics that end with the
 * same labels share a dress.
 */
export function dressesOf(entries: readonly Fields[], side: keyof ProxyTelemetry): readonly MetricDress[] | null {
  const wishes = new Map(Object.keys(standard).map(name => [name, { isOff: false, tags: new Map() as Tags }]))
  for (const override of entries.flatMap(entry => items(entry['overrides']))) {
    const match = fields(override['match'])
    const mode = text(match['mode']) ?? 'CLIENT_AND_SERVER'
    if (mode !== 'CLIENT_AND_SERVER' && mode.toLowerCase() !== side) continue
    for (const [name, wish] of wishes) if (isMeant(match, name)) overrule(wish, override)
  }
  const groups = Map.groupBy(
    [...wishes].filter(([, { isOff }]) => !isOff),
    ([, { tags }]) => JSON.stringify([...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  )
  const isStandard = groups.size === 1 && groups.get('[]')?.length === wishes.size
  if (isStandard) return null
  return [...groups].map(([key, members]) => {
    const metrics = members.map(([name]) => standard[name] ?? '')
    const tags = members[0]?.[1].tags ?? new Map<string, string | null>()
    return {
      key: `${metrics.join(' ')} ${key}`,
      metrics: new Set(metrics),
      removed: [...tags].flatMap(([tag, value]) => (value === null ? [tag] : [])),
      added: [...tags].flatMap(([tag, value]) => (value === null ? [] : [{ tag, value: compileValue(value) }])),
    }
  })
}

/** Nothing said = every metric. A custom metric may name a standard series, too. */
function isMeant(match: Fields, name: string): boolean {
  const custom = text(match['customMetric'])
  if (custom !== undefined) return custom === standard[name] || `istio_${custom}` === standard[name]
  const metric = text(match['metric']) ?? 'ALL_METRICS'
  return metric === 'ALL_METRICS' || metric === name
}

function overrule(wish: { isOff: boolean; tags: Tags }, override: Fields): void {
  if (typeof override['disabled'] === 'boolean') wish.isOff = override['disabled']
  for (const [tag, written] of Object.entries(fields(override['tagOverrides']))) {
    const change = fields(written)
    const value = text(change['value'])
    if (change['operation'] === 'REMOVE') wish.tags.set(tag, null)
    else if (value !== undefined) wish.tags.set(tag, value)
  }
}
