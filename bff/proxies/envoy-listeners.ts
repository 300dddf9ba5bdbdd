import { record } from '#bff/sources/kubernetes-raw.ts'
import { amount, few, field, inside, messages, type Row, short, word, words } from './message.ts'
import { origins, policiesIn } from './origin.ts'

/** A row for each filter chain: who gets which connection, and what becomes of it. */
export function listenerRows(listener: unknown, trouble: string | null): Row[] {
  const address = field(listener, 'address')
  const socket = field(address, 'socket_address')
  const place = {
    address: word(socket, 'address') || word(listener, 'name'),
    port: amount(socket, 'port_value') || null,
    direction: word(listener, 'traffic_direction').toLowerCase() || null,
  }
  const fallback = field(listener, 'default_filter_chain')
  const chains = [...messages(listener, 'filter_chains'), ...(fallback === undefined ? [] : [record(fallback)])]
  if (chains.length === 0)
    return [{ cells: { ...place, match: null, filters: null, to: null }, objects: origins(listener), trouble }]
  return chains.map(chain => {
    const filters = messages(chain, 'filters')
    const http = filters.flatMap(filter => messages(field(filter, 'typed_config'), 'http_filters'))
    return {
      cells: {
        ...place,
        match: matchText(field(chain, 'filter_chain_match')) || '*',
        filters: few([...filters, ...http].map(filterName), 8) || null,
        to: filters.map(target).find(text => text !== '') ?? null,
      },
      objects: [...origins(listener), ...origins(chain), ...policiesIn([...filters, ...http])],
      trouble,
    }
  })
}

/** Envoy docs, FilterChainMatch. */
function matchText(match: unknown): string {
  const ranges = messages(match, 'prefix_ranges').map(
    range => `${word(range, 'address_prefix')}/${amount(range, 'prefix_len')}`,
  )
  const port = amount(match, 'destination_port')
  const transport = word(match, 'transport_protocol')
  const servers = words(match, 'server_names')
  const applications = words(match, 'application_protocols')
  const parts = [
    port > 0 ? `:${port}` : '',
    few(ranges),
    transport,
    servers.length > 0 ? `SNI ${few(servers)}` : '',
    applications.length > 0 ? `ALPN ${few(applications, 6)}` : '',
  ]
  return short(parts.filter(part => part !== '').join(' · '))
}

/** `envoy.filters.http.rbac` → `rbac`; what is Istio's own keeps its name. */
const filterName = (filter: unknown): string => word(filter, 'name').replace(/^envoy\.filters\.(?:network|http)\./, '')

/** The routes or the cluster that a chain ends in. */
function target(filter: unknown): string {
  const config = field(filter, 'typed_config')
  const routes = word(config, 'rds', 'route_config_name') || word(config, 'route_config', 'name')
  if (routes !== '') return `routes ${routes}`
  const weighted = messages(inside(config, 'weighted_clusters'), 'clusters').map(cluster => word(cluster, 'name'))
  return weighted.length > 0 ? few(weighted) : word(config, 'cluster')
}
