import type { KubeObject, ObjectStore, PodRef } from '#lab/contract.ts'
import { at, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { createRing, type Ring, type Teller } from './ring.ts'
import { beginning, type Note, type Role, roleOf, routine, routineEvery, routineOffset } from './routine.ts'

/** One container that somebody wrote in or asked about. */
export interface Container {
  readonly key: string
  readonly role: Role
  ring: Ring
  /** What it wrote before its last restart. */
  before: Ring | null
  restarts: number
  /** When it began to run, as its status says it; '' before. */
  started: string
  /** Lines that are certain to come, in the order of their times. */
  coming: Note[]
  readonly listeners: Set<() => void>
}

export interface Containers {
  /** By the container's name; undefined where there is no such pod. Made when it is first asked for. */
  find(namespace: string, pod: string, container: string): Container | undefined
  /** The container that a pod's application, or its proxy, runs in. */
  of(pod: PodRef, which: 'application' | 'proxy'): Container | undefined
  ztunnelOn(node: string): Container | undefined
  istiods(): Container[]
  put(container: Container, time: number, of: Parameters<Ring['push']>[1], teller: Teller): void
  /** Writes what comes by itself until then. */
  advanceTo(time: number): void
  see(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: KubeObject): void
  readonly bytes: number
  readonly count: number
}

export const words: Teller = { stream: 'stdout', tell: String }

/** @param limits bytes: of one container, and of all together. */
export function createContainers(
  store: Pick<ObjectStore, 'get' | 'list'>,
  limits: { container: number; all: number },
  began: number,
): Containers {
  const containers = new Map<string, Container>()
  const ztunnels = new Map<string, string>()
  const istiods = new Set<string>()
  /** Names of the application's and the proxy's container, by pod. */
  const named = new Map<string, { application: string; proxy: string }>()
  let now = began
  let bytes = 0
  /** Whose turn it is to give room. */
  let hand: Iterator<Container> = containers.values()

  const find: Containers['find'] = (namespace, pod, container) => {
    const key = `${namespace}/${pod}/${container}`
    const known = containers.get(key)
    if (known) return known
    const object = store.get('pods', namespace, pod)
    if (object === undefined || !hasContainer(object, container)) return undefined
    const made = create(object, container, key)
    containers.set(key, made)
    return made
  }
  const create = (pod: KubeObject, name: string, key: string): Container => {
    const role = roleOf(pod, name)
    const status = statusOf(pod, name)
    const made: Container = {
      key,
      role,
      ring: createRing(limits.container),
      before: null,
      restarts: numberOf(status?.['restartCount']),
      started: '',
      coming: [],
      listeners: new Set(),
    }
    const past = Date.parse(textOf(at(status, 'lastState.terminated.startedAt')))
    if (!Number.isNaN(past) && at(status, 'state.running') !== undefined) {
      made.before = createRing(limits.container)
      for (const note of beginning(role, pod, name, past)) made.before.push(note.time, note.text, words)
      bytes += made.before.bytes
    }
    begin(made, pod, name)
    return made
  }
  /** Also between two lives: what the last one said is still to be read. */
  const begin = (container: Container, pod: KubeObject, name: string) => {
    const status = statusOf(pod, name)
    const state = at(status, 'state')
    const started =
      textOf(at(state, 'running.startedAt')) ||
      textOf(at(state, 'terminated.startedAt')) ||
      textOf(at(status, 'lastState.terminated.startedAt'))
    if (started === '' || started === container.started) return
    container.started = started
    container.coming = beginning(container.role, pod, name, Date.parse(started))
    // Of the last hour it has said what it says every few minutes.
    if (at(state, 'running') !== undefined) {
      const offset = routineOffset(container.key)
      const from = Math.max(Date.parse(started), now - 3_600_000)
      for (
        let time = Math.ceil((from - offset) / routineEvery) * routineEvery + offset;
        time <= now;
        time += routineEvery
      )
        say(container, time)
    }
    flush(container)
  }
  const say = (container: Container, time: number) => {
    const text = routine(container.role, container.key, time)
    if (text !== null) container.coming.push({ time, text })
  }
  const flush = (container: Container): boolean => {
    const due = container.coming.findIndex(note => note.time > now)
    const notes = container.coming.splice(0, due < 0 ? container.coming.length : due)
    for (const note of notes) put(container, note.time, note.text, words)
    return notes.length > 0
  }
  const put: Containers['put'] = (container, time, of, teller) => {
    const before = container.ring.bytes
    container.ring.push(time, of, teller)
    bytes += container.ring.bytes - before
    while (bytes > limits.all) giveRoom()
  }
  const giveRoom = () => {
    let turn = hand.next()
    if (turn.done) {
      hand = containers.values()
      turn = hand.next()
    }
    if (turn.done) return
    const { ring, before } = turn.value
    bytes -= before?.bytes ?? 0
    turn.value.before = null
    const had = ring.bytes
    ring.shrink()
    bytes += ring.bytes - had
  }
  const namesOf = (pod: PodRef) => {
    const key = `${pod.namespace}/${pod.pod}`
    const known = named.get(key)
    if (known) return known
    const object = store.get('pods', pod.namespace, pod.pod)
    if (object === undefined) return undefined
    const own = listOf(at(object, 'spec.containers')).map(item => textOf(item['name']))
    const names = { application: own.find(name => name !== 'istio-proxy') ?? '', proxy: 'istio-proxy' }
    named.set(key, names)
    return names
  }
  const learn = (pod: KubeObject) => {
    const app = pod.metadata.labels?.['app']
    const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`
    if (app === 'ztunnel') ztunnels.set(textOf(at(pod, 'spec.nodeName')), key)
    if (app === 'istiod') istiods.add(key)
  }
  const byKey = (key: string, container: string) => {
    const [namespace = '', pod = ''] = key.split('/')
    return find(namespace, pod, container)
  }
  for (const pod of store.list('pods')) learn(pod)

  return {
    find,
    of(pod, which) {
      const name = namesOf(pod)?.[which]
      return name ? find(pod.namespace, pod.pod, name) : undefined
    },
    ztunnelOn(node) {
      const key = ztunnels.get(node)
      return key === undefined ? undefined : byKey(key, 'istio-proxy')
    },
    istiods: () => [...istiods].map(key => byKey(key, 'discovery')).filter(container => container !== undefined),
    put,
    advanceTo(time) {
      const last = now
      now = time
      for (const container of containers.values()) {
        const offset = routineOffset(container.key)
        const due = Math.floor((time - offset) / routineEvery)
        if (due > Math.floor((last - offset) / routineEvery)) say(container, due * routineEvery + offset)
        if (container.coming.length > 0 && flush(container)) for (const listen of container.listeners) listen()
      }
    },
    see(type, pod) {
      const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`
      if (type !== 'DELETED') learn(pod)
      else {
        named.delete(key)
        istiods.delete(key)
        const node = textOf(at(pod, 'spec.nodeName'))
        if (ztunnels.get(node) === key) ztunnels.delete(node)
      }
      for (const name of containersIn(pod)) {
        const container = containers.get(`${key}/${name}`)
        if (container === undefined) continue
        if (type === 'DELETED') {
          bytes -= container.ring.bytes + (container.before?.bytes ?? 0)
          containers.delete(container.key)
          continue
        }
        const restarts = numberOf(statusOf(pod, name)?.['restartCount'])
        if (restarts !== container.restarts) {
          bytes -= container.before?.bytes ?? 0
          container.before = container.ring
          container.ring = createRing(limits.container)
          container.restarts = restarts
        }
        begin(container, pod, name)
      }
    },
    get bytes() {
      return bytes
    },
    get count() {
      return containers.size
    },
  }
}

const containersIn = (pod: KubeObject): string[] =>
  ['containers', 'initContainers'].flatMap(list => listOf(at(pod, `spec.${list}`)).map(item => textOf(item['name'])))

const hasContainer = (pod: KubeObject, name: string): boolean => containersIn(pod).includes(name)

export const statusOf = (pod: KubeObject, name: string) =>
  ['containerStatuses', 'initContainerStatuses']
    .flatMap(list => listOf(at(pod, `status.${list}`)))
    .find(status => status['name'] === name)
