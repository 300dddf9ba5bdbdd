import { HttpProblem } from './problem.ts'

/** Who can be said to ask. Until people sign in, all of them are one: the kubeconfig's current user. */
export interface Callers {
  readonly current: string
  /** Whom the page may switch to: the lab's users; none on a cluster. */
  readonly names: readonly string[]
}

/** The request header in which the page names the lab user it was switched to; of a socket, `auth.user`. */
export const userHeader = 'weft-user'

export const nobody: Callers = { current: '', names: [] }

/**
 * The name of who asks. An unknown one is refused (400) and never taken for somebody else: what the page shows would
 * not be what it says.
 */
export function callerOf(callers: Callers, named: unknown): string {
  if (named === undefined || named === '') return callers.current
  const known = [callers.current, ...callers.names].find(name => name === named)
  if (known !== undefined) return known
  const shown =
    typeof named === 'string' ? `"${named.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 63)}"` : 'that is no name'
  throw new HttpProblem(
    400,
    callers.names.length > 0
      ? `There is no user ${shown} in this lab; choose one of ${callers.names.join(', ')}.`
      : `This console acts as the current user of its kubeconfig only; the user ${shown} cannot be chosen.`,
  )
}
