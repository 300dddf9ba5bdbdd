import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels, labelsOf, podsSelected } from '#shared/config/world/labels.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { tokenOptional } from './messages.ts'
import { isBoundToTarget, isDryRun } from './rules.ts'
import { reachOf, selectorLabels } from './workloads.ts'

const kind = 'security.istio.io/AuthorizationPolicy'

/** Istio docs, "Require a valid token": a request without a token passes unless an AuthorizationPolicy says otherwise. */
export const tokens: EachAnalyzer = {
  name: 'weft.Tokens',
  each: ['security.istio.io/RequestAuthentication'],
  analyze(authentication, world, report) {
    if (items(authentication.spec?.['jwtRules']).length === 0) return
    const namespace = authentication.metadata.namespace ?? ''
    const { rootNamespace } = world.settings
    const isRoot = namespace === rootNamespace
    const policies =
      isRoot && !isBoundToTarget(authentication)
        ? world.list(kind)
        : [...new Set([namespace, rootNamespace])].flatMap(place => world.list(kind, place))
    const asking = policies.filter(policy => !isDryRun(policy) && asksForToken(policy))
    const isAsked = asking.some(policy => {
      if (isBoundToTarget(authentication) || isBoundToTarget(policy))
        return isEqual(targetsOf(authentication), targetsOf(policy))
      const [own, theirs] = [selectorLabels(authentication), selectorLabels(policy)]
      if (hasLabels(own, theirs)) return true
      // A narrower policy counts where somebody is selected by both.
      return podsSelected(world, reachOf(world, authentication), own).some(pod => hasLabels(labelsOf(pod), theirs))
    })
    if (!isAsked) report(authentication, tokenOptional, [], { path: ['spec', 'jwtRules'] })
  },
}

const targetsOf = ({ spec = {} }: MeshObject): unknown[] => {
  const single = record(spec['targetRef'])
  return [...items(spec['targetRefs']), ...(Object.keys(single).length > 0 ? [single] : [])].map(
    ({ kind: what, name }) => ({ what, name }),
  )
}

const asksForToken = (policy: MeshObject): boolean =>
  items(policy.spec?.['rules']).some(
    rule =>
      items(rule['from']).some(({ source }) =>
        ['requestPrincipals', 'notRequestPrincipals'].some(field => record(source)[field] !== undefined),
      ) || items(rule['when']).some(({ key }) => text(key).startsWith('request.auth.')),
  )
