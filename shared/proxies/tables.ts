/** The tables of a proxy's configuration, and what each tells of a row. Names of columns are names of cells. */
export const tableColumns = {
  listeners: ['address', 'port', 'direction', 'match', 'filters', 'to'],
  routes: ['config', 'domains', 'match', 'to', 'rules'],
  clusters: ['host', 'port', 'subset', 'direction', 'discovery', 'tls', 'limits'],
  endpoints: ['address', 'port', 'cluster', 'health', 'weight', 'locality', 'workload'],
  certificates: ['name', 'use', 'identity', 'issuer', 'serial', 'from', 'until'],
  workloads: ['workload', 'pod', 'address', 'protocol', 'node', 'waypoint', 'health'],
  services: ['host', 'namespace', 'address', 'ports', 'endpoints', 'waypoint'],
  policies: ['namespace', 'name', 'scope', 'action', 'rules'],
} as const
export type Table = keyof typeof tableColumns

/** In the order in which a request meets them. */
export const tablesOf: Record<'envoy' | 'ztunnel', readonly Table[]> = {
  envoy: ['listeners', 'routes', 'clusters', 'endpoints', 'certificates'],
  ztunnel: ['workloads', 'services', 'policies', 'certificates'],
}
export const tables = Object.keys(tableColumns) as [Table, ...Table[]]
