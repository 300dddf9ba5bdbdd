import type { Suggestion } from './form.ts'

const gatewayApi = 'gateway.networking.k8s.io'
const networking = 'networking.istio.io'

/**
 * Kinds that one object names another by, with the group each lives in. Gateway API docs, ParentReference,
 * BackendObjectReference, ReferenceGrant; Istio docs, PolicyTargetReference, and "Gateway API", `kind: Hostname`.
 */
const groups = {
  Gateway: gatewayApi,
  GatewayClass: gatewayApi,
  HTTPRoute: gatewayApi,
  GRPCRoute: gatewayApi,
  TLSRoute: gatewayApi,
  TCPRoute: gatewayApi,
  UDPRoute: gatewayApi,
  Service: '',
  Secret: '',
  ConfigMap: '',
  ServiceEntry: networking,
  Hostname: networking,
} as const satisfies Readonly<Record<string, string>>

export type ReferenceKind = keyof typeof groups

/** What a reference's kind brings with it: whoever writes another kind means its group too. */
export const groupOfKind = (kind: string): Readonly<Record<string, unknown>> | null =>
  Object.hasOwn(groups, kind) ? { group: groups[kind as ReferenceKind] } : null

export const referenceKinds = (...kinds: readonly ReferenceKind[]): readonly Suggestion[] =>
  kinds.map(value => ({ value, detail: groups[value] }))
