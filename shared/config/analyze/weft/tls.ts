import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { type Callable, findHost } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { hasProxy, isPodAmbient } from '#shared/config/world/membership.ts'
import { type EffectiveMode, isAutoMtls, mtlsModeOfPod, namespaceMode } from '#shared/config/world/mtls.ts'
import { items, number, text, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { tlsFightsPeers, tlsToNoProxy } from './messages.ts'
import { type PlacedPolicy, policiesOf, tlsModeOf } from './traffic-policies.ts'
import { namesOf } from './workloads.ts'

/** What callers are told against what servers take. Istio docs, "Understanding TLS Configuration". */
export const tlsModes: EachAnalyzer = {
  name: 'weft.TlsModes',
  each: ['networking.istio.io/DestinationRule'],
  analyze(rule, world, report) {
    const host = text(rule.spec?.['host'])
    const placed = policiesOf(rule).filter(({ policy }) => tlsModeOf(policy) !== '')
    if (placed.length === 0) return
    const found = host.startsWith('*')
      ? undefined
      : findHost(world, host, rule.metadata.namespace ?? '', texts(rule.spec?.['exportTo']))
    for (const place of placed) {
      const tls = tlsModeOf(place.policy)
      const path = [...place.path, 'tls', 'mode']
      if (!found) {
        const wide = wildcardMode(world, host)
        if (wide && isFight(tls, wide.mode.mode))
          report(rule, tlsFightsPeers, [tls, wide.mode.mode, wide.whom], { path, ...relatedTo(wide.mode.policy) })
        continue
      }
      const pods = podsBehind(world, found, place)
      if (pods.length === 0) continue
      const served = pods.filter(pod => hasProxy(pod.spec))
      if (served.length === 0) {
        if (tls === 'ISTIO_MUTUAL' && !pods.some(isPodAmbient)) report(rule, tlsToNoProxy, [host], { path })
        continue
      }
      const against = served.flatMap(pod =>
        portsFor(found, place).map(port => ({ pod, mode: mtlsModeOfPod(world, pod, port) })),
      )
      const fight = against.find(({ mode }) => isFight(tls, mode.mode))
      if (!fight) continue
      const rivals = [...new Set(against.filter(({ mode }) => mode.mode === fight.mode.mode).map(({ pod }) => pod))]
      report(rule, tlsFightsPeers, [tls, fight.mode.mode, namesOf(rivals)], {
        path,
        ...relatedTo(fight.mode.policy),
        // With auto mTLS callers use what the server takes.
        ...(isAutoMtls(world)
          ? {
              fix: {
                title: 'Leave tls to auto mTLS',
                edits: [{ object: refOf(rule), edits: [{ op: 'remove', path: [...place.path, 'tls'] }] }],
              },
            }
          : {}),
      })
    }
  },
}

const relatedTo = (policy: MeshObject | null) => (policy ? { related: [refOf(policy)] } : {})

const isFight = (tls: string, mode: string): boolean =>
  mode === 'STRICT' ? ['DISABLE', 'SIMPLE', 'MUTUAL'].includes(tls) : mode === 'DISABLE' && tls === 'ISTIO_MUTUAL'

/** `*.local` is the mesh, `*.shop.svc.cluster.local` a namespace; of other wildcards nothing is known. */
function wildcardMode(world: World, host: string): { mode: EffectiveMode; whom: string } | null {
  if (['*', '*.local', '*.cluster.local', '*.svc.cluster.local'].includes(host))
    return { mode: namespaceMode(world, world.settings.rootNamespace), whom: 'workloads of the mesh' }
  const namespace = /^\*\.([^.*]+)\.svc\.cluster\.local$/.exec(host)?.[1]
  return namespace === undefined ? null : { mode: namespaceMode(world, namespace), whom: `workloads of ${namespace}` }
}

const podsBehind = (world: World, found: Callable, place: PlacedPolicy): readonly MeshObject[] =>
  found.selector === null
    ? []
    : podsSelected(world, found.object.metadata.namespace ?? '', { ...found.selector, ...place.labels })

/** Ports of the workload that a policy is about; null: those nobody names. */
function portsFor(found: Callable, place: PlacedPolicy): (number | null)[] {
  const ports = items(found.object.spec?.['ports']).filter(port => {
    const own = number(port['port']) ?? number(port['number']) ?? 0
    return place.port === null ? !place.besides.includes(own) : own === place.port
  })
  const targets = ports.map(
    port => number(port['targetPort']) ?? number(port['port']) ?? number(port['number']) ?? null,
  )
  return targets.length === 0 && place.port === null ? [null] : targets
}
