import type { Analyzer } from '#shared/config/analyze/analyzer.ts'
import { annotationsOfObjects } from './annotations.ts'
import { applicationUid } from './application-uid.ts'
import { authorizationPolicies } from './authorization-policies.ts'
import { blockedCidrs } from './blocked-cidrs.ts'
import { caCertificates } from './ca-certificates.ts'
import { claimRoutes } from './claim-routes.ts'
import { conditions } from './conditions.ts'
import { conflictingGateway } from './conflicting-gateways.ts'
import { deprecation } from './deprecation.ts'
import { destinationHosts } from './destination-hosts.ts'
import { destinationSubsets } from './destination-subsets.ts'
import { envoyFilterPatches } from './envoy-filter-patches.ts'
import { externalControlPlane } from './external-control-plane.ts'
import { gatewayApiSelector, gatewayApiVersion } from './gateway-api.ts'
import { gatewayCertificate } from './gateway-certificate.ts'
import { gatewayPort } from './gateway-port.ts'
import { gatewaySecret } from './gateway-secret.ts'
import { imageAuto } from './image-auto.ts'
import { injectionImage } from './injection-image.ts'
import { injectionLabels } from './injection.ts'
import { meshHosts } from './mesh-hosts.ts'
import { meshNetworks } from './mesh-networks.ts'
import { portNames } from './port-names.ts'
import { entryAddresses, entryProtocols } from './service-entries.ts'
import { serviceAssociation } from './service-association.ts'
import { subsets } from './subsets.ts'
import { telemetryProviders } from './telemetry-providers.ts'
import { unreachableRules } from './unreachable-rules.ts'
import { virtualServiceGateways } from './virtual-service-gateways.ts'
import { webhooks } from './webhooks.ts'
import { sidecarSelectors, telemetrySelectors } from './workload-selectors.ts'

/** What Istio's own `analyze` asks, asked again. */
export const istioAnalyzers: readonly Analyzer[] = [
  annotationsOfObjects,
  applicationUid,
  authorizationPolicies,
  blockedCidrs,
  caCertificates,
  claimRoutes,
  conditions,
  conflictingGateway,
  deprecation,
  destinationHosts,
  destinationSubsets,
  entryAddresses,
  entryProtocols,
  envoyFilterPatches,
  externalControlPlane,
  gatewayApiSelector,
  gatewayApiVersion,
  gatewayCertificate,
  gatewayPort,
  gatewaySecret,
  imageAuto,
  injectionImage,
  injectionLabels,
  meshHosts,
  meshNetworks,
  portNames,
  serviceAssociation,
  sidecarSelectors,
  subsets,
  telemetryProviders,
  telemetrySelectors,
  unreachableRules,
  virtualServiceGateways,
  webhooks,
]
