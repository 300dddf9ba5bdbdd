import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasProxy } from '#shared/config/world/membership.ts'
import { isAutoMtls, mtlsModeOfPod } from '#shared/config/world/mtls.ts'
import { at, items, record, text, textMap } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import { type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { identityOverPlaintext } from './messages.ts'
import { isBoundToTarget } from './rules.ts'
import { namesOf, podsOf } from './workloads.ts'

/** Policies that let workloads take plaintext only: most meshes have none. */
export const disablingPolicies: Index = {
  name: 'disablingPolicies',
  of: ['security.istio.io/PeerAuthentication'],
  keys: policy => (text(at(policy.spec, 'mtls', 'mode')) === 'DISABLE' ? ['all'] : []),
}

const sourceFields = [
  'principals',
  'notPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
]
const keys = ['source.namespace', 'source.principal', 'source.serviceAccount', 'connection.sni']

/** Who calls is told by the certificate of mTLS; where that is off, a rule about it misses everybody. */
export const plaintextIdentities: EachAnalyzer = {
  name: 'weft.PlaintextIdentities',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    const places = identityPlaces(policy)
    if (places.length === 0 || isBoundToTarget(policy)) return
    if (isAutoMtls(world) && world.find(disablingPolicies, 'all').length === 0) return
    const plain = podsOf(world, policy).filter(pod => isPlaintext(world, pod))
    if (plain.length === 0) return
    const [first] = plain
    const because = first && mtlsModeOfPod(world, first, null).policy
    for (const { path, field } of places)
      report(policy, identityOverPlaintext, [field, namesOf(plain)], {
        path,
        ...(because ? { related: [refOf(because)] } : {}),
      })
  },
}

/** Its mode is DISABLE; or auto mTLS is off and nothing asks for mTLS. */
function isPlaintext(world: World, pod: MeshObject): boolean {
  if (!hasProxy(pod.spec)) return false
  const { mode } = mtlsModeOfPod(world, pod, null)
  return (
    mode === 'DISABLE' ||
    (mode === 'PERMISSIVE' && !isAutoMtls(world) && !world.has('networking.istio.io/DestinationRule'))
  )
}

function identityPlaces(policy: MeshObject): { path: Path; field: string }[] {
  const found: { path: Path; field: string }[] = []
  for (const [rule, written] of items(policy.spec?.['rules']).entries()) {
    for (const [index, { source }] of items(written['from']).entries())
      for (const field of sourceFields)
        if (Array.isArray(record(source)[field]))
          found.push({ field, path: ['spec', 'rules', rule, 'from', index, 'source', field] })
    for (const [index, condition] of items(written['when']).entries()) {
      const field = textMap(condition)['key'] ?? ''
      if (keys.includes(field)) found.push({ field, path: ['spec', 'rules', rule, 'when', index, 'key'] })
    }
  }
  return found
}
