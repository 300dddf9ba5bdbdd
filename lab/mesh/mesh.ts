import type { KubeObject, ObjectStore, RequestSink, SampleStore, Scenario, WebhookReview } from '#lab/contract.ts'
import { type Authorizer, authorizersOf } from './authorizers.ts'
import { nameOrigins } from './origins.ts'
import { sampleRequests, type Sampling } from './requests/sample.ts'
import { createCells } from './series/cells.ts'
import { containersMetadata, createContainers } from './series/containers.ts'
import { createControlPlane } from './series/control-plane.ts'
import { createCellFinder } from './series/counting.ts'
import { createExposition } from './series/exposition.ts'
import { controlPlaneMetadata } from './series/istiod-metrics.ts'
import { countLimits, limitMetadata } from './series/limits.ts'
import { rbacMetadata, standardMetadata } from './series/metrics.ts'
import { ownersIn } from './series/owners.ts'
import { proxiesMetadata } from './series/proxies.ts'
import { createSampleStore } from './series/samples.ts'
import type { AuthorizerAnswer, Pod, Snapshot } from './snapshot/facts.ts'
import { heldBack, nextExpiry, refreshes, settingsOf, takeSnapshot } from './snapshot/snapshot.ts'
import { behavioursByKey, compilePlan } from './traffic/compile.ts'
import { type Disturbance, effectOn } from './traffic/disturbances.ts'
import type { Plan } from './traffic/plan.ts'
import { wobble } from './traffic/random.ts'
import { respond } from './traffic/respond.ts'
import { settle } from './traffic/settle.ts'
import { type Count, step } from './traffic/step.ts'
import { emptyTally, tallyPlan } from './traffic/tally.ts'
import { createPushLog, type Pushes } from './xds/pushes.ts'

/** A mesh that lives: what it does follows from its seed, the time, and what was ever written into its store. */
export interface Mesh {
  samples: SampleStore
  /** Milliseconds since the epoch: as far as it has lived. */
  readonly time: number
  /** Lives on, second by second, to the last whole second at or before `time`. */
  advanceTo(time: number): void
  /** From the next second on these things go wrong, and no others. */
  disturb(disturbances: readonly Disturbance[]): void
  /** The external authorizers of CUSTOM policies, and how they answer. */
  authorizers(): Authorizer[]
  /** From the next second on it answers so. */
  setAuthorizer(provider: string, answer: AuthorizerAnswer): void
  /** The proxies of a workload (`namespace/name`) go on with what they were told until now; or they listen again. */
  hold(workload: string, isHeld: boolean): void
  /** The application of a pod (`namespace/name`) takes so many bytes more each second, until it is killed at its limit; 0 ends it. */
  leak(pod: string, bytesPerSecond: number): void
  /** What exists, and the traffic decided for it, as of the last second. */
  look(): { snapshot: Snapshot; plan: Plan }
  /** istiod's webhook was asked about an object. */
  review(review: WebhookReview): void
  /** What istiod pushed, and what proxies took of it. */
  pushes: Pushes
  stop(): void
}

export interface MeshOptions {
  scenario: Scenario
  /** Holds the scenario's objects already. */
  store: ObjectStore
  sink: RequestSink
  seed: number
  /** Milliseconds since the epoch. */
  startedAt: number
  /** Hours lived before `startedAt` with the configuration found. */
  historyHours?: number
  /** When the mesh's root certificate expires, milliseconds since the epoch; nine years after the beginning unless told. */
  rootExpiry?: number
  /** When the certificate that a workload has at a moment expires: of its SPIFFE name. */
  certificateExpiry?: (identity: string, now: number) => number
  /** The kernel has killed a container: it was at its memory limit. */
  onFull?: (pod: Pod, container: string) => void
  sampling?: Partial<Sampling> & { /** Trees kept of the last hour before the start. */ history?: number }
}

const year = 365 * 86_400_000

export const istioVersion = '1.29.0'

