import { enFormChecks } from '#web/config/forms/networking/text/en-checks.ts'
import { enFormKubernetesGateway } from './en-gateway.ts'
import { enFormKubernetesRoute } from './en-route.ts'

/** Texts of the forms of Gateway API: Gateway, HTTPRoute, GRPCRoute. */
export const enFormGatewayApi = {
  check: enFormChecks,
  route: enFormKubernetesRoute,
  gateway: enFormKubernetesGateway,
}
export type GatewayApiTexts = typeof enFormGatewayApi
