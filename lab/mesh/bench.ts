/**
 * Prints what the mesh alone costs, without its servers, as one line of JSON: milliseconds of CPU and bytes.
 * Run: node --expose-gc lab/mesh/bench.ts PRESET
 */
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { createMesh } from './mesh.ts'

const presets = ['shop', 'thousand', 'tenthousand'] as const
const preset = presets.find(name => name === process.argv[2]) ?? 'shop'
const seconds = preset === 'shop' ? 120 : 60
const startedAt = Date.UTC(2026, 10, 23, 8)
const seed = 1

/** Milliseconds of this process's CPU. */
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let now = startedAt
const scenario = createScenario(preset, seed, startedAt)
const { store, controllers } = createKubernetes({ now: () => now, seed })
controllers.adopt(scenario.objects)
const begun = cpu()
const mesh = createMesh({ scenario, store, sink: { add: () => undefined }, seed, startedAt })
const history = cpu() - begun

const ticks: number[] = []
const tick = () => {
  now += 1000
  const before = cpu()
  mesh.advanceTo(now)
  ticks.push(cpu() - before)
}
for (let second = 0; second < seconds; second++) tick()
const calm = ticks.splice(0)

/** The second after something was written: a new snapshot, a new plan, a new answer. */
const changes: number[] = []
for (let round = 0; round < 5; round++) {
  const [object] = store.list('destinationrules.networking.istio.io')
  if (object === undefined) break
  store.replace({ ...object, metadata: { ...object.metadata, annotations: { round: String(round) } } })
  tick()
  changes.push(ticks.at(-1) ?? 0)
  for (let second = 0; second < 5; second++) tick()
}
ticks.length = 0
globalThis.gc?.()
const memory = process.memoryUsage()
/** A third of all pods fail: everything that leads to them is told apart. */
mesh.disturb([{ kind: 'pods', where: { zone: 'eu-central-1a' }, effect: { errorRatio: 0.5, latency: 3 } }])
tick()
const disturb = ticks.splice(0)[0] ?? 0
for (let second = 0; second < 20; second++) tick()

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
const figures = {
  preset,
  nodes: mesh.look().plan.nodes.length,
  history,
  tick: mean(calm),
  slowest: Math.max(...calm),
  change: mean(changes),
  disturb,
  tickInTrouble: mean(ticks),
  heap: memory.heapUsed + memory.arrayBuffers,
  resident: memory.rss,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
controllers.close()
mesh.stop()
