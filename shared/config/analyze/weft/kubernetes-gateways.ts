import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { items, number, record, text } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import { type Json, type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { gatewayKey, group, isGranted, parentsOf, refusal, routeKinds } from './attachment.ts'
import { isNamed, namesOn } from './gateway-hosts.ts'
import {
  addressShared,
  certificateForOthers,
  certificateNotFound,
  certificateNotGranted,
  gatewayClassUnknown,
  hostInSeveralGateways,
  listenerTwice,
  listenerUnused,
} from './messages.ts'

const addressesOf = ({ spec }: MeshObject): string[] =>
  items(spec?.['addresses']).map(({ type, value }) => `${text(type) || 'IPAddress'} ${text(value)}`)

/** Gateways by what two of them can both claim: an address, a port. */
export const gatewaysByClaim: Index = {
  name: 'gatewaysByClaim',
  of: [gatewayKey],
  keys: gateway => [
    ...addressesOf(gateway),
    ...new Set(items(gateway.spec?.['listeners']).map(({ port }) => `port ${number(port) ?? 0}`)),
  ],
}

export const routesByParent: Index = {
  name: 'routesByParent',
  of: routeKinds,
  keys: route => parentsOf(route).map(({ namespace, name }) => `${namespace}/${name}`),
}

/** Gateways of Gateway API: classes, listeners, addresses, certificates. */
export const kubernetesGateways: EachAnalyzer = {
  name: 'weft.KubernetesGateways',
  each: [gatewayKey],
  analyze(gateway, world, report) {
    const name = text(gateway.spec?.['gatewayClassName'])
    if (world.has(`${group}/GatewayClass`) && !world.get(`${group}/GatewayClass`, '', name))
      report(gateway, gatewayClassUnknown, [name], { path: ['spec', 'gatewayClassName'] })
    for (const [index, address] of addressesOf(gateway).entries()) {
      const others = world.find(gatewaysByClaim, address).filter(other => other !== gateway)
      if (others.length > 0)
        report(gateway, addressShared, [address, others.map(nameOf)], {
          path: ['spec', 'addresses', index],
          related: others.map(refOf),
        })
    }
    const listeners = items(gateway.spec?.['listeners'])
    const routes = world.find(routesByParent, nameOf(gateway))
    for (const [index, listener] of listeners.entries()) {
      const path = ['spec', 'listeners', index]
      const twin = listeners.slice(0, index).find(other => claimOf(other) === claimOf(listener))
      if (twin) report(gateway, listenerTwice, [text(listener['name']), text(twin['name'])], { path })
      elsewhere(gateway, listener, path, world, report)
      certificates(gateway, listener, path, world, report)
      // A waypoint's listener is for the mesh, not for routes.
      const isForRoutes = name !== 'istio-waypoint' && text(listener['protocol']) !== 'HBONE'
      const isUsed = routes.some(route =>
        parentsOf(route).some(
          parent =>
            `${parent.namespace}/${parent.name}` === nameOf(gateway) &&
            refusal(world, route, parent, gateway, listener) === null,
        ),
      )
      if (isForRoutes && !isUsed) report(gateway, listenerUnused, [text(listener['name'])], { path })
    }
  },
}

type Say = Parameters<EachAnalyzer['analyze']>[2]

const nameOf = ({ metadata }: MeshObject): string => `${metadata.namespace ?? ''}/${metadata.name}`

/** Gateway API docs, Listener: port, protocol and hostname together are one of a kind. */
const claimOf = (listener: Json): string =>
  [number(listener['port']) ?? 0, text(listener['protocol']), text(listener['hostname'])].join('|')

/** Each Gateway has an address of its own: the same host at two of them is a question of DNS. */
function elsewhere(gateway: MeshObject, listener: Json, path: Path, world: World, report: Say): void {
  const host = text(listener['hostname'])
  if (host === '') return
  const others = world
    .find(gatewaysByClaim, `port ${number(listener['port']) ?? 0}`)
    .filter(other => other !== gateway)
    .filter(other =>
      items(other.spec?.['listeners']).some(
        ({ port, hostname }) =>
          port === listener['port'] && text(hostname) !== '' && hostsOverlap(text(hostname), host),
      ),
    )
  if (others.length > 0)
    report(gateway, hostInSeveralGateways, [host, others.map(nameOf)], {
      path: [...path, 'hostname'],
      related: others.map(refOf),
    })
}

function certificates(gateway: MeshObject, listener: Json, path: Path, world: World, report: Say): void {
  const home = gateway.metadata.namespace ?? ''
  for (const [index, written] of items(record(listener['tls'])['certificateRefs']).entries()) {
    const to = {
      group: text(written['group']),
      kind: text(written['kind']) || 'Secret',
      namespace: text(written['namespace']) || home,
      name: text(written['name']),
    }
    if (`${to.group}/${to.kind}` !== '/Secret') continue
    const place = [...path, 'tls', 'certificateRefs', index]
    const secret = world.get('/Secret', to.namespace, to.name)
    if (!secret) {
      // Secrets may be closed to whoever asks: then nothing is known of them.
      if (world.has('/Secret'))
        report(gateway, certificateNotFound, [`${to.namespace}/${to.name}`], { path: [...place, 'name'] })
      continue
    }
    if (!isGranted(world, { group, kind: 'Gateway', namespace: home }, to))
      report(gateway, certificateNotGranted, [`${to.namespace}/${to.name}`], { path: [...place, 'namespace'] })
    const [host, names] = [text(listener['hostname']), namesOn(secret)]
    if (host !== '' && !host.startsWith('*') && names.length > 0 && !names.some(name => isNamed(name, host)))
      report(gateway, certificateForOthers, [to.name, host, names], {
        path: [...path, 'hostname'],
        related: [refOf(secret)],
      })
  }
}
