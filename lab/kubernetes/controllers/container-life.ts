import { hexOf, timestamp } from '#lab/kubernetes/identity.ts'
import type { KubeObject } from '#lab/contract.ts'
import { at, type Fields, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'

/**
 * The life of one container, from one look to the next; pure. Nothing is really run, so what a container does is read
 * off its description: an image with the tag `does-not-exist` cannot be pulled; the commands `false`, `true`, `sleep 5`
 * and `sh -c 'sleep 5; exit 3'` do what they say; a readiness probe that runs `false` fails; all else serves.
 */

export interface Happening {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

export interface Moment {
  now: number
  /** The pod has its sandbox, and its init containers are through. */
  isCreated: boolean
  /** Milliseconds from the creation of the pod until its containers answer. */
  startup: number
}

export interface ContainerStep {
  status: Fields
  happened: Happening[]
}

const normal = (reason: string, message: string): Happening => ({ type: 'Normal', reason, message })
const warning = (reason: string, message: string): Happening => ({ type: 'Warning', reason, message })

export const cannotBePulled = (container: Fields): boolean => textOf(container['image']).endsWith(':does-not-exist')

/** What a container comes to by itself; null where it runs until it is stopped. */
export function endOf(pod: KubeObject, container: Fields): { after: number; exitCode: number } | null {
  const command = container['command'] ?? container['args']
  const words = Array.isArray(command) ? command.map(String) : []
  const [program = '', ...rest] = words
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (name === 'false') return { after: 0, exitCode: 1 }
  if (name === 'true') return { after: 0, exitCode: 0 }
  if (name === 'sleep' && /^\d+$/.test(rest[0] ?? '')) return { after: Number(rest[0]) * 1000, exitCode: 0 }
  const script = (name === 'sh' || name === 'bash') && rest[0] === '-c' ? (rest[1] ?? '') : ''
  const [, seconds, code] = /^(?:sleep (\d+)\s*(?:;|&&)\s*)?exit (\d+)$/.exec(script.trim()) ?? []
  if (code !== undefined) return { after: Number(seconds ?? 0) * 1000, exitCode: Number(code) }
  // The pods of Jobs have their work done after a few seconds, sidecars aside.
  const isTask = textOf(at(pod, 'spec.restartPolicy'), 'Always') !== 'Always' && container['name'] !== 'istio-proxy'
  return isTask ? { after: 4000, exitCode: 0 } : null
}

const failsProbe = (container: Fields): boolean => {
  const command = at(container, 'readinessProbe.exec.command')
  return Array.isArray(command) && /(^|\/)false$/.test(String(command[0]))
}

export function stepContainer(
  pod: KubeObject,
  container: Fields,
  old: Fields | undefined,
  moment: Moment,
): ContainerStep {
  const name = String(container['name'])
  const time = timestamp(moment.now)
  const { state, lastState, restarts, happened } = nextState(pod, container, old, moment)
  const started = at(state, 'running.startedAt')
  const created = Date.parse(pod.metadata.creationTimestamp ?? '') || 0
  const begun = Date.parse(textOf(started, time))
  const answers = restarts === 0 ? created + moment.startup : begun + Math.max(1000, moment.startup - 1000)
  const isUp = started !== undefined && moment.now >= answers
  const isReady = isUp && !failsProbe(container)
  if (isUp && !isReady && Math.floor((moment.now - answers) / 1000) % 10 === 0)
    happened.push(warning('Unhealthy', 'Readiness probe failed: command "false" exited with 1'))
  const hasRun = started !== undefined || at(state, 'terminated') !== undefined || lastState !== undefined
  return {
    status: {
      name,
      image: container['image'],
      imageID: '',
      ...(hasRun ? { containerID: containerId(pod, name, restarts) } : {}),
      ready: isReady,
      started: started !== undefined,
      restartCount: restarts,
      state,
      ...(lastState === undefined ? {} : { lastState }),
    },
    happened,
  }
}

interface NextState {
  state: Fields
  lastState: Fields | undefined
  restarts: number
  happened: Happening[]
}

function nextState(pod: KubeObject, container: Fields, old: Fields | undefined, { now, isCreated }: Moment): NextState {
  const time = timestamp(now)
  const [name, image] = [textOf(container['name']), textOf(container['image'])]
  const restarts = numberOf(old?.['restartCount'])
  const lastState = old?.['lastState'] as Fields | undefined
  const stay = (state: Fields, ...happened: Happening[]): NextState => ({ state, lastState, restarts, happened })
  const begin = (count: number, last: Fields | undefined): NextState => ({
    state: { running: { startedAt: time } },
    lastState: last,
    restarts: count,
    happened: [
      normal('Pulled', `Container image "${image}" already present on machine`),
      normal('Created', `Created container: ${name}`),
      normal('Started', `Started container ${name}`),
    ],
  })
  const waiting = textOf(at(old, 'state.waiting.reason'))
  const running = at(old, 'state.running')
  const terminated = at(old, 'state.terminated')

  if (running !== undefined) {
    const end = endOf(pod, container)
    const startedAt = textOf(at(running, 'startedAt'), time)
    if (end === null || now - Date.parse(startedAt) < Math.max(1000, end.after)) return stay({ running })
    const reason = end.exitCode === 0 ? 'Completed' : 'Error'
    return stay({ terminated: { exitCode: end.exitCode, reason, startedAt, finishedAt: time } })
  }
  if (terminated !== undefined) {
    if (!isRestarted(pod, numberOf(at(terminated, 'exitCode')))) return stay({ terminated })
    const last = { terminated }
    if (restarts === 0) return begin(1, last)
    return { ...stay({ waiting: backOff(pod, name, restarts) }, backOffEvent(pod, name)), lastState: last }
  }
  if (waiting === 'CrashLoopBackOff') {
    const finished = Date.parse(textOf(at(lastState, 'terminated.finishedAt')))
    if (now < finished + delayAfter(restarts)) return stay({ waiting: at(old, 'state.waiting') })
    return begin(restarts + 1, lastState)
  }
  if (!isCreated) {
    const hasInit = listOf(at(pod, 'spec.initContainers')).length > 0
    return stay({ waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } })
  }
  if (!cannotBePulled(container)) return begin(restarts, lastState)
  return pullFailure(image, waiting, stay)
}

function pullFailure(
  image: string,
  waiting: string,
  stay: (state: Fields, ...happened: Happening[]) => NextState,
): NextState {
  const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  const failed = `Failed to pull image "${image}": rpc error: code = NotFound desc = ${message}`
  const backingOff = `Back-off pulling image "${image}"`
  if (waiting === 'ImagePullBackOff') return stay({ waiting: { reason: waiting, message: backingOff } })
  if (waiting === 'ErrImagePull')
    return stay(
      { waiting: { reason: 'ImagePullBackOff', message: backingOff } },
      normal('BackOff', backingOff),
      warning('Failed', 'Error: ImagePullBackOff'),
    )
  return stay(
    { waiting: { reason: 'ErrImagePull', message: failed } },
    normal('Pulling', `Pulling image "${image}"`),
    warning('Failed', failed),
    warning('Failed', 'Error: ErrImagePull'),
  )
}

const isRestarted = (pod: KubeObject, exitCode: number): boolean => {
  const policy = textOf(at(pod, 'spec.restartPolicy'), 'Always')
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** 10 s, 20 s, 40 s … five minutes at most (Kubernetes, "Pod Lifecycle", "Container restart policy"). */
const delayAfter = (restarts: number): number => Math.min(300_000, 10_000 * 2 ** (restarts - 1))

function backOff(pod: KubeObject, container: string, restarts: number): Fields {
  const { name, namespace, uid } = pod.metadata
  const seconds = delayAfter(restarts) / 1000
  const shown = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
  const message = `back-off ${shown} restarting failed container=${container} pod=${name}_${namespace}(${uid})`
  return { reason: 'CrashLoopBackOff', message }
}

function backOffEvent(pod: KubeObject, container: string): Happening {
  const { name, namespace, uid } = pod.metadata
  return warning('BackOff', `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`)
}

/** The status of a container that something outside has ended: the kernel for its memory, a person, a node. */
export function endedStatus(status: Fields, how: { reason: string; exitCode: number; now: number }): Fields {
  const finishedAt = timestamp(how.now)
  const startedAt = textOf(at(status, 'state.running.startedAt'), finishedAt)
  const terminated = { exitCode: how.exitCode, reason: how.reason, startedAt, finishedAt }
  return { ...status, ready: false, started: false, state: { terminated } }
}

const containerId = (pod: KubeObject, container: string, restarts: number): string => {
  const life = restarts === 0 ? '' : `/${restarts}`
  return `containerd://${hexOf(`${pod.metadata.uid}/${container}${life}`, 40)}${hexOf(`${container}/${pod.metadata.uid}${life}`, 24)}`
}
