import { aged, type Configured, type Fields, objectOf } from './configured.ts'

/** Who may talk to whom, and how: `security.istio.io`. */

const security = 'security.istio.io/v1'

export const peerAuthentication = (
  namespace: string,
  name: string,
  mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE',
  app?: string,
): Configured =>
  aged(
    40,
    objectOf(security, 'PeerAuthentication', namespace, name, {
      ...(app === undefined ? {} : { selector: { matchLabels: { app } } }),
      mtls: { mode },
    }),
  )

/** `spec: {}`: an ALLOW without rules, which nothing matches. */
export const denyAll = (namespace: string): Configured =>
  aged(38, objectOf(security, 'AuthorizationPolicy', namespace, 'deny-all', {}))

export interface PolicyRule {
  from?: { source: Fields }[]
  to?: { operation: Fields }[]
  when?: Fields[]
}

export const authorizationPolicy = (
  namespace: string,
  name: string,
  spec: { app?: string; service?: string; action?: 'ALLOW' | 'DENY' | 'AUDIT'; rules: PolicyRule[] },
): Configured =>
  aged(
    36,
    objectOf(security, 'AuthorizationPolicy', namespace, name, {
      ...(spec.app === undefined ? {} : { selector: { matchLabels: { app: spec.app } } }),
      ...(spec.service === undefined ? {} : { targetRefs: [{ group: '', kind: 'Service', name: spec.service }] }),
      action: spec.action ?? 'ALLOW',
      rules: spec.rules,
    }),
  )

/** The usual ALLOW: these principals, and nobody else. */
export const allowFrom = (
  namespace: string,
  app: string,
  principals: string[],
  operation?: Fields,
  name = `allow-${app}-clients`,
): Configured =>
  authorizationPolicy(namespace, name, {
    app,
    rules: [{ from: [{ source: { principals } }], ...(operation ? { to: [{ operation }] } : {}) }],
  })

/** Which tokens are valid at a gateway; a request without one passes. */
export const requestAuthentication = (namespace: string, gateway: string, issuer: string): Configured =>
  aged(
    44,
    objectOf(security, 'RequestAuthentication', namespace, `${gateway}-tokens`, {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway }],
      jwtRules: [{ issuer, jwksUri: `${issuer}/keys`, forwardOriginalToken: true }],
    }),
  )
