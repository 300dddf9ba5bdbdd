import type { ContainerLogs, ObjectStore, RequestSink, Scenario, StoreEvent } from '#lab/contract.ts'
import { createPacker, type Hop, type Packed } from '#lab/mesh/requests/pack.ts'
import { accessOf } from './access.ts'
import { askedLine, isWorthTelling, servedLine } from './applications.ts'
import { type Container, createContainers, words } from './containers.ts'
import { createDirectory } from './directory.ts'
import { type AccessFormat, textFormat, writeAccess } from './format.ts'
import { createIstiodLog } from './istiod.ts'
import { linesOf, type Writer } from './lines.ts'
import type { Teller } from './ring.ts'
import type { Side } from './side.ts'
import { ztunnelLine } from './ztunnel.ts'

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
  const { store, scenario, startedAt, containerLimit = 128 * 1024, limit = 16 * 1024 * 1024 } = options
  const containers = createContainers(store, { container: containerLimit, all: limit }, startedAt)
  const directory = createDirectory(
    store,
    scenario.trustDomain,
    new Map(scenario.externalHosts.map(({ host, address }) => [host, address])),
  )
  const packer = createPacker()
  const tellers = createTellers(directory)
  const istiod = createIstiodLog(store)
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
  const draft = (writer: Writer, container: Container | undefined, hop: Hop, time: number) => {
    const teller = container && tellers(writer, container, hop)
    if (teller) drafts.push({ time, container, hop, teller })
  }
  const keep = (packed: Packed) => {
    linesOf(packed, (writer, pod, hop, time) => {
      switch (writer) {
        case 'ztunnel-outbound':
        case 'ztunnel-inbound':
          return draft(writer, containers.ztunnelOn(pod.node), hop, time)
        case 'application':
        case 'caller':
          return draft(writer, containers.of(pod, 'application'), hop, time)
        default:
          return draft(writer, containers.of(pod, 'proxy'), hop, time)
      }
    })
    if (drafts.length > draftLimit) flush()
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
    previous: (pod, name) =>
      containers.find(pod.metadata.namespace ?? '', pod.metadata.name, name)?.before?.lines(0) ?? null,
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

type Tellers = (writer: Writer, container: Container, hop: Hop) => Teller | undefined

/** How each writer puts things. One per kind of line, shared by all its lines. */
function createTellers(directory: ReturnType<typeof createDirectory>): Tellers {
  const format = textFormat('')
  const ofHop = (tell: (hop: Hop) => string): Teller => ({
    stream: 'stdout',
    tell: of => (typeof of === 'string' ? of : tell(of)),
  })
  const access = (side: Side, as: AccessFormat) => ofHop(hop => writeAccess(as, accessOf(hop, side, directory)))
  const sides = {
    outbound: access('outbound', format),
    inbound: access('inbound', format),
    waypoint: access('waypoint', format),
    gateway: access('gateway', format),
    closed: access('closed', format),
  }
  const ztunnel = {
    outbound: ofHop(hop => ztunnelLine(hop, 'outbound', directory)),
    inbound: ofHop(hop => ztunnelLine(hop, 'inbound', directory)),
  }
  const applications = new WeakMap<Container, { served: Teller; asked: Teller }>()
  const ofApplication = (container: Container, writer: 'application' | 'caller', hop: Hop) => {
    const { role } = container
    if (role.kind !== 'application' || !isWorthTelling(role.of.style, hop)) return undefined
    let known = applications.get(container)
    if (known === undefined) {
      known = { served: ofHop(of => servedLine(role.of, of)), asked: ofHop(of => askedLine(role.of, of)) }
      applications.set(container, known)
    }
    return writer === 'application' ? known.served : known.asked
  }
  return (writer, container, hop) => {
    switch (writer) {
      case 'ztunnel-outbound':
        return ztunnel.outbound
      case 'ztunnel-inbound':
        return ztunnel.inbound
      case 'application':
      case 'caller':
        return ofApplication(container, writer, hop)
      default:
        return sides[writer]
    }
  }
}
