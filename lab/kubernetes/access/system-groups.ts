/** Names that the API server gives by itself (Kubernetes documentation, "Default roles and role bindings"). */

export const anonymous = 'system:anonymous'
export const authenticated = 'system:authenticated'
export const unauthenticated = 'system:unauthenticated'

/** This group may do everything, whatever the objects say: the door that cannot be locked from inside. */
export const masters = 'system:masters'

/** Everybody is either known or not. */
export function withSystemGroup(name: string, groups: readonly string[]): string[] {
  if (groups.includes(authenticated) || groups.includes(unauthenticated)) return [...groups]
  return [...groups, name === anonymous ? unauthenticated : authenticated]
}
