import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { containersOf } from '#shared/config/world/membership.ts'
import { items, text } from '#shared/config/world/read.ts'
import { jwksUnrestricted } from './messages.ts'
import { nameOf } from './names.ts'

const most = 5

/** istiod fetches what a RequestAuthentication names: whoever may write one can make it ask inner addresses. */
export const blockedCidrs: EachAnalyzer = {
  name: 'authn.BlockedCIDRsAnalyzer',
  each: ['apps/Deployment'],
  analyze(deployment, world, report) {
    if (deployment.metadata.labels?.['app'] !== 'istiod') return
    const policies = world.list('security.istio.io/RequestAuthentication')
    if (policies.length === 0) return
    const isSet = containersOf(deployment).some(container =>
      items(container['env']).some(
        variable => variable['name'] === 'BLOCKED_CIDRS_IN_JWKS_URIS' && text(variable['value']) !== '',
      ),
    )
    if (isSet) return
    const names = policies.slice(0, most).map(nameOf).join(', ')
    const rest = policies.length > most ? ` and ${policies.length - most} more` : ''
    report(deployment, jwksUnrestricted, [policies.length, `${names}${rest}`])
  },
}
