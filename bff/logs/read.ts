import { HttpProblem } from '#bff/http/problem.ts'
import { ApiError } from '#bff/sources/kubernetes-api.ts'
import { text } from '#bff/sources/kubernetes-raw.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import type { LogEvent, LogsQuery } from '#shared/logs/api.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { openContainer, type Opened, pump } from './follow.ts'
import { type Container, containersOf, isUsual } from './pod.ts'
import { podPath, podsMeant } from './question.ts'
import { Together } from './together.ts'
import { pause, type View } from './view.ts'

export interface LogsDeps {
  sources: { kubernetes: Pick<Kubernetes, 'objects'> & Partial<Pick<Kubernetes, 'state'>> }
  users: KubernetesUsers
  now: () => EpochMilliseconds
  /** Whether somebody may; absent: nobody's rights can be asked for. */
  may?: (user: string, deed: { verb: 'get'; group: string; plural: string }, namespace: string) => Promise<boolean>
  /** Between two looks for new pods, and before a container is asked again. */
  pauses?: { look: Milliseconds; again: Milliseconds }
}

/** More at a time nobody reads; what is left out is said. */
export const mostContainers = 32

/**
 * Opens the logs of what is meant, as the caller. Throws where nothing at all can be read (a Problem then), and tells
 * of each container alone where the others can.
 */
export async function openLogs(
  deps: LogsDeps,
  query: LogsQuery,
  user: string,
  gone: AbortSignal,
): Promise<AsyncIterable<LogEvent>> {
  const { look: every, again } = deps.pauses ?? { look: 2000, again: 2000 }
  const client = deps.users.as(user)
  const end = new AbortController()
  const signal = AbortSignal.any([gone, end.signal])
  const told = new Together<LogEvent>()
  const known = new Map<string, { workload: string; containers: readonly Container[] }>()
  const ids = new Map<string, number>()
  const meant = () => podsMeant(deps.sources.kubernetes.objects() ?? { pods: [] }, query)

  const idOf = (of: Pick<Container, 'pod' | 'container'>): number => {
    const key = `${of.pod}/${of.container}`
    const id = ids.get(key) ?? ids.size
    ids.set(key, id)
    return id
  }
  const isWanted = (of: Container) => (query.container === undefined ? isUsual(of) : query.container === of.container)
  const all = () => [...known.values()].flatMap(({ containers }) => containers)
  const read = new Set<string>()
  const inventory = (): LogEvent => ({
    kind: 'containers',
    pods: meant().map(({ name }) => name),
    containers: [...known].flatMap(([pod, { workload, containers }]) =>
      containers.map(({ container, kind, state, restarts, hasPrevious }) => ({
        id: idOf({ pod, container }),
        pod,
        container,
        workload,
        kind,
        state,
        restarts,
        hasPrevious,
        isRead: read.has(`${pod}/${container}`),
      })),
    ),
    left: Math.max(0, all().filter(isWanted).length - read.size) + Math.max(0, meant().length - known.size),
  })

  const look = async (pod: string): Promise<readonly Container[] | null> => {
    const answer = await client.ask({ method: 'GET', path: podPath(query.namespace, pod) }, signal)
    const { status, json } = answer
    if (status === 404) return null
    if (status !== 200 || json === null)
      throw new ApiError(status, text(json?.['message']).slice(0, 300) || answer.text.slice(0, 300))
    const containers = containersOf(json)
    const before = known.get(pod)
    if (before) known.set(pod, { ...before, containers })
    return containers
  }
  /** Looks at pods that were not known, and says which of their containers are to be read now. */
  const discover = async (): Promise<Container[]> => {
    const fresh = meant().filter(({ name }) => !known.has(name))
    const room = Math.max(0, mostContainers - known.size)
    const looked = await Promise.all(
      fresh.slice(0, room).map(async ({ name, workload }) => ({ name, workload, containers: await look(name) })),
    )
    const found: Container[] = []
    for (const { name, workload, containers } of looked) {
      if (containers === null) continue
      known.set(name, { workload: workload.name, containers })
      for (const of of containers.filter(isWanted)) {
        if (read.size >= mostContainers) continue
        read.add(`${name}/${of.container}`)
        found.push(of)
      }
    }
    return found
  }

  if (deps.sources.kubernetes.objects() === null)
    throw new HttpProblem(503, 'The pods of the cluster have not been read yet; try again in a moment.')
  const first = await discover().catch((error: unknown) => {
    throw refusalOf(error, user, query.namespace, 'get', 'pods')
  })
  const view: View = {
    query,
    client,
    now: deps.now,
    again,
    signal,
    told,
    look,
    changed: () => told.tell(inventory()),
  }
  const opened = await Promise.all(first.map(of => openContainer(view, of, '')))
  const refused = opened.find(isRefused)
  if (refused && opened.every(isRefused)) throw refusalOf(refused.error, user, query.namespace, 'get', 'pods/log')

  told.join(() => told.tell(inventory()))
  first.forEach((of, index) => told.join(() => pump(view, of, idOf(of), opened[index] ?? null)))
  if (query.follow)
    told.join(async () => {
      while (await pause(every, signal)) {
        const before = meant().length
        // oxlint-disable-next-line no-await-in-loop -- one look after the other
        const found = await discover().catch(() => [])
        for (const of of found) told.join(() => pump(view, of, idOf(of), null))
        // oxlint-disable-next-line no-await-in-loop -- told when it is taken
        if (found.length > 0 || before !== meant().length) await told.tell(inventory())
      }
    })
  return ending(told.words(), () => end.abort(new Error('Nobody reads any more.')))
}

const isRefused = (opened: Opened): opened is { error: ApiError } =>
  'error' in opened && opened.error instanceof ApiError && opened.error.status === 403

function refusalOf(error: unknown, user: string, namespace: string, verb: string, resource: string): unknown {
  if (!(error instanceof ApiError)) return error
  if (error.status !== 403) return new HttpProblem(502, `Kubernetes answers ${error.status}: ${error.message}`)
  return new HttpProblem(
    403,
    `${user || 'This user'} may not read logs in ${namespace}: it takes the right to ${verb} ${resource} there.`,
  )
}

async function* ending<T>(words: AsyncGenerator<T>, end: () => void): AsyncGenerator<T> {
  try {
    yield* words
  } finally {
    end()
  }
}
