import { enFormChecks } from './en-checks.ts'
import { enFormPolicy } from './en-policy.ts'
import { enFormGateway } from './en-gateway.ts'
import { enFormRoute } from './en-route.ts'

/** Texts of the forms of VirtualService, DestinationRule and Istio's Gateway. */
export const enFormNetworking = {
  check: enFormChecks,
  route: enFormRoute,
  policy: enFormPolicy,
  gateway: enFormGateway,
}
export type NetworkingTexts = typeof enFormNetworking
