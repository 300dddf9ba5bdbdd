import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { fullHost, hostsOverlap } from '#shared/config/world/hosts.ts'
import { hasPeerSelector, isAutoMtls } from '#shared/config/world/mtls.ts'
import { at, has, text } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { strictWithoutMutual, tlsDropped } from './messages.ts'

const kind = 'networking.istio.io/DestinationRule'
const hostOf = (rule: MeshObject): string => fullHost(text(rule.spec?.['host']), rule.metadata.namespace ?? '')
const isMutual = (rule: MeshObject): boolean => text(at(rule.spec, 'trafficPolicy', 'tls', 'mode')) === 'ISTIO_MUTUAL'

/** Without auto mTLS callers speak plaintext unless a DestinationRule tells them otherwise. */
export const withoutAutoMtls: EachAnalyzer = {
  name: 'weft.WithoutAutoMtls',
  each: ['security.istio.io/PeerAuthentication', kind],
  analyze(object, world, report) {
    if (isAutoMtls(world)) return
    if (object.kind === 'PeerAuthentication') {
      if (text(at(object.spec, 'mtls', 'mode')) !== 'STRICT' || hasPeerSelector(object)) return
      const bare = callersLeftOut(world, object)
      if (bare.length > 0)
        report(object, strictWithoutMutual, [bare.slice(0, 3).join(', ')], {
          path: ['spec', 'mtls', 'mode'],
          evidence: bare.slice(0, 10),
        })
      return
    }
    if (!has(object.spec ?? {}, 'trafficPolicy') || has(object.spec?.['trafficPolicy'] as never, 'tls')) return
    const host = hostOf(object)
    const wider = world
      .list(kind)
      .find(
        rule =>
          rule !== object &&
          hostOf(rule).startsWith('*') &&
          hostOf(rule) !== host &&
          hostsOverlap(hostOf(rule), host) &&
          isMutual(rule),
      )
    if (wider)
      report(object, tlsDropped, [`${wider.metadata.namespace ?? ''}/${wider.metadata.name}`], {
        path: ['spec', 'trafficPolicy'],
        related: [refOf(wider)],
        fix: {
          title: 'Say ISTIO_MUTUAL here too',
          edits: [
            {
              object: refOf(object),
              edits: [{ op: 'set', path: ['spec', 'trafficPolicy', 'tls'], value: { mode: 'ISTIO_MUTUAL' } }],
            },
          ],
        },
      })
  },
}

/** Hosts of the policy's reach that no rule with ISTIO_MUTUAL is about. */
function callersLeftOut(world: World, policy: MeshObject): string[] {
  const namespace = policy.metadata.namespace ?? ''
  const isMesh = namespace === world.settings.rootNamespace
  const mutual = world.list(kind).filter(isMutual).map(hostOf)
  const hosts = world
    .list('/Service', isMesh ? undefined : namespace)
    .map(({ metadata }) => `${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`)
  return hosts.filter(host => !mutual.some(pattern => hostsOverlap(pattern, host)))
}
