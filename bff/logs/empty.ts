import { type Answer, climb } from '#bff/mesh/empty/ladder.ts'
import { at, list, record, text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { LogsQuery } from '#shared/logs/api.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import { type Container, containersOf, isUsual } from './pod.ts'
import { podPath, podsMeant, stampOf } from './question.ts'
import type { LogsDeps } from './read.ts'

const source = 'kubernetes' as const
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
          return fails(
            (state?.because ?? null) === null
              ? { says: 'podsUntold', facts: {} }
              : { says: 'failing', facts: { source, words: state?.because ?? '' } },
          )
        return holds(
          state === undefined
            ? { says: 'answers', facts: { source } }
            : { says: 'answersAt', facts: { source, url: state.url } },
        )
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
  if (may === undefined) return holds({ says: 'rightsUnasked', facts: {} })
  const missing = await Promise.all(
    ['pods', 'pods/log'].map(async plural =>
      (await may(user, { verb: 'get', group: '', plural }, namespace)) ? [] : [`get ${plural}`],
    ),
  )
  const lacks = missing.flat()
  return lacks.length === 0
    ? holds({ says: 'mayRead', facts: { user, namespace } })
    : fails({ says: 'mayNotRead', facts: { user, grants: lacks, namespace } })
}

function podsThere(objects: MeshObjects | null, query: LogsQuery): Answer {
  const { namespace, workload = [], pod } = query
  const pods = podsMeant(objects ?? { pods: [] }, query)
  if (pods.length > 0) return holds({ says: 'podsThere', facts: { count: pods.length } })
  if (pod !== undefined) return fails({ says: 'podGone', facts: { pod, namespace } })
  const known = (objects?.workloads ?? []).filter(
    each => each.namespace === namespace && (workload.length === 0 || workload.includes(each.name)),
  )
  const workloads = known.map(({ kind, name }) => `${kind} ${name}`)
  if (known.length > 0)
    return fails({
      says: known.every(({ replicas }) => replicas === 0) ? 'noReplicas' : 'noPods',
      facts: { workloads },
    })
  return fails(
    workload.length === 0
      ? { says: 'nothingRuns', facts: { namespace } }
      : { says: 'noSuchWorkload', facts: { workloads: workload, namespace } },
  )
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
    return fails(
      query.container === undefined
        ? { says: 'noContainer', facts: {} }
        : { says: 'noSuchContainer', facts: { container: query.container } },
    )
  if (query.previous)
    return found.some(({ container }) => container.hasPrevious)
      ? holds({ says: 'hasPrevious', facts: {} })
      : fails({ says: 'neverRestarted', facts: {} })
  const begun = found.filter(({ container: { state, hasPrevious } }) => state !== 'waiting' || hasPrevious)
  if (begun.length > 0) return holds({ says: 'started', facts: { count: begun.length, all: found.length } })
  const { container, waiting } = first
  return fails(
    { says: 'notStarted', facts: { container: container.container, pod: container.pod } },
    ...(waiting === '' ? [] : [{ says: 'quoted' as const, facts: { source, words: waiting } }]),
  )
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
  if (stamps.length === 0) return { ...fails({ says: 'nothingWritten', facts: {} }), query: asked }
  const lastAt = Math.max(...stamps)
  const facts = { at: lastAt }
  return {
    ...(isTimed ? fails({ says: 'nothingInTime', facts }) : holds({ says: 'lastLine', facts })),
    query: asked,
    lastAt,
  }
}

const holds = (...detail: Statement[]): Answer => ({ state: 'holds', detail })
const fails = (...detail: Statement[]): Answer => ({ state: 'fails', detail })
