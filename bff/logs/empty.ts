import { climb, type Answer } from '#bff/mesh/empty/ladder.ts'
import { at, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { LogsQuery } from '#shared/logs/api.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import { type Container, containersOf, isUsual } from './pod.ts'
import { podPath, podsMeant, stampOf } from './question.ts'
import type { LogsDeps } from './read.ts'

/** So many pods are looked into: a reason that holds for them holds for their siblings. */
const most = 8

/** Why there is no line to see, asked as the caller. */
export async function explainLogs(
  deps: LogsDeps,
  query: LogsQuery,
  user: string,
  signal: AbortSignal,
): Promise<Ladder> {
  const { kubernetes } = deps.sources
  const client = deps.users.as(user)
  const found: { container: Container; waiting: string }[] = []
  const objects = () => kubernetes.objects()
  return climb([
    { rung: 'rights', ask: () => rights(deps, query.namespace, user) },
    {
      rung: 'sourceReachable',
      ask: () => {
        const state = kubernetes.state?.()
        if (objects() === null || state?.state === 'failing')
          return { state: 'fails', detail: state?.because ?? 'Kubernetes has not told yet which pods there are.' }
        return { state: 'holds', detail: `Kubernetes${state === undefined ? '' : ` at ${state.url}`} answers.` }
      },
    },
    { rung: 'podsThere', ask: () => podsThere(objects(), query) },
    {
      rung: 'containersStarted',
      ask: async () => {
        const pods = podsMeant(objects() ?? { pods: [] }, query).slice(0, most)
        const looked = await Promise.all(pods.map(({ name }) => containersIn(client, query.namespace, name, signal)))
        found.push(
          ...looked
            .flat()
            .filter(({ container: each }) =>
              query.container === undefined ? isUsual(each) : each.container === query.container,
            ),
        )
        return started(found, query)
      },
    },
    { rung: 'linesThere', ask: () => linesThere(client, query, found, signal) },
  ])
}

async function rights({ may }: LogsDeps, namespace: string, user: string): Promise<Answer> {
  if (may === undefined) return { state: 'holds', detail: 'Nobody is asked for rights here.' }
  const missing = await Promise.all(
    ['pods', 'pods/log'].map(async plural =>
      (await may(user, { verb: 'get', group: '', plural }, namespace)) ? [] : [`get ${plural}`],
    ),
  )
  const lacks = missing.flat()
  return lacks.length === 0
    ? { state: 'holds', detail: `${user} may get pods and pods/log in ${namespace}.` }
    : { state: 'fails', detail: `${user} may not ${lacks.join(' and ')} in ${namespace}. Ask whoever administers it.` }
}

function podsThere(objects: MeshObjects | null, query: LogsQuery): Answer {
  const { namespace, workload = [], pod } = query
  const pods = podsMeant(objects ?? { pods: [] }, query)
  if (pods.length > 0) return { state: 'holds', detail: `There are ${pods.length} pods.` }
  if (pod !== undefined)
    return { state: 'fails', detail: `There is no pod ${pod} in ${namespace}: it is gone, or was never there.` }
  const known = (objects?.workloads ?? []).filter(
    each => each.namespace === namespace && (workload.length === 0 || workload.includes(each.name)),
  )
  const asleep = known.filter(({ replicas }) => replicas === 0)
  if (known.length > 0 && asleep.length === known.length)
    return {
      state: 'fails',
      detail: `${asleep.map(({ kind, name }) => `${kind} ${name}`).join(', ')} wants no replicas: nothing runs.`,
    }
  if (known.length > 0)
    return {
      state: 'fails',
      detail: `${known.map(({ kind, name }) => `${kind} ${name}`).join(', ')} has no pod: its events say why none is made.`,
    }
  return {
    state: 'fails',
    detail:
      workload.length === 0
        ? `No pod runs in ${namespace}.`
        : `No workload ${workload.join(' or ')} runs in ${namespace}.`,
  }
}

async function containersIn(client: KubernetesClient, namespace: string, name: string, signal: AbortSignal) {
  const { status, json } = await client.ask({ method: 'GET', path: podPath(namespace, name) }, signal)
  // It went, or may not be looked at: the others tell.
  if (status !== 200 || json === null) return []
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap(each =>
    list(record(json['status'])[each]),
  )
  return containersOf(json).map(container => {
    const told = statuses.find(each => each['name'] === container.container)
    const { reason, message } = at(told, 'state', 'waiting')
    return { container, waiting: [text(reason), text(message)].filter(Boolean).join(': ').slice(0, 300) }
  })
}

function started(found: readonly { container: Container; waiting: string }[], query: LogsQuery): Answer {
  const [first] = found
  if (first === undefined)
    return {
      state: 'fails',
      detail:
        query.container === undefined
          ? 'None of these pods has a container yet.'
          : `None of these pods has a container ${query.container}.`,
    }
  if (query.previous)
    return found.some(({ container }) => container.hasPrevious)
      ? { state: 'holds', detail: 'There was a container before the one that runs.' }
      : { state: 'fails', detail: 'None of them has restarted: there is no container before the one that runs.' }
  const begun = found.filter(({ container: { state, hasPrevious } }) => state !== 'waiting' || hasPrevious)
  if (begun.length > 0) return { state: 'holds', detail: `${begun.length} of ${found.length} containers have started.` }
  const { container, waiting } = first
  return {
    state: 'fails',
    detail: `${container.container} of ${container.pod} has not started${waiting === '' ? '' : `: ${waiting}`}.`,
  }
}

async function linesThere(
  client: KubernetesClient,
  query: LogsQuery,
  found: readonly { container: Container }[],
  signal: AbortSignal,
): Promise<Answer> {
  const paths = found.slice(0, most).map(({ container: { pod, container } }) => {
    const words = new URLSearchParams({ container, timestamps: 'true', tailLines: '1', limitBytes: '4096' })
    if (query.previous) words.set('previous', 'true')
    return `${podPath(query.namespace, pod)}/log?${words.toString()}`
  })
  const answers = await Promise.all(paths.map(path => client.ask({ method: 'GET', path }, signal)))
  const stamps = answers.flatMap(({ status, text: said }) => {
    const stamp = Date.parse(stampOf(said))
    return status === 200 && Number.isFinite(stamp) ? [stamp] : []
  })
  const asked = `GET ${paths[0] ?? ''}`
  const isTimed = query.since !== undefined || query.from !== undefined || query.to !== undefined
  if (stamps.length === 0)
    return {
      state: 'fails',
      detail: 'They have written nothing yet, or what they wrote is no longer kept.',
      query: asked,
    }
  const lastAt = Math.max(...stamps)
  const last = `the last line is of ${new Date(lastAt).toISOString()}`
  return isTimed
    ? { state: 'fails', detail: `Nothing was written in the chosen time; ${last}.`, query: asked, lastAt }
    : { state: 'holds', detail: `There are lines; ${last}.`, query: asked, lastAt }
}
