import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KubeObject, PodRequest, PodServers } from '#lab/contract.ts'
import { at, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import type { Api } from './api.ts'
import type { ResourcePath } from './request.ts'
import { send } from './respond.ts'
import { badRequest, methodNotAllowed, notFound, StatusError } from './status.ts'

/** `…/pods/<[scheme:]name[:port]>/proxy/<path>` and the same of Services: the API server asks there on somebody's behalf. */

/** Where nobody serves anything, every port is closed. */
export const noServers: PodServers = { ask: () => null }

export interface ProxyPath {
  target: ResourcePath & { plural: 'pods' | 'services' }
  /** What is asked for behind it; undefined: not even a slash. */
  path: string | undefined
}

/** Null for paths that lead elsewhere. The part behind is passed on as it came, so it is not taken apart. */
export function proxyPathOf(pathname: string): ProxyPath | null {
  const found = /^\/+api\/v1\/namespaces\/([^/]+)\/(pods|services)\/([^/]+)\/proxy(\/.*)?$/.exec(pathname)
  if (!found) return null
  const [, namespace = '', plural = '', name = '', path] = found
  return {
    target: {
      group: '',
      version: 'v1',
      namespace: decoded(namespace),
      plural: plural === 'pods' ? plural : 'services',
      name: decoded(name),
      subresource: 'proxy',
    },
    path,
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(part)}`)
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export type Proxy = (
  api: Api,
  passed: ProxyPath,
  asked: Omit<PodRequest, 'path'>,
  message: IncomingMessage,
  response: ServerResponse,
) => Promise<void>

export function createProxy(): Proxy {
  /** Of several endpoints each has its turn; the real server throws dice. */
  let turn = 0
  return async (api, { target, path }, asked, message, response) => {
    if (!methods.has(asked.method)) throw methodNotAllowed()
    if (message.headers.upgrade !== undefined)
      throw new StatusError(501, 'NotImplemented', 'unable to upgrade connection: nothing in the lab takes streams')
    const place = target.plural === 'pods' ? podPlace(api, target) : servicePlace(api, target, turn++)
    if (path === undefined && (asked.method === 'GET' || asked.method === 'HEAD')) {
      response.writeHead(301, { Location: `${(message.url ?? '').replace(/\?.*$/, '')}/` })
      response.end()
      return
    }
    const { pod, port, address, scheme } = place
    const reply = pod && api.pods.ask(pod, port, { ...asked, path: path ?? '/' })
    if (!reply) throw unreachable(`dial tcp ${address}:${port}: connect: connection refused`)
    // Everything that listens in the lab's pods speaks plaintext.
    if (scheme === 'https') throw unreachable('tls: first record does not look like a TLS handshake')
    await send(message, response, reply)
  }
}

interface Place {
  /** Undefined: an address without a pod of ours. */
  pod: KubeObject | undefined
  address: string
  port: number
  scheme: string
}

interface Reference {
  scheme: string
  name: string
  port: string
}

const kinds = {
  pods: { name: 'pods', group: '', plural: 'pods', kind: 'Pod' },
  services: { name: 'services', group: '', plural: 'services', kind: 'Service' },
} as const

/** apimachinery, SplitSchemeNamePort: `name`, `name:port`, `scheme:name:port`. */
function referenceIn(id: string, what: 'pod' | 'service'): Reference {
  const parts = id.split(':')
  const [scheme = '', name = '', port = ''] =
    parts.length === 1 ? ['', ...parts, ''] : parts.length === 2 ? ['', ...parts] : parts
  const isKnown = scheme === '' ? parts.length < 3 : scheme === 'http' || scheme === 'https'
  if (parts.length > 3 || name === '' || !isKnown) throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`)
  return { scheme, name, port }
}

function podPlace(api: Api, { namespace, name: id }: ResourcePath): Place {
  const { scheme, name, port } = referenceIn(id, 'pod')
  const pod = api.store.get('pods', namespace, name)
  if (!pod) throw notFound(kinds.pods, name)
  const address = textOf(at(pod, 'status.podIP'))
  if (address === '') throw badRequest('address not allowed')
  const first = listOf(at(pod, 'spec.containers')).flatMap(container => listOf(container['ports']))[0]
  const chosen = port === '' ? numberOf(first?.['containerPort'], scheme === 'https' ? 443 : 80) : portIn(port)
  return { pod, address, port: chosen, scheme }
}

/** Ports of pods are numbers: nobody looks their names up. */
function portIn(port: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN
  if (number > 0 && number <= 65_535) return number
  throw unreachable(`dial tcp: lookup tcp/${port}: unknown port`)
}

function servicePlace(api: Api, { namespace, name: id }: ResourcePath, turn: number): Place {
  const { scheme, name, port } = referenceIn(id, 'service')
  const service = api.store.get('services', namespace, name)
  if (!service) throw notFound(kinds.services, name)
  const ports = listOf(at(service, 'spec.ports'))
  const named = /^\d+$/.test(port) ? ports.find(one => one['port'] === Number(port)) : undefined
  if (/^\d+$/.test(port) && !named)
    throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`)
  const wanted = named ? textOf(named['name']) : port
  const places = listOf(api.store.get('endpoints', namespace, name)?.['subsets']).flatMap(subset => {
    const own = listOf(subset['ports']).find(one => textOf(one['name']) === wanted)
    return own ? listOf(subset['addresses']).map(address => ({ address, port: numberOf(own['port']) })) : []
  })
  const place = places[turn % Math.max(1, places.length)]
  if (!place) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  const pod = textOf(at(place.address, 'targetRef.name'))
  return {
    pod: pod === '' ? undefined : api.store.get('pods', namespace, pod),
    address: textOf(place.address['ip']),
    port: place.port,
    scheme,
  }
}

const unavailable = (message: string): StatusError => new StatusError(503, 'ServiceUnavailable', message)

const unreachable = (why: string): StatusError => unavailable(`error trying to reach service: ${why}`)
