import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, openSight } from '#bff/http/sight.ts'
import { certificatesIn, type ReadCertificate } from '#bff/mesh/pem.ts'
import { at, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient, KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { Limit } from '#bff/sources/limit.ts'
import { parts } from '#bff/sources/promql.ts'
import { type Prometheus, type Sample, SourceError } from '#bff/sources/source.ts'
import type { CertificateFact, Certificates } from '#shared/security/api.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { type SecretUse, secretUsesIn } from '#shared/security/posture/secret-uses.ts'
import { type LandscapeDeps, readLandscapeFor } from './landscape.ts'
import { workloadsOf } from './workloads.ts'

export interface CertificateDeps extends LandscapeDeps {
  prometheus: Pick<Prometheus, 'query'>
  users: KubernetesUsers
}

/** So many Secrets are read; a mesh with more gateways' hosts than that says so. */
const mostSecrets = 500
const nameOfRoot = 'istio-ca-root-cert'

const queries = {
  /** By pod: the agent of each proxy counts down what its certificate has left (istio-agent, `istio_agent_cert_expiry_seconds`). */
  workloads: 'min by (namespace, pod) (istio_agent_cert_expiry_seconds)',
  keySets: parts({
    fetched: 'sum(increase(pilot_jwks_resolver_network_fetch_success_total[1h]))',
    failed: 'sum(increase(pilot_jwks_resolver_network_fetch_fail_total[1h]))',
  }),
}

/** Each caller reads with their own rights; what they were told holds for a minute. */
export function certificateReadings(
  deps: CertificateDeps,
): (user: string, signal: AbortSignal) => Promise<Certificates> {
  const limit = new Limit(8)
  return sharedReading<string, Certificates>({
    key: user => user,
    fresh: () => 60_000,
    now: deps.now,
    read: (user, signal) => readCertificatesFor(user, deps, limit, signal),
  })
}

async function readCertificatesFor(
  user: string,
  deps: CertificateDeps,
  limit: Limit,
  signal: AbortSignal,
): Promise<Certificates> {
  const landscape = await readLandscapeFor(user, deps)
  const uses = secretUsesIn(landscape.objects.filter(isMeshObject), landscape.workloads)
  const partial = [...landscape.partial]
  if (uses.length > mostSecrets)
    partial.push(`Of ${uses.length} Secrets of gateways the first ${mostSecrets} are read.`)
  const client = deps.users.as(user)
  const [root, gateways, told] = await Promise.all([
    rootOf(client, landscape.settings.rootNamespace, signal),
    Promise.all(uses.slice(0, mostSecrets).map(use => limit.run(() => ofSecret(client, use, signal), signal))),
    toldByPrometheus(deps, partial, signal),
  ])
  const mesh = deps.kubernetes.objects()
  const names = mesh?.namespaces.map(({ name }) => name) ?? []
  const sight = await (deps.seers ?? openSight).of(user, names)
  const { rootNamespace } = landscape.settings
  return {
    at: deps.now(),
    certificates: [...root, ...gateways.flat()],
    workloads: workloadsIn(told.workloads, deps).filter(({ namespace }) => isSeen(sight, namespace)),
    keySets: isSeen(sight, rootNamespace) ? keySetsIn(told.keySets) : null,
    queries: Object.entries(queries).map(([name, query]) => ({ name, query })),
    partial,
  }
}

async function toldByPrometheus({ prometheus, now }: CertificateDeps, partial: string[], signal: AbortSignal) {
  const ask = async (query: string): Promise<Sample[]> => {
    try {
      return await prometheus.query(query, now(), signal)
    } catch (error) {
      if (!(error instanceof SourceError) || signal.aborted) throw error
      if (!partial.includes(error.message)) partial.push(error.message)
      return []
    }
  }
  const [workloads, keySets] = await Promise.all([ask(queries.workloads), ask(queries.keySets)])
  return { workloads, keySets }
}

function workloadsIn(samples: readonly Sample[], deps: CertificateDeps): Certificates['workloads'] {
  const mesh = deps.kubernetes.objects()
  if (mesh === null) return []
  const owners = new Map(mesh.pods.map(({ namespace, name, workload }) => [`${namespace}/${name}`, workload.name]))
  const known = new Set(workloadsOf(mesh).map(({ namespace, name }) => `${namespace}/${name}`))
  const found = new Map<string, Certificates['workloads'][number]>()
  for (const { metric, value } of samples) {
    const namespace = metric['namespace'] ?? ''
    const name = owners.get(`${namespace}/${metric['pod'] ?? ''}`)
    if (name === undefined || !known.has(`${namespace}/${name}`) || !Number.isFinite(value)) continue
    const until = Math.round(deps.now() + value * 1000)
    const one = found.get(`${namespace}/${name}`) ?? { namespace, name, pods: 0, until }
    found.set(`${namespace}/${name}`, { ...one, pods: one.pods + 1, until: Math.min(one.until, until) })
  }
  return [...found.values()].sort((a, b) => a.until - b.until)
}

function keySetsIn(samples: readonly Sample[]): Certificates['keySets'] {
  const of = (part: string) => samples.find(({ metric }) => metric['part'] === part)?.value
  const [fetched, failed] = [of('fetched'), of('failed')]
  return fetched === undefined && failed === undefined
    ? null
    : { fetched: Math.round(fetched ?? 0), failed: Math.round(failed ?? 0) }
}

type Kept = Pick<CertificateFact, 'use' | 'object' | 'usedBy' | 'hosts'>

async function rootOf(client: KubernetesClient, namespace: string, signal: AbortSignal): Promise<CertificateFact[]> {
  const kept: Kept = {
    use: 'root',
    object: { group: '', kind: 'ConfigMap', namespace, name: nameOfRoot },
    usedBy: [],
    hosts: [],
  }
  const answer = await ask(client, kept.object, 'configmaps', signal)
  return 'trouble' in answer ? [untold(kept, answer.trouble)] : factsOf(kept, text(answer.data['root-cert.pem']))
}

async function ofSecret(client: KubernetesClient, use: SecretUse, signal: AbortSignal): Promise<CertificateFact[]> {
  const { namespace, usedBy, hosts } = use
  const kept = (name: string, of: 'gateway' | 'callers'): Kept => ({
    use: of,
    object: { group: '', kind: 'Secret', namespace, name },
    usedBy,
    hosts,
  })
  const own = kept(use.name, 'gateway')
  const answer = await ask(client, own.object, 'secrets', signal)
  if ('trouble' in answer) return [untold(own, answer.trouble)]
  const shown = factsOf(own, decoded(answer.data['tls.crt'] ?? answer.data['cert'])).slice(0, 1)
  if (!use.isMutual) return shown
  // Trusted callers: in the same Secret, or in one beside it.
  const inside = answer.data['ca.crt'] ?? answer.data['cacert']
  if (inside !== undefined) return [...shown, ...factsOf({ ...own, use: 'callers' }, decoded(inside))]
  const beside = kept(`${use.name}-cacert`, 'callers')
  const other = await ask(client, beside.object, 'secrets', signal)
  if ('trouble' in other) return [...shown, untold(beside, other.trouble)]
  return [...shown, ...factsOf(beside, decoded(other.data['ca.crt'] ?? other.data['cacert']))]
}

type Answer = { data: Record<string, unknown> } | { trouble: NonNullable<CertificateFact['trouble']> }

/** Whatever the answer is, the caller is told why there is no certificate in it; keys are dropped here. */
async function ask(
  client: KubernetesClient,
  { kind, namespace, name }: CertificateFact['object'],
  plural: string,
  signal: AbortSignal,
): Promise<Answer> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`
  try {
    const { status, json } = await client.ask({ method: 'GET', path }, signal)
    if (status === 200) {
      const { 'tls.key': _tls, key: _key, ...data } = record(at(json ?? {}, 'data'))
      return { data }
    }
    const said = text(json?.['message']).slice(0, 300)
    if (status === 403)
      return {
        trouble: { is: 'forbidden', because: `You may not get ${plural} in namespace ${namespace}: ${said}` },
      }
    if (status === 404) return { trouble: { is: 'missing', because: `There is no ${kind} ${namespace}/${name}.` } }
    return { trouble: { is: 'unanswered', because: `Kubernetes answers ${status} for ${plural}: ${said}` } }
  } catch (error) {
    if (!(error instanceof SourceError) || signal.aborted) throw error
    return { trouble: { is: 'unanswered', because: error.message } }
  }
}

function factsOf(kept: Kept, pem: string): CertificateFact[] {
  const found = certificatesIn(pem)
  const { kind, namespace, name } = kept.object
  const unreadable = {
    is: 'unreadable' as const,
    because: `${kind} ${namespace}/${name} holds no certificate that can be read.`,
  }
  if (found.length === 0) return [untold(kept, unreadable)]
  return found.map(one => (one === null ? untold(kept, unreadable) : { ...kept, ...told(one), trouble: null }))
}

const told = ({ names, issuer, serial, from, until }: ReadCertificate) => ({
  names: names.slice(0, 100),
  issuer,
  serial,
  from,
  until,
})
const untold = (kept: Kept, trouble: NonNullable<CertificateFact['trouble']>): CertificateFact => ({
  ...kept,
  names: [],
  issuer: '',
  serial: '',
  from: null,
  until: null,
  trouble,
})

const decoded = (value: unknown): string => Buffer.from(text(value), 'base64').toString('latin1')
