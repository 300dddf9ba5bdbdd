import { record } from '#bff/sources/kubernetes-raw.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Table } from '#shared/proxies/tables.ts'
import { pemRows } from './certificates.ts'
import { few, field, inside, messages, type Row, word, words } from './message.ts'
import { authorizationPolicy } from './origin.ts'

/** ztunnel's `config_dump` (ztunnel, src/admin.rs and src/state), list by list. */
const readers: Readonly<Record<string, { table: Table; rows: (value: unknown) => Row[] }>> = {
  workloads: { table: 'workloads', rows: workloadRow },
  services: { table: 'services', rows: serviceRow },
  policies: { table: 'policies', rows: policyRow },
  certificates: { table: 'certificates', rows: certificateRows },
}

export const isZtunnelList = (list: string): boolean => Object.hasOwn(readers, list)

export function ztunnelRows(list: string, value: unknown): { table: Table; rows: Row[] } | null {
  const reader = Object.hasOwn(readers, list) ? readers[list] : undefined
  return reader === undefined ? null : { table: reader.table, rows: reader.rows(value) }
}

function workloadRow(value: unknown): Row[] {
  const namespace = word(value, 'namespace')
  const workload = word(value, 'workloadName')
  const policies = words(value, 'authorizationPolicies')
  return [
    {
      cells: {
        workload: workload === '' ? null : `${namespace}/${workload}`,
        pod: word(value, 'name'),
        address: few(words(value, 'workloadIps')),
        protocol: word(value, 'protocol'),
        node: word(value, 'node') || null,
        waypoint: waypointOf(value),
        health: word(value, 'status') || null,
      },
      objects: policies.flatMap(name => {
        const [place = '', policy = ''] = name.split('/')
        return writtenPolicy(place, policy)
      }),
      trouble: null,
    },
  ]
}

function serviceRow(value: unknown): Row[] {
  const [namespace, name, host] = [word(value, 'namespace'), word(value, 'name'), word(value, 'hostname')]
  const isService = name !== '' && host.startsWith(`${name}.${namespace}.svc.`)
  return [
    {
      cells: {
        host,
        namespace,
        address: few(words(value, 'vips').map(each => each.slice(each.lastIndexOf('/') + 1))),
        ports: few(Object.keys(record(field(value, 'ports')))),
        endpoints: Object.keys(record(field(value, 'endpoints'))).length,
        waypoint: waypointOf(value),
      },
      objects: isService ? [{ group: '', kind: 'Service', namespace, name }] : [],
      trouble: null,
    },
  ]
}

function policyRow(value: unknown): Row[] {
  const [namespace, name] = [word(value, 'namespace'), word(value, 'name')]
  return [
    {
      cells: {
        namespace,
        name,
        scope: word(value, 'scope'),
        action: word(value, 'action'),
        rules: messagesOrLists(value, 'rules'),
      },
      objects: writtenPolicy(namespace, name),
      trouble: null,
    },
  ]
}

const messagesOrLists = (value: unknown, name: string): number => {
  const found = field(value, name)
  return Array.isArray(found) ? found.length : 0
}

/** Istiod tells a ztunnel of PeerAuthentications as of policies (istio, `convertPeerAuthentication`). */
function writtenPolicy(namespace: string, name: string): ObjectRef[] {
  if (namespace === '' || name === '' || name.startsWith('istio_converted_')) return []
  const [, peer] = /^converted_peer_authentication_(.+)$/.exec(name) ?? []
  if (peer !== undefined) return [{ group: 'security.istio.io', kind: 'PeerAuthentication', namespace, name: peer }]
  return [authorizationPolicy(namespace, name)]
}

/** By name (`namespace/host`) or by address. */
function waypointOf(value: unknown): string | null {
  const destination = inside(value, 'waypoint', 'destination')
  if (typeof destination === 'string') return destination.slice(destination.indexOf('/') + 1) || null
  return word(inside(value, 'waypoint'), 'hostname') || word(destination, 'hostname') || null
}

function certificateRows(value: unknown): Row[] {
  const identity = word(value, 'identity')
  const state = word(value, 'state')
  const trouble = state === '' || state === 'Available' ? null : `ztunnel says of it: ${state}`
  const pems = (name: string) =>
    messages(value, name).map(each => Buffer.from(word64(each), 'base64').toString('latin1'))
  const chain = pemRows(identity, 'chain', pems('certChain').join(''))
  return chain.map(row => ({ ...row, trouble: trouble ?? row.trouble }))
}

/** Longer than what is shown of a text. */
const word64 = (value: unknown): string => {
  const pem = field(value, 'pem')
  return typeof pem === 'string' ? pem : ''
}
