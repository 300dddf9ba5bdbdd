import { record } from '#bff/sources/kubernetes-raw.ts'
import type { Table } from '#shared/proxies/tables.ts'
import { certificatesOf } from './certificates.ts'
import { endpointRows } from './envoy-endpoints.ts'
import { listenerRows } from './envoy-listeners.ts'
import { routeRows } from './envoy-routes.ts'
import { clusterRows } from './envoy-clusters.ts'
import { field, type Row, word } from './message.ts'

/** Envoy's `config_dump` (Envoy docs, "Administration interface", admin/v3/config_dump.proto), list by list. */
const readers: Readonly<Record<string, { table: Table; rows: (value: unknown) => Row[] }>> = {
  static_listeners: { table: 'listeners', rows: value => listenerRows(field(value, 'listener'), null) },
  dynamic_listeners: { table: 'listeners', rows: dynamicListener },
  static_clusters: { table: 'clusters', rows: value => clusterRows(field(value, 'cluster'), null) },
  dynamic_active_clusters: { table: 'clusters', rows: value => clusterRows(field(value, 'cluster'), problemOf(value)) },
  dynamic_warming_clusters: {
    table: 'clusters',
    rows: value => clusterRows(field(value, 'cluster'), problemOf(value) ?? warming),
  },
  static_route_configs: { table: 'routes', rows: value => routeRows(field(value, 'route_config'), null) },
  dynamic_route_configs: {
    table: 'routes',
    rows: value => routeRows(field(value, 'route_config'), problemOf(value)),
  },
  static_endpoint_configs: { table: 'endpoints', rows: value => endpointRows(field(value, 'endpoint_config')) },
  dynamic_endpoint_configs: { table: 'endpoints', rows: value => endpointRows(field(value, 'endpoint_config')) },
  static_secrets: { table: 'certificates', rows: secret },
  dynamic_active_secrets: { table: 'certificates', rows: secret },
  dynamic_warming_secrets: { table: 'certificates', rows: value => withTrouble(secret(value), warming) },
}

const warming = 'It is warming: the proxy waits for the rest of it before it uses it.'

/** Lists of a dump by the name Envoy gives them, or the same in camelCase. */
const snake = (list: string): string => list.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

export const isEnvoyList = (list: string): boolean => Object.hasOwn(readers, snake(list))

export function envoyRows(list: string, value: unknown): { table: Table; rows: Row[] } | null {
  const name = snake(list)
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  return reader === undefined ? null : { table: reader.table, rows: reader.rows(value) }
}

/** A listener in force, and what the proxy said of a newer one that it refused. */
function dynamicListener(value: unknown): Row[] {
  const problem = problemOf(value)
  const active = field(field(value, 'active_state'), 'listener')
  if (active !== undefined) return listenerRows(active, problem)
  const waiting = field(field(value, 'warming_state'), 'listener')
  if (waiting !== undefined) return listenerRows(waiting, problem ?? warming)
  return listenerRows({ name: word(value, 'name') }, problem ?? 'It is draining: connections to it are being ended.')
}

/** What the proxy answered to the last update, where it refused it. */
const problemOf = (value: unknown): string | null => {
  const details = word(value, 'error_state', 'details')
  return details === '' ? null : `The proxy refused the newer version and goes on with this one: ${details}`
}

const withTrouble = (rows: readonly Row[], trouble: string): Row[] => rows.map(row => ({ ...row, trouble }))

/** Chains and authorities; of a key nothing is read. */
function secret(value: unknown): Row[] {
  const name = word(value, 'name')
  const inner = record(field(value, 'secret'))
  const chain = field(field(inner, 'tls_certificate'), 'certificate_chain')
  const trusted = field(field(inner, 'validation_context'), 'trusted_ca')
  return [
    ...(chain === undefined ? [] : certificatesOf(name, 'chain', chain)),
    ...(trusted === undefined ? [] : certificatesOf(name, 'authority', trusted)),
  ]
}
