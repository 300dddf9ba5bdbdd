import type { Access } from './access.ts'

/** Why a proxy let nobody in: the policy that denied it, or null where policies allow others and not this one. */
export interface Refusal {
  policy: { namespace: string; name: string } | null
}

/**
 * Envoy says so in its response code details (Istio docs, "Authorization Policy, debugging":
 * `rbac_access_denied_matched_policy[ns[foo]-policy[httpbin]-rule[0]]`, `none` where no ALLOW policy matched), ztunnel in
 * the connection's error.
 */
export function refusalOf({ details, error }: Pick<Access, 'details' | 'error'>): Refusal | null {
  const matched = /rbac_access_denied_matched_policy\[(.*)\]/.exec(details ?? '')?.[1]
  if (matched !== undefined) {
    const [, namespace = '', name = ''] = /^ns\[([^\]]+)\]-policy\[([^\]]+)\]/.exec(matched) ?? []
    return { policy: name === '' ? null : { namespace, name } }
  }
  const why = /policy rejection: (.*)$/.exec(error ?? '')?.[1]
  if (why === undefined) return null
  const [, namespace = '', name = ''] = /explicitly denied by: ([^/\s]+)\/(\S+)/.exec(why) ?? []
  // What ztunnel converts of PeerAuthentication has a name of its own, and no object.
  return { policy: name === '' || name.startsWith('istio_converted_') ? null : { namespace, name } }
}
