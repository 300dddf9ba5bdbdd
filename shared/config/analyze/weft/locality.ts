import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { at, has, record } from '#shared/config/world/read.ts'
import { failoverWithoutOutliers } from './messages.ts'
import { policiesOf } from './traffic-policies.ts'

/** Istio docs, "Locality failover": outlier detection is how a failing place is found out. */
export const locality: EachAnalyzer = {
  name: 'weft.Locality',
  each: ['networking.istio.io/DestinationRule'],
  analyze(rule, _, report) {
    const top = record(rule.spec?.['trafficPolicy'])
    for (const { policy, path, isSubset, port } of policiesOf(rule)) {
      const setting = record(at(policy, 'loadBalancer', 'localityLbSetting'))
      const fails = has(setting, 'failover') || has(setting, 'failoverPriority') || setting['enabled'] === true
      if (!fails || has(setting, 'distribute')) continue
      // A subset has what its rule has; settings of a port begin from nothing.
      const isFound = has(policy, 'outlierDetection') || (isSubset && port === null && has(top, 'outlierDetection'))
      if (!isFound) report(rule, failoverWithoutOutliers, [], { path: [...path, 'loadBalancer', 'localityLbSetting'] })
    }
  },
}
