import { amount, field, inside, messages, type Row, word } from './message.ts'

export function endpointRows(assignment: unknown): Row[] {
  const cluster = word(assignment, 'cluster_name')
  return messages(assignment, 'endpoints').flatMap(group =>
    messages(group, 'lb_endpoints').map(member => memberRow(member, cluster, localityOf(field(group, 'locality')))),
  )
}

function memberRow(member: unknown, cluster: string, locality: string): Row {
  const address = inside(member, 'endpoint', 'address')
  const { host, port } = placeOf(address)
  const [name = '', namespace = ''] = word(inside(member, 'metadata', 'filter_metadata', 'istio'), 'workload').split(
    ';',
  )
  return {
    cells: {
      address: host,
      port,
      cluster,
      health: word(member, 'health_status') || 'UNKNOWN',
      weight: amount(member, 'load_balancing_weight') || 1,
      locality: locality || null,
      workload: name !== '' && namespace !== '' ? `${namespace}/${name}` : null,
    },
    objects: [],
    trouble: null,
  }
}

/** Through the mesh's tunnel (HBONE) an address is behind a listener inside of the proxy. */
function placeOf(address: unknown): { host: string; port: number | null } {
  const socket = field(address, 'socket_address')
  if (socket !== undefined) return { host: word(socket, 'address'), port: amount(socket, 'port_value') || null }
  const behind = word(address, 'envoy_internal_address', 'endpoint_id')
  const colon = behind.lastIndexOf(':')
  if (colon > 0) return { host: behind.slice(0, colon), port: Number(behind.slice(colon + 1)) || null }
  return { host: behind || word(address, 'pipe', 'path'), port: null }
}

const localityOf = (locality: unknown): string =>
  ['region', 'zone', 'sub_zone']
    .map(part => word(locality, part))
    .filter(part => part !== '')
    .join('/')
