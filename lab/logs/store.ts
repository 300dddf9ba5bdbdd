import type { ContainerLogs, ObjectStore, PodRef, RequestSink, Scenario, StoreEvent } from '#lab/contract.ts'
import { createPacker, type Hop, type Packed } from '#lab/mesh/requests/pack.ts'
import { at } from '#lab/kubernetes/value.ts'
import { type Container, createContainers, statusOf, words } from './containers.ts'
import { createDirectory } from './directory.ts'
import { createIstiodLog, type NumberedPush } from './istiod.ts'
import { linesOf, type Writer } from './lines.ts'
import type { Teller } from './ring.ts'
import { createTellers } from './tellers.ts'

/** What all containers of the lab write. Kept are the requests that lines tell of; lines are made when they are read. */
export interface LogStore extends ContainerLogs, RequestSink {
  /** A request that is packed already. */
  keep(packed: Packed): void
  /** A line of a container's own, where there is such a container. */
  write(where: { namespace: string; pod: string; container: string }, time: number, text: string): void
  /** Time passes: what is due is written, and readers are told. Milliseconds since the epoch. */
  advanceTo(time: number): void
  close(): void
  /** Bytes that are held, by our own count. */
  readonly bytes: number
}

export interface LogStoreOptions {
  store: ObjectStore
  scenario: Pick<Scenario, 'trustDomain' | 'externalHosts'>
  /** Milliseconds since the epoch. */
  startedAt: number
  /** Bytes of one container's log as it is held here, about 64 a line. */
  containerLimit?: number
  /** Of all together. */
  limit?: number
  /** What istiod pushed last, for its log to tell of the same pushes. */
  latestPush?: () => NumberedPush
}

interface Draft {
  time: number
  container: Container
  hop: Hop
  teller: Teller
}

/** So many lines wait for the end of a second, at most. */
const draftLimit = 20_000

export function createLogStore(options: LogStoreOptions): LogStore {
  const { store, scenario, startedAt, containerLimit = 96 * 1024, limit = 8 * 1024 * 1024 } = options
  const containers = createContainers(store, { container: containerLimit, all: limit }, startedAt)
  const directory = createDirectory(
    store,
    scenario.trustDomain,
    new Map(scenario.externalHosts.map(({ host, address }) => [host, address])),
  )
  const packer = createPacker()
  const tellers = createTellers(directory)
  const istiod = createIstiodLog(store, options.latestPush)
  let drafts: Draft[] = []

  const flush = () => {
    if (drafts.length === 0) return
    const written = drafts.toSorted((one, other) => one.time - other.time)
    drafts = []
    const touched = new Set<Container>()
    for (const { time, container, hop, teller } of written) {
      containers.put(container, time, hop, teller)
      if (container.listeners.size > 0) touched.add(container)
    }
    for (const container of touched) for (const listen of container.listeners) listen()
  }
  const keep = (packed: Packed) => {
    linesOf(packed, (writer, pod, hop, time) => {
      const container = containerOf(writer, pod)
      if (container === undefined) return
      for (const teller of tellers(writer, pod, container.role, hop)) drafts.push({ time, container, hop, teller })
    })
    if (drafts.length > draftLimit) flush()
  }
  const containerOf = (writer: Writer, pod: PodRef): Container | undefined => {
    switch (writer) {
      case 'ztunnel-outbound':
      case 'ztunnel-inbound':
        return containers.ztunnelOn(pod.node)
      case 'application':
      case 'caller':
        return containers.of(pod, 'application')
      default:
        return containers.of(pod, 'proxy')
    }
  }
  const see = ({ type, resource, object }: StoreEvent) => {
    if (resource === 'pods') containers.see(type, object)
    else directory.see(resource)
    istiod.see(resource, object)
  }
  const leave = store.subscribe(see)
  const tellOf = (container: Container, time: number, text: string) => {
    containers.put(container, time, text, words)
    for (const listen of container.listeners) listen()
  }

  return {
    add: (root, marks) => keep(packer.pack(root, marks)),
    keep,
    write({ namespace, pod, container }, time, text) {
      const found = containers.find(namespace, pod, container)
      if (found) tellOf(found, time, text)
    },
    advanceTo(time) {
      flush()
      containers.advanceTo(time)
      const notes = istiod.take(time)
      if (notes.length > 0)
        for (const container of containers.istiods()) for (const note of notes) tellOf(container, note.time, note.text)
    },
    read(pod, name, after) {
      flush()
      const container = containers.find(pod.metadata.namespace ?? '', pod.metadata.name, name)
      if (container === undefined) return { lines: [], place: after ?? 0 }
      const { ring } = container
      if (after !== undefined && (after < ring.first || after > ring.next)) return null
      return { lines: ring.lines(after ?? ring.first), place: ring.next }
    },
    previous(pod, name) {
      const container = containers.find(pod.metadata.namespace ?? '', pod.metadata.name, name)
      const isBetween = at(statusOf(pod, name), 'state.running') === undefined
      const hasEnded = at(statusOf(pod, name), 'lastState.terminated') !== undefined
      const ring = isBetween && hasEnded ? container?.ring : container?.before
      return ring?.lines(0) ?? null
    },
    subscribe(pod, name, listener) {
      const container = containers.find(pod.metadata.namespace ?? '', pod.metadata.name, name)
      container?.listeners.add(listener)
      return () => void container?.listeners.delete(listener)
    },
    close: leave,
    get bytes() {
      return containers.bytes
    },
  }
}
