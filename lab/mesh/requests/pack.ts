import type { Marks, PodRef, RequestTree } from '#lab/contract.ts'
import { hashText } from '#lab/mesh/traffic/random.ts'

/**
 * Requests as they are kept: thousands of traces and hundreds of thousands of log lines tell of the same requests, and
 * most requests are alike. What is alike is kept once; a hop of its own is a few small numbers.
 */
export interface Hop {
  readonly facts: Facts
  readonly exchange: Exchange
  /** Microseconds since the exchange began, whole. */
  readonly from: number
  readonly to: number
  readonly attempt: number
  /** Of the first try: what the caller's proxy waited since. */
  readonly begun: number
  /** What it caused: earlier tries before later ones. */
  readonly children: readonly Hop[]
}

/** Everything that many requests have in common. */
export type Facts = Readonly<Omit<RequestTree, 'start' | 'duration' | 'attempt' | 'children'>>

/** One thrown request, with all it caused. */
export interface Exchange extends Readonly<Omit<Marks, 'before'>> {
  /** Milliseconds since the epoch. */
  readonly start: number
}

/** Where the request began: its tries, the last one last. */
export type Packed = readonly [Hop, ...Hop[]]

export interface Packer {
  pack(root: RequestTree, marks: Marks): Packed
}

/** More kinds of requests than this are forgotten together: a mesh that changes all the time makes ever new ones. */
const kindLimit = 20_000

const none: readonly Hop[] = []

export function createPacker(): Packer {
  const kinds = new Map<number, Facts>()
  const factsOf = (tree: RequestTree): Facts => {
    // Numbers for keys: thousands of texts of half a kilobyte each would outweigh what they lead to.
    const key = hashText(keyOf(tree))
    const known = kinds.get(key)
    if (known && isSame(known, tree)) return known
    if (kinds.size >= kindLimit) kinds.clear()
    const { start: _start, duration: _duration, attempt: _attempt, children: _children, ...facts } = tree
    kinds.set(key, facts)
    return facts
  }
  // Mapped, not pushed: arrays that grow keep room for what never comes.
  const hopsOf = (trees: readonly RequestTree[], exchange: Exchange): readonly Hop[] => {
    if (trees.length === 0) return none
    const micros = (time: number) => Math.round((time - exchange.start) * 1000)
    return trees.map((tree, index) => {
      const from = micros(tree.start)
      return {
        facts: factsOf(tree),
        exchange,
        from,
        to: Math.max(from, micros(tree.start + tree.duration)),
        attempt: tree.attempt,
        begun: micros(firstTry(trees, index).start),
        children: hopsOf(tree.children, exchange),
      }
    })
  }
  return {
    pack(root, { before, ...marks }) {
      const exchange = { ...marks, start: before[0]?.start ?? root.start }
      return hopsOf([...before, root], exchange) as readonly Hop[] as Packed
    },
  }
}

/** Tries of one request stand one after the other. */
function firstTry(trees: readonly RequestTree[], index: number): RequestTree {
  const tree = trees[index] as RequestTree
  let first = tree
  for (let before = index - 1; before >= 0 && first.attempt > 0; before--) {
    const other = trees[before] as RequestTree
    if (other.attempt === first.attempt - 1 && other.authority === tree.authority && other.path === tree.path)
      first = other
  }
  return first
}

/** Parts that are objects are the same ones: pods, headers and tokens have one name each. */
function isSame(facts: Facts, tree: RequestTree): boolean {
  for (const name in facts) if (facts[name as keyof Facts] !== tree[name as keyof Facts]) return false
  return true
}

function keyOf(tree: Facts): string {
  const { source, destination, waypoint } = tree
  const pods = `${nameOf(source)}|${nameOf(destination)}|${nameOf(waypoint)}`
  const way = `${tree.authority}|${tree.host}|${tree.port}|${tree.upstreamCluster}|${tree.routeName}|${tree.stage}`
  const ask = `${tree.protocol}|${tree.method}|${tree.path}|${tree.requestBytes}|${tree.responseBytes}|${tree.mtls}`
  const end = `${tree.code}|${tree.grpcStatus}|${tree.flags}|${tree.destinationFlags}|${tree.details}|${tree.refusedBy}`
  const seen = `${idOf(tree.headers)}|${idOf(tree.arriving)}|${tree.isMirror}`
  return `${pods}|${way}|${ask}|${end}|${tree.remoteAddress}|${seen}|${idOf(tree.token)}`
}

const nameOf = (pod: PodRef | null): string =>
  pod === null ? '' : `${pod.namespace}/${pod.pod}/${pod.ip}/${pod.proxy}/${pod.version}/${idOf(pod.telemetry)}`

/** Headers, tokens and telemetry are parts of something larger: few values, told apart by which one they are. */
const ids = new WeakMap<object, number>()
let nextId = 0

function idOf(value: object | null): number {
  if (value === null) return 0
  const known = ids.get(value)
  if (known !== undefined) return known
  ids.set(value, ++nextId)
  return nextId
}

/** Tries of one request stand side by side: each group is one request, the last try last. */
export function requestsIn(hops: readonly Hop[]): Packed[] {
  const requests: [Hop, ...Hop[]][] = []
  for (const hop of hops) {
    const earlier =
      hop.attempt === 0
        ? undefined
        : requests.find(([first, ...more]) => {
            const last = more.at(-1) ?? first
            return last.begun === hop.begun && last.attempt === hop.attempt - 1 && last.facts.host === hop.facts.host
          })
    if (earlier) earlier.push(hop)
    else requests.push([hop])
  }
  return requests
}
