import { type Caller, callerKey, identity } from '#shared/security/party.ts'
import { principalOf, type Workload, workloadKey } from '#shared/security/landscape.ts'

/** Addresses of the security pages and of what they lead to. */

type Words = Readonly<Record<string, string | undefined>>

const withWords = (path: string, words: Words): string => {
  const told = Object.entries(words).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '')
  return told.length === 0 ? path : `${path}?${new URLSearchParams(told).toString()}`
}

export const postureHref = (words: Words = {}): string => withWords('/security', words)
export const matrixHref = (words: Words = {}): string => withWords('/security/matrix', words)
export const identitiesHref = (words: Words = {}): string => withWords('/security/identities', words)
export const whatIfHref = (words: Words = {}): string => withWords('/security/what-if', words)
export const checkHref = (words: Words = {}): string => withWords('/security/check', words)
export const boardHref = (words: Words = {}): string => withWords('/security/board', words)
export const readinessHref = (words: Words = {}): string => withWords('/security/readiness', words)

export const assertionsHref = (words: Words = {}): string => withWords('/security/assertions', words)
export const learnHref = (words: Words = {}): string => withWords('/security/learn', words)

export const objectHref = ({
  group,
  kind,
  namespace,
  name,
}: {
  group: string
  kind: string
  namespace: string
  name: string
}): string =>
  `/config/${[group === '' ? 'core' : group, kind, namespace === '' ? '-' : namespace, name].map(encodeURIComponent).join('/')}`

export const intentHref = (id: 'mtls' | 'lockdown', namespace: string): string =>
  withWords(`/config/do/${id}`, { namespace })

/** Whom an address names: `identity:…`, `outside`, or a workload as `namespace/name`, which calls as it can. */
export function callerIn(
  text: string | undefined,
  {
    callers,
    workloads,
    trustDomain,
  }: { callers: readonly Caller[]; workloads: readonly Workload[]; trustDomain: string },
): Caller | null {
  if (text === undefined || text === '') return null
  const known = callers.find(caller => callerKey(caller) === text)
  if (known !== undefined) return known
  if (text === 'outside') return { kind: 'outside' }
  if (text.startsWith('id:')) return identity(text.slice(3))
  const workload = workloadIn(text, workloads)
  if (workload === null) return null
  const { namespace, name, guarded, serviceAccounts } = workload
  const [account] = serviceAccounts
  return guarded > 0 && account !== undefined
    ? identity(principalOf(trustDomain, namespace, account))
    : { kind: 'plain', namespace, name }
}

/** `namespace/name` of a workload, or of a Service before one. */
export function workloadIn(text: string | undefined, workloads: readonly Workload[]): Workload | null {
  if (text === undefined) return null
  const own = workloads.find(workload => workloadKey(workload) === text)
  if (own !== undefined) return own
  const [namespace, service] = text.split('/')
  return (
    workloads.find(each => each.namespace === namespace && each.ports.some(port => port.service === service)) ?? null
  )
}
