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

interface PolicySpec {
  /** For whom: pods by their label, a waypoint's service, or a gateway; nothing = all of the namespace. */
  app?: string
  service?: string
  gateway?: string
  action?: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM'
  /** Whom CUSTOM asks. */
  provider?: string
  rules: PolicyRule[]
}

export const authorizationPolicy = (namespace: string, name: string, spec: PolicySpec): Configured =>
  aged(
    36,
    objectOf(security, 'AuthorizationPolicy', namespace, name, {
      ...(spec.app === undefined ? {} : { selector: { matchLabels: { app: spec.app } } }),
      ...(spec.service === undefined ? {} : { targetRefs: [{ group: '', kind: 'Service', name: spec.service }] }),
      ...(spec.gateway === undefined ? {} : { targetRefs: [gatewayRef(spec.gateway)] }),
      action: spec.action ?? 'ALLOW',
      ...(spec.provider === undefined ? {} : { provider: { name: spec.provider } }),
      rules: spec.rules,
    }),
  )

const gatewayRef = (name: string) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name })

/** Counted and not enforced: how a policy begins its life. */
export const dryRun = ({ object, ageDays }: Configured): Configured =>
  aged(ageDays, {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, 'istio.io/dry-run': 'true' } },
  })

/** Refuses what needs a signed-in person and comes without a valid token. */
export const needsLogin = (
  namespace: string,
  name: string,
  where: { app?: string; gateway?: string },
  operation: Fields,
): Configured =>
  authorizationPolicy(namespace, name, {
    ...where,
    action: 'DENY',
    rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }], to: [{ operation }] }],
  })

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

/** Which tokens are valid at a gateway, or before an app; a request without one passes. */
export const requestAuthentication = (
  namespace: string,
  where: { gateway: string } | { app: string },
  issuer: string,
  audiences: string[] = [],
): Configured =>
  aged(
    44,
    objectOf(security, 'RequestAuthentication', namespace, `${'app' in where ? where.app : where.gateway}-tokens`, {
      ...('app' in where
        ? { selector: { matchLabels: { app: where.app } } }
        : { targetRefs: [gatewayRef(where.gateway)] }),
      jwtRules: [
        {
          issuer,
          jwksUri: `${issuer}/keys`,
          ...(audiences.length > 0 ? { audiences } : {}),
          forwardOriginalToken: true,
        },
      ],
    }),
  )
