import type { PodReply, PodRequest } from '#lab/contract.ts'
import type { Pod, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import type { Connection } from '#lab/mesh/xds/connections.ts'
import { adsz, connectionId, connectionz } from './clients.ts'
import { configDump, namesOf } from './config-dump.ts'
import { istiodMetrics } from './exposition.ts'
import { type Look, proxyOf } from './look.ts'
import { meshSettings } from './mesh-settings.ts'
import { endpointShardz, registryz } from './registry.ts'
import { json, plain } from './reply.ts'
import { syncz } from './syncz.ts'

/** What istiod answers on 8080 (debugging, readiness) and on 15014 (debugging, metrics). */
export function askIstiod(look: Look, istiod: Pod, port: number, request: PodRequest): PodReply | null {
  if (port !== 8080 && port !== 15_014) return null
  const { path, query } = request
  if (path.startsWith('/debug/')) return debug(look, istiod, path.slice('/debug/'.length), query)
  if (port === 8080) return path === '/ready' ? plain('') : notFound
  switch (path) {
    case '/metrics':
      return plain(istiodMetrics(look, istiod), 200, 'text/plain; version=0.0.4; charset=utf-8')
    case '/version':
      return plain(`${look.istioVersion}-Clean`)
    default:
      return notFound
  }
}

const notFound = plain('404 page not found\n', 404)
const notConnected = plain(
  'Proxy not connected to this Pilot instance. It may be connected to another instance.\n',
  404,
)

const commands = [
  'adsz',
  'config_dump',
  'configz',
  'connections',
  'endpointShardz',
  'endpointz',
  'mesh',
  'registryz',
  'syncz',
]

function debug(look: Look, istiod: Pod, command: string, query: URLSearchParams): PodReply {
  const { snapshot } = look
  const told = (value: unknown) => json(value, query.has('pretty') ? 2 : 0)
  switch (command) {
    case 'syncz':
      return told(syncz(look, istiod, query.get('namespace') || null))
    case 'registryz':
      return told(registryz(snapshot))
    case 'endpointz':
    case 'endpointShardz':
      return told(endpointShardz(snapshot))
    case 'configz':
      return told(configz(look))
    case 'mesh':
      return told(meshSettings(snapshot.config))
    case 'connections':
      return told(connectionz(look, istiod))
    case 'list':
      return told(commands)
    case 'adsz': {
      const id = query.get('proxyID') ?? ''
      const only = id === '' ? null : find(look, istiod, id)
      if (only === undefined) return notConnected
      return told(adsz(look, istiod, only, (one, type) => namesOf(proxyOf(look, one), type)))
    }
    case 'config_dump': {
      const id = query.get('proxyID') ?? ''
      if (id === '') return plain('You must provide a proxyID in the query string\n', 400)
      const connection = find(look, istiod, id)
      if (!connection) return notConnected
      // What istiod would send now, whatever the proxy has.
      const proxy = { connection, told: listening(snapshot), now: snapshot }
      return told(configDump(look, proxy, { by: 'istiod', includesEndpoints: query.get('include_eds') === 'true' }))
    }
    default:
      return notFound
  }
}

/** As if no proxy were held back. */
const listening = (snapshot: Snapshot): Snapshot =>
  snapshot.held.size === 0 ? snapshot : { ...snapshot, held: new Map() }

/** Any part of a connection's name will do, as in Istio. */
const find = (look: Look, istiod: Pod, id: string): Connection | undefined =>
  look.connections.all.find(one => one.istiod.name === istiod.name && connectionId(one).includes(id))

/** Configuration that istiod reads; its own kinds only. */
const kinds = [
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'gateways.networking.istio.io',
  'serviceentries.networking.istio.io',
  'workloadentries.networking.istio.io',
  'workloadgroups.networking.istio.io',
  'sidecars.networking.istio.io',
  'envoyfilters.networking.istio.io',
  'proxyconfigs.networking.istio.io',
  'peerauthentications.security.istio.io',
  'requestauthentications.security.istio.io',
  'authorizationpolicies.security.istio.io',
  'telemetries.telemetry.istio.io',
  'wasmplugins.extensions.istio.io',
]

const configz = ({ store }: Look) =>
  kinds.flatMap(kind =>
    store.list(kind).map(({ apiVersion, kind: name, metadata, spec }) => ({
      apiVersion,
      kind: name,
      metadata: {
        name: metadata.name,
        namespace: metadata.namespace,
        resourceVersion: metadata.resourceVersion,
        creationTimestamp: metadata.creationTimestamp,
        labels: metadata.labels,
        annotations: metadata.annotations,
      },
      spec,
    })),
  )
