import type { ObjectStore, SampleStore, Scenario, TraceSink } from '#lab/contract.ts'
import { nameOrigins } from './origins.ts'
import { sampleRequests, type Sampling } from './requests/sample.ts'
import { createCells } from './series/cells.ts'
import { controlPlaneMetadata, createControlPlane } from './series/control-plane.ts'
import { createCounter } from './series/counting.ts'
import { createExposition } from './series/exposition.ts'
import { rbacMetadata, standardMetadata } from './series/metrics.ts'
import { createSampleStore } from './series/samples.ts'
import type { Snapshot } from './snapshot/facts.ts'
import { settingsOf, takeSnapshot, watched } from './snapshot/snapshot.ts'
import { behavioursByKey, compilePlan } from './traffic/compile.ts'
import type { Plan } from './traffic/plan.ts'
import { step } from './traffic/step.ts'

/** A mesh that lives: what it does follows from its seed, the time, and what was ever written into its store. */
export interface Mesh {
  samples: SampleStore
  /** Milliseconds since the epoch: as far as it has lived. */
  readonly time: number
  /** Lives on, second by second, to the last whole second at or before `time`. */
  advanceTo(time: number): void
  /** What exists, and the traffic decided for it, as of the last second. */
  look(): { snapshot: Snapshot; plan: Plan }
  stop(): void
}

export interface MeshOptions {
  scenario: Scenario
  /** Holds the scenario's objects already. */
  store: ObjectStore
  sink: TraceSink
  seed: number
  /** Milliseconds since the epoch. */
  startedAt: number
  /** Hours lived before `startedAt` with the configuration found. */
  historyHours?: number
  sampling?: Partial<Sampling> & { /** Trees kept of the last hour before the start. */ history?: number }
}

const istioVersion = '1.29.0'

export function createMesh(options: MeshOptions): Mesh {
  const { scenario, store, sink, seed } = options
  const hours = options.historyHours ?? 6
  const interval = scenario.scrapeInterval
  const scrapeStep = interval * 1000
  const isLarge = scenario.preset === 'tenthousand'
  const perPod = scenario.perPodSeries
  const sampling: Sampling = { ratio: 0.015, atLeastEvery: 45, limit: isLarge ? 12 : 30, ...options.sampling }
  const historyTrees = options.sampling?.history ?? 1000

  const settings = settingsOf(scenario)
  // A little more than the history, so that six hours are always whole.
  const cells = createCells(Math.ceil((6 * 3600) / interval) + Math.ceil(300 / interval) + 2)
  const start = Math.floor(options.startedAt / scrapeStep) * scrapeStep
  const first = start - Math.round((hours * 3600) / interval) * scrapeStep
  const controlPlane = createControlPlane(cells, perPod, first, istioVersion)
  const counter = createCounter(cells, settings)

  let snapshot = takeSnapshot(store, settings)
  const behaviours = behavioursByKey(nameOrigins(snapshot, scenario.behaviours))
  let plan = compilePlan(snapshot, behaviours, perPod, null)
  controlPlane.sync(snapshot, first)
  let isChanged = false
  const unsubscribe = store.subscribe(event => {
    if (!watched.has(event.resource)) return
    isChanged = true
    controlPlane.see(event)
  })
  const refresh = () => {
    isChanged = false
    snapshot = takeSnapshot(store, settings)
    const owners = new Set<string>()
    for (const workload of snapshot.workloads.values()) {
      if (workload.pods.length > 0) owners.add(workload.key)
      if (perPod) for (const pod of workload.pods) owners.add(`${pod.namespace}/${pod.name}`)
    }
    cells.retire(owner => owners.has(owner))
    plan = compilePlan(snapshot, behaviours, perPod, plan)
    controlPlane.sync(snapshot, time)
  }
  let time = first
  const live = (to: number, seconds: number, rate: Sampling) => {
    if (isChanged) refresh()
    time = to
    const at = { seed, time, seconds }
    step(plan, at, counter)
    for (const tree of sampleRequests(plan, at, rate)) sink.add(tree)
    if ((time - first) % scrapeStep === 0) cells.scrape()
  }

  // The past, scrape by scrape; of its last hour some requests are kept.
  cells.scrape()
  const lastHour = 3600 / interval
  const perStep = Math.ceil(historyTrees / lastHour)
  const none: Sampling = { ratio: 0, atLeastEvery: Number.POSITIVE_INFINITY, limit: 0 }
  const few: Sampling = { ratio: 0.002, atLeastEvery: 300, limit: perStep }
  for (let next = first + scrapeStep; next <= start; next += scrapeStep)
    live(next, interval, historyTrees > 0 && start - next < 3_600_000 ? few : none)

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
      while (to - time > 600_000) live(time + scrapeStep - ((time - first) % scrapeStep), interval, none)
      while (time + 1000 <= to) live(time + 1000, 1, sampling)
    },
    look: () => ({ snapshot, plan }),
    stop: unsubscribe,
  }

  function metadata() {
    return { ...standardMetadata, ...controlPlaneMetadata, ...rbacMetadata(cells.all) }
  }
}
