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

/**
 * Whom an address names: `id:` and a principal, `outside`, a workload as `namespace/name`, which calls as it can, or the
 * pod that has an IP, as proxies tell it (`ip:10.0.0.7`).
 */
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
  const workload = text.startsWith('ip:')
    ? (workloads.find(({ ips }) => ips?.includes(text.slice(3)) === true) ?? null)
    : workloadIn(text, workloads)
  if (workload === null) return null
  const { namespace, name, guarded, serviceAccounts } = workload
  const [account] = serviceAccounts
  return guarded > 0 && account !== undefined
    ? identity(principalOf(trustDomain, namespace, account))
    : { kind: 'plain', namespace, name }
}

/**
 * `namespace/name` of a workload, of a Service before one, of a Gateway, which runs as a Deployment of its name and its
 * class (Istio documentation, "Gateway API", "Automated Deployment"), or of a pod.
 */
export function workloadIn(text: string | undefined, workloads: readonly Workload[]): Workload | null {
  if (text === undefined) return null
  const own = workloads.find(workload => workloadKey(workload) === text)
  if (own !== undefined) return own
  const [namespace, service] = text.split('/')
  return (
    workloads.find(each => each.namespace === namespace && each.ports.some(port => port.service === service)) ??
    workloads.find(each => each.namespace === namespace && each.name === `${service}-istio` && each.role !== null) ??
    workloads
      .filter(each => each.namespace === namespace && isPodOf(each, service ?? ''))
      .toSorted((a, b) => b.name.length - a.name.length)[0] ??
    null
  )
}

/** `payments-v1-7c9d8f6b5-x2x4z` of `payments-v1`, `postgres-0` of `postgres`: how controllers name pods. */
const isPodOf = ({ name }: Workload, pod: string): boolean =>
  pod.startsWith(`${name}-`) && /^(-[0-9a-z]{1,10})?-([a-z0-9]{1,5}|\d+)$/.test(pod.slice(name.length))
