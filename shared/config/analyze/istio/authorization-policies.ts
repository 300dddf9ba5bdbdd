import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { podsSelected, selectorText } from '#shared/config/world/labels.ts'
import { isPodAmbient, isPodInMesh } from '#shared/config/world/membership.ts'
import { has, items, record, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Path } from '#shared/mesh/object.ts'
import { noMatchingWorkloads, referencedResourceNotFound } from './messages.ts'
import { namespaceOf } from './names.ts'

/** A policy needs somebody to protect, and the namespaces it speaks of have to exist. */
export const authorizationPolicies: EachAnalyzer = {
  name: 'authz.AuthorizationPoliciesAnalyzer',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    const namespace = namespaceOf(policy)
    const spec = policy.spec ?? {}
    const hasSelector = has(spec, 'selector')
    const wanted = textMap(record(spec['selector'])['matchLabels'])
    const isMeshWide = namespace === world.settings.rootNamespace
    // With targetRefs it is a gateway's or a waypoint's: pods are not asked.
    const isBound = has(spec, 'targetRefs') || has(spec, 'targetRef')
    if (!isBound && (hasSelector || !isMeshWide)) {
      const pods = podsSelected(world, isMeshWide ? null : namespace, wanted)
      if (!pods.some(pod => isPodInMesh(world, pod) || isPodAmbient(pod)))
        report(policy, noMatchingWorkloads, [selectorText(wanted)], {
          path: hasSelector ? ['spec', 'selector', 'matchLabels'] : [],
          evidence: [`${pods.length} pods have these labels, none of them with a proxy or in ambient mode`],
        })
    }
    for (const [rule, { from }] of items(spec['rules']).entries())
      for (const [index, { source }] of items(from).entries())
        for (const field of ['namespaces', 'notNamespaces'] as const)
          for (const [place, pattern] of texts(record(source)[field]).entries())
            if (!isAnyNamespace(world, pattern)) {
              const path: Path = ['spec', 'rules', rule, 'from', index, 'source', field, place]
              report(policy, referencedResourceNotFound, ['namespace', pattern], { path })
            }
  },
}

/** `*`, `prefix*`, `*suffix` or a name; names are compared without case. */
function isAnyNamespace(world: World, pattern: string): boolean {
  if (pattern === '*') return true
  if (!pattern.startsWith('*') && !pattern.endsWith('*') && world.get('/Namespace', '', pattern) !== undefined)
    return true
  return world.list('/Namespace').some(({ metadata: { name } }) => {
    if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
    if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1))
    return name.toLowerCase() === pattern.toLowerCase()
  })
}
