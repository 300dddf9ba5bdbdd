import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { at, items, text } from '#shared/config/world/read.ts'
import { authorizerUnknown } from './messages.ts'
import { actionOf } from './rules.ts'

/** A CUSTOM policy asks a provider that meshConfig names. */
export const authorizers: EachAnalyzer = {
  name: 'weft.Authorizers',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    const { meshConfig } = world.settings
    // Nobody gave a meshConfig: nobody knows its providers.
    if (actionOf(policy) !== 'CUSTOM' || Object.keys(meshConfig).length === 0) return
    const wanted = text(at(policy.spec, 'provider', 'name'))
    const known = items(meshConfig['extensionProviders'])
      .filter(provider => provider['envoyExtAuthzHttp'] !== undefined || provider['envoyExtAuthzGrpc'] !== undefined)
      .map(provider => text(provider['name']))
    if (!known.includes(wanted))
      report(policy, authorizerUnknown, [wanted], {
        path: ['spec', 'provider', 'name'],
        evidence: [`authorizers in meshConfig: ${known.join(', ') || 'none'}`],
      })
  },
}
