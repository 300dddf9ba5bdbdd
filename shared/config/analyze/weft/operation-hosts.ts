import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { callablesByHost, hostsOverlap, wildcardEntries } from '#shared/config/world/hosts.ts'
import { at, items, record, texts } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import { operationHostUnknown } from './messages.ts'

/** Hosts that VirtualServices and Gateways bring into being. */
export const routedHosts: Index = {
  name: 'routedHosts',
  of: ['networking.istio.io/VirtualService', 'networking.istio.io/Gateway'],
  keys: ({ kind, spec }) =>
    kind === 'Gateway'
      ? items(spec?.['servers']).flatMap(server =>
          texts(server['hosts']).map(host => host.slice(host.indexOf('/') + 1)),
        )
      : texts(spec?.['hosts']),
}

/** Istio docs, Operation, `hosts`: compared with the Host header. Hosts that look like the world's are not ours to judge. */
export const operationHosts: EachAnalyzer = {
  name: 'weft.OperationHosts',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    for (const [rule, { to }] of items(policy.spec?.['rules']).entries())
      for (const [index, { operation }] of items(to).entries())
        for (const [place, written] of texts(record(operation)['hosts']).entries()) {
          const host = written.replace(/:(\d+|\*)$/, '').toLowerCase()
          if (host.includes('*') || !isInternal(host) || isKnown(world, host, policy.metadata.namespace ?? '')) continue
          report(policy, operationHostUnknown, [host], {
            path: ['spec', 'rules', rule, 'to', index, 'operation', 'hosts', place],
            level: allowsAny(world) ? 'Warning' : 'Error',
          })
        }
  },
}

/** Where hosts nobody registered may be called, a name nobody knows may yet be one. */
export const allowsAny = (world: World): boolean =>
  at(world.settings.meshConfig, 'outboundTrafficPolicy', 'mode') !== 'REGISTRY_ONLY'

const isInternal = (host: string): boolean =>
  !host.includes('.') || host.endsWith('.svc') || host.endsWith('.svc.cluster.local')

/** `web`, `web.shop`, `web.shop.svc` and the whole name are one. */
function isKnown(world: World, host: string, namespace: string): boolean {
  const [name = '', place = namespace] = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.')
  const full = `${name}.${place}.svc.cluster.local`
  return (
    world.find(callablesByHost, full).length > 0 ||
    world.find(callablesByHost, host).length > 0 ||
    [host, full].some(known => world.find(routedHosts, known).length > 0) ||
    world
      .find(wildcardEntries, 'all')
      .some(entry => texts(entry.spec?.['hosts']).some(pattern => hostsOverlap(pattern, full)))
  )
}
