import { HttpProblem } from '#bff/http/problem.ts'
import type { ProxySync } from '#bff/mesh/proxy-sync.ts'
import type { Json } from '#bff/sources/kubernetes-raw.ts'
import { list, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { SourceError, type PodView } from '#bff/sources/source.ts'
import type { PodRow } from '#shared/proxies/api.ts'
import { type SeenPod, seenPod } from './pod-rows.ts'
import type { Usage } from './usage.ts'

export const mostPods = 200

/** The labels that all pods of a workload have: what lets the API server leave out the others. */
export function commonLabels(pods: readonly Pick<PodView, 'labels'>[]): Record<string, string> {
  const [first, ...others] = pods
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([name, value]) => others.every(({ labels }) => labels[name] === value)),
  )
}

/** The pods of a workload as the caller may list them. `known`: those the console's own watch has, to ask for less. */
export async function listPods(
  client: KubernetesClient,
  place: { namespace: string; workload: string },
  known: readonly Pick<PodView, 'labels'>[],
  signal: AbortSignal,
): Promise<SeenPod[]> {
  const { namespace, workload } = place
  const labels = Object.entries(commonLabels(known)).map(([name, value]) => `${name}=${value}`)
  const pods = await ask(client, namespace, { labelSelector: labels.join(',') }, signal)
  return pods.map(seenPod).filter(pod => pod.workload === workload)
}

/** The ztunnels of these nodes, by node; null where the caller may not look for them. */
export async function listZtunnels(
  client: KubernetesClient,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeenPod> | null> {
  try {
    const pods = await ask(client, namespace, { labelSelector: 'app=ztunnel' }, signal)
    return new Map(pods.map(seenPod).map(pod => [pod.node, pod]))
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error
    return null
  }
}

async function ask(
  client: KubernetesClient,
  namespace: string,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<Json[]> {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  const path = `/api/v1/namespaces/${namespace}/pods${search.size > 0 ? `?${search.toString()}` : ''}`
  const { status, json, text: said } = await client.ask({ method: 'GET', path }, signal)
  if (status === 200 && json !== null) return list(json['items'])
  if (status === 403)
    throw new HttpProblem(
      403,
      `${client.user} may not list pods in the namespace ${namespace}. Ask an administrator for that right.`,
    )
  if (status === 401)
    throw new HttpProblem(403, `The API server does not know ${client.user} (401); renew the credentials.`)
  throw new SourceError(
    'kubernetes',
    'malformed',
    `The API server at ${client.url} does not list the pods of ${namespace} (${status}): ${(text(json?.['message']) || said).slice(0, 300)}`,
  )
}

/** What all sources say of pods, put together. Pure. */
export function podRows(
  pods: readonly SeenPod[],
  told: { usage: Usage; syncs: readonly ProxySync[] | null; ztunnels: ReadonlyMap<string, SeenPod> | null },
): PodRow[] {
  const byProxy = new Map((told.syncs ?? []).map(sync => [sync.proxy, sync]))
  return pods.map(pod => {
    const { namespace: _, workload: __, version: ___, isCaptured, ...row } = pod
    const owner = pod.kind === 'none' ? null : isCaptured ? (told.ztunnels?.get(pod.node) ?? null) : pod
    return {
      ...row,
      containers: pod.containers.map(each => ({ ...each, ...told.usage.of(pod.name, each.name) })),
      proxy: owner && { namespace: owner.namespace, pod: owner.name, version: owner.version },
      sync: owner && syncOf(byProxy.get(`${owner.name}.${owner.namespace}`), told.syncs !== null),
    }
  })
}

function syncOf(sync: ProxySync | undefined, isHeard: boolean): PodRow['sync'] {
  if (sync === undefined) return { state: isHeard ? 'unknown' : 'unheard', sentAt: null, behind: [] }
  return { state: sync.isSynced ? 'synced' : 'stale', sentAt: sync.sentAt, behind: sync.behind.slice(0, 20) }
}
