import { callablesByHost, wildcardEntries } from '#shared/config/world/hosts.ts'
import { podsByLabel } from '#shared/config/world/labels.ts'
import type { Index } from '#shared/config/world/world.ts'
import { gatewaysBySelector } from './istio/conflicting-gateways.ts'
import { subsetRoutes } from './istio/destination-hosts.ts'
import { subsetsByHost } from './istio/destination-subsets.ts'
import { injectors } from './istio/injector.ts'
import { gatewaysByPort } from './weft/gateway-overlaps.ts'
import { routesByGateway } from './weft/gateway-hosts.ts'
import { gatewaysByClaim, routesByParent } from './weft/kubernetes-gateways.ts'
import { controlPlanes, defaultDenies } from './weft/namespaces.ts'
import { routedHosts } from './weft/operation-hosts.ts'
import { disablingPolicies } from './weft/plaintext-identities.ts'

/** Every index that some analyzer asks. */
export const indexes: readonly Index[] = [
  callablesByHost,
  controlPlanes,
  defaultDenies,
  disablingPolicies,
  gatewaysByClaim,
  gatewaysByPort,
  gatewaysBySelector,
  injectors,
  podsByLabel,
  routedHosts,
  routesByGateway,
  routesByParent,
  subsetRoutes,
  subsetsByHost,
  wildcardEntries,
]