/** Dense enough for logs that are worth reading, sparse enough for a laptop. */
function samplingOf(preset: Scenario['preset']): Sampling {
  const shared = { traceShare: null, traceBias: 1, atLeastEvery: 45 }
  switch (preset) {
    case 'shop':
      return { ...shared, logShare: 0.08, limit: 40, traceLimit: 12 }
    case 'thousand':
      return { ...shared, logShare: 0.01, limit: 30, traceLimit: 10 }
    case 'tenthousand':
      return { ...shared, logShare: 0.001, limit: 15, traceLimit: 5 }
  }
}

export function createMesh(options: MeshOptions): Mesh {
  const { scenario, store, sink, seed } = options
  const hours = options.historyHours ?? 6
  const interval = scenario.scrapeInterval
  const scrapeStep = interval * 1000
  const isLarge = scenario.preset === 'tenthousand'
  const perPod = scenario.perPodSeries
  const sampling: Sampling = { ...samplingOf(scenario.preset), ...options.sampling }
  const historyTrees = options.sampling?.history ?? 1000

  let settings = settingsOf(scenario)
  // A little more than the history, so that six hours are always whole.
  const cells = createCells(Math.ceil((6 * 3600) / interval) + Math.ceil(300 / interval) + 2)
  const start = Math.floor(options.startedAt / scrapeStep) * scrapeStep
  const first = start - Math.round((hours * 3600) / interval) * scrapeStep
  const pushes = createPushLog(first)
  const controlPlane = createControlPlane({
    cells,
    perPod,
    istioVersion,
    rootExpiry: options.rootExpiry ?? first + 9 * year,
    certificateExpiry: options.certificateExpiry ?? null,
    pushes,
    virtualServices: () => store.list('virtualservices.networking.istio.io').length,
  })
  const cellOf = createCellFinder(cells, settings)
  const containers = createContainers({
    cells,
    perPod,
    containersOf: pod => containerNames(store.get('pods', pod.namespace, pod.name)),
    ...(options.onFull ? { onFull: options.onFull } : {}),
  })
  let tally = emptyTally()

  let snapshot = takeSnapshot(store, settings, null, undefined, first)
  let expiry = nextExpiry(snapshot)
  const behaviours = behavioursByKey(nameOrigins(snapshot, scenario.behaviours))
  let disturbances: readonly Disturbance[] = []
  const held = new Map<string, Snapshot>()
  let plan = compilePlan(snapshot, { behaviours, perPod, now: first }, null)
  controlPlane.sync(snapshot, first)
  containers.sync(snapshot, plan)
  let isChanged = false
  /** Steps until callees are asked again how they answer under their load; after a change at once. */
  let untilAnswer = 0
  const answerEvery = scenario.preset === 'shop' ? 0 : 4
  const unsubscribe = store.subscribe(event => {
    controlPlane.see(event)
    if (refreshes(event, settings)) isChanged = true
  })
  const isDown = (pod: Pod, workload: string) => effectOn(disturbances, pod, workload).isUnready
  const refresh = () => {
    isChanged = false
    snapshot = takeSnapshot(store, settings, snapshot, isDown, time)
    expiry = nextExpiry(snapshot)
    if (held.size > 0) {
      const now = snapshot
      snapshot = { ...now, held: new Map([...held].map(([workload, then]) => [workload, heldBack(now, then)])) }
    }
    cells.retire(ownersIn(snapshot, perPod))
    plan = compilePlan(snapshot, { behaviours, perPod, disturbances, now: time }, plan)
    controlPlane.sync(snapshot, time)
    containers.sync(snapshot, plan)
    untilAnswer = 0
  }
  const answer = () => {
    settle(plan, time)
    respond(plan)
    tally = tallyPlan(plan, tally, cellOf)
    untilAnswer = answerEvery
  }
  const count: Count = (call, requests) => cells.add(tally, call.first, call.end, requests)
  let time = first
  const live = (to: number, seconds: number, rate: Sampling) => {
    if (isChanged || time >= expiry) refresh()
    if (untilAnswer-- <= 0) answer()
    time = to
    const at = { seed, time, seconds }
    step(plan, at, count)
    countLimits(cells, plan, seconds, perPod)
    containers.advance(seconds)
    controlPlane.advance(time)
    for (const { root, marks } of sampleRequests(plan, at, rate)) sink.add(root, marks)
  }

  // The past, of its last hour some requests are kept. Large meshes live it in longer steps.
  cells.scrape([1])
  const block = { shop: 1, thousand: 4, tenthousand: 5 }[scenario.preset]
  const blocksOfLastHour = 3600 / interval / block
  const none: Sampling = { ...sampling, logShare: 0, traceShare: 0, atLeastEvery: Number.POSITIVE_INFINITY }
  const each = Math.ceil(historyTrees / blocksOfLastHour)
  const few: Sampling = {
    ...sampling,
    logShare: 0.002,
    traceShare: 0.002,
    atLeastEvery: 300,
    limit: each,
    traceLimit: each,
  }
  while (time < start) {
    const scrapes = Math.min(block, Math.round((start - time) / scrapeStep))
    const to = time + scrapes * scrapeStep
    live(to, scrapes * interval, historyTrees > 0 && start - to < 3_600_000 ? few : none)
    cells.scrape(unevenly(scrapes, seed, to))
  }

  return {
    samples: createSampleStore({
      cells,
      exposition: createExposition(cells, metadata, !isLarge),
      metadata,
      targets: () => controlPlane.targets(first + cells.last * scrapeStep),
      firstScrape: first,
      interval,
    }),
    get time() {
      return time
    },
    advanceTo(to) {
      // A machine that slept: long steps up to the last minutes, so that waking is quick.
      const next = () => scrapeStep - ((time - first) % scrapeStep)
      while (to - time > 600_000) {
        live(time + next(), next() / 1000, none)
        cells.scrape([1])
      }
      while (time + 1000 <= to) {
        live(time + 1000, 1, sampling)
        if (next() === scrapeStep) cells.scrape([1])
      }
    },
    disturb(wanted) {
      disturbances = wanted
      isChanged = true
    },
    authorizers: () => authorizersOf({ config: snapshot.config, mesh: settings }),
    setAuthorizer(provider, given) {
      settings = { ...settings, authorizers: new Map([...settings.authorizers, [provider, given]]) }
      isChanged = true
    },
    hold(workload, isHeld) {
      if (isHeld) held.set(workload, held.get(workload) ?? snapshot)
      else held.delete(workload)
      pushes.hold(workload, isHeld)
      isChanged = true
    },
    leak: containers.leak,
    look: () => ({ snapshot, plan }),
    pushes,
    review: controlPlane.review,
    stop: unsubscribe,
  }

  function metadata() {
    return {
      ...standardMetadata,
      ...controlPlaneMetadata,
      ...proxiesMetadata,
      ...containersMetadata,
      ...rbacMetadata(cells.all),
      ...limitMetadata(cells.all),
    }
  }
}

/** How much of a long step had happened at each of its scrapes, 0–1: nearly even. */
function unevenly(scrapes: number, seed: number, time: number): number[] {
  const parts = Array.from({ length: scrapes }, (_, index) => 1 + 0.03 * wobble(seed, index, Math.floor(time / 1000)))
  const total = parts.reduce((sum, part) => sum + part, 0)
  let sum = 0
  return parts.map((part, index) => (index === scrapes - 1 ? 1 : (sum += part / total)))
}

const containerNames = (pod: KubeObject | undefined): string[] =>
  ['containers', 'initContainers'].flatMap(field => {
    const listed = pod?.spec?.[field]
    // An init container that goes on running (a native sidecar) is one like any other.
    const all = Array.isArray(listed) ? (listed as { name?: unknown; restartPolicy?: unknown }[]) : []
    return all
      .filter(({ restartPolicy }) => field === 'containers' || restartPolicy === 'Always')
      .flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  })
