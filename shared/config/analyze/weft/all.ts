import type { Analyzer } from '#shared/config/analyze/analyzer.ts'
import { authorizers } from './authorizers.ts'
import { closingPolicies } from './closing-policies.ts'
import { dataPlane } from './data-plane.ts'
import { delegates } from './delegates.ts'
import { destinationRules } from './destination-rules.ts'
import { envoyFilters } from './envoy-filters.ts'
import { exportTo } from './export-to.ts'
import { gatewayHosts } from './gateway-hosts.ts'
import { gatewayOverlaps } from './gateway-overlaps.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import { grants } from './grants.ts'
import { headers } from './headers.ts'
import { httpOnTcp } from './http-on-tcp.ts'
import { identities } from './identities.ts'
import { kubernetesGateways } from './kubernetes-gateways.ts'
import { kubernetesRoutes } from './kubernetes-routes.ts'
import { layer7 } from './layer7.ts'
import { locality } from './locality.ts'
import { matchGateways } from './match-gateways.ts'
import { namespaces } from './namespaces.ts'
import { operationHosts } from './operation-hosts.ts'
import { operations } from './operations.ts'
import { peerAuthentications } from './peer-authentications.ts'
import { plaintextIdentities } from './plaintext-identities.ts'
import { portModes } from './port-modes.ts'
import { readers } from './readers.ts'
import { regexes } from './regexes.ts'
import { retries } from './retries.ts'
import { ruleRelations } from './rule-relations.ts'
import { selectors } from './selectors.ts'
import { entryOverlaps } from './service-entries.ts'
import { servicePorts } from './service-ports.ts'
import { sidecars } from './sidecars.ts'
import { subsetPods } from './subset-pods.ts'
import { targets } from './targets.ts'
import { tlsModes } from './tls.ts'
import { tokens } from './tokens.ts'
import { unreachableRoutes } from './unreachable-routes.ts'
import { versions } from './versions.ts'
import { weights } from './weights.ts'
import { withoutAutoMtls } from './without-auto-mtls.ts'
import { workloadGroups } from './workload-groups.ts'

/** What Istio's own analyzers do not ask. */
export const weftAnalyzers: readonly Analyzer[] = [
  authorizers,
  closingPolicies,
  dataPlane,
  delegates,
  destinationRules,
  entryOverlaps,
  envoyFilters,
  exportTo,
  gatewayHosts,
  gatewayOverlaps,
  gatewayRoutes,
  grants,
  headers,
  httpOnTcp,
  identities,
  kubernetesGateways,
  kubernetesRoutes,
  layer7,
  locality,
  matchGateways,
  namespaces,
  operationHosts,
  operations,
  peerAuthentications,
  plaintextIdentities,
  portModes,
  readers,
  regexes,
  retries,
  ruleRelations,
  selectors,
  servicePorts,
  sidecars,
  subsetPods,
  targets,
  tlsModes,
  tokens,
  unreachableRoutes,
  versions,
  weights,
  withoutAutoMtls,
  workloadGroups,
]
