import type { IncomingMessage } from 'node:http'
import type { KubeObject } from '#lab/contract.ts'
import type { User } from '#lab/kubernetes/api/request.ts'
import { unauthorized } from '#lab/kubernetes/api/status.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import type { Attributes, Decision } from './attributes.ts'
import { createAuthorizer } from './authorizer.ts'
import { checkEscalation } from './escalation.ts'
import { impersonate } from './impersonate.ts'
import { type PolicyRule, ruleOf } from './policy-rule.ts'
import { refusal } from './refusal.ts'
import {
  createServiceAccountTokens,
  issuer,
  type ServiceAccountTokens,
  type TokenFinding,
} from './service-account-tokens.ts'
import { anonymous, authenticated, masters, unauthenticated, withSystemGroup } from './system-groups.ts'

/** Who somebody is, and what they may do. */
export interface Access {
  /** Who a request counts as. Throws 401 for a token that nobody has, 403 for an impersonation that is not allowed. */
  userOf(message: Pick<IncomingMessage, 'headers' | 'headersDistinct'>): User
  /** Whose a token is that is meant for one of these audiences. */
  review(token: string, audiences: readonly string[]): TokenFinding
  authorize(user: User, attributes: Attributes): Decision
  /** All that a user may do in a namespace. */
  rules(user: User, namespace: string): { rules: PolicyRule[]; missing: string[] }
  /** Throws 403 where a role or binding would give away more than its writer has. */
  checkWrite(user: User, kind: Kind, after: KubeObject, before?: KubeObject): void
  readonly tokens: ServiceAccountTokens
}

/** A user who signs in with a token that never changes. */
export interface StaticUser {
  token: string
  user: User
}

export interface AccessOptions {
  store: KubernetesStore
  /** Milliseconds since the epoch. */
  now: () => number
  users: readonly StaticUser[]
}

const nobody: User = { name: anonymous, groups: [unauthenticated] }

export function createAccess({ store, now, users }: AccessOptions): Access {
  const authorizer = createAuthorizer(store)
  const tokens = createServiceAccountTokens(store, now)
  const known = new Map(
    users.map(({ token, user }) => [token, { ...user, groups: withSystemGroup(user.name, user.groups) }]),
  )

  function review(token: string, audiences: readonly string[]): TokenFinding {
    const user = known.get(token)
    if (!user) return tokens.check(token, audiences)
    // A static token says nothing of audiences: it is meant for the API server.
    const fitting = audiences.filter(audience => audience === issuer)
    if (fitting.length > 0) return { kind: 'valid', user, audiences: fitting }
    return { kind: 'invalid', why: `token audiences ["${issuer}"] is invalid for the target audiences` }
  }

  return {
    userOf(message) {
      const token = bearerOf(message.headers.authorization)
      if (token === undefined) return impersonate(authorizer, nobody, message.headersDistinct)
      const found = review(token, [issuer])
      if (found.kind === 'invalid') throw unauthorized()
      return impersonate(authorizer, found.user, message.headersDistinct)
    },
    review,
    authorize: authorizer.authorize,
    rules: authorizer.rulesOf,
    checkWrite: (user, kind, after, before) => checkEscalation(authorizer, user, kind, after, before),
    tokens,
  }
}

/** Everyone is the administrator: a server without users. */
export function createOpenAccess({ store, now }: Omit<AccessOptions, 'users'>): Access {
  const administrator: User = { name: 'kubernetes-admin', groups: [masters, authenticated] }
  return {
    userOf: () => administrator,
    review: (_, audiences) => ({ kind: 'valid', user: administrator, audiences: [...audiences] }),
    authorize: () => ({ allowed: true, reason: '' }),
    rules: () => ({
      rules: [
        ruleOf({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
        ruleOf({ verbs: ['*'], nonResourceURLs: ['*'] }),
      ],
      missing: [],
    }),
    checkWrite: () => undefined,
    tokens: createServiceAccountTokens(store, now),
  }
}

/** Throws 403, in the server's words, where a user may not do it. */
export function demand(access: Access, user: User, attributes: Attributes): void {
  const { allowed, reason } = access.authorize(user, attributes)
  if (!allowed) throw refusal(user, attributes, reason)
}

/** Any other scheme is as good as none: the real server knows no passwords. */
const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer\s+(\S.*)$/i.exec(header ?? '')?.[1]?.trim()
